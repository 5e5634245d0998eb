"""What attaching a plan means for the plans that are there (reference: billing, how attach decides).

Invariant: one scope (the customer, or one entity) has at most one active main recurring plan per group.
"""

from autumn_mock.domain.billing.cycles import cycle_at
from autumn_mock.domain.billing.subscriptions import COUNTING, SCHEDULED
from autumn_mock.domain.billing.turns import PAUSED
from autumn_mock.domain.catalog.plans import is_one_off
from autumn_mock.domain.catalog.pricing import is_paid_recurring, longest_interval
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.periods import SECOND
from autumn_mock.domain.records import Entity, Plan, Subscription

STRIPE_CHECKOUT, AUTUMN_CHECKOUT = "stripe_checkout", "autumn_checkout"
ALWAYS, IF_REQUIRED, NEVER = "always", "if_required", "never"


def replaces(plan: Plan) -> bool:
    """Whether the plan takes the place of another: add-ons and one-off plans never do."""
    return not plan.add_on and not is_one_off(plan)


def current_row(holdings: Holdings, plan: Plan, entity: Entity | None) -> Subscription | None:
    """The running main plan of the same group and scope."""
    return _row_of_group(holdings, plan, entity, COUNTING)


def scheduled_row(holdings: Holdings, plan: Plan, entity: Entity | None) -> Subscription | None:
    """The main plan of the same group and scope that is to come."""
    return _row_of_group(holdings, plan, entity, frozenset({SCHEDULED}))


def paused_row(holdings: Holdings, plan: Plan, entity: Entity | None) -> Subscription | None:
    """The main plan of the same group and scope that waits for a trial to end."""
    return _row_of_group(holdings, plan, entity, frozenset({PAUSED}))


def _row_of_group(
    holdings: Holdings, plan: Plan, entity: Entity | None, statuses: frozenset[str]
) -> Subscription | None:
    if not replaces(plan):
        return None
    scope = entity.internal_id if entity else None
    for row in holdings.subscriptions:
        if row.status in statuses and row.entity == scope:
            other = holdings.plan_of(row)
            if other.group == plan.group and replaces(other):
                return row
    return None


def end_of_cycle(row: Subscription, plan: Plan, *, now: int) -> int | None:
    """When the running cycle of a row ends: with its trial, else with its longest interval."""
    if is_in_trial(row, now=now):
        return row.trial_ends_at
    interval = longest_interval(plan)
    return None if interval is None else cycle_at(row_anchor(row), *interval, at=now)[1]


def is_in_trial(row: Subscription, *, now: int) -> bool:
    return row.trial_ends_at is not None and not row.trial_ended and row.trial_ends_at > now


def row_anchor(row: Subscription, shared: int | None = None) -> int:
    """Where the cycles of a row are counted from: its own milliseconds where the anchor (that of its
    Stripe subscription, in whole seconds) is as good as its start."""
    anchor = row.billing_cycle_anchor if shared is None else shared
    if anchor is None or abs(anchor - row.started_at) < SECOND:
        return row.started_at
    return anchor


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
