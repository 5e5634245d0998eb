"""Invoices stepped down (reference: invoices, the invoice object)."""

from typing import Any

Json = dict[str, Any]


def invoice_1_2(invoice: Json) -> Json:
    """Plans were products, and there was one processor."""
    rest = {key: value for key, value in invoice.items() if key not in {"plan_ids", "processor_type"}}
    return {"product_ids": invoice["plan_ids"], **rest}
