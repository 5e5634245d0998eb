"""Rollovers: what is left at a reset is kept for a while (reference: balances, rollovers).

Invariant: a rollover holds no more than was left, and after each reset all of a row's rollovers
together (of a per-entity row: those of each entity) hold no more than the cap.
"""

from collections.abc import Callable, Iterable
from decimal import ROUND_FLOOR, Decimal

from autumn_mock.domain.billing.subscriptions import starting_balance
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.periods import add_months
from autumn_mock.domain.records import Balance, Rollover
from autumn_mock.domain.records.usage import RolloverShare

MakeId = Callable[[str], str]
"""A new id with this prefix."""

FOREVER = "forever"


def roll_over(row: Balance, *, at: int, make_id: MakeId) -> tuple[Rollover, ...]:
    """The rollovers of a row after its reset at `at`, oldest-expiring first."""
    running = tuple(r for r in row.rollovers if runs(r, now=at))
    if row.rollover is None:
        return running
    own, shares = _left(row)
    if own or shares:
        kept = Rollover(
            id=make_id("roll_"),
            balance=own,
            expires_at=_expiry(row, at),
            entities={entity: RolloverShare(balance=balance) for entity, balance in shares.items()},
        )
        running = (*running, kept)
    return cut_rollovers(running, cap_of(row))


def runs(rollover: Rollover, *, now: int) -> bool:
    """It still counts: it has no end, or one after `now`."""
    return rollover.expires_at is None or rollover.expires_at > now


def cap_of(row: Balance) -> Decimal | None:
    """What all rollovers of a row (or of one entity in it) may hold; None is without end."""
    rule = row.rollover
    if rule is None:
        return None
    if rule.max is not None:
        return rule.max
    if rule.max_percentage is not None:
        share = starting_balance(row) * rule.max_percentage / 100
        return share.to_integral_value(rounding=ROUND_FLOOR)
    return None


def cut_rollovers(rollovers: Iterable[Rollover], cap: Decimal | None) -> tuple[Rollover, ...]:
    """Rollovers brought down to the cap, the oldest-expiring cut first.

    Where something had to be cut, those with nothing left go; else they stay until they expire.
    """
    ordered = sorted(rollovers, key=_by_expiry)
    owners = {entity for rollover in ordered for entity in rollover.entities}
    if cap is None:
        return tuple(ordered)
    over = {owner: _held(ordered, owner) - cap for owner in (None, *owners)}
    if all(excess <= 0 for excess in over.values()):
        return tuple(ordered)
    cut = [_cut(rollover, over) for rollover in ordered]
    return tuple(rollover for rollover in cut if not _is_empty(rollover))


def _left(row: Balance) -> tuple[Decimal, dict[str, Decimal]]:
    """What is left in a row: its own balance, and each entity's where there is any."""
    if row.entity_feature_id is None:
        return max(ZERO, row.balance), {}
    return ZERO, {entity: share.balance for entity, share in row.entities.items() if share.balance > 0}


def _expiry(row: Balance, at: int) -> int | None:
    rule = row.rollover
    if rule is None or rule.expiry_duration_type == FOREVER:
        return None
    return add_months(at, rule.expiry_duration_length)


def _by_expiry(rollover: Rollover) -> tuple[bool, int]:
    return rollover.expires_at is None, rollover.expires_at or 0


def _held(rollovers: Iterable[Rollover], owner: str | None) -> Decimal:
    """What the rollovers hold for an entity, or without one for the row itself."""
    if owner is None:
        return sum((r.balance for r in rollovers), ZERO)
    return sum((r.entities[owner].balance for r in rollovers if owner in r.entities), ZERO)


def _cut(rollover: Rollover, over: dict[str | None, Decimal]) -> Rollover:
    """One rollover with what is over the cap taken from it, noted in `over`."""
    shares = {
        entity: share.but(balance=share.balance - _taken(share.balance, entity, over))
        for entity, share in rollover.entities.items()
    }
    return rollover.but(balance=rollover.balance - _taken(rollover.balance, None, over), entities=shares)


def _is_empty(rollover: Rollover) -> bool:
    return not rollover.balance and not any(share.balance for share in rollover.entities.values())


def _taken(balance: Decimal, owner: str | None, over: dict[str | None, Decimal]) -> Decimal:
    cut = min(balance, max(ZERO, over[owner]))
    over[owner] -= cut
    return cut
