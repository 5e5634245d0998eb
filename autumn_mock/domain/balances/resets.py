"""Resets: a balance starts again at its boundary (reference: balances, resets).

Invariant: after a reset a row holds its starting balance and what its rollovers keep, nothing else;
walking boundary by boundary and jumping over all of them end in the same row.
"""

from autumn_mock.domain.balances.rollovers import MakeId, roll_over
from autumn_mock.domain.billing.subscriptions import starting_balance
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.periods import add_interval, last_boundary
from autumn_mock.domain.records import Balance, EntityBalance


def due_at(row: Balance) -> int | None:
    """When the row next resets by itself; None if it does not."""
    at = row.next_reset_at
    if at is None or row.reset is None or row.reset.interval == "one_off":
        return None
    if row.unlimited or row.pooled or row.resets_stopped or reset_by_renewal(row):
        return None
    if row.expires_at is not None and row.expires_at <= at:
        return None
    return at


def reset_by_renewal(row: Balance) -> bool:
    """The renewal of its plan resets it: what has a price, unless it is bought in advance for
    another period than the one it resets in."""
    price, reset = row.price, row.reset
    if price is None or reset is None:
        return False
    same = (price.interval, price.interval_count) == (reset.interval, reset.interval_count)
    return price.billing_method != "prepaid" or same


def reset_up_to(row: Balance, *, now: int, make_id: MakeId) -> Balance:
    """The row after every boundary of its own up to `now`, each taken at its instant."""
    while (at := due_at(row)) is not None and at <= now:
        row = reset_row(row, at=at, make_id=make_id)
        if row.rollover is None and not row.rollovers:
            return _leap(row, now)
    return row


def reset_row(row: Balance, *, at: int, make_id: MakeId) -> Balance:
    """The row as it begins anew at `at`: full, its overage and any changed grant forgotten."""
    assert row.reset is not None
    kept = roll_over(row, at=at, make_id=make_id)
    next_reset_at = add_interval(at, row.reset.interval, row.reset.interval_count)
    return refilled(row).but(rollovers=kept, next_reset_at=next_reset_at)


def refilled(row: Balance) -> Balance:
    """The row with its starting balance, each entity of a per-entity row with it."""
    full = starting_balance(row)
    if row.entity_feature_id is None:
        return row.but(balance=full, adjustment=ZERO, drained=False)
    entities = {entity: EntityBalance(balance=full) for entity in row.entities}
    return row.but(balance=ZERO, adjustment=ZERO, entities=entities, drained=False)


def _leap(row: Balance, now: int) -> Balance:
    """A row that was just filled and keeps nothing: further resets only move its boundary."""
    at = due_at(row)
    if at is None or at > now or row.reset is None:
        return row
    until = now if row.expires_at is None else min(now, row.expires_at - 1)
    interval, count = row.reset.interval, row.reset.interval_count
    last = last_boundary(at, interval, count, until)
    return row.but(next_reset_at=add_interval(last, interval, count))
