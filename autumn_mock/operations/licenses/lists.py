"""`licenses.list` and `licenses.list_assignments` (reference: licences)."""

from collections.abc import Iterator

from autumn_mock.domain.billing.subscriptions import EXPIRED
from autumn_mock.domain.licenses.seat_pools import pool_objects
from autumn_mock.domain.records import Customer, JsonObject
from autumn_mock.operations.loading import find_customer, find_entity, load_holdings
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.licenses import ListLicenseAssignments, ListLicenses
from autumn_mock.world import World


@operation("licenses.list", body=ListLicenses())
def list_pools(world: World, body: Body, call: Call) -> Reply:
    """The pools of seats that the customer's running plans offer; its entities draw on the same ones."""
    customer = find_customer(world, body["customer_id"])
    if "entity_id" in body:
        find_entity(world, customer, body["entity_id"])
    return {"list": pool_objects(load_holdings(world, customer))}


@operation("licenses.list_assignments", body=ListLicenseAssignments())
def list_assignments(world: World, body: Body, call: Call) -> Reply:
    """Who holds a seat, or with `active: false` who held one that was taken back or is over; oldest first."""
    customer = find_customer(world, body["customer_id"])
    entity = find_entity(world, customer, body["entity_id"]) if "entity_id" in body else None
    found = list(_held(world, customer, over=False))
    if not body["active"]:
        found = [*_held(world, customer, over=True), *_taken_back(world, customer)]
    return {
        "list": [
            each
            for each in sorted(found, key=lambda each: (each["started_at"], each["id"]))
            if body.get("plan_id") in {None, each["license_plan_id"]}
            if entity is None or each["entity_id"] == (entity.id or entity.internal_id)
        ]
    }


def _held(world: World, customer: Customer, *, over: bool) -> Iterator[JsonObject]:
    for row in world.store.subscriptions.find("customer", customer.internal_id):
        entity = world.store.entities.get(row.entity or "")
        if row.parent is None or entity is None or (row.status == EXPIRED) != over:
            continue
        yield {
            "id": row.id,
            "entity_id": entity.id or entity.internal_id,
            "license_plan_id": row.plan_id,
            "started_at": row.started_at,
            "ended_at": row.ended_at,
        }


def _taken_back(world: World, customer: Customer) -> Iterator[JsonObject]:
    for each in world.store.license_assignments.find("customer", customer.internal_id):
        yield {
            "id": each.seat,
            "entity_id": each.entity_id,
            "license_plan_id": each.license_plan_id,
            "started_at": each.started_at,
            "ended_at": each.ended_at,
        }
