"""Reading what a stand-alone invoice is to charge, as rounded lines.

Invariant: lines that come to nothing are left out, and what is left are the lines of preview and invoice.
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from autumn_mock.domain.billing.discounts import discounted
from autumn_mock.domain.billing.invoice_lines import Line, invoice_lines, of_row
from autumn_mock.domain.invoices.line_periods import Period, line_period, period_of
from autumn_mock.domain.invoices.standalone import Charged, custom_line, plan_lines, worth_telling
from autumn_mock.domain.records import Customer, Discount, Entity, InvoiceLine, Plan
from autumn_mock.operations.billing.discounts import count_codes, discounts_of, read_discounts, use_up
from autumn_mock.operations.invoices.charges import read_plan_charges
from autumn_mock.operations.registry import Body
from autumn_mock.world import World


class Order(msgspec.Struct, frozen=True):
    """Lines, the plans that they are of, and the entities that those are billed to."""

    lines: tuple[InvoiceLine, ...]
    plan_ids: tuple[str, ...]
    discounts: tuple[Discount, ...]
    """Those that were asked for."""
    unrounded: tuple[Line, ...]

    def is_of(self, entity: Entity | None) -> bool:
        """Whether every line of a plan is billed to this entity."""
        key = entity.internal_id if entity else None
        return all(line.entity == key for line in self.lines if line.plan_id)


def read_order(world: World, customer: Customer, body: Body, entity: Entity | None = None) -> Order:
    """What `plans` and `custom_line_items` of a body come to. `entity` is that of plans that name none.

    Raises what `read_plan_charges` and `read_discounts` raise, PeriodIncomplete, PeriodBackwards,
    PeriodOutside and NoSuchPrice.
    """
    whole = period_of(body)
    ordered = [_plan(world, customer, sent, entity, whole) for sent in body.get("plans") or []]
    found = [line for plan in ordered for line in plan.lines]
    for sent in body.get("custom_line_items") or []:
        found.append(custom_line(sent["amount"], sent["description"], line_period(sent, None, whole)))
    found = worth_telling(found)
    wanted = body.get("discounts") or []
    given = read_discounts(world, customer, wanted, [plan.plan for plan in ordered]) if wanted else ()
    counting = discounts_of(world, customer, None, given)
    charged = [
        replace(each, line=line)
        for each, line in zip(found, discounted([each.line for each in found], counting), strict=True)
    ]
    return Order(
        lines=_rounded(charged),
        plan_ids=tuple(dict.fromkeys(plan.plan.id for plan in ordered if plan.lines)),
        discounts=(*given, *(each for plan in ordered for each in plan.discounts)),
        unrounded=tuple(each.line for each in charged),
    )


class _PlanOrdered(msgspec.Struct, frozen=True):
    """The lines of one plan and its licences, and the discounts that are for them alone."""

    plan: Plan
    lines: list[Charged]
    discounts: tuple[Discount, ...]


def _plan(
    world: World, customer: Customer, sent: Body, entity: Entity | None, whole: Period | None
) -> _PlanOrdered:
    charges = read_plan_charges(world, customer, sent, entity, whole)
    features, plan = world.store.features.records, charges[0].plan
    lines = worth_telling(line for charge in charges for line in plan_lines(charge, features))
    wanted = sent.get("discounts") or []
    given = read_discounts(world, customer, wanted, [plan]) if wanted else ()
    lowered = discounted([each.line for each in lines], given)
    charged = [replace(each, line=line) for each, line in zip(lines, lowered, strict=True)]
    return _PlanOrdered(plan, charged, given)


def note_discounts(world: World, customer: Customer, order: Order) -> None:
    """Count the codes of an order that is carried out, and use up what lowers one invoice only."""
    count_codes(world, order.discounts)
    use_up(world, customer, None, order.unrounded)


def _rounded(charged: Sequence[Charged]) -> tuple[InvoiceLine, ...]:
    lines = invoice_lines(of_row([each.line for each in charged], "", own_words=True))
    return tuple(
        line.but(
            subscriptions=(),
            entity=each.entity.internal_id if each.entity else None,
            prorated=each.prorated,
        )
        for line, each in zip(lines, charged, strict=True)
    )
