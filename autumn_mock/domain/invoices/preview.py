"""What an invoice would come to (reference: invoices.create, preview).

Invariant: it is made of the very lines that the invoice would have.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal

import msgspec

from autumn_mock.domain.invoices.invoice_items import full_amount, shown_quantity
from autumn_mock.domain.invoices.taxes import added_tax, shown_tax
from autumn_mock.domain.numbers import ZERO, number
from autumn_mock.domain.records import InvoiceLine, InvoiceTax, JsonObject

EntityId = Callable[[str | None], str | None]
"""From an internal id to the id that the caller knows."""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What an invoice says beside its lines."""

    currency: str
    issued_at: int
    due_at: int | None
    tax: InvoiceTax | None = None
    credit: Decimal | None = None
    """What stands to the customer's credit at the provider; None: it is not known there."""


def total_of(lines: Iterable[InvoiceLine]) -> Decimal:
    return sum((line.amount for line in lines), ZERO)


def preview_of(lines: tuple[InvoiceLine, ...], terms: Terms, entity_id: EntityId) -> JsonObject:
    """The lines and what they come to."""
    charged, off = total_of(lines), sum((line.discounted for line in lines), ZERO)
    total = charged + added_tax(terms.tax)
    applied = max(ZERO, min(terms.credit or ZERO, total))
    shown: JsonObject = {
        "currency": terms.currency,
        "lines": [_line(line, entity_id) for line in lines],
        "subtotal": number(charged + off),
        "discount_total": number(off),
        "tax": shown_tax(terms.tax),
        "total": number(total),
        "amount_due": number(max(ZERO, total) - applied),
        "issue_date": terms.issued_at,
        "due_date": terms.due_at,
    }
    if terms.credit is not None:
        balance = number(terms.credit)
        shown["invoice_credits"] = {
            "balance": balance,
            "currency": terms.currency,
            "applied": number(applied),
        }
    return shown


def _line(line: InvoiceLine, entity_id: EntityId) -> JsonObject:
    return {
        "plan_id": line.plan_id or None,
        "feature_id": line.feature_id,
        "entity_id": entity_id(line.entity),
        "description": line.description,
        "amount": number(full_amount(line)),
        "amount_after_discounts": number(line.amount),
        "quantity": shown_quantity(line),
        "prorated": line.prorated,
        "period_start": line.starts_at,
        "period_end": line.ends_at,
    }
