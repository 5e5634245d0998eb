"""`entities.*` but the list (reference: entities)."""

from typing import Any

from autumn_mock.domain.catalog.pricing import is_paid_recurring
from autumn_mock.domain.controls.controls import merge_entity_controls
from autumn_mock.domain.customers import entities
from autumn_mock.domain.customers.entities import NewEntity
from autumn_mock.domain.records import Customer, Entity, JsonObject
from autumn_mock.errors import ApiError
from autumn_mock.errors.catalog import FeatureNotFound
from autumn_mock.errors.customers import CustomerNotFound
from autumn_mock.errors.entities import EntityNotFound, EntityOfSeveralCustomers
from autumn_mock.operations import customers
from autumn_mock.operations.billing.rows import delete_plan, end_plan
from autumn_mock.operations.entity_making import auto_create, make_entities
from autumn_mock.operations.entity_view import entity_in_newest, show_entity
from autumn_mock.operations.licenses.seats import release_all_of
from autumn_mock.operations.loading import (
    find_customer,
    find_entity,
    find_feature,
    load_holdings,
    look_up_customer,
    look_up_entity,
)
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.entities import (
    CreateEntity,
    DeleteEntity,
    EntitiesOfCustomer,
    GetEntity,
    RestCreateEntities,
    UpdateEntity,
)
from autumn_mock.versions.entities import created_in_version, entity_in_version
from autumn_mock.world import World

__all__ = ["auto_create", "create", "delete", "get", "rest_create", "rest_list", "update"]


@operation("entities.create", body=CreateEntity(), reply=entity_in_version)
def create(world: World, body: Body, call: Call) -> Reply:
    """Make one entity, and its customer if it is new; the customer stays whatever becomes of it."""
    customer = customers.find_or_create(world, body["customer_id"], body.get("customer_data", {}), call)
    return _created(world, customer, [{**body, "id": body["entity_id"]}], call)[0]


@operation("POST /customers/{customer_id}/entities", body=RestCreateEntities(), reply=created_in_version)
def rest_create(world: World, body: Body, call: Call) -> Reply:
    """The legacy form: one or several; one alone answers itself."""
    wanted = body["entities"]
    data: JsonObject = next((each["customer_data"] for each in wanted if "customer_data" in each), {})
    customer = customers.find_or_create(world, body["customer_id"], data, call)
    made = _created(world, customer, wanted, call)
    return made[0] if len(made) == 1 else {"list": made}


def _created(world: World, customer: Customer, wanted: list[Body], call: Call) -> list[JsonObject]:
    try:
        made, seen = make_entities(world, customer, [_new_entity(world, each) for each in wanted])
    except ApiError as error:
        raise error.keeping_changes() from None
    return [_as_created(entity_in_newest(world, seen, entity, {}, call)) for entity in made]


def _new_entity(world: World, body: Body) -> NewEntity:
    feature = find_feature(world, body["feature_id"])
    entities.check_feature(feature)
    return NewEntity(
        id=body["id"] or None,
        feature=feature,
        name=body.get("name"),
        billing_controls=body.get("billing_controls"),
    )


def _as_created(entity: JsonObject) -> JsonObject:
    """What creating answers leaves out its feature and its usage limits."""
    controls = {kind: entries for kind, entries in entity["billing_controls"].items() if kind != "usage_limits"}
    shown = {key: value for key, value in entity.items() if key != "feature_id"}
    return shown | {"billing_controls": controls}


@operation("entities.get", body=GetEntity(), reply=entity_in_version)
def get(world: World, body: Body, call: Call) -> Reply:
    """An entity with its own and its customer's plans and balances."""
    customer, entity = find(world, body, nobody=EntityNotFound(entity_id=body["entity_id"]))
    return show_entity(world, customer, entity, body, call)


@operation("GET /customers/{customer_id}/entities", body=EntitiesOfCustomer())
def rest_list(world: World, body: Body, call: Call) -> Reply:
    """The raw entities of a customer."""
    customer = find_customer(world, body["customer_id"])
    found = world.store.entities.find("customer", customer.internal_id)
    return {"list": [_raw(world, entity) for entity in found]}


