"""Plans that begin by themselves: one that was scheduled, or the default plan of a group (reference:
billing, scheduled rows).

Invariant: what was held (seats) is held on, and what is left of units that were paid once stays;
everything else begins full.
"""

from autumn_mock.domain.billing.carry_over import NOTHING, carried, leftovers
from autumn_mock.domain.billing.plan_changes import current_row, scheduled_row
from autumn_mock.domain.billing.subscriptions import ACTIVE, Start, start_plan, start_row
from autumn_mock.domain.catalog.plans import has_prices
from autumn_mock.domain.catalog.pricing import is_paid_recurring
from autumn_mock.domain.customers.default_plans import default_plans
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.periods import SECOND
from autumn_mock.domain.records import Balance, Customer, Plan, Subscription
from autumn_mock.operations.billing.rows import put_plan
from autumn_mock.operations.loading import load_holdings
from autumn_mock.stripe.subscriptions import begin_subscription
from autumn_mock.world import World


def begin_scheduled(
    world: World, holdings: Holdings, subscription: Subscription, old: list[Balance], *, at: int
) -> Subscription:
    """Start a plan that was to come, `old` being the rows of what it replaces. A paid one is billed
    by a Stripe subscription from now on."""
    store, customer = world.store, holdings.customer
    plan = holdings.plan_of(subscription)
    begun = subscription.but(status=ACTIVE, trial_ends_at=None, trial_ended=False, brings=())
    alone = begun.stripe_subscription_id is None and not begun.unbilled
    if is_paid_recurring(plan) and alone and customer.stripe_id is not None:
        made = begin_subscription(store, world.ids, customer, trial_ends_at=None, now=at)
        begun = begun.but(stripe_subscription_id=made.id, billing_cycle_anchor=made.anchor)
    start = Start(
        customer=customer, entity=holdings.entity, entities=holdings.entities, at=at,
        anchor=begun.billing_cycle_anchor or _shared_anchor(world, begun, at),
    )  # fmt: skip
    fresh = [
        start_row(item, plan, begun, holdings.features, start, world.make_id("cus_ent_"))
        for item in plan.items
        if item.feature_id in holdings.features
    ]
    rows = carried(fresh, old, holdings.features, NOTHING)
    rows += leftovers(old, holdings.features, NOTHING, world.make_id, now=at)
    put_plan(world, customer, begun, rows)
    return begun


def _shared_anchor(world: World, begun: Subscription, at: int) -> int | None:
    """Where what bills the plan counts its cycles from, with the milliseconds of the start; None where
    the plan begins a cycle of its own."""
    shared = world.store.stripe_subscriptions.get(begun.stripe_subscription_id or "")
    if shared is None or begun.moves_anchor or shared.status == "trialing":
        return None
    return shared.anchor + at % SECOND


def begin_default(world: World, customer: Customer, ended: Plan, old: list[Balance], *, at: int) -> None:
    """Start the free default plan of a group, unless another main plan of it runs or is to come."""
    holdings = load_holdings(world, customer)
    if current_row(holdings, ended, None) or scheduled_row(holdings, ended, None):
        return
    free = [plan for plan in world.store.plans if not has_prices(plan) and plan.id != ended.id]
    for plan in default_plans(free, {"default_group": ended.group}):
        start = Start(customer=customer, entities=holdings.entities, at=at)
        row, fresh = start_plan(plan, holdings.features, start, world.make_id)
        put_plan(world, customer, row, carried(fresh, old, holdings.features, NOTHING))
