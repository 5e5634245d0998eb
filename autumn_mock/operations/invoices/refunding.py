"""The legacy route that refunds the charge of an invoice (reference: legacy routes).

Invariant: the invoice stays paid and keeps its total.
"""

from autumn_mock.domain.catalog.pricing import in_minor_units
from autumn_mock.domain.invoices.refunds import check_refund, left_on_card
from autumn_mock.domain.numbers import ZERO, number
from autumn_mock.errors.invoices import RefundNeedsAmount, RefundOfNothing, StripeInvoiceNotFound
from autumn_mock.operations.loading import find_customer
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.invoices import Refund
from autumn_mock.stripe.charges import charge_of, refund
from autumn_mock.world import World


@operation("POST /customers/{customer_id}/invoices/{stripe_invoice_id}/refund", body=Refund())
def refund_invoice(world: World, body: Body, call: Call) -> Reply:
    """Give back all that is left of a charge, or a part of it."""
    customer = find_customer(world, body["customer_id"])
    invoice = world.store.invoices.get(body["stripe_invoice_id"])
    if invoice is None or invoice.customer != customer.internal_id:
        raise StripeInvoiceNotFound

    notes = world.store.credit_notes.find("invoice", invoice.id)
    charge = check_refund(invoice, charge_of(world.store, invoice), notes)
    amount = left_on_card(invoice, charge, notes)
    if body["mode"] == "partial":
        if "amount" not in body:
            raise RefundNeedsAmount
        check_refund(invoice, charge, notes, body["amount"])
        amount = in_minor_units(body["amount"], charge.currency)
        if amount == ZERO:
            raise RefundOfNothing

    refund(world.store, charge, amount)
    return {
        "refund_id": world.ids.stripe("re_"),
        "charge_id": charge.id,
        "amount": number(amount),
        "currency": charge.currency,
        "status": "succeeded",
    }
