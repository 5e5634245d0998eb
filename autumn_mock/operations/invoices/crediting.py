"""`invoices.issue_credit_note`: an invoice is taken back in part or whole (reference: invoices, newer
operations).

Invariant: a preview and the note come from one decision, and the money of a note is moved once.
"""

from decimal import Decimal

from autumn_mock.domain.invoices import states
from autumn_mock.domain.invoices.allowing import check_status
from autumn_mock.domain.invoices.credit_notes import (
    BALANCE,
    OUT_OF_BAND,
    REFUND,
    Credit,
    credit_of,
    left_of,
    note_object,
)
from autumn_mock.domain.invoices.invoice_object import public_id
from autumn_mock.domain.invoices.refunds import check_refund
from autumn_mock.domain.links import Link
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import CreditNote, Customer, Invoice, JsonObject
from autumn_mock.operations.billing.invoicing import mark_paid
from autumn_mock.operations.billing.telling import telling
from autumn_mock.operations.invoices.loading import find_invoice
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.invoices import IssueCreditNote
from autumn_mock.stripe.charges import charge_of, refund
from autumn_mock.stripe.customers import ensure_stripe_customer
from autumn_mock.world import World


@operation("invoices.issue_credit_note", body=IssueCreditNote())
def issue_credit_note(world: World, body: Body, call: Call) -> Reply:
    """Credit an open or paid invoice, by an amount or by its lines."""
    invoice = find_invoice(world, body["invoice_id"])
    check_status(invoice, "credited", states.OPEN, states.PAID)

    notes = world.store.credit_notes.find("invoice", invoice.id)
    credit = credit_of(invoice, notes, body)
    note = _note(world, invoice, credit, body)
    if note.refund_amount:
        check_refund(invoice, charge_of(world.store, invoice), notes, note.refund_amount)

    if not body["preview"]:
        note = put_note(world, invoice, note)
    return {"credit_note": shown_note(invoice, note)}


def credit_rest(world: World, invoice: Invoice) -> CreditNote | None:
    """Give back to the customer's balance all that is left of a paid invoice. Writes it."""
    notes = world.store.credit_notes.find("invoice", invoice.id)
    left = left_of(invoice, notes)
    if left == ZERO:
        return None
    return put_note(world, invoice, _note(world, invoice, credit_of(invoice, notes, {"amount": left}), {}))


def _note(world: World, invoice: Invoice, credit: Credit, body: JsonObject) -> CreditNote:
    """The note, with neither id nor number."""
    goes_to = body.get("destination", BALANCE)

    def if_to(destination: str) -> Decimal:
        return credit.after if goes_to == destination else ZERO

    return CreditNote(
        id="",
        customer=invoice.customer,
        invoice=invoice.id,
        created_at=world.now(),
        currency=invoice.currency,
        total=credit.total,
        tax=credit.tax,
        pre_payment_amount=credit.before,
        refund_amount=if_to(REFUND),
        credit_amount=if_to(BALANCE),
        out_of_band_amount=if_to(OUT_OF_BAND),
        reason=body.get("reason"),
        memo=body.get("memo"),
        lines=credit.lines,
    )


def put_note(world: World, invoice: Invoice, note: CreditNote) -> CreditNote:
    """Issue a note and move its money. Writes the note, the invoice and where the money goes."""
    count = len(world.store.credit_notes.find("invoice", invoice.id)) + 1
    issued = note.but(id=world.make_public_id("cn_"), number=f"{invoice.number or invoice.id}-CN-{count:02d}")
    world.store.credit_notes.put(issued)
    customer = world.store.customers.must(invoice.customer)
    if note.pre_payment_amount:
        _lower(world, customer, invoice, note.pre_payment_amount)
    else:
        _give_back(world, customer, invoice, note)
    return issued


def _lower(world: World, customer: Customer, invoice: Invoice, amount: Decimal) -> None:
    """Less is owed; an invoice on which nothing is owed any more is paid."""
    lowered = invoice.but(amount_credited=invoice.amount_credited + amount)
    world.store.invoices.put(lowered)
    if states.amount_due(lowered) == ZERO:
        with telling(world, customer.internal_id):
            mark_paid(world, customer, lowered)


def _give_back(world: World, customer: Customer, invoice: Invoice, note: CreditNote) -> None:
    if note.credit_amount:
        customer = ensure_stripe_customer(world.store, world.ids, customer, now=world.now())
        payer = world.store.stripe_customers.must(customer.stripe_id or "")
        world.store.stripe_customers.put(payer.but(credit=payer.credit + note.credit_amount))
    if note.refund_amount:
        charge = check_refund(invoice, charge_of(world.store, invoice), (), note.refund_amount)
        refund(world.store, charge, note.refund_amount)
    standing = world.store.invoices.must(invoice.id)
    world.store.invoices.put(standing.but(amount_returned=standing.amount_returned + note.total))


def shown_note(invoice: Invoice, note: CreditNote) -> JsonObject:
    pdf = Link(f"/credit_notes/{note.id}/pdf") if note.id else None
    return note_object(note, public_id(invoice), pdf)
