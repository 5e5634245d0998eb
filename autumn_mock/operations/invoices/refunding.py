"""The legacy route that refunds the charge of an invoice (reference: legacy routes).

Invariant: a charge is refunded up to what was charged; the invoice stays paid and keeps its total.
"""

from decimal import Decimal

from autumn_mock.domain.catalog.pricing import in_minor_units
from autumn_mock.domain.numbers import ZERO, number
from autumn_mock.domain.records import Charge, Invoice
from autumn_mock.errors.invoices import (
    ChargeFullyRefunded,
    NoCharge,
    RefundExceedsCharge,
    RefundNeedsAmount,
    StripeInvoiceNotFound,
)
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

    if body["mode"] == "partial" and "amount" not in body:
        refundable(world, invoice, ZERO)
        raise RefundNeedsAmount
    charge = refundable(world, invoice, ZERO if body["mode"] == "full" else body["amount"])
    amount = charge.left if body["mode"] == "full" else in_minor_units(body["amount"], charge.currency)

    refund(world.store, charge, amount)
    return {
        "refund_id": world.ids.stripe("re_"),
        "charge_id": charge.id,
        "amount": number(amount),
        "currency": charge.currency,
        "status": "succeeded",
    }


def refundable(world: World, invoice: Invoice, amount: Decimal) -> Charge:
    """The charge of an invoice, if so much of it can be refunded.

    Raises NoCharge, ChargeFullyRefunded, RefundExceedsCharge.
    """
    charge = charge_of(world.store, invoice)
    if charge is None:
        raise NoCharge
    if charge.left <= ZERO:
        raise ChargeFullyRefunded
    if amount > charge.left:
        raise RefundExceedsCharge(left=number(charge.left), currency=charge.currency.upper())
    return charge
