"""What attaching a plan means for the plans that are there (reference: billing, how attach decides).

Invariant: one scope (the customer, or one entity) has at most one active main recurring plan per group.
"""

from autumn_mock.domain.cycles import cycle_at
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.periods import minutes_of
from autumn_mock.domain.plans import is_free, is_one_off
from autumn_mock.domain.pricing import (
    is_paid_recurring,
    longest_interval,
    monthly_amount,
    plan_prices,
)
from autumn_mock.domain.records import Entity, Plan, Subscription
from autumn_mock.domain.subscriptions import COUNTING, SCHEDULED

STRIPE_CHECKOUT, AUTUMN_CHECKOUT = "stripe_checkout", "autumn_checkout"
ALWAYS, IF_REQUIRED, NEVER = "always", "if_required", "never"


def plan_of(row: Subscription, holdings: Holdings) -> Plan:
    """The plan as this customer has it: a customised row has prices and items of its own."""
    plan = holdings.plans[row.plan]
    return plan.but(price=row.price, items=row.items) if row.custom else plan


def replaces(plan: Plan) -> bool:
    """Whether the plan takes the place of another: add-ons and one-off plans never do."""
    return not plan.add_on and not is_one_off(plan)


def current_row(holdings: Holdings, plan: Plan, entity: Entity | None) -> Subscription | None:
    """The running main plan of the same group and scope."""
    return _row_of_group(holdings, plan, entity, COUNTING)


def scheduled_row(holdings: Holdings, plan: Plan, entity: Entity | None) -> Subscription | None:
    """The main plan of the same group and scope that is to come."""
    return _row_of_group(holdings, plan, entity, frozenset({SCHEDULED}))


def _row_of_group(
    holdings: Holdings, plan: Plan, entity: Entity | None, statuses: frozenset[str]
) -> Subscription | None:
    if not replaces(plan):
        return None
    scope = entity.internal_id if entity else None
    for row in holdings.subscriptions:
        if row.status in statuses and row.entity == scope:
            other = plan_of(row, holdings)
            if other.group == plan.group and replaces(other):
                return row
    return None


def is_upgrade(current: Plan, new: Plan) -> bool:
    """Whether a change from `current` to `new` happens at once rather than at the end of the cycle."""
    if is_free(current) and not is_free(new):
        return True
    if not is_free(current) and is_free(new):
        return False
    if is_one_off(current) or is_one_off(new):
        return True
    if all(price.usage_based for price in (*plan_prices(current), *plan_prices(new))):
        return True
    if _length(new) > _length(current):
        return True
    return monthly_amount(new) >= monthly_amount(current)


def _length(plan: Plan) -> int:
    interval = longest_interval(plan)
    return minutes_of(*interval) if interval else 0


def end_of_cycle(row: Subscription, plan: Plan, *, now: int) -> int | None:
    """When the running cycle of a row ends: with its trial, else with its longest interval."""
    if row.trial_ends_at is not None and row.trial_ends_at > now:
        return row.trial_ends_at
    interval = longest_interval(plan)
    if interval is None:
        return None
    anchor = row.started_at if row.billing_cycle_anchor is None else row.billing_cycle_anchor
    return cycle_at(anchor, *interval, at=now)[1]


def shared_subscription(holdings: Holdings, current: Subscription | None, entity: Entity | None) -> str | None:
    """The Stripe subscription that a paid plan joins: the current row's, else one of the same
    entity, else any active one."""
    if current is not None and current.stripe_subscription_id:
        return current.stripe_subscription_id
    scope = entity.internal_id if entity else None
    running = [row for row in holdings.subscriptions if row.status in COUNTING and row.stripe_subscription_id]
    running.sort(key=lambda row: row.entity != scope)
    return running[0].stripe_subscription_id if running else None


def checkout_for(
    plan: Plan, *, redirect: str, has_card: bool, has_subscription: bool, card_free_trial: bool
) -> str | None:
    """Which page has to be paid before the plan begins; None when it begins at once."""
    if redirect == NEVER:
        return None
    one_off = is_one_off(plan)
    first_recurring = is_paid_recurring(plan) and not has_subscription
    if not has_card and (one_off or (first_recurring and not card_free_trial)):
        return STRIPE_CHECKOUT
    if not has_card and first_recurring:
        return None
    if redirect == ALWAYS:
        return STRIPE_CHECKOUT if one_off or first_recurring else AUTUMN_CHECKOUT
    return None
