"""Balance held back by a lock, and how much of it goes back (reference: locks).

Invariant: what a lock took is put back where it came from, last taken first, at the cost at which it
was taken.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from autumn_mock.domain.balances.deduction import Taking
from autumn_mock.domain.balances.holders import moved_by
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.periods import DAY
from autumn_mock.domain.records import Balance, Lock
from autumn_mock.domain.records.usage import LockTaking

LONGEST = DAY


def takings_to_keep(takings: Iterable[Taking]) -> tuple[LockTaking, ...]:
    return tuple(
        LockTaking(
            balance_id=each.row.id,
            value=each.value,
            cost=each.cost,
            rollover_id=each.rollover_id,
            entity=each.entity,
        )
        for each in takings
    )


class Unwound(msgspec.Struct, frozen=True, kw_only=True):
    """What putting back does: the rows as they are then, and what could not go back where it came from."""

    changed: Mapping[str, Balance]
    takings: tuple[Taking, ...]
    """Opposite to those of the lock."""
    homeless: Decimal = ZERO
    """Units whose row is gone; given back by an ordinary refund."""


def unwind(lock: Lock, units: Decimal, rows: Mapping[str, Balance]) -> Unwound:
    """Put back `units` of what a lock took (with its sign), last taken first. `rows` by id."""
    changed: dict[str, Balance] = {}
    takings: list[Taking] = []
    homeless = ZERO
    for taking in reversed(lock.takings):
        if not units:
            break
        value = taking.value
        if abs(value) > abs(units * taking.cost):
            value = units * taking.cost
        units -= value / taking.cost
        row = changed.get(taking.balance_id) or rows.get(taking.balance_id)
        if row is None or not _has_holder(row, taking):
            homeless += value / taking.cost
            continue
        changed[row.id] = moved_by(row, value, entity=taking.entity, rollover_id=taking.rollover_id)
        takings.append(Taking(row, taking.rollover_id, taking.entity, -value, taking.cost))
    return Unwound(changed=changed, takings=tuple(takings), homeless=homeless)


def _has_holder(row: Balance, taking: LockTaking) -> bool:
    if taking.rollover_id is not None:
        rollover = next((each for each in row.rollovers if each.id == taking.rollover_id), None)
        return rollover is not None and (taking.entity is None or taking.entity in rollover.entities)
    return taking.entity is None or taking.entity in row.entities


def units_to_return(locked: Decimal, final: Decimal) -> Decimal:
    """How much of what is locked goes back: all of it when the final value is 0 or of the other sign."""
    if final == 0 or (final > 0) != (locked > 0):
        return locked
    return locked - final if abs(final) < abs(locked) else ZERO
