"""Plans taking their turns as time passes: ends, trial ends, renewals, starts (reference: billing, time).

All turns of a customer in one second are taken together, so that what is billed by one Stripe
subscription comes on one invoice. Invariant: every turn taken leaves the plan with a later one, or none.
"""

from collections import defaultdict

from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.discounts import starting
from autumn_mock.domain.billing.invoice_lines import Line, of_row
from autumn_mock.domain.billing.plan_changes import current_row, paused_row, replaces, scheduled_row
from autumn_mock.domain.billing.subscriptions import ACTIVE
from autumn_mock.domain.billing.turns import Turn, is_in_trial, next_turn
from autumn_mock.domain.billing.waiting_lines import waiting
from autumn_mock.domain.catalog.pricing import PREPAID, is_paid_recurring
from autumn_mock.domain.periods import SECOND
from autumn_mock.domain.records import Balance, Customer, Plan, Subscription
from autumn_mock.operations.billing.discounts import give
from autumn_mock.operations.billing.renewals.beginnings import begin_default, begin_scheduled
from autumn_mock.operations.billing.renewals.moved_cycles import move_cycle
from autumn_mock.operations.billing.renewals.renewal import (
    begin_period,
    plan_of,
    refresh_periods,
    renew,
    reset_free_rows,
    restart,
    rows_of,
    unused,
    used_up,
    with_waiting_quantities,
)
from autumn_mock.operations.billing.renewals.seats import owed_by_seats
from autumn_mock.operations.billing.rows import end_plan, seats_under
from autumn_mock.operations.licenses.seats import take_over
from autumn_mock.operations.loading import load_holdings
from autumn_mock.stripe.cards import default_card
from autumn_mock.stripe.subscriptions import close_subscription, move_subscription
from autumn_mock.world import World

Bill = dict[str, list[Line]]
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
                take[turn](world, customer, found, coming[0], bill)
    for billed_by in bill:
        refresh_periods(world, billed_by, at=at)
    return bill


def _note(bill: Bill, subscription: Subscription, lines: list[Line]) -> None:
    billed_by = subscription.stripe_subscription_id
    if billed_by is not None:
        bill[billed_by].extend(of_row(lines, subscription.id))


def _renew(world: World, customer: Customer, subscription: Subscription, at: int, bill: Bill) -> None:
    _note(bill, subscription, renew(world, subscription, at=at))


def _end(world: World, customer: Customer, subscription: Subscription, at: int, bill: Bill) -> None:
    """A plan is over. What begins in its place at the same time ends it, to hold on what it holds."""
    if not _is_followed(world, customer, subscription, at):
        _note(bill, subscription, _owed(world, subscription, at))
        _note(bill, subscription, owed_by_seats(world, subscription, None, at=at))
        finish(world, customer, subscription, at=at)


def _end_trial(world: World, customer: Customer, subscription: Subscription, at: int, bill: Bill) -> None:
    """A trial becomes paid where there is a card; else the plan is over, as every free one's is."""
    plan = plan_of(world, subscription)
    has_card = _can_pay(world, customer)
    if not is_paid_recurring(plan) or not has_card or _paused_by(world, customer, subscription, plan):
        finish(world, customer, subscription, at=at)
        return
    begun = subscription.but(trial_ended=True, billing_cycle_anchor=whole_second(at))
    world.store.subscriptions.put(begun)
    if not _is_billed(world, begun):
        return
    _end_billed_trial(world, begun, at)
    begun = with_waiting_quantities(world, begun)
    reset_free_rows(world, begun, at)
    for row in rows_of(world, subscription):
        if row.price is not None and row.price.billing_method == PREPAID:
            restart(world, row, begun, at=at)
    _note(bill, begun, begin_period(world, begun, plan, at=at))


