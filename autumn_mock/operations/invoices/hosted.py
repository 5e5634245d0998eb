"""The page of an invoice, the PDF of a credit note, and the invoice as the provider has it."""

from autumn_mock.domain.invoices.printed import printed_note
from autumn_mock.domain.invoices.states import DRAFT
from autumn_mock.domain.invoices.stripe_object import stripe_invoice
from autumn_mock.errors.invoices import (
    HostedInvoiceIsDraft,
    HostedInvoiceMissing,
    HostedInvoiceNotFound,
    HostedInvoiceOfOtherProcessor,
    StripeInvoiceNotFound,
)
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.invoices import NamesStripeInvoice
from autumn_mock.world import LIVE, World


def hosted_page(world: World, invoice_id: str) -> str:
    """Where an invoice is looked at and paid. Raises why it is not."""
    invoice = world.store.invoices.first("invoice_id", invoice_id)
    if invoice is None:
        raise HostedInvoiceNotFound
    if invoice.processor_type != "stripe":
        raise HostedInvoiceOfOtherProcessor
    if invoice.status == DRAFT:
        raise HostedInvoiceIsDraft
    if invoice.hosted_invoice_url is None:
        raise HostedInvoiceMissing
    return invoice.hosted_invoice_url


def note_page(world: World, note_id: str) -> bytes | None:
    """A credit note as PDF; None for one that this world does not know."""
    note = world.store.credit_notes.get(note_id)
    return None if note is None else printed_note(note, world.store.invoices.must(note.invoice), world.org)


@operation("GET /invoices/{stripe_invoice_id}/stripe", body=NamesStripeInvoice())
def raw(world: World, body: Body, call: Call) -> Reply:
    """The invoice as the provider's own API shows it."""
    invoice = world.store.invoices.get(body["stripe_invoice_id"])
    if invoice is None or invoice.processor_type != "stripe":
        raise StripeInvoiceNotFound
    customer = world.store.customers.must(invoice.customer)
    payer = world.store.stripe_customers.get(customer.stripe_id or "")
    return stripe_invoice(invoice, payer, live=world.env == LIVE)
