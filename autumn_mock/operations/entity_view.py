"""Showing an entity: the object, and what `expand` adds."""

from autumn_mock.domain.controls.controls import entity_controls
from autumn_mock.domain.customers.entities import entity_object
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.invoices.invoice_object import invoice_object
from autumn_mock.domain.records import Customer, Entity, JsonObject
from autumn_mock.operations.customer_view import expands_of
from autumn_mock.operations.invoices.loading import entity_invoices
from autumn_mock.operations.loading import load_holdings
from autumn_mock.operations.registry import Body, Call
from autumn_mock.world import World


def show_entity(world: World, customer: Customer, entity: Entity, body: Body, call: Call) -> JsonObject:
    """The entity in the newest shape, as it stands now."""
    shown = entity_in_newest(world, load_holdings(world, customer), entity, body, call)
    if "invoices" in expands_of(world, body.get("expand"), call):
        shown["invoices"] = _invoices(world, customer, entity)
    if body.get("with_autumn_id"):
        return {"autumn_id": entity.internal_id, **shown}
    return shown


def entity_in_newest(world: World, holdings: Holdings, entity: Entity, body: Body, call: Call) -> JsonObject:
    """The entity object without what comes from billing."""
    now = world.now()
    windows = world.store.usage_windows.find("customer", entity.customer)
    controls = entity_controls(holdings.seen_by(entity), windows, now=now)
    expand = expands_of(world, body.get("expand"), call)
    return entity_object(holdings, entity, controls, now=now, env=world.env, expand=expand)


def _invoices(world: World, customer: Customer, entity: Entity) -> list[JsonObject]:
    return [invoice_object(invoice) for invoice in entity_invoices(world, customer, entity)]
