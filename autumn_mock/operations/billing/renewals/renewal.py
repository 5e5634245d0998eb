"""Periods of paid plans: what one charges as it begins, and which balances begin anew with it
(reference: billing, renewal of a subscription).

Invariant: a period begins once, whether or not its invoice is paid.
"""

from decimal import Decimal

from autumn_mock.domain.balances.resets import reset_by_renewal, reset_row, reset_up_to
from autumn_mock.domain.billing.arrears import arrears
from autumn_mock.domain.billing.credits import credits, ending
from autumn_mock.domain.billing.cycles import cycle_at, running_period, whole_second
from autumn_mock.domain.billing.invoice_lines import Line, charges
from autumn_mock.domain.billing.quantities import with_units
from autumn_mock.domain.billing.subscriptions import COUNTING, Start
from autumn_mock.domain.billing.turns import is_in_trial
from autumn_mock.domain.billing.waiting_lines import waiting
from autumn_mock.domain.catalog.pricing import plan_prices, shortest_interval
from autumn_mock.domain.controls.limits_in_force import skips_overage_billing
from autumn_mock.domain.licenses.plans_had import plan_had
from autumn_mock.domain.periods import SECOND, minutes_of, next_boundary
from autumn_mock.domain.records import (
    Balance,
    BasePrice,
    ItemPrice,
    Plan,
    StripeSubscription,
    Subscription,
)
from autumn_mock.operations.billing.rows import seats_under
from autumn_mock.operations.loading import load_holdings
from autumn_mock.world import World


def renew(world: World, subscription: Subscription, *, at: int) -> list[Line]:
    """Begin the next period of a plan; answers what it charges: the use beyond the grants of the
    period that is over, that of its seats too, then what is paid in advance. What waited for this
    invoice comes first. Lower prepaid quantities that waited for it are the plan's from now on.
    """
    subscription = with_waiting_quantities(world, subscription)
    plan = plan_of(world, subscription)
    owed = waiting(subscription)
    subscription = subscription.but(waiting_lines=())
    for each in (subscription, *seats_under(world, subscription)):
        owed += arrears_of(world, each, at=at)
        restart_priced(world, each, at=at)
        reset_free_rows(world, each, at)
    return owed + begin_period(world, subscription, plan, at=at)


def with_waiting_quantities(world: World, subscription: Subscription) -> Subscription:
    """The plan with the quantities that waited for a cycle to begin. Writes it and its balances."""
    waiting = subscription.next_quantities
    if not waiting:
        return subscription
    for row in rows_of(world, subscription):
        if row.feature_id in waiting and row.price is not None:
            world.store.balances.put(with_units(row, waiting[row.feature_id]))
    quantities = {**subscription.feature_quantities, **waiting}
    renewed = subscription.but(feature_quantities=quantities, next_quantities={})
    world.store.subscriptions.put(renewed)
    return renewed


def begin_period(
    world: World, subscription: Subscription, plan: Plan, *, at: int, begins: bool = False
) -> list[Line]:
    """Show the period that begins at `at`; answers what is paid for it in advance. A plan that `begins`
    within a period pays for the rest of it."""
    anchor = anchor_of(world, subscription)
    period = running_period(plan, anchor, at=whole_second(at))
    world.store.subscriptions.put(
        subscription.but(
            billing_cycle_anchor=anchor,
            current_period_start=period[0] if period else None,
            current_period_end=period[1] if period else None,
            renews_at=None,
        )
    )
    charged = plan if begins else _what_begins(plan, anchor, at)
    return charges(charged, world.store.features.records, start_of(world, subscription, at))


def running_prices(world: World, subscription: Subscription, *, at: int) -> Plan:
    """A plan with those of its prices alone whose period does not just begin."""
    plan = plan_of(world, subscription)
    over = {price.id for price in plan_prices(_what_begins(plan, anchor_of(world, subscription), at))}
    return plan.but(
        price=plan.price if plan.price and plan.price.id not in over else None,
        items=tuple(item for item in plan.items if item.price and item.price.id not in over),
        seats=(),
    )


def unused(world: World, subscription: Subscription, *, at: int) -> list[Line]:
    """What a plan gives back that another one replaces within a period; nothing at its boundary."""
    if not subscription.stripe_subscription_id or is_in_trial(subscription):
        return []
    running = running_prices(world, subscription, at=at)
    invoices = world.store.invoices.find("customer", subscription.customer)
    start = start_of(world, subscription, at)
    return credits(ending(subscription, running, start, world.store.features.records, invoices))


def refresh_periods(world: World, billed_by: str, *, at: int) -> None:
    """Show the period that a Stripe subscription is in at all plans that it bills: that of its
    shortest price."""
    shared = world.store.stripe_subscriptions.get(billed_by)
    if shared is None or shared.status == "trialing":
        return
    together = plans_billed_by(world, shared)
    intervals = [found for each in together if (found := shortest_interval(plan_of(world, each)))]
    if not intervals:
        return
    shortest = min(intervals, key=lambda each: minutes_of(*each))
    start, end = cycle_at(shared.anchor, *shortest, at=whole_second(at))
    start = max(start, shared.period_start or start)
    for each in together:
        world.store.subscriptions.put(
            each.but(current_period_start=start, current_period_end=end, renews_at=None)
        )


