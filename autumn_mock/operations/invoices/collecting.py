"""`invoices.finalize` and `update` (reference: invoices, newer operations).

Invariant: asking for what has happened already changes nothing.
"""

from autumn_mock.domain.invoices.states import DRAFT, OPEN, PAID
from autumn_mock.domain.records import Invoice
from autumn_mock.errors.invoices import InvoiceNotOf, NotAStripeInvoice
from autumn_mock.operations.invoices.issuing import finalized
from autumn_mock.operations.invoices.loading import find_invoice
from autumn_mock.operations.invoices.telling import show_invoice
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.invoices import NamesInvoice, UpdateInvoice
from autumn_mock.stripe.customers import ensure_stripe_customer
from autumn_mock.world import World


@operation("invoices.finalize", body=NamesInvoice())
def finalize(world: World, body: Body, call: Call) -> Reply:
    """Open a draft and collect it."""
    invoice = find_invoice(world, body["invoice_id"])

    if not _is_due_to(invoice, "finalized", from_=(DRAFT,), done=(OPEN, PAID)):
        return {"invoice": show_invoice(world, invoice)}

    customer = world.store.customers.must(invoice.customer)
    customer = ensure_stripe_customer(world.store, world.ids, customer, now=world.now())
    opened = finalized(world, customer, invoice)
    page = world.store.checkouts.first("invoice", invoice.id)
    if page is not None and opened.due_at is not None:
        world.store.checkouts.put(page.but(expires_at=opened.due_at))
    return {"invoice": show_invoice(world, opened)}


@operation("invoices.update", body=UpdateInvoice())
def update(world: World, body: Body, call: Call) -> Reply:
    """Change what an invoice may be paid with."""
    invoice = find_invoice(world, body["invoice_id"])

    _is_due_to(invoice, "updated", from_=(DRAFT, OPEN), done=())
    changed = invoice.but(payment_method_types=tuple(dict.fromkeys(body["payment_method_types"])))

    world.store.invoices.put(changed)
    return {"invoice": show_invoice(world, changed)}


def _is_due_to(invoice: Invoice, verb: str, *, from_: tuple[str, ...], done: tuple[str, ...]) -> bool:
    """Whether the invoice has yet to become so; False where it has. Raises where it can't."""
    if invoice.processor_type != "stripe":
        raise NotAStripeInvoice(invoice_id=invoice.invoice_id)
    if invoice.status in done:
        return False
    if invoice.status not in from_:
        raise InvoiceNotOf(
            invoice_id=invoice.invoice_id, status=invoice.status, verb=verb, statuses=" or ".join(from_)
        )
    return True
