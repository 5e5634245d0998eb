"""An invoice as the payment provider's own API shows it: seconds, and amounts in minor units.

Invariant: what is due, what was paid and what credit notes took off come to the total.
"""

from decimal import Decimal

from autumn_mock.domain.catalog.pricing import has_minor_units
from autumn_mock.domain.invoices.invoice_items import full_amount
from autumn_mock.domain.invoices.states import DRAFT, OPEN, PAID, amount_due
from autumn_mock.domain.invoices.taxes import added_tax
from autumn_mock.domain.links import link
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.periods import SECOND
from autumn_mock.domain.records import Invoice, InvoiceLine, JsonObject, StripeCustomer


def stripe_invoice(invoice: Invoice, payer: StripeCustomer | None, *, live: bool) -> JsonObject:
    """The `invoice` object of the provider."""
    return {
        "id": invoice.id,
        "object": "invoice",
        **_money(invoice),
        "attempted": invoice.status == PAID,
        "auto_advance": invoice.auto_advance and invoice.status in {DRAFT, OPEN},
        "billing_reason": "manual" if invoice.stripe_subscription is None else "subscription_cycle",
        "collection_method": invoice.collection,
        "created": _seconds(invoice.created_at),
        "currency": invoice.currency,
        "custom_fields": invoice.details.get("custom_fields"),
        **_payer(payer),
        "description": invoice.memo,
        "due_date": _second(invoice.due_at),
        "effective_at": None if invoice.status == DRAFT else _seconds(invoice.issued_at or invoice.created_at),
        "footer": invoice.footer,
        "from_invoice": {"action": "revision", "invoice": invoice.replaces} if invoice.replaces else None,
        "hosted_invoice_url": link(invoice.hosted_invoice_url),
        "invoice_pdf": None,
        "latest_revision": invoice.replaced_by,
        "lines": _lines(invoice, live=live),
        "livemode": live,
        "metadata": {},
        "number": invoice.number,
        "parent": _parent(invoice),
        "payment_settings": {"payment_method_types": list(invoice.payment_method_types) or None},
        "period_end": _seconds(invoice.created_at),
        "period_start": _seconds(invoice.created_at),
        "status": invoice.status,
        "total_taxes": _taxes(invoice),
        "status_transitions": {
            "finalized_at": _second(invoice.finalized_at),
            "marked_uncollectible_at": None,
            "paid_at": _second(invoice.paid_at),
            "voided_at": _second(invoice.voided_at),
        },
    }


def _payer(payer: StripeCustomer | None) -> JsonObject:
    """Who owes it; nobody is known of what another system recorded."""
    if payer is None:
        return {"customer": None, "customer_address": None, "customer_email": None, "customer_name": None}
    return {
        "customer": payer.id,
        "customer_address": payer.details.get("address"),
        "customer_email": payer.email,
        "customer_name": payer.name,
    }


def _money(invoice: Invoice) -> JsonObject:
    """Everything in minor units."""
    due = amount_due(invoice)
    paid = invoice.amount_paid or ZERO
    amounts = {
        "amount_due": due + paid,
        "amount_overpaid": ZERO,
        "amount_paid": paid,
        "amount_remaining": due,
        "amount_shipping": ZERO,
        "post_payment_credit_notes_amount": invoice.amount_returned,
        "pre_payment_credit_notes_amount": invoice.amount_credited,
        "starting_balance": ZERO,
        "subtotal": invoice.total
        - added_tax(invoice.tax)
        + sum((line.discounted for line in invoice.lines), ZERO),
        "total": invoice.total,
    }
    return {name: minor(amount, invoice.currency) for name, amount in amounts.items()}


def _taxes(invoice: Invoice) -> list[JsonObject]:
    tax = invoice.tax
    if tax is None:
        return []
    return [
        {
            "amount": minor(tax.included + tax.added, invoice.currency),
            "tax_behavior": "inclusive" if tax.included else "exclusive",
            "tax_rate_details": {"tax_rate": tax.rate},
            "type": "tax_rate_details",
        }
    ]


def minor(amount: Decimal, currency: str) -> int:
    """An amount of major units in minor ones: 20 dollars are 2000 cents."""
    return int(amount * 100 if has_minor_units(currency) else amount)


def _lines(invoice: Invoice, *, live: bool) -> JsonObject:
    return {
        "object": "list",
        "data": [_line(line, invoice, live=live) for line in invoice.lines],
        "has_more": False,
        "total_count": len(invoice.lines),
        "url": f"/v1/invoices/{invoice.id}/lines",
    }


def _line(line: InvoiceLine, invoice: Invoice, *, live: bool) -> JsonObject:
    starts = invoice.created_at if line.starts_at is None else line.starts_at
    ends = starts if line.ends_at is None else line.ends_at
    return {
        "id": line.id,
        "object": "line_item",
        "amount": minor(full_amount(line), invoice.currency),
        "currency": invoice.currency,
        "description": line.description,
        "discount_amounts": [{"amount": minor(line.discounted, invoice.currency)}] if line.discounted else [],
        "discountable": line.amount > 0,
        "invoice": invoice.id,
        "livemode": live,
        "metadata": {},
        "period": {"start": _seconds(starts), "end": _seconds(ends)},
        "quantity": 1,
        "subscription": invoice.stripe_subscription,
    }


def _parent(invoice: Invoice) -> JsonObject | None:
    if invoice.stripe_subscription is None:
        return None
    return {
        "type": "subscription_details",
        "subscription_details": {"subscription": invoice.stripe_subscription, "metadata": {}},
        "quote_details": None,
    }


def _seconds(at: int) -> int:
    return at // SECOND


def _second(at: int | None) -> int | None:
    return None if at is None else _seconds(at)
