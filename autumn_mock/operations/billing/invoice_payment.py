"""Invoices being paid (reference: billing, paying an open invoice)."""

from autumn_mock.operations.billing.paid_invoices import invoice_was_paid, when_paid

__all__ = ["invoice_was_paid", "when_paid"]
