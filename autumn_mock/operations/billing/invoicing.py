"""Invoices: settling one at once, and how an answer tells of it."""

from dataclasses import dataclass

from autumn_mock.domain.numbers import number
from autumn_mock.domain.records import Customer, Invoice, JsonObject
from autumn_mock.stripe.charges import Outcome, charge
from autumn_mock.world import World


@dataclass(frozen=True, slots=True)
class Payment:
    """An invoice and how paying it went."""

    invoice: Invoice
    outcome: Outcome


def settle_invoice(world: World, customer: Customer, invoice: Invoice) -> Payment:
    """Charge an invoice and write it, `paid` or `open`."""
    outcome = charge(world.store, customer, invoice.total)
    settled = invoice.but(
        status="paid" if outcome.paid else "open",
        hosted_invoice_url=f"{world.settings.base_url}/invoices/hosted_invoice_url/{invoice.id}",
    )
    world.store.invoices.put(settled)
    return Payment(settled, outcome)


def invoice_told(invoice: Invoice) -> JsonObject:
    """The invoice in the answer of a billing operation."""
    return {
        "status": invoice.status,
        "stripe_id": invoice.id,
        "total": number(invoice.total),
        "currency": invoice.currency,
        "hosted_invoice_url": invoice.hosted_invoice_url,
    }


def billing_reply(
    customer: Customer, entity_id: str | None, payment: Payment | None, checkout_url: str | None = None
) -> JsonObject:
    """The answer of attach, multi_attach and update."""
    reply: JsonObject = {"customer_id": customer.id or customer.internal_id}
    if entity_id is not None:
        reply["entity_id"] = entity_id
    if payment is None:
        return {**reply, "payment_url": checkout_url}
    invoice = payment.invoice
    reply["invoice"] = invoice_told(invoice)
    reply["payment_url"] = invoice.hosted_invoice_url if invoice.status == "open" else checkout_url
    if not payment.outcome.paid:
        reply["required_action"] = {"code": payment.outcome.code, "reason": payment.outcome.reason}
    return reply