def _raw(world: World, entity: Entity) -> JsonObject:
    feature = world.store.features.get(entity.feature_id)
    controls = entity.billing_controls
    return {
        "id": entity.id,
        "org_id": f"org_{world.org}",
        "created_at": entity.created_at,
        "internal_id": entity.internal_id,
        "internal_customer_id": entity.customer,
        "env": world.env,
        "name": entity.name,
        "deleted": False,
        "internal_feature_id": feature.internal_id if feature else None,
        "usage_limits": controls.get("usage_limits"),
        "overage_allowed": controls.get("overage_allowed"),
        "feature_id": entity.feature_id,
        "billing_controls": {
            kind: controls[kind] for kind in ("spend_limits", "usage_alerts") if kind in controls
        },
    }


@operation("entities.update", body=UpdateEntity(), reply=entity_in_version)
def update(world: World, body: Body, call: Call) -> Reply:
    """Put the given lists of controls in place of the stored ones; nothing else changes."""
    gone = CustomerNotFound(customer_id=body.get("customer_id"))
    customer, entity = find(world, body, nobody=gone, no_entity=gone)

    changed = merge_entity_controls(entity, body.get("billing_controls"))

    if changed is not entity:
        world.store.entities.put(changed)
    return show_entity(world, customer, changed, {}, call)


@operation("entities.delete", body=DeleteEntity())
def delete(world: World, body: Body, call: Call) -> Reply:
    """Take an entity away: its seat is free again, its shares vanish, its paid plans end."""
    nobody = CustomerNotFound(customer_id=body.get("customer_id"))
    customer, entity = find(world, body, nobody=nobody)
    if entity.feature_id not in world.store.features:
        raise FeatureNotFound(feature_id=entity.feature_id)

    changed = entities.rows_without(load_holdings(world, customer), entity)

    for row in changed:
        world.store.balances.put(row)
    _part_from_plans(world, entity)
    for row in world.store.balances.find("customer", entity.customer):
        if row.entity == entity.internal_id and row.subscription is None:
            world.store.balances.delete(row.id)
    world.store.entities.delete(entity.internal_id)
    return {"success": True}


def _part_from_plans(world: World, entity: Entity) -> None:
    """Seats are free again, scheduled plans are forgotten, paid ones end now, others become the
    customer's own."""
    store = world.store
    release_all_of(world, entity)
    for row in store.subscriptions.find("customer", entity.customer):
        if row.entity != entity.internal_id or row.status == "expired":
            continue
        if row.status == "scheduled":
            delete_plan(world, row)
        elif is_paid_recurring(store.plans.must(row.plan)):
            end_plan(world, row, at=world.now())
        else:
            store.subscriptions.put(row.but(entity=None))
            for balance in store.balances.find("customer", entity.customer):
                if balance.subscription == row.id:
                    store.balances.put(balance.but(entity=None))


def find(
    world: World, body: Body, *, nobody: ApiError, no_entity: ApiError | None = None
) -> tuple[Customer, Entity]:
    """The entity that a body names, and its customer. `nobody` is raised for an unknown customer,
    `no_entity` (EntityNotFound without it) for an unknown entity of a known one.

    Raises EntityOfSeveralCustomers without a `customer_id`.
    """
    entity_id, customer_id = body["entity_id"], body.get("customer_id")
    if not customer_id:
        return _find_anywhere(world, entity_id)
    customer = look_up_customer(world, customer_id)
    if customer is None:
        raise nobody
    if no_entity is None:
        return customer, find_entity(world, customer, entity_id)
    entity = look_up_entity(world, customer, entity_id)
    if entity is None:
        raise no_entity
    return customer, entity


def _find_anywhere(world: World, entity_id: str) -> tuple[Customer, Entity]:
    found: list[Any] = world.store.entities.find("id", entity_id)
    if len(found) > 1:
        raise EntityOfSeveralCustomers(entity_id=entity_id)
    if not found:
        raise EntityNotFound(entity_id=entity_id)
    return world.store.customers.must(found[0].customer), found[0]
