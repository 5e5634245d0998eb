"""What a row grants, holds and has used (reference: row arithmetic).

Invariant: used = granted + bought − left, so use beyond the grant shows, and a balance lifted above
the grant shows as negative use.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from autumn_mock.domain.balances.balance_order import takes_overage
from autumn_mock.domain.billing.subscriptions import starting_balance
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Balance, Rollover


class Amounts(NamedTuple):
    """Of one row, as one entity or the customer sees it."""

    included: Decimal
    prepaid: Decimal
    balance: Decimal
    """May be below 0."""
    remaining: Decimal
    """Never below 0."""

    @property
    def granted(self) -> Decimal:
        return self.included + self.prepaid

    @property
    def usage(self) -> Decimal:
        return self.included + self.prepaid - self.balance

    @property
    def overage(self) -> Decimal:
        return self.remaining - self.balance


def amounts(row: Balance, entity: str | None) -> Amounts:
    """`entity` (internal id) picks its share of a per-entity row; None takes all shares together."""
    grant = row.included if row.quantity == 1 else row.included * row.quantity
    if row.entity_feature_id is None:
        balance = row.balance
        return Amounts(grant + row.adjustment, row.prepaid, balance, balance if balance > 0 else ZERO)
    if entity is not None:
        share = row.entities.get(entity)
        if share is None:
            return Amounts(ZERO, ZERO, ZERO, ZERO)
        balance = share.balance
        return Amounts(grant + share.adjustment, row.prepaid, balance, max(ZERO, balance))
    shares = row.entities.values()
    count = len(shares)
    return Amounts(
        grant * count + sum((s.adjustment for s in shares), ZERO),
        row.prepaid * count,
        sum((s.balance for s in shares), ZERO),
        sum((s.balance for s in shares if s.balance > 0), ZERO),
    )


class RolloverAmounts(NamedTuple):
    rollover: Rollover
    balance: Decimal
    usage: Decimal


def rollover_amounts(row: Balance, entity: str | None, now: int) -> Iterator[RolloverAmounts]:
    """The rollovers of a row that have not expired, as one entity or the customer sees them."""
    for rollover in row.rollovers:
        if rollover.expires_at is not None and rollover.expires_at <= now:
            continue
        if row.entity_feature_id is None:
            yield RolloverAmounts(rollover, rollover.balance, rollover.usage)
        elif entity is None:
            shares = rollover.entities.values()
            yield RolloverAmounts(
                rollover,
                sum((s.balance for s in shares), ZERO),
                sum((s.usage for s in shares), ZERO),
            )
        elif (share := rollover.entities.get(entity)) is not None:
            yield RolloverAmounts(rollover, share.balance, share.usage)


def usage_limit(row: Balance) -> Decimal | None:
    """The most that may be used of a priced item: the included amount and what may be bought."""
    if row.price is None or row.price.max_purchase is None:
        return None
    return row.included + row.price.max_purchase


def max_purchase(rows: tuple[Balance, ...]) -> Decimal | None:
    """How much more of a feature can be bought; None: no end, or nothing to buy."""
    priced = [row for row in rows if row.price is not None]
    if not priced or any(usage_limit(row) is None for row in priced if _sells(row)):
        return None
    return sum(
        (limit - starting_balance(row) for row in priced if (limit := usage_limit(row)) is not None),
        ZERO,
    )


def _sells(row: Balance) -> bool:
    return takes_overage(row) or (row.price is not None and row.price.billing_method == "prepaid")
