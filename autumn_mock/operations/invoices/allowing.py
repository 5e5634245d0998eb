"""Whether the status of an invoice allows what is asked for."""

from autumn_mock.domain.invoices.invoice_object import public_id
from autumn_mock.domain.records import Invoice
from autumn_mock.errors.invoices import InvoiceNotOf, NotAStripeInvoice


def check_status(invoice: Invoice, verb: str, *allowed: str) -> None:
    """Raises NotAStripeInvoice and InvoiceNotOf."""
    name = public_id(invoice)
    if invoice.processor_type != "stripe":
        raise NotAStripeInvoice(invoice_id=name)
    if invoice.status not in allowed:
        statuses = " or ".join(allowed)
        raise InvoiceNotOf(invoice_id=name, status=invoice.status, verb=verb, statuses=statuses)
