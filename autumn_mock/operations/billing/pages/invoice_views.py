"""What the page of an invoice shows (reference: invoices, hosted_invoice_url)."""

import msgspec

from autumn_mock.domain.billing.orders import Order, order_of_invoice
from autumn_mock.domain.invoices.states import DRAFT, OPEN, PAYABLE, amount_due
from autumn_mock.errors.invoices import HostedInvoiceIsDraft, HostedInvoiceNotFound
from autumn_mock.world import World


class InvoiceView(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice for the person who owes it. `issued_at` and `due_at` in ms."""

    id: str
    org: str
    now: int
    number: str | None
    status: str
    issued_at: int
    due_at: int | None
    memo: str | None
    footer: str | None
    name: str | None
    email: str | None
    order: Order
    payable: bool
    is_overdue: bool


def invoice_view(world: World, invoice_id: str) -> InvoiceView:
    """The invoice of the provider's id. Raises HostedInvoiceNotFound and HostedInvoiceIsDraft."""
    invoice = world.store.invoices.get(invoice_id)
    if invoice is None or invoice.processor_type != "stripe":
        raise HostedInvoiceNotFound
    if invoice.status == DRAFT:
        raise HostedInvoiceIsDraft
    customer, now = world.store.customers.must(invoice.customer), world.now()
    due = amount_due(invoice)
    return InvoiceView(
        id=invoice.id,
        org=world.org,
        now=now,
        number=invoice.number,
        status=invoice.status,
        issued_at=invoice.issued_at or invoice.created_at,
        due_at=invoice.due_at,
        memo=invoice.memo,
        footer=invoice.footer,
        name=customer.name,
        email=customer.email,
        order=order_of_invoice(invoice, due),
        payable=invoice.status in PAYABLE,
        is_overdue=invoice.status == OPEN and invoice.due_at is not None and invoice.due_at < now,
    )
