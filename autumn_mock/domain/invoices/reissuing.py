"""The lines of an invoice that is issued again: those of the original, but for what is asked (reference:
invoices.reissue).

Invariant: lines that are not named are the same as before, and go on standing for the same plans.
"""

from collections.abc import Mapping
from decimal import Decimal

from autumn_mock.domain.catalog.pricing import in_minor_units
from autumn_mock.domain.invoices.charged_lines import keyed_lines
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Invoice, InvoiceLine, JsonObject
from autumn_mock.errors.invoices import LineNotFound


def kept_lines(original: Invoice, changes: JsonObject) -> tuple[InvoiceLine, ...]:
    """The lines without those that are removed, and with the amounts and texts that are given; each stands
    for the one that it was. Raises LineNotFound."""
    updates = {each["id"]: each for each in changes.get("update") or []}
    removed = set(changes.get("remove") or [])
    known = {line.id: line.but(stands_for=key) for key, line in keyed_lines(original)}
    for named in (*updates, *removed):
        if named not in known:
            raise LineNotFound(line_id=named)
    kept = (_updated(line, updates.get(line.id, {}), original.currency) for line in known.values())
    return tuple(line.but(id="") for line in kept if line.id not in removed)


def _updated(line: InvoiceLine, sent: Mapping[str, object], currency: str) -> InvoiceLine:
    """The amount is one before discounts; the line's discount stays the same share of it."""
    changed = line.but(description=sent.get("description", line.description))
    amount = sent.get("amount")
    if not isinstance(amount, Decimal):
        return changed
    full = line.amount + line.discounted
    taken = in_minor_units(line.discounted * amount / full, currency) if full else ZERO
    return changed.but(amount=in_minor_units(amount, currency) - taken, discounted=taken)
