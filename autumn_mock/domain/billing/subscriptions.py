"""Plans that customers have: starting one, and what its rows begin with (reference: attach, balances).

Invariant: a started plan has exactly one row for each of its items.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

import msgspec

from autumn_mock.domain.billing.cycles import cycle_at, whole_second
from autumn_mock.domain.catalog.pricing import shortest_interval
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import (
    Balance,
    Customer,
    Entity,
    EntityBalance,
    Feature,
    JsonObject,
    Plan,
    PlanItem,
    Subscription,
)

MakeId = Callable[[str], str]
"""A new id with this prefix."""

ACTIVE, PAST_DUE, SCHEDULED, EXPIRED = "active", "past_due", "scheduled", "expired"
COUNTING = frozenset({ACTIVE, PAST_DUE})
"""Statuses whose balances count."""


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """How a plan begins for somebody."""

    customer: Customer
    entity: Entity | None = None
    entities: tuple[Entity, ...] = ()
    """All entities of the customer: per-entity items get a balance for each."""
    at: int
    anchor: int | None = None
    """Where billing periods and resets are counted from; None: from the start."""
    trial_ends_at: int | None = None
    quantity: int = 1
    feature_quantities: Mapping[str, Decimal] | None = None
    """Units of prepaid features, the included amount left out."""
    subscription_id: str | None = None
    status: str = ACTIVE
    stripe_subscription_id: str | None = None
    period: tuple[int, int] | None = None
    """The billing period of the Stripe subscription, in whole seconds."""
    unbilled: bool = False
    """Nothing is done for it at the payment provider."""
    custom: bool = False
    """The plan is a private copy for this customer."""
    controls: JsonObject | None = None
    """Billing controls of that copy, if they are not the plan's."""
    expires_at: int | None = None
    canceled_at: int | None = None
    row_id: str | None = None
    """The id of the row that it goes on as."""
    started_at: int | None = None
    """When it began, if that was before."""
    created_at: int | None = None
    """When it was asked for, if it begins later."""
    seen_at: int | None = None
    """When it was asked for, if it begins in the past: the boundaries until then are over."""

    @property
    def first_boundary_after(self) -> int:
        return self.at if self.seen_at is None else max(self.at, self.seen_at)


def is_listed(subscription: Subscription, status: str | None) -> bool:
    """Whether a list that asks for a status (`active`, `scheduled`, or none) means this one."""
    if status == SCHEDULED:
        return subscription.status == SCHEDULED
    if status == ACTIVE:
        return subscription.status in COUNTING
    return subscription.status != EXPIRED


def start_plan(
    plan: Plan, features: Mapping[str, Feature], start: Start, make_id: MakeId
) -> tuple[Subscription, list[Balance]]:
    """The plan of a customer and its rows, both new."""
    subscription = Subscription(
        id=start.row_id or make_id("cus_prod_"),
        customer=start.customer.internal_id,
        entity=start.entity.internal_id if start.entity else None,
        plan=plan.internal_id,
        plan_id=plan.id,
        auto_enable=plan.auto_enable,
        status=start.status,
        created_at=start.at if start.created_at is None else start.created_at,
        started_at=start.at if start.started_at is None else start.started_at,
        canceled_at=start.canceled_at,
        trial_ends_at=start.trial_ends_at,
        expires_at=start.expires_at,
        quantity=start.quantity,
        subscription_id=start.subscription_id,
        stripe_subscription_id=start.stripe_subscription_id,
        billing_cycle_anchor=start.anchor,
        current_period_start=start.period[0] if start.period else None,
        current_period_end=start.period[1] if start.period else None,
        renews_at=_first_renewal(plan, start),
        feature_quantities=dict(start.feature_quantities or {}),
        unbilled=start.unbilled,
        billing_controls=start.controls,
        license_quantities={
            each.license_plan_id: each.ordered for each in plan.seats if each.ordered is not None
        },
    )
    if start.custom:
        own = {"price": plan.price, "items": plan.items, "licenses": plan.licenses}
        subscription = subscription.but(custom=True, **own)
    rows = [
        start_row(item, plan, subscription, features, start, make_id("cus_ent_"))
        for item in plan.items
        if item.feature_id in features
    ]
    return subscription, rows


def _first_renewal(plan: Plan, start: Start) -> int | None:
    """Where a shorter price renews before the period that is shown first is over."""
    shortest = shortest_interval(plan)
    if start.period is None or start.trial_ends_at is not None or shortest is None:
        return None
    began, ends = start.period
    anchor = began if start.anchor is None else whole_second(start.anchor)
    first = cycle_at(anchor, *shortest, at=max(began, whole_second(start.first_boundary_after)))[1]
    return first if first < ends else None


def start_row(
    item: PlanItem,
    plan: Plan,
    subscription: Subscription,
    features: Mapping[str, Feature],
    start: Start,
    row_id: str,
) -> Balance:
    """The row of one item, full."""
    prepaid = ZERO
    if item.price is not None and item.price.billing_method == "prepaid":
        prepaid = subscription.feature_quantities.get(item.feature_id, ZERO)
    row = Balance(
        id=row_id,
        customer=subscription.customer,
        feature_id=item.feature_id,
        created_at=start.at,
        entity=subscription.entity,
        subscription=subscription.id,
        plan_id=plan.id,
        entitlement_id=item.entitlement_id,
        included=item.included,
        quantity=subscription.quantity,
        prepaid=prepaid,
        unlimited=item.unlimited,
        entity_feature_id=item.entity_feature_id,
        price=item.price,
        reset=item.reset,
        rollover=item.rollover,
        next_reset_at=_first_reset(item, features, start),
        add_on=plan.add_on,
        pooled=item.pooled and start.entity is not None,
    )
    return row.but(**_contents(row, features, start))


def _contents(
    row: Balance, features: Mapping[str, Feature], start: Start
) -> dict[str, Decimal | dict[str, EntityBalance]]:
    """The balances that a new row begins with."""
    if features[row.feature_id].type == "boolean":
        return {"balance": ZERO}
    full = starting_balance(row)
    if row.entity_feature_id is None:
        return {"balance": full - _seats_taken(row, features, start.entities)}
    return {
        "balance": ZERO,
        "entities": {
            entity.internal_id: EntityBalance(balance=full)
            for entity in start.entities
            if entity.feature_id == row.entity_feature_id
        },
    }


def _seats_taken(row: Balance, features: Mapping[str, Feature], entities: Iterable[Entity]) -> int:
    """A seat balance starts with the entities counted that are there already."""
    if features[row.feature_id].consumable:
        return 0
    return sum(1 for entity in entities if entity.feature_id == row.feature_id)


def starting_balance(row: Balance) -> Decimal:
    """What a reset puts back (reference: balances, starting balance)."""
    if row.unlimited:
        return ZERO
    if row.price is None:
        return row.included * row.quantity
    return row.included + row.prepaid


def _first_reset(item: PlanItem, features: Mapping[str, Feature], start: Start) -> int | None:
    """The first boundary after the start, counted from the anchor (which may be still to come)."""
    reset = item.reset
    if reset is None or item.unlimited or reset.interval == "one_off":
        return None
    if features[item.feature_id].type == "boolean":
        return None
    anchor = start.at if start.anchor is None else start.anchor
    return cycle_at(anchor, reset.interval, reset.interval_count, at=start.first_boundary_after)[1]
