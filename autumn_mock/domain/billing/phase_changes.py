"""What a later phase of a schedule charges where it begins within a cycle (reference: create_schedule).

Invariant: it is what the phase charges when its time comes, but for use that nobody can know yet.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from autumn_mock.domain.billing.credits import credits, ending
from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.invoice_lines import Line, charges, invoice_lines, of_row
from autumn_mock.domain.billing.next_cycle import GoingOn, begins_at
from autumn_mock.domain.billing.subscriptions import Start, start_plan
from autumn_mock.domain.catalog.pricing import PlanPrice
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Feature, Invoice, Plan, Subscription


class Leaving(msgspec.Struct, frozen=True):
    """A plan that is replaced by then: its row, how it stands, and the invoices that charged it."""

    row: Subscription
    plan: Plan
    start: Start
    invoices: Iterable[Invoice]


def leaving(plan: Plan, start: Start, lines: Sequence[Line], features: Mapping[str, Feature]) -> Leaving:
    """A plan that begins now, charged by these lines."""
    row, _ = start_plan(plan, features, start, lambda prefix: prefix)
    own_words = start.stripe_subscription_id is not None
    invoice = Invoice(
        id="",
        customer=row.customer,
        created_at=start.at,
        status="paid",
        total=ZERO,
        lines=invoice_lines(of_row(lines, row.id, own_words=own_words)),
    )
    return Leaving(row, plan, start, [invoice])


def phase_lines(
    goes: Iterable[Leaving],
    comes: Iterable[GoingOn],
    features: Mapping[str, Feature],
    *,
    at: int,
    anchor: int,
    anew: bool,
) -> list[Line]:
    """What is given back, then what is charged, for the rest of the cycle or for a whole one that
    begins `anew`."""
    second, found = whole_second(at), []
    for each in goes:
        start = replace(each.start, at=second, anchor=anchor)
        running = _without_what_begins(each.plan, anchor, second)
        found += credits(ending(each.row, running, start, features, each.invoices))
    for coming in comes:
        start = replace(coming.start, at=second, anchor=second if anew else anchor)
        found += charges(coming.plan, features, start)
    return found


def _without_what_begins(plan: Plan, anchor: int, at: int) -> Plan:
    """The prices whose period is over just then have nothing to give back."""
    base = plan.price
    return plan.but(
        price=None if base is None or begins_at(PlanPrice(base), anchor, at) else base,
        items=tuple(
            item
            for item in plan.items
            if item.price is not None and not begins_at(PlanPrice(item.price, item), anchor, at)
        ),
        seats=(),
    )
