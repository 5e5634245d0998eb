"""How answers show invoices."""

from collections.abc import Callable

from autumn_mock.domain.invoices.invoice_items import Named, listed_invoice
from autumn_mock.domain.records import Invoice, JsonObject
from autumn_mock.world import World


def named_for(world: World, invoice: Invoice) -> Named:
    """What the parts of an invoice are named after."""
    store = world.store
    return Named(
        customer=store.customers.must(invoice.customer),
        entities=store.entities.records,
        subscriptions=store.subscriptions.records,
        features=store.features.records,
    )


def show_invoice(world: World, invoice: Invoice) -> JsonObject:
    """The invoice with its items."""
    return listed_invoice(invoice, named_for(world, invoice), with_items=True)


def show_listed(world: World, invoice: Invoice) -> JsonObject:
    """The invoice in a list: with its items where the profile follows the newer contract."""
    return listed_invoice(invoice, named_for(world, invoice), with_items=world.rules.newer_invoice_list)


def entity_names(world: World) -> Callable[[str | None], str | None]:
    """From internal ids to the ids that callers know."""
    entities = world.store.entities.records

    def name(internal_id: str | None) -> str | None:
        entity = entities.get(internal_id or "")
        return None if entity is None else entity.id or entity.internal_id

    return name
