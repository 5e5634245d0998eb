"""Charges: what happens when an invoice is to be paid at once.

Invariant: money that an invoice gives back stands to the customer's credit, and later invoices
draw on it before a card is asked.
"""

from dataclasses import dataclass
from decimal import Decimal

from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Customer
from autumn_mock.store import Store
from autumn_mock.stripe.cards import DECLINE, OK, default_card

NO_CARD = "payment_method_required"
FAILED = "payment_failed"
_REASONS = {
    "card_declined": "Your card was declined.",
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a charge went through; if not, what is needed and why."""

    paid: bool
    code: str = ""
    reason: str = ""


PAID = Outcome(paid=True)
WITHOUT_CARD = Outcome(paid=False, code=NO_CARD, reason="No payment method found")


def charge(store: Store, customer: Customer, total: Decimal) -> Outcome:
    """Pay `total` from credit and card; a negative total becomes credit. Writes the credit."""
    payer = store.stripe_customers.must(customer.stripe_id or "")
    drawn = min(payer.credit, total)
    if total > drawn:
        outcome = _ask_card(store, customer)
        if not outcome.paid:
            return outcome
    if drawn != ZERO:
        store.stripe_customers.put(payer.but(credit=payer.credit - drawn))
    return PAID


def _ask_card(store: Store, customer: Customer) -> Outcome:
    card = default_card(store, customer)
    if card is None:
        return WITHOUT_CARD
    return outcome_of(card.outcome)


def outcome_of(card: str) -> Outcome:
    """How a charge of a card goes that does `ok` or `decline:<code>`."""
    if card == OK:
        return PAID
    decline = card.removeprefix(DECLINE)
    return Outcome(paid=False, code=FAILED, reason=_REASONS.get(decline, "Your card was declined."))
