"""What a preview comes to, as a hosted page tells it to the person who pays.

Invariant: nothing is worked out anew: an order's sums are those of the preview, in amounts that can be
paid.
"""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

import msgspec

from autumn_mock.domain.catalog.pricing import in_minor_units
from autumn_mock.domain.numbers import ZERO, decimal
from autumn_mock.domain.records import Feature, Invoice, JsonObject, Plan


class OrderLine(msgspec.Struct, frozen=True, kw_only=True):
    """`amount` is what it costs before discounts."""

    text: str
    amount: Decimal


class Reduction(msgspec.Struct, frozen=True):
    """What is taken off under one name; `amount` is positive."""

    name: str
    amount: Decimal


class Coming(msgspec.Struct, frozen=True):
    """What is charged next, and when."""

    at: int
    total: Decimal
    by_use: tuple[str, ...] = ()
    """What is charged on top, as much as was used."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is bought. `subtotal` less `discounts` is `total`, and that less credit is `due`, what is to be
    paid now; a total below nothing becomes credit."""

    lines: tuple[OrderLine, ...]
    discounts: tuple[Reduction, ...]
    subtotal: Decimal
    total: Decimal
    due: Decimal
    currency: str
    coming: Coming | None = None

    @property
    def credit(self) -> Decimal:
        """What an earlier invoice left, and this one draws on."""
        return max(ZERO, self.total - self.due)

    @property
    def gives_back(self) -> Decimal:
        """What is left as credit for later invoices."""
        return max(ZERO, -self.total)


class Adjustable(msgspec.Struct, frozen=True, kw_only=True):
    """A quantity that may be changed on the page, the included amount counted: never below it."""

    feature_id: str
    name: str
    quantity: Decimal
    least: Decimal
    pack: Decimal
    """Bought in packs of so many."""


def adjustable_of(
    plan: Plan, units: Mapping[str, Decimal], asked: Collection[str], features: Mapping[str, Feature]
) -> tuple[Adjustable, ...]:
    """The prepaid quantities of a plan that a request lets the person change. `units` are those that
    stand now, the included amount left out."""
    return tuple(
        Adjustable(
            feature_id=item.feature_id,
            name=features[item.feature_id].name,
            quantity=item.included + units.get(item.feature_id, ZERO),
            least=item.included,
            pack=item.price.billing_units,
        )
        for item in plan.items
        if item.price is not None and item.feature_id in asked
    )


def order_of_preview(preview: JsonObject) -> Order:
    """The order that a preview of attach, update or a schedule tells of."""
    currency = preview["currency"]
    lines = preview["line_items"]
    subtotal = _paid(preview["subtotal"], currency)
    total = in_minor_units(sum((decimal(line["total"]) for line in lines), ZERO), currency)
    return Order(
        lines=tuple(_line(line, currency) for line in lines),
        discounts=_adding_up_to(subtotal - total, _discounts(lines, currency)),
        subtotal=subtotal,
        total=total,
        due=max(ZERO, _paid(preview["total"], currency)),
        currency=currency,
        coming=_coming(preview.get("next_cycle"), currency),
    )


def _line(line: JsonObject, currency: str) -> OrderLine:
    return OrderLine(
        text=line["description"],
        amount=_paid(line["subtotal"], currency),
    )


def _discounts(lines: Iterable[JsonObject], currency: str) -> tuple[Reduction, ...]:
    """The discounts of all lines, added up by their reward."""
    found: dict[str, Decimal] = {}
    for line in lines:
        for each in line["discounts"]:
            name = each.get("reward_name") or each.get("reward_id") or "Discount"
            found[name] = found.get(name, ZERO) + decimal(each["amount_off"])
    return tuple(Reduction(name, in_minor_units(amount, currency)) for name, amount in found.items())


def _adding_up_to(taken: Decimal, discounts: tuple[Reduction, ...]) -> tuple[Reduction, ...]:
    """The last one makes up for what rounding each of them moved."""
    if not discounts:
        return ()
    *others, last = discounts
    rest = taken - sum((each.amount for each in others), ZERO)
    return (*others, Reduction(last.name, rest))


def _coming(cycle: JsonObject | None, currency: str) -> Coming | None:
    if cycle is None:
        return None
    names = tuple(each["display_name"] for each in cycle["usage_line_items"])
    return Coming(cycle["starts_at"], _paid(cycle["total"], currency), names)


def coming_of(invoice: JsonObject) -> Coming:
    """What an invoice that is to come (`invoice_previews`) charges."""
    return Coming(invoice["invoice_at"], _paid(invoice["total"], invoice["currency"]))


def _paid(amount: int | float, currency: str) -> Decimal:
    return in_minor_units(decimal(amount), currency)


def order_of_invoice(invoice: Invoice, due: Decimal) -> Order:
    """The order that an invoice is of; of its total `due` is still to be paid."""
    taken = sum((line.discounted for line in invoice.lines), ZERO)
    lines = [OrderLine(text=line.description, amount=line.amount + line.discounted) for line in invoice.lines]
    if invoice.tax is not None and invoice.tax.added:
        lines.append(OrderLine(text=f"Tax ({invoice.tax.percentage:f}%)", amount=invoice.tax.added))
    return Order(
        lines=tuple(lines),
        discounts=(Reduction("Discount", taken),) if taken else (),
        subtotal=invoice.total + taken,
        total=invoice.total,
        due=due,
        currency=invoice.currency,
    )