def plans_billed_by(world: World, shared: StripeSubscription) -> list[Subscription]:
    """The running plans of a Stripe subscription."""
    plans = world.store.subscriptions.find("customer", shared.customer)
    return [plan for plan in plans if plan.stripe_subscription_id == shared.id and plan.status in COUNTING]


def arrears_of(world: World, subscription: Subscription, *, at: int, all_prices: bool = False) -> list[Line]:
    """What was used beyond the grants, of prices whose period ends at `at` (or of all of them); also
    where that is nothing."""
    plan = plan_of(world, subscription)
    rows = rows_of(world, subscription) if all_prices else _priced_rows(world, subscription, at)
    store, started = world.store, _period_start(world, subscription)
    entity = store.entities.get(subscription.entity) if subscription.entity else None
    holdings = load_holdings(world, store.customers.must(subscription.customer), entity)
    billed = [row for row in rows if not skips_overage_billing(holdings, row.feature_id, now=at)]
    period = (started, at)
    return arrears(plan, billed, store.features.records, period, entity=entity, unused_too=True)


def _period_start(world: World, subscription: Subscription) -> int:
    """When the period began that is billed; a seat is billed with its plan."""
    if subscription.parent is not None:
        return _period_start(world, world.store.subscriptions.must(subscription.parent))
    return subscription.current_period_start or subscription.started_at


def used_up(world: World, subscription: Subscription, *, at: int, all_prices: bool) -> list[Line]:
    """Of `arrears_of` what is used up: what is held goes on being held."""
    lines = arrears_of(world, subscription, at=at, all_prices=all_prices)
    return [line for line in lines if world.store.features.must(line.feature_id or "").consumable]


def restart_priced(world: World, subscription: Subscription, *, at: int) -> None:
    """Reset the balances whose price begins a period at `at`."""
    for row in _priced_rows(world, subscription, at):
        restart(world, row, subscription, at=at)


def restart(world: World, row: Balance, subscription: Subscription, *, at: int) -> None:
    """Reset a priced balance with its renewal; seats have no reset and keep what is taken."""
    if row.reset is None or row.next_reset_at is None or not reset_by_renewal(row):
        return
    fresh = reset_row(row, at=row.next_reset_at, make_id=world.make_id)
    boundary = next_boundary(anchor_of(world, subscription), row.reset.interval, row.reset.interval_count, at)
    world.store.balances.put(fresh.but(next_reset_at=boundary))


def reset_free_rows(world: World, subscription: Subscription, at: int) -> None:
    """Free grants that begin anew in the second of the renewal do so whether or not it is paid."""
    end = whole_second(at) + SECOND - 1
    for row in rows_of(world, subscription):
        fresh = reset_up_to(row, now=end, make_id=world.make_id)
        if fresh is not row:
            world.store.balances.put(fresh)


def plan_of(world: World, subscription: Subscription) -> Plan:
    """The plan as the customer has it: its own copy when it was customised, with its seats."""
    return plan_had(subscription, world.store.plans.records)


def rows_of(world: World, subscription: Subscription) -> list[Balance]:
    rows = world.store.balances.find("customer", subscription.customer)
    return [row for row in rows if row.subscription == subscription.id]


def anchor_of(world: World, subscription: Subscription) -> int:
    """Where the periods of a plan are counted from, in whole seconds."""
    if subscription.parent is not None:
        return anchor_of(world, world.store.subscriptions.must(subscription.parent))
    billed_by = subscription.stripe_subscription_id
    shared = world.store.stripe_subscriptions.get(billed_by) if billed_by else None
    if shared is not None:
        return shared.anchor
    return whole_second(subscription.billing_cycle_anchor or subscription.started_at)


def _priced_rows(world: World, subscription: Subscription, at: int) -> list[Balance]:
    """Rows whose price begins a period at `at`."""
    anchor = anchor_of(world, subscription)
    return [row for row in rows_of(world, subscription) if row.price and _begins(row.price, anchor, at)]


def _begins(price: BasePrice | ItemPrice, anchor: int, at: int) -> bool:
    if price.interval == "one_off":
        return False
    second = whole_second(at)
    return cycle_at(anchor, price.interval, price.interval_count, at=second)[0] == second


def _what_begins(plan: Plan, anchor: int, at: int) -> Plan:
    """The plan with only those prices whose period begins at `at`."""
    base = plan.price if plan.price and _begins(plan.price, anchor, at) else None
    items = tuple(item for item in plan.items if item.price and _begins(item.price, anchor, at))
    seats = tuple(each for each in plan.seats if each.price and _begins(each.price, anchor, at))
    return plan.but(price=base, items=items, seats=seats)


def start_of(world: World, subscription: Subscription, at: int) -> Start:
    entity = world.store.entities.get(subscription.entity) if subscription.entity else None
    quantities: dict[str, Decimal] = dict(subscription.feature_quantities)
    return Start(
        customer=world.store.customers.must(subscription.customer),
        entity=entity,
        at=whole_second(at),
        anchor=anchor_of(world, subscription),
        quantity=subscription.quantity,
        feature_quantities=quantities,
    )
