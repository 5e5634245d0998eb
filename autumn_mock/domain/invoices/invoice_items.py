"""Invoices with everything that the newer operations tell of them (reference: invoices, newer operations).

Invariant: the items of an invoice are its lines, and the entities of an item share its whole amount.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from autumn_mock.domain.invoices.invoice_object import invoice_object, public_id
from autumn_mock.domain.numbers import ONE, in_units, number
from autumn_mock.domain.records import (
    Customer,
    Entity,
    Feature,
    Invoice,
    InvoiceLine,
    JsonObject,
    Subscription,
)

MOST_ITEMS = 100


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """What the parts of an invoice are named after."""

    customer: Customer
    entities: Mapping[str, Entity]
    subscriptions: Mapping[str, Subscription]
    features: Mapping[str, Feature]

    def entity_id(self, internal_id: str | None) -> str | None:
        entity = self.entities.get(internal_id or "")
        return None if entity is None else entity.id or entity.internal_id


def listed_invoice(invoice: Invoice, named: Named, *, with_items: bool) -> JsonObject:
    """The invoice with its ids and what became of its money, and its lines where they are asked for."""
    shown = {
        **invoice_object(invoice),
        "id": public_id(invoice),
        "customer_id": named.customer.id,
        "entity_id": named.entity_id(invoice.entity),
        "amount_paid": None if invoice.amount_paid is None else number(invoice.amount_paid),
        "refunded_amount": number(invoice.refunded),
    }
    if with_items:
        shown["items"] = [_item(line, named) for line in invoice.lines[:MOST_ITEMS]]
    return shown


def _item(line: InvoiceLine, named: Named) -> JsonObject:
    feature = named.features.get(line.feature_id or "")
    return {
        "id": line.id,
        "description": line.description,
        "period_start": line.starts_at,
        "period_end": line.ends_at,
        "plan_id": line.plan_id or None,
        "feature_id": line.feature_id,
        "feature_name": feature.name if feature else None,
        "quantity": shown_quantity(line),
        "amount": number(full_amount(line)),
        "entities": _shares(line, named),
    }


def shown_quantity(line: InvoiceLine) -> int | float | None:
    """None for a fixed price; seats of a licence are counted."""
    return number(line.quantity) if line.feature_id or line.quantity != ONE else None


def full_amount(line: InvoiceLine) -> Decimal:
    """Before discounts."""
    return line.amount + line.discounted


def _shares(line: InvoiceLine, named: Named) -> list[JsonObject]:
    """The entities whose plans a line charges, with an equal share each."""
    charged = _charged(line, named)
    if not charged or any(key is None for key in charged):
        return []
    amounts = _split(full_amount(line), len(charged))
    each = line.quantity / len(charged)
    return [
        {
            "entity_id": named.entity_id(key) or key,
            "quantity": None if shown_quantity(line) is None else number(each),
            "amount": number(amount),
        }
        for key, amount in zip(charged, amounts, strict=True)
    ]


def _charged(line: InvoiceLine, named: Named) -> Sequence[str | None]:
    if line.entity is not None:
        return [line.entity]
    rows = (named.subscriptions.get(key) for key in line.subscriptions)
    return [None if row is None else row.entity for row in rows]


def _split(amount: Decimal, parts: int) -> list[Decimal]:
    """Equal parts of two decimals; the last one takes what rounding leaves."""
    each = in_units(amount / parts, Decimal("0.01"))
    return [each] * (parts - 1) + [amount - each * (parts - 1)]
