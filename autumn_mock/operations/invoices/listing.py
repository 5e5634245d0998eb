"""`invoices.list` and `invoices.listTemplates` (reference: invoices)."""

from collections.abc import Callable, Iterator
from itertools import islice

from autumn_mock.domain.invoices.invoice_object import public_id
from autumn_mock.domain.records import Customer, Invoice
from autumn_mock.errors.customers import ListLimitExceeded
from autumn_mock.operations.invoices.loading import newest_invoices
from autumn_mock.operations.invoices.telling import show_listed
from autumn_mock.operations.loading import look_up_customer, look_up_entity
from autumn_mock.operations.paging import Position, read_cursor, write_cursor
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.invoices import ListInvoices
from autumn_mock.world import World

_MOST = 1000
"""Invoices on one page, whatever the schema lets pass."""

Wanted = Callable[[Invoice], bool]


@operation("invoices.list", body=ListInvoices())
def list_all(world: World, body: Body, call: Call) -> Reply:
    """A page of invoices, newest first. A customer that does not exist has none."""
    limit = body["limit"]
    if limit > _MOST:
        raise ListLimitExceeded(limit=limit, most=_MOST)
    position = read_cursor(body["start_cursor"])

    found = list(islice(_found(world, body, position), limit + 1))

    page, more = found[:limit], len(found) > limit
    cursor = write_cursor(page[-1].created_at, public_id(page[-1])) if more else None
    return {"list": [show_listed(world, invoice) for invoice in page], "next_cursor": cursor}


def _found(world: World, body: Body, position: Position | None) -> Iterator[Invoice]:
    customer, entity = None, None
    if "customer_id" in body:
        customer = look_up_customer(world, body["customer_id"])
        if customer is None:
            return iter(())
        if "entity_id" in body:
            found = look_up_entity(world, customer, body["entity_id"])
            if found is None:
                return iter(())
            entity = found.internal_id
    wanted = _wanted(body, customer, entity)
    one = _named(world, body) if world.rules.newer_invoice_list else None
    return filter(wanted, newest_invoices(world, customer, position) if one is None else one)


def _named(world: World, body: Body) -> Iterator[Invoice] | None:
    """The one invoice that the newer filters name; None without any."""
    invoice_id, stripe_id = body.get("invoice_id"), body.get("stripe_id")
    if invoice_id is None and stripe_id is None:
        return None
    invoices = world.store.invoices
    found = (
        invoices.get(str(stripe_id)) if invoice_id is None else invoices.first("invoice_id", str(invoice_id))
    )
    fits = found is not None and stripe_id in {None, found.id}
    return iter((found,) if found is not None and fits else ())


def _wanted(body: Body, customer: Customer | None, entity: str | None) -> Wanted:
    """Whether an invoice passes the filters."""
    statuses, processors = body.get("status"), body.get("processor_types")

    def wanted(invoice: Invoice) -> bool:
        if customer is not None and invoice.customer != customer.internal_id:
            return False
        if entity is not None and invoice.entity != entity:
            return False
        if statuses and invoice.status not in statuses:
            return False
        return not processors or invoice.processor_type in processors

    return wanted
