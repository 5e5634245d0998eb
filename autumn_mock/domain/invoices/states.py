"""What may become of an invoice, and how it stands then (reference: invoices, operations).

Invariant: `draft` → `open` → `paid` or `void`; nothing leaves `paid` and `void`.
"""

from decimal import Decimal

from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Invoice

DRAFT, OPEN, PAID, VOID, UNCOLLECTIBLE = "draft", "open", "paid", "void", "uncollectible"
STATUSES = (DRAFT, OPEN, VOID, PAID, UNCOLLECTIBLE)
PROCESSORS = ("stripe", "revenuecat")
WAITING = frozenset({DRAFT, OPEN})
"""What a change may wait for."""
PAYABLE = frozenset({OPEN, UNCOLLECTIBLE})
"""What can be paid, and voided."""
CHARGED, SENT = "charge_automatically", "send_invoice"


def amount_due(invoice: Invoice) -> Decimal:
    """What is still to be paid: never less than nothing, as a negative total becomes credit."""
    if invoice.status in {PAID, VOID}:
        return ZERO
    return max(ZERO, invoice.total - invoice.amount_credited)


def opened(invoice: Invoice) -> Invoice:
    """It waits for its payment, on its hosted page."""
    return invoice.but(status=OPEN, amount_paid=ZERO, hosted_invoice_url=page_path(invoice.id))


def page_path(invoice_id: str) -> str:
    """The page at the provider on which an invoice is looked at and paid: a path on this server."""
    return f"/invoice/{invoice_id}"


def paid(invoice: Invoice, *, from_credit: Decimal = ZERO) -> Invoice:
    """All of it is paid, so much of it by the customer's credit (below zero: it leaves credit)."""
    left = invoice.total - invoice.amount_credited - from_credit
    return invoice.but(status=PAID, amount_paid=max(ZERO, left), drawn_from_credit=from_credit)
