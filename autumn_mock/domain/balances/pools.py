"""Pools: pooled items of plans on entities feed one row of the customer (reference: balances, pooled).

Invariant: a pool's grant is the sum of the grants of its sources.
"""

from collections.abc import Iterable

from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.periods import next_boundary
from autumn_mock.domain.records import Balance, Customer


def pool_of(source: Balance, rows: Iterable[Balance]) -> Balance | None:
    """The pool that a source feeds: the one of its feature and reset."""
    return next(
        (row for row in rows if row.pool and row.feature_id == source.feature_id and row.reset == source.reset),
        None,
    )


def fed(pool: Balance | None, source: Balance, customer: Customer, pool_id: str, *, now: int) -> Balance:
    """The pool with what a new source brings; a new one is counted from the customer's creation."""
    if pool is None:
        pool = Balance(
            id=pool_id,
            customer=customer.internal_id,
            feature_id=source.feature_id,
            created_at=now,
            pool=True,
            reset=source.reset,
            rollover=source.rollover,
            next_reset_at=_first_reset(source, customer, now),
        )
    grant = source.included * source.quantity + source.prepaid
    return pool.but(
        included=pool.included + grant,
        balance=pool.balance + grant,
        unlimited=pool.unlimited or source.unlimited,
    )


def without(pool: Balance, source: Balance) -> Balance | None:
    """The pool after a source has gone, its usage kept; None when nothing feeds it any more."""
    grant = source.included * source.quantity + source.prepaid
    if pool.included - grant <= ZERO:
        return None
    return pool.but(included=pool.included - grant, balance=pool.balance - grant)


def _first_reset(source: Balance, customer: Customer, now: int) -> int | None:
    if source.next_reset_at is None or source.reset is None:
        return None
    return next_boundary(customer.created_at, source.reset.interval, source.reset.interval_count, now)