def _start(world: World, customer: Customer, subscription: Subscription, at: int, bill: Bill) -> None:
    """A plan that was to come begins, and what runs in its place makes room."""
    store = world.store
    entity = store.entities.get(subscription.entity) if subscription.entity else None
    holdings = load_holdings(world, customer, entity)
    plan = plan_of(world, subscription)
    running = current_row(holdings, plan, entity)
    old: list[Balance] = []
    seats: list[Subscription] = []
    if running is not None:
        old, seats = rows_of(world, running), seats_under(world, running)
        _note(bill, running, _making_room(world, running, subscription, at))
        _note(bill, running, owed_by_seats(world, running, plan, at=at))
        end_plan(world, running, at=at, keeps_seats=True)
        subscription = subscription.but(imported=running.imported)
    if (paused := paused_row(holdings, plan, entity)) is not None:
        _note(bill, paused, _making_room(world, paused, subscription, at))
        end_plan(world, paused, at=at)
    begun = begin_scheduled(world, holdings, subscription, old, at=at)
    take_over(world, holdings, seats, begun)
    brought = [starting(each, at) for each in subscription.brings]
    give(world, customer, begun.stripe_subscription_id, brought)
    if running is not None:
        close_subscription(store, running)
    if not is_paid_recurring(plan) or not _is_billed(world, begun):
        return
    if _end_billed_trial(world, begun, at) and not _can_pay(world, customer):
        finish(world, customer, begun, at=at)
    else:
        for row, lines in move_cycle(world, begun, at=at) if begun.moves_anchor else ():
            _note(bill, row, lines)
        _note(bill, begun, begin_period(world, begun, plan, at=at, begins=_bills_change(subscription)))


def _bills_change(comes: Subscription) -> bool:
    """Whether its start is billed wherever it falls in a cycle: always where it begins one."""
    return comes.prorates or comes.moves_anchor or comes.stripe_subscription_id is None


def _making_room(world: World, running: Subscription, comes: Subscription, at: int) -> list[Line]:
    """What a plan gives back and owes that another one replaces; without prorations only what would be
    due then without it."""
    if _bills_change(comes):
        return unused(world, running, at=at) + _owed(world, running, at)
    return _owed(world, running, at, all_prices=False)


def finish(world: World, customer: Customer, subscription: Subscription, *, at: int) -> None:
    """End a plan and what bills it alone; a paused plan goes on, or a default plan begins."""
    plan = plan_of(world, subscription)
    paused = _paused_by(world, customer, subscription, plan)
    old = rows_of(world, subscription)
    end_plan(world, subscription, at=at)
    close_subscription(world.store, subscription)
    if paused is not None:
        world.store.subscriptions.put(paused.but(status=ACTIVE))
    elif replaces(plan) and subscription.entity is None:
        begin_default(world, customer, plan, old, at=at)


def _owed(world: World, subscription: Subscription, at: int, *, all_prices: bool = True) -> list[Line]:
    """What waited for its next invoice, and the use beyond the grants, that a last invoice bills: not
    that of a trial, and not what is held."""
    if is_in_trial(subscription):
        return []
    return waiting(subscription, ends_at=at) + used_up(world, subscription, at=at, all_prices=all_prices)


def _is_followed(world: World, customer: Customer, subscription: Subscription, at: int) -> bool:
    """Another plan begins in its place in this very second. Of several imported plans it replaces one."""
    entity = world.store.entities.get(subscription.entity) if subscription.entity else None
    holdings, plan = load_holdings(world, customer, entity), plan_of(world, subscription)
    replaced, follower = current_row(holdings, plan, entity), scheduled_row(holdings, plan, entity)
    if replaced is None or replaced.id != subscription.id:
        return False
    coming = next_turn(follower) if follower is not None else None
    return coming is not None and coming[1] == Turn.START and coming[0] < whole_second(at) + SECOND


def _can_pay(world: World, customer: Customer) -> bool:
    return world.rehearses or default_card(world.store, customer) is not None


def _is_billed(world: World, subscription: Subscription) -> bool:
    return (subscription.stripe_subscription_id or "") in world.store.stripe_subscriptions


def _end_billed_trial(world: World, subscription: Subscription, at: int) -> bool:
    """Count the periods of its Stripe subscription from the trial's end; whether it was in trial."""
    shared = world.store.stripe_subscriptions.must(subscription.stripe_subscription_id or "")
    if shared.status != "trialing":
        return False
    move_subscription(world.store, shared, trial_ends_at=None, now=at)
    return True


def _paused_by(world: World, customer: Customer, subscription: Subscription, plan: Plan) -> Subscription | None:
    """The plan that waits for this one's trial to end."""
    entity = world.store.entities.get(subscription.entity) if subscription.entity else None
    return paused_row(load_holdings(world, customer, entity), plan, entity)
