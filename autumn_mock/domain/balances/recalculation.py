"""Taking use anew (reference: delete, recalculate): debts of one row are paid by what others hold.

Invariant: the use of a feature stays the same; only the rows that carry it change.
"""

from collections.abc import Iterator
from decimal import Decimal

from autumn_mock.domain.balances.balance_amounts import amounts
from autumn_mock.domain.balances.deduction import Use, deduct
from autumn_mock.domain.balances.overage import OVERFLOW
from autumn_mock.domain.balances.sight import Sight
from autumn_mock.domain.billing.subscriptions import starting_balance
from autumn_mock.domain.numbers import ONE, ZERO
from autumn_mock.domain.records import Balance


def usage_of(sight: Sight) -> Decimal:
    return sum((amounts(row, sight.entity).usage for row in sight.rows), ZERO)


def taken_from(sight: Sight, feature_id: str, usage: Decimal) -> Sight:
    """The rows after `usage` was taken from them in order, without floor."""
    use = Use(feature_id=feature_id, amount=usage, costs={feature_id: ONE}, behavior=OVERFLOW)
    return sight.with_rows(deduct(sight, use).changed)


def uneven_groups(sight: Sight) -> Iterator[Sight]:
    """The rows of each owner (an entity, or the customer) that has debt and credit side by side."""
    owners: dict[str | None, list[Balance]] = {}
    for row in sight.rows:
        owners.setdefault(row.entity, []).append(row)
    for rows in owners.values():
        group = sight.but(rows=tuple(rows))
        balances = [amounts(row, sight.entity).balance for row in rows]
        if min(balances) < 0 < max(balances):
            yield group


def recalculated(group: Sight, feature_id: str) -> Sight:
    """Every row full again, then the use of all of them taken in order."""
    full = group.with_rows({row.id: _full(row) for row in group.rows})
    return taken_from(full, feature_id, usage_of(group))


def _full(row: Balance) -> Balance:
    """The row with everything that is granted now, nothing used."""
    full = starting_balance(row)
    if row.entity_feature_id is None:
        return row.but(balance=full + row.adjustment)
    shares = {entity: share.but(balance=full + share.adjustment) for entity, share in row.entities.items()}
    return row.but(entities=shares)


def as_debt(row: Balance, usage: Decimal) -> Balance:
    """A deleted row that stays because nothing else can carry its use: no grant, never full again."""
    return row.but(
        included=ZERO,
        prepaid=ZERO,
        adjustment=ZERO,
        balance=-usage,
        entities={},
        entity_feature_id=None,
        rollovers=(),
        next_reset_at=None,
    )
