"""Invoices as the customer object shows them (reference: customers, expand invoices)."""

from autumn_mock.domain.numbers import number
from autumn_mock.domain.records import Invoice, JsonObject


def invoice_object(invoice: Invoice, base_url: str) -> JsonObject:
    """`total` in major units; the hosted page is this server's own, and none for other processors."""
    hosted = f"{base_url}/invoices/hosted_invoice_url/{invoice.id}"
    return {
        "plan_ids": list(invoice.plan_ids),
        "stripe_id": invoice.id,
        "processor_type": invoice.processor_type,
        "status": invoice.status,
        "total": number(invoice.total),
        "currency": invoice.currency,
        "created_at": invoice.created_at,
        "hosted_invoice_url": invoice.hosted_invoice_url
        or (hosted if invoice.processor_type == "stripe" else None),
    }
