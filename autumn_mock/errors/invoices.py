"""Failures of invoices (reference: invoices; the newer operations word theirs here)."""

from autumn_mock.errors.base import ApiError


class InvoiceNotFound(ApiError):
    status, code = 404, "invoice_not_found"
    wording = "Invoice {invoice_id} not found"
