"""Where balance lies: a row, one entity's share of a row, or a rollover, each drawn on by itself.

Invariant: every change of a holder comes back into its row, the row's other holders untouched.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from autumn_mock.domain.balances.sight import Sight, names_of
from autumn_mock.domain.billing.subscriptions import starting_balance
from autumn_mock.domain.numbers import ONE, ZERO
from autumn_mock.domain.records import Balance, Rollover
from autumn_mock.domain.records.usage import RolloverShare


class Holder:
    """`balance` changes as a deduction goes on; everything else stays."""

    __slots__ = ("balance", "before", "ceiling", "cost", "entity", "rollover_id", "row")

    def __init__(
        self,
        row: Balance,
        balance: Decimal,
        *,
        cost: Decimal,
        ceiling: Decimal = ZERO,
        entity: str | None = None,
        rollover_id: str | None = None,
    ) -> None:
        self.row, self.balance, self.before = row, balance, balance
        self.cost, self.ceiling, self.entity, self.rollover_id = cost, ceiling, entity, rollover_id


def holders_of(sight: Sight, costs: Mapping[str, Decimal]) -> list[Holder]:
    """The holders of all rows in order; a per-entity row seen by the customer is one for each entity.

    A use that costs nothing is counted at 1.
    """
    found = []
    for row in sight.rows:
        cost = costs.get(row.feature_id, ONE) or ONE
        if row.entity_feature_id is None:
            ceiling = starting_balance(row) + row.adjustment
            found.append(Holder(row, row.balance, cost=cost, ceiling=ceiling))
            continue
        for entity in entities_of(row, sight):
            share = row.entities[entity]
            ceiling = starting_balance(row) + share.adjustment
            found.append(Holder(row, share.balance, cost=cost, ceiling=ceiling, entity=entity))
    return found


def entities_of(row: Balance, sight: Sight) -> list[str]:
    """The entities of a per-entity row that a sight draws on, by their ids in alphabetical order."""
    if sight.entity is not None:
        return [sight.entity] if sight.entity in row.entities else []
    names = names_of(sight.holdings.entities)
    return sorted(row.entities, key=lambda entity: names.get(entity, entity))


def rollover_holders(sight: Sight, costs: Mapping[str, Decimal]) -> list[Holder]:
    """The rollovers of all rows, first expiring first; not those of rows where a use costs nothing."""
    found = [
        (rollover.expires_at, holder)
        for row in sight.rows
        if row.rollovers and costs.get(row.feature_id, ONE)
        for rollover in row.rollovers
        if rollover.expires_at is None or rollover.expires_at > sight.now
        for holder in _of_rollover(row, rollover, sight, costs.get(row.feature_id, ONE))
    ]
    found.sort(key=lambda pair: (pair[0] is None, pair[0] or 0))
    return [holder for _, holder in found]


def _of_rollover(row: Balance, rollover: Rollover, sight: Sight, cost: Decimal) -> Iterator[Holder]:
    if row.entity_feature_id is None:
        yield Holder(row, rollover.balance, cost=cost, rollover_id=rollover.id)
        return
    for entity in entities_of(row, sight):
        if (share := rollover.entities.get(entity)) is not None:
            yield Holder(row, share.balance, cost=cost, entity=entity, rollover_id=rollover.id)


def rows_after(holders: Iterable[Holder]) -> dict[str, Balance]:
    """The rows of some holders with what happened to these, by id; unchanged rows are left out."""
    rows: dict[str, Balance] = {}
    for holder in holders:
        if holder.balance == holder.before:
            continue
        row = rows.get(holder.row.id, holder.row)
        moved = holder.balance - holder.before
        holder.before = holder.balance
        rows[row.id] = moved_by(row, moved, entity=holder.entity, rollover_id=holder.rollover_id)
    return rows


def moved_by(row: Balance, value: Decimal, *, entity: str | None, rollover_id: str | None) -> Balance:
    """The row with `value` added to one of its holders."""
    if rollover_id is not None:
        return row.but(
            rollovers=tuple(
                _rollover_moved(each, value, entity) if each.id == rollover_id else each
                for each in row.rollovers
            )
        )
    if entity is None:
        return row.but(balance=row.balance + value)
    share = row.entities[entity]
    return row.but(entities=row.entities | {entity: share.but(balance=share.balance + value)})


def _rollover_moved(rollover: Rollover, value: Decimal, entity: str | None) -> Rollover:
    if entity is None:
        return rollover.but(balance=rollover.balance + value, usage=rollover.usage - value)
    share: RolloverShare = rollover.entities[entity]
    changed = share.but(balance=share.balance + value, usage=share.usage - value)
    return rollover.but(entities=rollover.entities | {entity: changed})
