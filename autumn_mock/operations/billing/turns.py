"""Plans taking their turns as time passes: ends, trial ends, renewals, starts (reference: billing, time).

All turns of a customer in one second are taken together, so that what is billed by one Stripe
subscription comes on one invoice. Invariant: every turn taken leaves the plan with a later one, or none.
"""

from collections import defaultdict

from autumn_mock.domain.cycles import whole_second
from autumn_mock.domain.default_plans import default_plans
from autumn_mock.domain.invoice_lines import Line, invoice_lines
from autumn_mock.domain.periods import SECOND
from autumn_mock.domain.plan_changes import current_row, replaces, scheduled_row
from autumn_mock.domain.plans import has_prices
from autumn_mock.domain.pricing import PREPAID, is_paid_recurring
from autumn_mock.domain.records import Customer, InvoiceLine, Plan, Subscription
from autumn_mock.domain.subscriptions import ACTIVE, EXPIRED, Start, start_row
from autumn_mock.domain.turns import PAUSED, Turn, next_turn
from autumn_mock.operations.billing.enable import enable_plans
from autumn_mock.operations.billing.renewal import (
    arrears_of,
    begin_period,
    plan_of,
    refresh_periods,
    renew,
    restart,
    rows_of,
)
from autumn_mock.operations.billing.rows import end_plan, put_plan
from autumn_mock.operations.loading import load_holdings
from autumn_mock.stripe.cards import default_card
from autumn_mock.stripe.subscriptions import begin_subscription
from autumn_mock.world import World

Bill = dict[str, list[InvoiceLine]]
"""Lines by the Stripe subscription that bills them."""


def take_turns(world: World, customer_key: str, *, at: int) -> Bill:
    """Take every turn that plans of a customer have in the second of `at`; answers what they charge,
    for every Stripe subscription that had one."""
    customer = world.store.customers.must(customer_key)
    bill: Bill = defaultdict(list)
    take = {Turn.END: _end, Turn.TRIAL_END: _end_trial, Turn.RENEWAL: _renew, Turn.START: _start}
    for turn in Turn:
        for found in world.store.subscriptions.find("customer", customer_key):
            coming = next_turn(found)
            if coming is not None and coming[1] == turn and coming[0] < whole_second(at) + SECOND:
                lines = take[turn](world, customer, found, coming[0])
                billed_by = world.store.subscriptions.must(found.id).stripe_subscription_id
                if billed_by is not None:
                    bill[billed_by].extend(invoice_lines(lines, found.id))
    for billed_by in bill:
        refresh_periods(world, billed_by, at=at)
    return bill


def _renew(world: World, customer: Customer, subscription: Subscription, at: int) -> list[Line]:
    return renew(world, subscription, at=at)


def _end(world: World, customer: Customer, subscription: Subscription, at: int) -> list[Line]:
    """A plan is over; a last invoice bills its use beyond the grants, but that of a trial."""
    in_trial = subscription.trial_ends_at is not None and not subscription.trial_ended
    owed = [] if in_trial else arrears_of(world, subscription, at=at, all_prices=True)
    finish(world, customer, subscription, at=at)
    return owed


def _end_trial(world: World, customer: Customer, subscription: Subscription, at: int) -> list[Line]:
    """A trial becomes paid where there is a card; else the plan is over, as every free one's is."""
    plan = plan_of(world, subscription)
    has_card = default_card(world.store, customer) is not None
    if not is_paid_recurring(plan) or not has_card or _paused_by(world, subscription, plan):
        finish(world, customer, subscription, at=at)
        return []
    begun = subscription.but(trial_ended=True, billing_cycle_anchor=whole_second(at))
    world.store.subscriptions.put(begun)
    billed_by = subscription.stripe_subscription_id
    if billed_by is None:
        return []
    shared = world.store.stripe_subscriptions.must(billed_by)
    running = shared.but(status=ACTIVE, trial_ends_at=None, anchor=whole_second(at))
    world.store.stripe_subscriptions.put(running)
    for row in rows_of(world, subscription):
        if row.price is not None and row.price.billing_method == PREPAID:
            restart(world, row, begun, at=at)
    return begin_period(world, begun, plan, at=at)


def _start(world: World, customer: Customer, subscription: Subscription, at: int) -> list[Line]:
    """A plan that was to come begins: what runs in its place makes room, its balances are full."""
    store = world.store
    entity = store.entities.get(subscription.entity) if subscription.entity else None
    holdings = load_holdings(world, customer, entity)
    plan = plan_of(world, subscription)
    running = current_row(holdings, plan, entity)
    if running is not None:
        end_plan(world, running, at=at)
    begun = subscription.but(status=ACTIVE)
    paid = is_paid_recurring(plan)
    if paid and begun.stripe_subscription_id is None and customer.stripe_id is not None:
        made = begin_subscription(store, world.ids, customer, trial_ends_at=None, now=at)
        begun = begun.but(stripe_subscription_id=made.id, billing_cycle_anchor=made.anchor)
    start = Start(
        customer=customer, entity=entity, entities=holdings.entities, at=at,
        anchor=begun.billing_cycle_anchor,
    )  # fmt: skip
    rows = [
        start_row(item, plan, begun, store.features.records, start, world.make_id("cus_ent_"))
        for item in plan.items
        if item.feature_id in store.features
    ]
    put_plan(world, customer, begun, rows)
    if not paid or begun.stripe_subscription_id is None:
        return []
    return begin_period(world, begun, plan, at=at)


def finish(world: World, customer: Customer, subscription: Subscription, *, at: int) -> None:
    """End a plan, what bills it alone, and let another take its place."""
    plan = plan_of(world, subscription)
    paused = _paused_by(world, subscription, plan)
    end_plan(world, subscription, at=at)
    _close_billing(world, subscription)
    if paused is not None:
        world.store.subscriptions.put(paused.but(status=ACTIVE))
    elif replaces(plan) and subscription.entity is None:
        _enable_default(world, customer, plan)


def _close_billing(world: World, subscription: Subscription) -> None:
    """Cancel a Stripe subscription that bills nothing any more."""
    store, billed_by = world.store, subscription.stripe_subscription_id
    if billed_by is None or billed_by not in store.stripe_subscriptions:
        return
    others = store.subscriptions.find("customer", subscription.customer)
    if not any(s.stripe_subscription_id == billed_by and s.status != EXPIRED for s in others):
        store.stripe_subscriptions.put(store.stripe_subscriptions.must(billed_by).but(status="canceled"))


def _paused_by(world: World, subscription: Subscription, plan: Plan) -> Subscription | None:
    """The plan that waits for this one's trial to end."""
    for other in world.store.subscriptions.find("customer", subscription.customer):
        same_scope = other.status == PAUSED and other.entity == subscription.entity
        if same_scope and world.store.plans.must(other.plan).group == plan.group:
            return other
    return None


def _enable_default(world: World, customer: Customer, ended: Plan) -> None:
    """The free default plan of the group, unless another main plan of it runs or is to come."""
    holdings = load_holdings(world, customer)
    if current_row(holdings, ended, None) or scheduled_row(holdings, ended, None):
        return
    free = [plan for plan in world.store.plans if not has_prices(plan) and plan.id != ended.id]
    enable_plans(world, customer, default_plans(free, {"default_group": ended.group}))
