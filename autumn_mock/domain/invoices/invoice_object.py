"""Invoices as customers and entities show them (reference: invoices, the invoice object)."""

from autumn_mock.domain.links import Link
from autumn_mock.domain.numbers import number
from autumn_mock.domain.records import Invoice, JsonObject


def invoice_object(invoice: Invoice) -> JsonObject:
    """`total` in major units; the hosted page is reached by this server, and none for other processors."""
    hosted = Link(f"/invoices/hosted_invoice_url/{public_id(invoice)}")
    return {
        "plan_ids": list(invoice.plan_ids),
        "stripe_id": invoice.id,
        "processor_type": invoice.processor_type,
        "status": invoice.status,
        "total": number(invoice.total),
        "currency": invoice.currency,
        "created_at": invoice.created_at,
        "hosted_invoice_url": hosted if invoice.processor_type == "stripe" else None,
    }


def public_id(invoice: Invoice) -> str:
    """`inv_…`; what was written before there were such ids goes by the provider's."""
    return invoice.invoice_id or invoice.id
