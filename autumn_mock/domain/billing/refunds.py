"""What a cancellation gives back to the card instead of as credit (reference: billing.update,
refund_last_payment).

Invariant: no more goes back than what is left of what the card was charged.
"""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from autumn_mock.domain.billing.cancelling import Cancelling
from autumn_mock.domain.invoices.refunds import left_on_card
from autumn_mock.domain.numbers import ZERO, exact, number
from autumn_mock.domain.records import Charge, CreditNote, Invoice, JsonObject, Subscription

FULL = "full"


class Refund(msgspec.Struct, frozen=True):
    """What goes back of an invoice, unrounded, to the charge that paid it."""

    invoice: Invoice
    charge: Charge | None
    amount: Decimal

    def shown(self) -> JsonObject:
        """The `refund` of a preview."""
        return {
            "amount": exact(self.amount),
            "invoice": {
                "stripe_id": self.invoice.id,
                "total": number(self.invoice.total),
                "current_refunded_amount": number(self.invoice.refunded),
                "currency": self.invoice.currency,
            },
        }


def last_payment(row: Subscription, invoices: Iterable[Invoice]) -> Invoice | None:
    """The newest paid invoice that charged something for a row."""
    paid = [
        invoice
        for invoice in invoices
        if invoice.status == "paid" and invoice.total > ZERO
        if any(row.id in line.subscriptions for line in invoice.lines)
    ]
    return max(paid, key=lambda invoice: (invoice.created_at, invoice.id), default=None)


def refund_of(
    invoice: Invoice, charge: Charge | None, notes: Iterable[CreditNote], ended: Cancelling, how: str
) -> Refund:
    """All of the last payment that `notes` left, or what the unused time is worth."""
    left = left_on_card(invoice, charge, notes)
    unused = -sum((line.amount for line in ended.lines), ZERO)
    return Refund(invoice, charge, left if how == FULL else min(left, unused))
