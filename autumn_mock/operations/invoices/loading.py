"""Finding invoices: one by its id, a customer's or all of them newest first."""

import math
from collections.abc import Iterator

from autumn_mock.domain.records import Customer, Entity, Invoice
from autumn_mock.errors.invoices import InvoiceNotFound
from autumn_mock.operations.paging import Position
from autumn_mock.world import World


def find_invoice(world: World, invoice_id: str) -> Invoice:
    """By its id in this API. Raises InvoiceNotFound."""
    found = world.store.invoices.first("invoice_id", invoice_id)
    if found is None:
        raise InvoiceNotFound(invoice_id=invoice_id)
    return found


def newest_invoices(
    world: World, customer: Customer | None = None, before: Position | None = None
) -> Iterator[Invoice]:
    """A customer's or all, from where a page ended; none is looked at before it is asked for."""
    invoices = world.store.invoices
    if customer is None:
        return invoices.ordered("age", before=before, reverse=True)
    key = customer.internal_id
    end = (math.inf, "") if before is None else before
    return invoices.ordered("customer_age", after=(key,), before=(key, *end), reverse=True)


def entity_invoices(world: World, customer: Customer, entity: Entity) -> Iterator[Invoice]:
    """Those of an entity, and those that are of none."""
    wanted = {entity.internal_id, None}
    return (invoice for invoice in newest_invoices(world, customer) if invoice.entity in wanted)
