"""Making entities, one or several at once, asked for or on the way (reference: entities.create)."""

from collections.abc import Sequence

from msgspec.structs import replace

from autumn_mock.domain.controls.controls import merge_entity_controls
from autumn_mock.domain.customers import entities
from autumn_mock.domain.customers.entities import NewEntity
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Customer, Entity, Feature, JsonObject
from autumn_mock.errors import ApiError
from autumn_mock.errors.catalog import FeatureNotFound
from autumn_mock.errors.entities import EntityDataRequired, EntityOfPaidFeature
from autumn_mock.operations.loading import load_holdings
from autumn_mock.world import World


def make_entities(
    world: World, customer: Customer, wanted: Sequence[NewEntity]
) -> tuple[list[Entity], Holdings]:
    """Make entities of a customer. Answers them, and the holdings that their answers show: seats as
    they were before, shares of per-entity rows as they are now.

    Checks everything before it writes anything.
    """
    before = load_holdings(world, customer)
    for new in wanted:
        entities.check_feature(new.feature)
    entities.check_ids(wanted, before.entities)

    taking = _nameless(before)
    made = [_made(world, customer, new) for new in wanted]
    counted = made
    if taking is not None and made:
        first = wanted[0]
        named = taking.but(id=first.id, name=first.name)
        made = [merge_entity_controls(named, first.billing_controls), *made[1:]]
        counted = made[1:]
    changed = entities.rows_with(before, counted)

    for entity in made:
        world.store.entities.put(entity)
    for row in changed:
        world.store.balances.put(row)
    return made, _snapshot(before, load_holdings(world, customer))


def _nameless(holdings: Holdings) -> Entity | None:
    """The one entity without an id, whose place the next one takes."""
    return next((entity for entity in holdings.entities if entity.id is None), None)


def _made(world: World, customer: Customer, new: NewEntity) -> Entity:
    entity = Entity(
        internal_id=world.make_id("ety_"),
        id=new.id,
        customer=customer.internal_id,
        feature_id=new.feature.id,
        feature=new.feature.internal_id,
        created_at=world.now(),
        name=new.name,
    )
    return merge_entity_controls(entity, new.billing_controls)


def _snapshot(before: Holdings, after: Holdings) -> Holdings:
    """Shares as they are now, and first; every other row as it was."""
    old = {row.id: row for row in before.rows}
    rows = [row if row.entity_feature_id else old.get(row.id, row) for row in after.rows]
    rows.sort(key=lambda row: row.entity_feature_id is None)
    return replace(after, rows=tuple(rows))


def auto_create(world: World, customer: Customer, entity_id: str, entity_data: JsonObject | None) -> Entity:
    """The entity that an operation names and that isn't there, if `entity_data` says what it is.

    Raises EntityDataRequired, FeatureNotFound, EntityOfPaidFeature and what creating raises; what the
    operation did before stays.
    """
    try:
        return _auto_created(world, customer, entity_id, entity_data or {})
    except ApiError as error:
        raise error.keeping_changes() from None


def _auto_created(world: World, customer: Customer, entity_id: str, data: JsonObject) -> Entity:
    feature_id = data.get("feature_id")
    if not feature_id:
        raise EntityDataRequired(entity_id=entity_id)
    feature = world.store.features.get(feature_id)
    if feature is None:
        raise FeatureNotFound(feature_id=feature_id)
    if _is_paid(load_holdings(world, customer), feature):
        raise EntityOfPaidFeature(name=feature.name)

    new = NewEntity(
        id=entity_id or None,
        feature=feature,
        name=data.get("name"),
        billing_controls=data.get("billing_controls"),
    )
    return make_entities(world, customer, [new])[0][0]


def _is_paid(holdings: Holdings, feature: Feature) -> bool:
    return any(row.price is not None and row.feature_id == feature.id for row in entities.plan_rows(holdings))
