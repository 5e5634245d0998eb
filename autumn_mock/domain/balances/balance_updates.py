"""Setting balances to a number (reference: update).

Invariant: `remaining`, `add_to_balance` and `usage` move balances and leave the grant; `included_grant`
moves the grant and leaves the balance.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from autumn_mock.domain.balances.balance_amounts import amounts
from autumn_mock.domain.balances.deduction import Use, deduct
from autumn_mock.domain.balances.holders import entities_of, holders_of
from autumn_mock.domain.balances.overage import OVERFLOW
from autumn_mock.domain.balances.sight import Sight
from autumn_mock.domain.numbers import ONE, ZERO
from autumn_mock.domain.records import Balance
from autumn_mock.errors.balances import (
    NoBalancesFound,
    NoBalancesToUpdate,
    NoExpiryOfPaid,
    NoResetOfLifetime,
)

_NEVER = float("inf")


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """What the failures of an update name."""

    feature_id: str
    customer_id: str

    def facts(self) -> dict[str, str]:
        return {"feature_id": self.feature_id, "customer_id": self.customer_id}


def interval_of(row: Balance) -> str:
    return row.reset.interval if row.reset else "one_off"


def select(sight: Sight, selectors: Mapping[str, Any]) -> Sight:
    """The rows that `interval`, `balance_id` (the shown id) and `customer_entitlement_id` pick."""
    rows = sight.rows
    if (interval := selectors.get("interval")) is not None:
        rows = tuple(row for row in rows if interval_of(row) == interval)
    if (shown := selectors.get("balance_id")) is not None:
        rows = tuple(row for row in rows if (row.external_id or row.id) == shown)
    if (internal := selectors.get("customer_entitlement_id")) is not None:
        rows = tuple(row for row in rows if row.id == internal)
    return sight.but(rows=rows)


def with_remaining(sight: Sight, feature_id: str, target: Decimal) -> Sight:
    """The total of the rows, rollovers left out, becomes `target`; an unlimited row stands for all."""
    holders = holders_of(sight, {})
    endless = [holder for holder in holders if holder.row.unlimited]
    total = sum((holder.balance for holder in endless[:1] or holders), ZERO)
    return moved(sight, feature_id, target - total, costs={feature_id: ONE})


def with_usage(sight: Sight, feature_id: str, usage: Decimal) -> Sight:
    """The use shown becomes `usage`, counted from everything granted."""
    granted = sum((amounts(row, sight.entity).granted for row in sight.rows), ZERO)
    return with_remaining(sight, feature_id, granted - usage)


def moved(sight: Sight, feature_id: str, by: Decimal, *, costs: Mapping[str, Decimal]) -> Sight:
    """`by` units more (or fewer), without floor or ceiling."""
    use = Use(feature_id=feature_id, amount=-by, costs=costs, behavior=OVERFLOW)
    return sight.with_rows(deduct(sight, use).changed)


def with_grant(sight: Sight, grant: Decimal, names: Names) -> Sight:
    """The first row's adjustment makes up the difference. Raises NoBalancesToUpdate."""
    if not sight.rows:
        raise NoBalancesToUpdate(**names.facts())
    allowance = ZERO
    for row in sight.rows:
        seats = 1 if row.entity_feature_id is None else len(entities_of(row, sight))
        allowance += row.included * row.quantity * seats
    first = sight.rows[0]
    return sight.with_rows({first.id: _adjusted(first, grant - allowance, sight)})


def _adjusted(row: Balance, adjustment: Decimal, sight: Sight) -> Balance:
    if row.entity_feature_id is None:
        return row.but(adjustment=adjustment)
    seats = entities_of(row, sight)
    if not seats:
        return row
    share = row.entities[seats[0]].but(adjustment=adjustment)
    return row.but(entities=row.entities | {seats[0]: share})


def with_next_reset(sight: Sight, at: int, names: Names) -> Sight:
    """Of the row that resets first. Raises NoBalancesFound and NoResetOfLifetime."""
    if not sight.rows:
        raise NoBalancesFound(**names.facts())
    row = min(sight.rows, key=lambda row: _NEVER if row.next_reset_at is None else row.next_reset_at)
    if interval_of(row) == "one_off":
        raise NoResetOfLifetime(**names.facts())
    return sight.with_rows({row.id: row.but(next_reset_at=at)})


def with_expiry(sight: Sight, at: int, names: Names) -> Sight:
    """Of the row that expires first. Raises NoBalancesFound and NoExpiryOfPaid."""
    if not sight.rows:
        raise NoBalancesFound(**names.facts())
    row = min(sight.rows, key=lambda row: _NEVER if row.expires_at is None else row.expires_at)
    if row.price is not None and row.price.interval != "one_off":
        raise NoExpiryOfPaid(**names.facts())
    return sight.with_rows({row.id: row.but(expires_at=at)})


def with_total(sight: Sight, feature_id: str, target: Decimal) -> Sight:
    """The total becomes `target`, each row's grant moving with its balance, so that use stays."""
    after = with_remaining(sight, feature_id, target)
    changed = {}
    for before, row in zip(sight.rows, after.rows, strict=True):
        if row is before:
            continue
        if row.entity_feature_id is None:
            changed[row.id] = row.but(adjustment=row.adjustment + row.balance - before.balance)
            continue
        shares = {
            entity: share.but(adjustment=share.adjustment + share.balance - before.entities[entity].balance)
            for entity, share in row.entities.items()
        }
        changed[row.id] = row.but(entities=shares)
    return after.with_rows(changed)
