"""`invoices.finalize`, `pay`, `void` and `update` (reference: invoices, newer operations).

Invariant: asking for what has happened already changes nothing.
"""

from autumn_mock.domain.invoices.allowing import check_status
from autumn_mock.domain.invoices.states import DRAFT, OPEN, PAID, UNCOLLECTIBLE, VOID
from autumn_mock.domain.records import Invoice
from autumn_mock.operations.billing.invoice_payment import pay_invoice, void_invoice
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


@operation("invoices.pay", body=NamesInvoice())
def pay(world: World, body: Body, call: Call) -> Reply:
    """Note that an open invoice was paid elsewhere; what waited for it begins."""
    invoice = find_invoice(world, body["invoice_id"])

    if _is_due_to(invoice, "paid", from_=(OPEN,), done=(PAID,)):
        invoice = pay_invoice(world, invoice, out_of_band=True).invoice
    return {"invoice": show_invoice(world, invoice)}


@operation("invoices.void", body=NamesInvoice())
def void(world: World, body: Body, call: Call) -> Reply:
    """Nobody has to pay an open invoice any more; what waited for it never begins."""
    invoice = find_invoice(world, body["invoice_id"])

    if _is_due_to(invoice, "voided", from_=(OPEN, UNCOLLECTIBLE), done=(VOID,)):
        invoice = void_invoice(world, invoice)
    return {"invoice": show_invoice(world, invoice)}


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
    check_status(invoice, verb, *from_, *done)
    return invoice.status in from_
