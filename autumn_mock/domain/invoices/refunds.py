"""What of a paid invoice can go back to the card that paid it (reference: legacy routes, refunds).

Invariant: a charge is refunded up to what was charged, and together with what credit notes gave back never
beyond what was paid.
"""

from collections.abc import Iterable
from decimal import Decimal

from autumn_mock.domain.invoices.credit_notes import left_of
from autumn_mock.domain.numbers import ZERO, number
from autumn_mock.domain.records import Charge, CreditNote, Invoice
from autumn_mock.errors.invoices import ChargeFullyRefunded, NoCharge, RefundExceedsCharge


def left_on_card(invoice: Invoice, charge: Charge | None, notes: Iterable[CreditNote]) -> Decimal:
    """What can still be refunded; nothing where no card paid. Of an invoice that was recorded from
    elsewhere only the charge counts."""
    if charge is None:
        return ZERO
    return charge.left if invoice.recorded else min(charge.left, left_of(invoice, notes))


def check_refund(
    invoice: Invoice, charge: Charge | None, notes: Iterable[CreditNote], amount: Decimal = ZERO
) -> Charge:
    """The charge, if so much of it can be refunded.

    Raises NoCharge, ChargeFullyRefunded, RefundExceedsCharge.
    """
    if charge is None:
        raise NoCharge
    left = left_on_card(invoice, charge, notes)
    if left <= ZERO:
        raise ChargeFullyRefunded
    if amount > left:
        raise RefundExceedsCharge(left=number(left), currency=charge.currency.upper())
    return charge
