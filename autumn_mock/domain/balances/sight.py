"""Which rows count for a customer or an entity, in order (reference: rows that count, entity matching).

Invariant: an entity sees the customer's rows and its own, never those of another entity; a drained
loose row is not seen at all.
"""

from collections.abc import Container, Iterable, Mapping
from typing import Self

from autumn_mock.domain.balances.balance_order import place_of
from autumn_mock.domain.billing.subscriptions import COUNTING
from autumn_mock.domain.catalog.features import BOOLEAN
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Balance, Entity, Feature, Record


class Sight(Record, frozen=True, kw_only=True):
    """The rows of some features as one subject sees them."""

    holdings: Holdings
    now: int
    rows: tuple[Balance, ...]
    """What the subject may use, in the order of use."""
    beneath: tuple[Balance, ...] = ()
    """Rows of the customer's entities: in the customer's totals, not for its use."""

    @property
    def entity(self) -> str | None:
        """Internal id of the entity that looks."""
        entity = self.holdings.entity
        return entity.internal_id if entity else None

    def with_rows(self, changed: Mapping[str, Balance]) -> Self:
        """The same rows after a change: a row that it drained is still seen."""
        if not changed:
            return self
        return self.but(
            rows=tuple([changed.get(row.id, row) for row in self.rows]),
            beneath=tuple([changed.get(row.id, row) for row in self.beneath]),
        )


def look(
    holdings: Holdings,
    *,
    now: int,
    feature_ids: Container[str] | None = None,
    first: str | None = None,
    everything: bool = False,
) -> Sight:
    """What the holdings' entity, else the customer, sees of these features (None: of all).

    `first` is the feature whose own rows come before those of its credit systems. `everything` lets
    the customer see the rows of its entities as its own (`customers.list`).
    """
    entity = holdings.entity
    own: list[Balance] = []
    beneath: list[Balance] = []
    for row in live_rows(holdings, now=now, feature_ids=feature_ids):
        if entity is not None:
            if is_for_entity(row, entity, alone=is_unpooled(holdings)):
                own.append(row)
        elif row.entity is None or everything:
            own.append(row)
        else:
            beneath.append(row)
    if len(own) > 1:
        own.sort(
            key=place_of(
                feature_id=first,
                entity_asked=entity is not None,
                entity_names=names_of(holdings.entities).get,
            )
        )
    return Sight(holdings=holdings, now=now, rows=tuple(own), beneath=tuple(beneath))


def live_rows(holdings: Holdings, *, now: int, feature_ids: Container[str] | None = None) -> Iterable[Balance]:
    """Rows that count for anybody: of running plans or loose, not expired, not drained, no pool source.
    Those of seats are for the entities that hold them and are not in the customer's totals."""
    own_view = holdings.entity is None
    running = {
        s.id for s in holdings.subscriptions if s.status in COUNTING and not (own_view and s.parent is not None)
    }
    for row in holdings.rows:
        if feature_ids is not None and row.feature_id not in feature_ids:
            continue
        if row.pooled or (row.subscription is not None and row.subscription not in running):
            continue
        if row.expires_at is not None and row.expires_at <= now:
            continue
        if row.feature_id not in holdings.features or is_drained(row, holdings.features):
            continue
        yield row


def is_drained(row: Balance, features: Mapping[str, Feature]) -> bool:
    """A loose row at exactly 0 is not read any more, until a reset fills it."""
    if row.balance or row.unlimited or row.pool or row.subscription is not None:
        return False
    return features[row.feature_id].type != BOOLEAN


def is_for_entity(row: Balance, entity: Entity, *, alone: bool = False) -> bool:
    """Whether an entity may use a row; `alone` leaves it only its own ones."""
    key = entity.internal_id
    if row.entity is not None:
        return row.entity == key
    if row.entity_feature_id is None:
        return not alone
    if row.entities:
        return key in row.entities
    return row.entity_feature_id == entity.feature_id


def is_unpooled(holdings: Holdings) -> bool:
    return holdings.customer.config.get("disable_pooled_balance") is True


def names_of(entities: Iterable[Entity]) -> dict[str, str]:
    """Entity ids by internal id; an entity without one goes by its internal id."""
    return {entity.internal_id: entity.id or entity.internal_id for entity in entities}
