"""Writing a customer's plans with their rows: putting one, ending one, forgetting one.

Invariant: an ended or forgotten plan has no rows, and no pool holds what it brought.
"""

from collections.abc import Iterable

from autumn_mock.domain.balances import pools
from autumn_mock.domain.billing.subscriptions import ACTIVE, COUNTING, EXPIRED, PAST_DUE
from autumn_mock.domain.records import Balance, Customer, StripeSubscription, Subscription
from autumn_mock.world import World


def standing(world: World, row: Subscription) -> Subscription:
    """A running plan as what bills it stands, now that a payment may have changed that."""
    shared = world.store.stripe_subscriptions.get(row.stripe_subscription_id or "")
    if shared is None or row.status not in COUNTING:
        return row
    return row.but(status=PAST_DUE if shared.status == PAST_DUE else ACTIVE)


def put_plan(world: World, customer: Customer, row: Subscription, rows: Iterable[Balance]) -> None:
    """Write a started plan: pooled rows of an entity's plan feed the customer's pool."""
    store = world.store
    store.subscriptions.put(standing(world, row))
    for balance in rows:
        store.balances.put(balance)
        if not balance.pooled:
            continue
        pool = pools.pool_of(balance, store.balances.find("customer", customer.internal_id))
        store.balances.put(pools.fed(pool, balance, customer, world.make_id("cus_ent_"), now=world.now()))


def put_scheduled(world: World, row: Subscription, joins: StripeSubscription | None) -> None:
    """Write a plan that is to come: no balances yet. It shows the trial that it waits for."""
    if joins is not None and joins.status == "trialing":
        row = row.but(trial_ends_at=joins.trial_ends_at, trial_ended=True)
    world.store.subscriptions.put(row)


def end_plan(world: World, row: Subscription, *, at: int, keeps_seats: bool = False) -> None:
    """The plan is over: its rows count no more, and what it brought into pools is gone. The seats of its
    licences end with it, unless they are to be taken over."""
    store = world.store
    store.subscriptions.put(row.but(status=EXPIRED, ended_at=at, canceled_at=row.canceled_at or at))
    for balance in store.balances.find("customer", row.customer):
        if balance.subscription == row.id:
            leave_pool(world, balance)
            store.balances.delete(balance.id)
    if not keeps_seats:
        for seat in seats_under(world, row):
            end_plan(world, seat, at=at)


def seats_under(world: World, parent: Subscription) -> list[Subscription]:
    """All seats of the licences of a plan, held or free."""
    if parent.parent is not None:
        return []
    rows = world.store.subscriptions.find("customer", parent.customer)
    return [row for row in rows if row.parent == parent.id and row.status != EXPIRED]


def delete_plan(world: World, row: Subscription) -> None:
    """Forget a plan that never began."""
    store = world.store
    for balance in store.balances.find("customer", row.customer):
        if balance.subscription == row.id:
            store.balances.delete(balance.id)
    store.subscriptions.delete(row.id)


def leave_pool(world: World, source: Balance) -> None:
    """What a pooled row brought into the customer's pool is gone."""
    if not source.pooled:
        return
    store = world.store
    pool = pools.pool_of(source, store.balances.find("customer", source.customer))
    if pool is None:
        return
    left = pools.without(pool, source)
    if left is None:
        store.balances.delete(pool.id)
    else:
        store.balances.put(left)
