"""Failures of invoices (reference: invoices; the newer operations word theirs here)."""

from autumn_mock.errors.base import ApiError, InvalidRequest


class InvoiceNotFound(ApiError):
    status, code = 404, "invoice_not_found"
    wording = "Invoice {invoice_id} not found"


class StripeInvoiceNotFound(ApiError):
    status = 404
    wording = "Stripe invoice not found"


class DuplicateStripeIds(InvalidRequest):
    wording = "Duplicate stripe_id values are not allowed in one batch"


class CustomersNotFound(InvalidRequest):
    wording = "Customers not found: {listed}"

    def __init__(self, *, customer_ids: list[str]) -> None:
        super().__init__(listed=", ".join(customer_ids))


class PlansNotFound(InvalidRequest):
    wording = "Plans not found: {listed}"

    def __init__(self, *, plan_ids: list[str]) -> None:
        super().__init__(listed=", ".join(plan_ids))


class EntityNotOfCustomer(InvalidRequest):
    wording = "Entity {entity_id} not found for customer {customer_id}"


class HostedInvoiceNotFound(ApiError):
    status = 404
    wording = "Invoice not found"


class HostedInvoiceOfOtherProcessor(ApiError):
    status = 404
    wording = "Hosted invoice URL is not available for this invoice"


class HostedInvoiceIsDraft(ApiError):
    status = 404
    wording = "This invoice is in draft status and has no URL"


class HostedInvoiceMissing(ApiError):
    status = 404
    wording = "This invoice has no hosted invoice URL"
