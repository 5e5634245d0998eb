"""Checking the books: the invariants of the customers that a transaction touched, or of all.

Used by the control route and, where the settings ask for it, at the end of every operation.
"""

from collections.abc import Iterable

from autumn_mock.domain.invariants import broken, unaccounted
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.payments.books import money_problems
from autumn_mock.domain.records import (
    Balance,
    Charge,
    Customer,
    Event,
    Lock,
    Record,
    Redemption,
    ReferralCode,
    ReferralProgram,
    Reward,
)
from autumn_mock.domain.rewards.reward_books import RewardBooks, broken_rewards
from autumn_mock.operations.loading import load_holdings
from autumn_mock.world import World

Noted = tuple[str, str, Record | None, Record | None]
"""Table, key, the record before the transaction and the one now."""


_OF_REWARDS = (Reward, ReferralProgram, ReferralCode, Redemption)


class BooksDoNotBalance(Exception):
    """A fault of this program, never of a request: the message says what does not add up."""


def check_books(world: World) -> None:
    """Raises BooksDoNotBalance unless everything that the running transaction touched adds up."""
    noted = world.store.noted()
    problems = [problem for customer in _touched(world, noted) for problem in problems_of(world, customer)]
    problems += _unaccounted(noted)
    if any(isinstance(now or before, _OF_REWARDS) for _, _, before, now in noted):
        problems += reward_problems(world)
    if problems:
        raise BooksDoNotBalance("; ".join(problems))


def problems_of(world: World, customer: Customer) -> list[str]:
    """What does not add up for a customer."""
    store, key = world.store, customer.internal_id
    found = broken(
        load_holdings(world, customer),
        windows=store.usage_windows.find("customer", key),
        invoices=store.invoices.find("customer", key),
        now=world.now(),
    )
    payer = store.stripe_customers.get(customer.stripe_id or "")
    found += money_problems(
        store.invoices.find("customer", key),
        [each for each in store.charges.find("customer", key) if not _was_recorded(world, each)],
        ZERO if payer is None else payer.credit,
    )
    if customer.id is not None and len(store.customers.find("id", customer.id)) > 1:
        found.append(f"there are several customers with id {customer.id}")
    return found


def _was_recorded(world: World, charge: Charge) -> bool:
    """Whether somebody said since what the invoice of a charge is; nobody can check that."""
    invoice = world.store.invoices.get(charge.invoice)
    return invoice is not None and invoice.recorded


def orphans(world: World) -> list[str]:
    """Records of customers that do not exist."""
    store = world.store
    known = store.customers.records
    tables = (store.balances, store.subscriptions, store.entities, store.usage_windows, store.events)
    return [
        f"{table.name} has {key} of customer {record.customer}, who does not exist"
        for table in tables
        for key, record in table.records.items()
        if record.customer not in known
    ]


def reward_problems(world: World) -> list[str]:
    """What does not hold between rewards, programs, codes and redemptions."""
    store = world.store
    return broken_rewards(
        RewardBooks(
            rewards=store.rewards,
            programs=store.referral_programs,
            codes=store.referral_codes,
            redemptions=store.redemptions,
            customers=store.customers.records,
        )
    )


def _touched(world: World, noted: Iterable[Noted]) -> list[Customer]:
    keys: dict[str, None] = {}
    for _, key, before, now in noted:
        record = now or before
        found = key if isinstance(record, Customer) else getattr(record, "customer", None)
        if found is not None:
            keys[found] = None
    customers = world.store.customers
    return [customers.must(key) for key in keys if key in customers]


def _unaccounted(noted: list[Noted]) -> list[str]:
    """Whether new events tell what their rows lost. Locks take without an event, so they are left out."""
    events = [now for _, _, before, now in noted if before is None and isinstance(now, Event)]
    if not events or any(isinstance(each, Lock) for _, _, before, now in noted for each in (before, now)):
        return []
    rows = _rows((key, before) for _, key, before, _ in noted)
    return unaccounted(rows, _rows((key, now) for _, key, _, now in noted), events)


def _rows(records: Iterable[tuple[str, Record | None]]) -> dict[str, Balance]:
    return {key: record for key, record in records if isinstance(record, Balance)}
