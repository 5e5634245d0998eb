"""Tax on the lines of an invoice by one rate of the provider (reference: invoices.create, tax_rate_id).

Invariant: tax is rounded line by line; an inclusive rate is part of the lines, an exclusive one comes on top.
"""

from collections.abc import Iterable
from decimal import Decimal

from autumn_mock.domain.catalog.pricing import in_minor_units
from autumn_mock.domain.numbers import ZERO, number
from autumn_mock.domain.records import InvoiceLine, InvoiceTax, JsonObject, TaxRate


def tax_on(lines: Iterable[InvoiceLine], rate: TaxRate | None, currency: str) -> InvoiceTax | None:
    """What the lines are taxed with after their discounts; None without a rate."""
    if rate is None:
        return None
    total = sum((in_minor_units(_share(line.amount, rate), currency) for line in lines), ZERO)
    included, added = (total, ZERO) if rate.inclusive else (ZERO, total)
    return InvoiceTax(rate=rate.id, percentage=rate.percentage, included=included, added=added)


def _share(amount: Decimal, rate: TaxRate) -> Decimal:
    whole = 100 + rate.percentage if rate.inclusive else 100
    return amount * rate.percentage / whole


def added_tax(tax: InvoiceTax | None) -> Decimal:
    """What comes on top of the lines."""
    return ZERO if tax is None else tax.added


def shown_tax(tax: InvoiceTax | None) -> JsonObject | None:
    if tax is None:
        return None
    return {
        "total": number(tax.included + tax.added),
        "amount_inclusive": number(tax.included),
        "amount_exclusive": number(tax.added),
        "status": "complete",
    }
