"""What a credit note takes off an invoice, and where money that was paid goes (reference:
invoices.issue_credit_note).

Invariant: no more is ever credited than the invoice comes to; before it is paid a note lowers what is
owed, afterwards it gives back.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from autumn_mock.domain.catalog.pricing import in_minor_units
from autumn_mock.domain.invoices.states import OPEN, amount_due
from autumn_mock.domain.invoices.taxes import added_tax
from autumn_mock.domain.numbers import ONE, ZERO, number
from autumn_mock.domain.records import CreditNote, CreditNoteLine, Invoice, InvoiceLine, JsonObject
from autumn_mock.errors.invoices import (
    AmountAndLines,
    AmountAndQuantity,
    CreditExceedsInvoice,
    CreditExceedsLine,
    LineHasNoQuantity,
    LineNotFound,
    NothingToCredit,
)

BALANCE, REFUND, OUT_OF_BAND = "customer_balance", "refund", "out_of_band"
DESTINATIONS = (BALANCE, REFUND, OUT_OF_BAND)


class Credit(msgspec.Struct, frozen=True):
    """What a note comes to: `before` it lowers what is owed, `after` it gives back."""

    lines: tuple[CreditNoteLine, ...]
    before: Decimal
    after: Decimal
    tax: Decimal = ZERO
    """What of it is tax that came on top of the lines."""

    @property
    def total(self) -> Decimal:
        return self.before + self.after


def left_of(invoice: Invoice, notes: Iterable[CreditNote]) -> Decimal:
    """What can still be credited: what is owed, or what was paid and not given back in any way."""
    if invoice.status == OPEN:
        return amount_due(invoice)
    elsewhere = sum((note.credit_amount + note.out_of_band_amount for note in notes), ZERO)
    return max(ZERO, invoice.total - invoice.amount_credited - invoice.refunded - elsewhere)


def credit_of(invoice: Invoice, notes: Sequence[CreditNote], sent: JsonObject) -> Credit:
    """The credit that `amount` or `lines` ask for. Raises what does not fit the invoice."""
    amount, lines = sent.get("amount"), sent.get("lines")
    if (amount is None) == (lines is None):
        raise AmountAndLines
    added, charged = added_tax(invoice.tax), invoice.total - added_tax(invoice.tax)
    if lines is None:
        total = in_minor_units(amount or ZERO, invoice.currency)
        tax = in_minor_units(added * total / invoice.total, invoice.currency) if added else ZERO
        told: tuple[CreditNoteLine, ...] = (CreditNoteLine(amount=total - tax),)
    else:
        told = tuple(_line(invoice, notes, each) for each in lines)
        net = sum((line.amount - line.discount for line in told), ZERO)
        tax = in_minor_units(added * net / charged, invoice.currency) if added else ZERO
        total = net + tax
    left = left_of(invoice, notes)
    if total <= ZERO:
        raise NothingToCredit
    if total > left:
        raise CreditExceedsInvoice(left=number(left), currency=invoice.currency.upper())
    return Credit(told, total, ZERO, tax) if invoice.status == OPEN else Credit(told, ZERO, total, tax)


def _line(invoice: Invoice, notes: Iterable[CreditNote], sent: JsonObject) -> CreditNoteLine:
    """One line of the invoice, the whole of what is left of it unless it is said."""
    line = next((each for each in invoice.lines if each.id == sent["id"]), None)
    if line is None:
        raise LineNotFound(line_id=sent["id"])
    full = line.amount + line.discounted
    before = sum((each.amount for note in notes for each in note.lines if each.line_id == line.id), ZERO)
    amount, quantity = _asked(line, full, full - before, sent)
    amount = in_minor_units(amount, invoice.currency)
    if amount > full - before:
        raise CreditExceedsLine(line_id=line.id, left=number(full - before))
    share = amount / full if full else ZERO
    return CreditNoteLine(
        line_id=line.id,
        description=line.description,
        quantity=quantity,
        amount=amount,
        discount=in_minor_units(line.discounted * share, invoice.currency),
    )


def _asked(line: InvoiceLine, full: Decimal, left: Decimal, sent: JsonObject) -> tuple[Decimal, Decimal | None]:
    """The amount to credit on a line, and the units where they are asked for."""
    amount, quantity = sent.get("amount"), sent.get("quantity")
    if amount is not None and quantity is not None:
        raise AmountAndQuantity(line_id=line.id)
    if quantity is None:
        return (left if amount is None else amount), None
    if line.feature_id is None and line.quantity == ONE:
        raise LineHasNoQuantity(line_id=line.id)
    return full * quantity / line.quantity, quantity


def note_object(note: CreditNote, invoice_id: str, pdf: object) -> JsonObject:
    """`credit_note` of an answer; a preview has neither id nor number, status nor PDF."""
    subtotal = sum((line.amount for line in note.lines), ZERO)
    return {
        "id": note.id or None,
        "invoice_id": invoice_id,
        "number": note.number,
        "status": "issued" if note.id else None,
        "currency": note.currency,
        "subtotal": number(subtotal),
        "discount_amount": number(subtotal + note.tax - note.total),
        "tax_amount": number(note.tax),
        "total": number(note.total),
        "pre_payment_amount": number(note.pre_payment_amount),
        "post_payment_amount": number(note.total - note.pre_payment_amount),
        "refund_amount": number(note.refund_amount),
        "credit_amount": number(note.credit_amount),
        "out_of_band_amount": number(note.out_of_band_amount),
        "reason": note.reason,
        "memo": note.memo,
        "pdf": pdf,
        "lines": [
            {
                "invoice_line_item_id": line.line_id,
                "description": line.description,
                "quantity": None if line.quantity is None else number(line.quantity),
                "amount": number(line.amount),
                "discount_amount": number(line.discount),
            }
            for line in note.lines
        ],
    }
