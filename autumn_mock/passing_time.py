"""What falls due as time passes, walked in order: resets, starts and ends of plans, trials, locks.

`settle` is called before every operation, so it does not matter whether the machine's clock moved
between two requests or a test jumped a year. Invariant: everything happens as of its own instant,
and what was settled is not due again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autumn_mock.clock import Clock
from autumn_mock.domain.balances.resets import reset_up_to
from autumn_mock.domain.billing.subscriptions import COUNTING, PAST_DUE
from autumn_mock.domain.records import (
    Balance,
    CheckoutSession,
    Invoice,
    Lock,
    Redemption,
    Subscription,
    WebhookMessage,
)
from autumn_mock.domain.timeline.timeline import Timeline
from autumn_mock.operations.balance_locks import lock_is_due
from autumn_mock.operations.billing.pages.paying import settle_due
from autumn_mock.operations.billing.renewals.renewal_payments import bill_in_time, try_again
from autumn_mock.operations.billing.renewals.turns import take_turns
from autumn_mock.operations.billing.telling import telling
from autumn_mock.operations.rewards.triggers import look_at_invoices
from autumn_mock.store import Noted, Store
from autumn_mock.store.table import Table
from autumn_mock.world import World


def settle(world: World) -> None:
    """Do everything that fell due up to now, oldest first. Inside a transaction.

    Costs a look at the head of each order when nothing is due.
    """
    now, store = world.now(), world.store
    while True:
        other = _soonest(store, now)
        reset = store.balances.soonest("due")
        if reset is not None and reset[0] <= now and (other is None or reset[0] < other.at):
            # Until the next other thing happens a row resets on its own, so it may do so in one go.
            _reset(world, reset[1], now if other is None else other.at - 1)
        elif other is not None:
            _happen(world, other)
            _check_moved_on(store, other)
        else:
            return


@dataclass(frozen=True, slots=True)
class _Due:
    """Something that is not a reset, and when it happens."""

    at: int
    position: Any
    record: Any
    settle: Callable[[World, Any, int], None]
    table: Table[Any]


def move(world: World, set_clock: Callable[[Clock], None], timeline: Timeline | None = None) -> None:
    """Set the clock and do what fell due meanwhile, both or neither, outside of any transaction.
    `timeline` is told of it. Raises what `set_clock` raises, and NotKept."""
    with world.lock:
        stood = world.clock.frozen_at, world.clock.offset
        world.timeline = timeline
        try:
            set_clock(world.clock)
            with world.store.transaction():
                world.remember()
                settle(world)
        except BaseException:
            world.clock.set(*stood)
            raise
        finally:
            world.timeline = None


def _happen(world: World, due: "_Due") -> None:
    mark = world.store.mark()
    with world.standing_at(due.at):
        due.settle(world, due.record, due.at)
    if world.timeline is not None:
        _tell(world.timeline, due.at, world.store.noted(mark))


def _tell(timeline: Timeline, at: int, noted: list[Noted]) -> None:
    webhooks = [now.type for _, _, before, now in noted if isinstance(now, WebhookMessage) and before is None]
    timeline.note(at, [(before, now) for _, _, before, now in noted], webhooks)


def _soonest(store: Store, now: int) -> _Due | None:
    """The first thing due beside resets; of one instant locks come first, then plans."""
    found: _Due | None = None
    until = now
    if (lock := store.locks.soonest("due")) is not None and lock[0] <= until:
        found = _Due(lock[0], lock[0], lock[1], _settle_lock, store.locks)
        until = found.at - 1
    if (turn := store.subscriptions.soonest("due")) is not None and turn[0][0] <= until:
        found = _Due(turn[0][0], turn[0], turn[1], _settle_plans, store.subscriptions)
        until = found.at - 1
    if (retry := store.invoices.soonest("due")) is not None and retry[0] <= until:
        found = _Due(retry[0], retry[0], retry[1], _retry_payment, store.invoices)
        until = found.at - 1
    if (paid := store.checkouts.soonest("due")) is not None and paid[0] <= until:
        found = _Due(paid[0], paid[0], paid[1], _settle_page, store.checkouts)
        until = found.at - 1
    if (waits := store.redemptions.soonest("due")) is not None and waits[0] <= until:
        found = _Due(waits[0], waits[0], waits[1], _settle_redemption, store.redemptions)
    return found


def _check_moved_on(store: Store, settled: _Due) -> None:
    """What was settled must not be due again as it was, or time would stand still."""
    soonest = settled.table.soonest("due")
    if soonest is not None and soonest[0] == settled.position and soonest[1].id == settled.record.id:
        raise RuntimeError(f"{settled.table.name}: {soonest[1].id} is still due after it was settled")


def _settle_plans(world: World, subscription: Subscription, at: int) -> None:
    customer = world.store.customers.must(subscription.customer)
    with telling(world, customer.internal_id, in_time=True):
        for billed_by, lines in take_turns(world, customer.internal_id, at=at).items():
            bill_in_time(world, customer, billed_by, lines, at=at)


def _retry_payment(world: World, invoice: Invoice, at: int) -> None:
    with telling(world, invoice.customer, in_time=True):
        try_again(world, invoice, at=at)


def _settle_page(world: World, page: CheckoutSession, at: int) -> None:
    settle_due(world, page)


def _settle_redemption(world: World, redemption: Redemption, at: int) -> None:
    look_at_invoices(world, redemption)


def _settle_lock(world: World, lock: Lock, at: int) -> None:
    lock_is_due(world, lock)


def _reset(world: World, row: Balance, until: int) -> None:
    """Every reset of a row up to `until`; one whose plan is past due or over resets no more."""
    balances = world.store.balances
    if _may_reset(world, row):
        fresh = reset_up_to(row, now=until, make_id=world.make_id)
        balances.put(fresh)
        if world.timeline is not None:
            world.timeline.note_resets(row, fresh)
    else:
        balances.put(row.but(resets_stopped=True))


def _may_reset(world: World, row: Balance) -> bool:
    if row.subscription is None:
        return True
    subscription = world.store.subscriptions.get(row.subscription)
    if subscription is not None and subscription.parent is not None:  # seats reset with their plan
        subscription = world.store.subscriptions.get(subscription.parent)
    if subscription is None or subscription.status not in COUNTING:
        return False
    if subscription.status != PAST_DUE:
        return True
    plan = world.store.plans.get(subscription.plan)
    return plan is not None and bool(plan.config.get("ignore_past_due"))
