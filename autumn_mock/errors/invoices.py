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


class NothingToInvoice(InvalidRequest):
    wording = "There is nothing to invoice: give plans or custom_line_items that come to something"


class PeriodIncomplete(InvalidRequest):
    wording = "period_start and period_end must be given together"


class PeriodBackwards(InvalidRequest):
    wording = "period_end must be after period_start"


class PeriodOutside(InvalidRequest):
    wording = "The period of each line must lie within the period of the invoice"


class IssuedInFuture(InvalidRequest):
    wording = "issue_date cannot be in the future"


class DueDatePassed(InvalidRequest):
    wording = "due_date must be in the future"


class TermsAndDueDate(InvalidRequest):
    wording = "net_terms_days cannot be combined with due_date"


class NoSuchPrice(InvalidRequest):
    wording = "Plan {plan_id} has no {method} price for feature {feature_id}"


class NoSuchLicense(InvalidRequest):
    wording = "Plan {plan_id} does not offer license {license_plan_id}"


class QuantityAndUsage(InvalidRequest):
    wording = "Feature {feature_id}: quantity and usage cannot be combined"


class NoQuantity(InvalidRequest):
    wording = "Feature {feature_id}: either quantity or usage is required"


class UsageWithoutRate(InvalidRequest):
    wording = "Feature {feature_id} has no credit rate for feature {metered_feature_id}"


class UnknownTaxRate(InvalidRequest):
    """What Stripe says to an id that it doesn't have."""

    wording = "No such tax rate: '{tax_rate_id}'"


class TemplateNotFound(ApiError):
    status, code = 404, "invoice_template_not_found"
    wording = "Invoice template {template_id} not found"


class NotAStripeInvoice(InvalidRequest):
    wording = "Invoice {invoice_id} is not a Stripe invoice"


class InvoiceNotOf(InvalidRequest):
    """The status of an invoice doesn't allow what is asked for."""

    wording = "Invoice {invoice_id} is {status}; only an invoice that is {statuses} can be {verb}"


class InvoiceReplaced(InvalidRequest):
    wording = "Invoice {invoice_id} was issued again already"


class InvoiceGaveBack(InvalidRequest):
    wording = "Invoice {invoice_id} gave more back than it charged; it cannot be reissued"


class InvoiceOvertaken(InvalidRequest):
    """Another change was made while an invoice waited to be paid."""

    wording = "Invoice {invoice_id} can no longer be paid: what it gives back was given back since"


class CreditNoteNotFound(ApiError):
    status, code = 404, "credit_note_not_found"
    wording = "Credit note {note_id} not found"


class AmountAndLines(InvalidRequest):
    wording = "Either amount or lines is required, and not both"


class AmountAndQuantity(InvalidRequest):
    wording = "Line {line_id}: amount and quantity cannot be combined"


class LineHasNoQuantity(InvalidRequest):
    wording = "Line {line_id} has a fixed price and no quantity; credit an amount of it"


class LineNotFound(InvalidRequest):
    wording = "Invoice line item {line_id} not found on this invoice"


class NothingToCredit(InvalidRequest):
    wording = "The amount to credit must be greater than 0"


class CreditExceedsInvoice(InvalidRequest):
    wording = "The credit exceeds what is left of the invoice, {left} {currency}"


class CreditExceedsLine(InvalidRequest):
    wording = "Line {line_id}: the credit exceeds what is left of it, {left}"


class NoCharge(InvalidRequest):
    wording = "This invoice has no associated charge to refund"


class ChargeFullyRefunded(InvalidRequest):
    wording = "This charge has already been fully refunded"


class RefundNeedsAmount(InvalidRequest):
    wording = "Amount is required for partial refunds"


class RefundOfNothing(ApiError):
    """What Stripe says to less than one minor unit."""

    code = "stripe_error"
    wording = "(Stripe Error) Invalid positive integer"


class RefundExceedsCharge(InvalidRequest):
    wording = "Refund amount exceeds the refundable balance of {left} {currency}"


class TermsRequired(InvalidRequest):
    wording = "net_terms_days is required: the due date of invoice {invoice_id} has passed"


class TwoEmails(InvalidRequest):
    wording = "update_customer_email and customer.email must be the same where both are given"
