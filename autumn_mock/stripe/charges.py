"""Charges: what happens when an invoice is to be paid, and what of it goes back to the card.

Invariants: money that an invoice gives back stands to the customer's credit, and later invoices draw on
it before a card is asked; a charge is refunded up to its amount and no further.
"""

from dataclasses import dataclass
from decimal import Decimal

from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.payments.cards import DECLINE, REQUIRES_ACTION, REQUIRES_SETUP, SUCCEED
from autumn_mock.domain.payments.declines import sentence_of
from autumn_mock.domain.payments.outcomes import outcome_now
from autumn_mock.domain.records import Charge, Customer, Invoice, PaymentMethod
from autumn_mock.ids import Ids
from autumn_mock.store import Store
from autumn_mock.stripe.cards import default_card

NO_CARD = "payment_method_required"
FAILED = "payment_failed"
NEEDS_3DS = "3ds_required"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether an invoice got paid; if not, what is needed and why. `from_credit` is what the customer's
    credit paid of it; below zero, what it left as credit."""

    paid: bool
    code: str = ""
    reason: str = ""
    from_credit: Decimal = ZERO


PAID = Outcome(paid=True)
WITHOUT_CARD = Outcome(paid=False, code=NO_CARD, reason="No payment method found")
WITHOUT_HOLDER = Outcome(
    paid=False, code=NEEDS_3DS, reason="This payment needs to be authenticated with 3D Secure."
)


def charge(store: Store, ids: Ids, customer: Customer, invoice: Invoice, *, now: int) -> Outcome:
    """Pay an invoice from credit and card; a negative total becomes credit. Writes the credit and the
    charge, not the invoice."""
    payer = store.stripe_customers.must(customer.stripe_id or "")
    owed = invoice.total - invoice.amount_credited
    drawn = min(payer.credit, owed)
    if owed > drawn:
        card = default_card(store, customer)
        if card is None:
            return WITHOUT_CARD
        asked = _ask(store, ids, card, invoice, owed - drawn, now=now)
        if not asked.succeeded:
            return told(asked.outcome)
    if drawn != ZERO:
        store.stripe_customers.put(payer.but(credit=payer.credit - drawn))
    return Outcome(paid=True, from_credit=drawn)


def _ask(store: Store, ids: Ids, card: PaymentMethod, invoice: Invoice, amount: Decimal, *, now: int) -> Charge:
    made = Charge(
        id=ids.stripe("ch_"),
        invoice=invoice.id,
        customer=invoice.customer,
        payment_method=card.id,
        amount=amount,
        created_at=now,
        outcome=outcome_now(card, now=now),
        currency=invoice.currency,
    )
    store.charges.put(made)
    set_up = card.set_up or (card.attended and made.succeeded)
    store.payment_methods.put(card.but(asked=card.asked + 1, set_up=set_up))
    return made


def told(outcome: str) -> Outcome:
    """What a card's outcome means for an invoice."""
    if outcome == SUCCEED:
        return PAID
    if outcome in {REQUIRES_ACTION, REQUIRES_SETUP}:
        return WITHOUT_HOLDER
    return Outcome(paid=False, code=FAILED, reason=sentence_of(outcome.removeprefix(DECLINE)))


def charge_of(store: Store, invoice: Invoice) -> Charge | None:
    """The charge that paid an invoice; None where credit, nothing, or somebody else did."""
    return next((each for each in store.charges.find("invoice", invoice.id) if each.succeeded), None)


def refund(store: Store, charge: Charge, amount: Decimal) -> Charge:
    """Give so much of a charge back to its card. Writes the charge and its invoice.

    Raises ValueError where that is more than what is left of it, or nothing.
    """
    if not charge.succeeded or not ZERO < amount <= charge.left:
        raise ValueError(f"{amount} of {charge.id}, which is of {charge.amount}, {charge.refunded} refunded")
    refunded = charge.but(refunded=charge.refunded + amount)
    store.charges.put(refunded)
    invoice = store.invoices.must(charge.invoice)
    store.invoices.put(invoice.but(refunded=invoice.refunded + amount))
    return refunded
