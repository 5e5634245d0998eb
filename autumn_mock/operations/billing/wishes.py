"""Reading a body of attach: what is asked for, as the rules take it."""

from collections.abc import Collection
from typing import Any

import msgspec

from autumn_mock.domain.billing.attach_trials import TrialWish
from autumn_mock.domain.billing.carry_over import Carry
from autumn_mock.domain.billing.invoice_lines import Line
from autumn_mock.domain.billing.other_processors import check_attached_beside
from autumn_mock.domain.billing.plan_changes import NEVER, current_row
from autumn_mock.domain.billing.subscriptions import COUNTING
from autumn_mock.domain.billing.wishes import Means, Wish
from autumn_mock.domain.catalog.plan_items import new_free_trial
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.licenses.plans_had import ordered_seats, with_seats
from autumn_mock.domain.licenses.seat_checks import check_attachable, check_ordered
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Customer, Plan, Subscription
from autumn_mock.errors.billing import (
    CarriesFromSeveralPlans,
    RemovedPlanBilledElsewhere,
    RemovedPlanNotActive,
    RemovesAttachedPlan,
)
from autumn_mock.errors.customers import MultiCurrencyDisabled
from autumn_mock.operations.billing.customizing import customized
from autumn_mock.operations.billing.discounts import find_discounts, own_discount
from autumn_mock.operations.billing.pages.pages import waits
from autumn_mock.operations.billing.trials import available_trial
from autumn_mock.operations.invoices.templates import read_terms
from autumn_mock.operations.registry import Body
from autumn_mock.stripe.cards import default_card
from autumn_mock.stripe.subscriptions import running_subscriptions
from autumn_mock.world import World


class Sent(msgspec.Struct, frozen=True):
    """How a request came to be carried out now."""

    first_seen_at: int | None = None
    """When it was first seen, if a hosted page of it is paid now."""
    begun: tuple[Subscription, ...] = ()
    """Its plans that did not wait for their page."""

    @property
    def is_paid(self) -> bool:
        return self.first_seen_at is not None


JUST_NOW = Sent()


def read_wish(world: World, body: Body, plan: Plan, holdings: Holdings, sent: Sent = JUST_NOW) -> Wish:
    """What a checked body asks for."""
    removed = _removed(body, plan, holdings)
    if body.get("currency") is not None:
        raise MultiCurrencyDisabled
    check_attached_beside(plan, holdings)
    customize = body.get("customize") or {}
    own = customized(world, plan, customize)
    invoice_mode = body.get("invoice_mode") or {}
    quantities = body.get("feature_quantities") or []
    check_attachable(own, holdings, removed=removed)
    running = current_row(holdings, plan, holdings.entity)
    before = holdings.plan_of(running) if running is not None else None
    return Wish(
        plan=with_ordered_seats(world, body, own, before),
        entity=holdings.entity,
        custom=own is not plan,
        trial=_trial(world, holdings, plan, customize, sent.begun),
        quantities={each["feature_id"]: each.get("quantity", ZERO) for each in quantities},
        adjustable=any(each.get("adjustable") for each in quantities),
        redirect=NEVER if sent.is_paid else body["redirect_mode"],
        schedule=body.get("plan_schedule"),
        subscription_id=body.get("subscription_id"),
        carry=_carry(body),
        proration=body.get("proration_behavior"),
        anchor=body.get("billing_cycle_anchor"),
        starts_at=body.get("starts_at"),
        ends_at=body.get("ends_at"),
        own_lines=_own_lines(body),
        removed=removed,
        own_subscription=body.get("new_billing_subscription"),
        bills=not (body.get("no_billing_changes") or body.get("processor_subscription_id")),
        by_invoice=bool(invoice_mode.get("enabled")),
        terms=read_terms(world, invoice_mode),
        finalizes=invoice_mode.get("finalize", True),
        enables_at_once=any(each.get("enable_plan_immediately") for each in (body, invoice_mode)),
        reverts=(customize.get("free_trial") or {}).get("on_end") == "revert",
        first_seen_at=sent.first_seen_at,
        discounts=find_discounts(world, holdings.customer, body.get("discounts") or ()),
    )


def means_of(world: World, customer: Customer, *, paid_by_page: bool = False) -> Means:
    """What the customer can pay with; a paid page counts as a card. Invoices of changes that have
    not been made, because they wait for their payment, neither charged nor gave back anything."""
    return Means(
        has_card=paid_by_page or default_card(world.store, customer) is not None,
        subscriptions=running_subscriptions(world.store, customer),
        invoices=[
            invoice
            for invoice in world.store.invoices.find("customer", customer.internal_id)
            if not waits(world, invoice)
        ],
        discount=own_discount(world, customer),
    )


def with_ordered_seats(world: World, body: Body, plan: Plan, before: Plan | None) -> Plan:
    """The plan with the seats that a body orders; what it doesn't name is taken over from the plan that
    was there before. Raises PlanDoesNotOfferLicense."""
    return with_seats(plan, ordered_seats(seats_asked(body, plan), before), world.store.plans.records)


def seats_asked(body: Body, plan: Plan) -> dict[str, int]:
    """Seats altogether that a body orders, by licence. Raises PlanDoesNotOfferLicense."""
    asked = {each["license_plan_id"]: int(each["quantity"]) for each in body.get("license_quantities") or ()}
    check_ordered(plan, asked)
    return asked


def _trial(
    world: World,
    holdings: Holdings,
    plan: Plan,
    customize: dict[str, Any],
    begun: Collection[Subscription],
) -> TrialWish:
    if "free_trial" in customize:
        given = new_free_trial(customize["free_trial"])
        return TrialWish(given=given, removed=given is None)
    return TrialWish(available=available_trial(world, holdings.customer, plan, holdings.entity, begun=begun))


def _carry(body: Body) -> Carry:
    asked = {}
    for field, name in (("carry_over_usages", "usages"), ("carry_over_balances", "balances")):
        sent = body.get(field)
        if sent and sent["enabled"]:
            asked[name] = frozenset(sent.get("feature_ids") or ())
    return Carry(**asked)


def _own_lines(body: Body) -> tuple[Line, ...] | None:
    sent = body.get("custom_line_items")
    if sent is None:
        return None
    return tuple(
        Line(
            description=each["description"],
            amount=each["amount"],
            plan_id="",
            display_name=each["description"],
            price_id="",
        )
        for each in sent
    )


def _removed(body: Body, plan: Plan, holdings: Holdings) -> tuple[Subscription, ...]:
    """The running rows of the plans that end in the same step, in the scope of the request."""
    plan_ids = body.get("remove_plan_ids") or []
    if plan.id in plan_ids:
        raise RemovesAttachedPlan(plan_id=plan.id)
    scope = holdings.entity.internal_id if holdings.entity else None
    current = current_row(holdings, plan, holdings.entity)
    found = []
    for plan_id in plan_ids:
        running = [
            row
            for row in holdings.subscriptions
            if row.plan_id == plan_id and row.status in COUNTING and row.entity == scope
        ]
        if not running:
            raise RemovedPlanNotActive(plan_id=plan_id)
        billed_by = {row.stripe_subscription_id for row in running} - {None}
        if current is not None and billed_by and current.stripe_subscription_id not in billed_by:
            raise RemovedPlanBilledElsewhere(plan_id=plan_id)
        found += [row for row in running if current is None or row.id != current.id]
    carries = any(
        (body.get(name) or {}).get("enabled") for name in ("carry_over_usages", "carry_over_balances")
    )
    if carries and current is None and len(plan_ids) > 1:
        raise CarriesFromSeveralPlans
    return tuple(found)
