"""Whom a check or a track is about: known customers only, except that old clients make them on the way."""

from typing import Any

from autumn_mock.call import Call
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Customer, Entity
from autumn_mock.errors.customers import CustomerNotFound
from autumn_mock.errors.entities import EntityNotFound
from autumn_mock.operations import customers, entities
from autumn_mock.operations.loading import find_entity, load_holdings, look_up_customer, look_up_entity
from autumn_mock.versions.version import Version
from autumn_mock.world import World


def find_subject(world: World, body: dict[str, Any], call: Call) -> Holdings:
    """What the customer or entity of a body holds.

    Raises CustomerNotFound and EntityNotFound; before 2.1 both are made instead.
    """
    if call.version < Version.V2_1:
        return find_or_make_subject(world, body, call)
    entity_id = body.get("entity_id")
    customer = look_up_customer(world, body["customer_id"])
    if customer is None:
        if entity_id is not None:
            raise EntityNotFound(entity_id=entity_id)
        raise CustomerNotFound(customer_id=body["customer_id"])
    entity = None if entity_id is None else find_entity(world, customer, entity_id)
    return load_holdings(world, customer, entity)


def find_or_make_subject(world: World, body: dict[str, Any], call: Call) -> Holdings:
    """The same, the customer made if unknown (or completed from `customer_data`), and its entity if
    `entity_data` says of which feature."""
    data = body.get("customer_data") or {}
    customer = None if data else look_up_customer(world, body["customer_id"])
    if customer is None:
        customer = customers.find_or_create(world, body["customer_id"], data, call)
    return load_holdings(world, customer, _entity(world, customer, body))


def _entity(world: World, customer: Customer, body: dict[str, Any]) -> Entity | None:
    entity_id = body.get("entity_id")
    if entity_id is None:
        return None
    found = look_up_entity(world, customer, entity_id)
    if found is not None:
        return found
    return entities.auto_create(world, customer, entity_id, body.get("entity_data") or {})
