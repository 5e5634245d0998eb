"""Entities: which ones may be made, what their coming and going does to balances, and how they are
shown (reference: entities).

Invariant: the balance of a seat feature falls by one with each entity of it and rises again when one
goes; a per-entity row has exactly one share for each entity of its feature.
"""

from collections.abc import Container, Iterable, Sequence

import msgspec

from autumn_mock.domain.balances.balances import balances_and_flags
from autumn_mock.domain.billing.subscriptions import COUNTING, starting_balance
from autumn_mock.domain.catalog.features import BOOLEAN, METERED
from autumn_mock.domain.customers.customer_plans import plans_of_customer
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Balance, Entity, EntityBalance, Feature, JsonObject
from autumn_mock.errors.entities import (
    EntityAlreadyExists,
    EntityGivenTwice,
    EntityIdRequired,
    FeatureIsConsumable,
    TooManyEntities,
)


class NewEntity(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for. An empty id is none."""

    id: str | None
    feature: Feature
    name: str | None = None
    billing_controls: JsonObject | None = None


def check_feature(feature: Feature) -> None:
    """Entities stand for things that are held. Raises FeatureIsConsumable."""
    if feature.type != BOOLEAN and (feature.type != METERED or feature.consumable):
        raise FeatureIsConsumable(feature_id=feature.id)


def check_ids(wanted: Sequence[NewEntity], existing: Iterable[Entity]) -> None:
    """Ids are unique within the customer, over all features.

    Raises EntityIdRequired, EntityGivenTwice, EntityAlreadyExists.
    """
    taken = {entity.id for entity in existing}
    nameless = [new for new in wanted if new.id is None]
    if len(nameless) > 1 or (nameless and None in taken):
        raise EntityIdRequired
    seen: set[str] = set()
    for new in wanted:
        if new.id is None:
            continue
        if new.id in seen:
            raise EntityGivenTwice(entity_id=new.id)
        seen.add(new.id)
    for new in wanted:
        if new.id is not None and new.id in taken:
            raise EntityAlreadyExists(entity_id=new.id)


def rows_with(holdings: Holdings, made: Sequence[Entity]) -> list[Balance]:
    """The rows that change as entities come: seats are taken, per-entity rows get their shares.

    Raises TooManyEntities when that would go beyond what may be bought.
    """
    changed = []
    for row in plan_rows(holdings):
        seats = sum(1 for entity in made if entity.feature_id == row.feature_id)
        if seats and row.entity_feature_id is None:
            changed.append(_seats_taken(row, seats, holdings))
        own = [entity for entity in made if entity.feature_id == row.entity_feature_id]
        if own:
            changed.append(with_shares(row, own))
    return changed


def plan_rows(holdings: Holdings) -> Iterable[Balance]:
    """Rows of running plans whose feature is counted."""
    running = {s.id for s in holdings.subscriptions if s.status in COUNTING}
    for row in holdings.rows:
        feature = holdings.features.get(row.feature_id)
        if row.subscription in running and feature is not None and feature.type != BOOLEAN:
            yield row


def _seats_taken(row: Balance, seats: int, holdings: Holdings) -> Balance:
    taken = row.but(balance=row.balance - seats)
    limit = row.price.max_purchase if row.price else None
    if limit is not None and taken.balance < -(row.included + limit):
        raise TooManyEntities(count=seats, name=holdings.features[row.feature_id].name)
    return taken


def with_shares(row: Balance, entities: Iterable[Entity]) -> Balance:
    """A per-entity row with full shares for entities that had none."""
    full = starting_balance(row)
    fresh = {entity.internal_id: EntityBalance(balance=full) for entity in entities}
    return row.but(entities={**fresh, **row.entities})


def rows_without(holdings: Holdings, gone: Entity) -> list[Balance]:
    """The rows that change as an entity goes: its seat is free again, its shares vanish."""
    changed = {
        row.id: row.but(balance=row.balance + 1)
        for row in plan_rows(holdings)
        if row.feature_id == gone.feature_id and row.entity_feature_id is None
    }
    for row in holdings.rows:
        left = _without_shares(changed.get(row.id, row), gone.internal_id)
        if left is not row:
            changed[row.id] = left
    return list(changed.values())


def _without_shares(row: Balance, key: str) -> Balance:
    changes: dict[str, object] = {}
    if key in row.entities:
        changes["entities"] = {of: share for of, share in row.entities.items() if of != key}
    if any(key in rollover.entities for rollover in row.rollovers):
        changes["rollovers"] = tuple(
            rollover.but(entities={of: share for of, share in rollover.entities.items() if of != key})
            for rollover in row.rollovers
        )
    return row.but(**changes) if changes else row


def entity_object(
    holdings: Holdings, entity: Entity, controls: JsonObject, *, now: int, env: str, expand: Container[str] = ()
) -> JsonObject:
    """The entity as the newest version shows it, its own plans and balances with the customer's."""
    seen = holdings.seen_by(entity)
    subscriptions, purchases = plans_of_customer(seen, now=now, expand=expand)
    balances, flags = balances_and_flags(seen, now=now, expand=expand)
    return {
        "id": entity.id,
        "name": entity.name,
        "customer_id": holdings.customer.id,
        "feature_id": entity.feature_id,
        "created_at": entity.created_at,
        "env": env,
        "subscriptions": subscriptions,
        "purchases": purchases,
        "balances": balances,
        "flags": flags,
        "billing_controls": controls,
    }


def matches(entity: Entity, search: str) -> bool:
    """A case-insensitive part of id or name."""
    return any(search in text.lower() for text in (entity.id, entity.name) if text)
