"""Lines of invoices: what a plan charges, and how a line reads (reference: billing, lines and money).

Invariant: the sum of an invoice is the sum of its rounded lines.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from autumn_mock.domain.billing.cycles import cycle_at, whole_second
from autumn_mock.domain.billing.line_rounding import in_whole_units
from autumn_mock.domain.billing.subscriptions import Start
from autumn_mock.domain.catalog.pricing import PlanPrice, in_minor_units, item_amount, last_tier, plan_prices
from autumn_mock.domain.currencies import OWN_CURRENCY
from autumn_mock.domain.numbers import ONE, ZERO
from autumn_mock.domain.periods import day_in_words
from autumn_mock.domain.records import Discount, Entity, Feature, InvoiceLine, ItemPrice, Plan

DISCOUNTED = " [inc. discount]"
"""How a line ends from which a discount was taken, where this server words it."""


class Taken(msgspec.Struct, frozen=True):
    """What a discount takes off a line, a raw decimal."""

    discount: Discount
    amount: Decimal


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line before rounding. `amount` is a raw decimal, before discounts; the period is absent for
    what is paid once."""

    description: str
    amount: Decimal
    plan_id: str
    display_name: str
    price_id: str
    feature_id: str | None = None
    quantity: Decimal = ONE
    used: Decimal | None = None
    """What was used, of a line that is paid after the use; the quantity is in whole packs."""
    period: tuple[int, int] | None = None
    provider_text: str | None = None
    """How the payment provider words the line on invoices that it makes by itself."""
    gives_back: str | None = None
    """The stored charge that a negative line gives back."""
    row: str | None = None
    """The plan that is charged, where it is not the one that the invoice is about."""
    discounts: tuple[Taken, ...] = ()
    """What is taken off, in the order in which it is."""

    @property
    def taken(self) -> Decimal:
        return sum((each.amount for each in self.discounts), ZERO)

    @property
    def net(self) -> Decimal:
        """What is left to pay, or to be given back."""
        return self.amount - self.taken

    @property
    def words(self) -> str:
        """How it reads where its discounts are told of."""
        return self.description + (DISCOUNTED if self.discounts else "")


def charges(plan: Plan, features: Mapping[str, Feature], start: Start, *, in_trial: bool = False) -> list[Line]:
    """What a plan charges as it starts: everything that is paid in advance, prorated to its cycle.

    While a trial runs nothing recurring is charged.
    """
    trial = in_trial or start.trial_ends_at is not None
    return [
        _charge(plan, price, features, start)
        for price in plan_prices(plan)
        if not price.usage_based and not (price.recurring and trial)
    ]


def _charge(plan: Plan, of: PlanPrice, features: Mapping[str, Feature], start: Start) -> Line:
    full, words, quantity = full_charge(plan, of, features, start)
    period, share = None, ONE
    if of.recurring:
        begins, ends = cycle_at(start.anchor, of.price.interval, of.price.interval_count, at=start.at)
        period, share = (start.at, ends), Decimal(ends - start.at) / Decimal(ends - begins)
        words += between(*period)
    return Line(
        description=words + for_entity(start.entity),
        amount=full * share,
        plan_id=charged_plan(plan, of),
        display_name=display_name(plan, of, features),
        price_id=of.id,
        feature_id=of.item.feature_id if of.item else None,
        quantity=quantity,
        period=period,
        provider_text=_provider_text(plan, of, features, start) if of.recurring else None,
    )


def charged_plan(plan: Plan, of: PlanPrice) -> str:
    """The id of the plan that a line of this price names: that of the licence for seats."""
    return plan.id if of.seats is None else of.seats.license_plan_id


def display_name(plan: Plan, of: PlanPrice, features: Mapping[str, Feature]) -> str:
    if of.seats is not None:
        return of.seats.name
    return plan.name if of.item is None else features[of.item.feature_id].name


def full_charge(
    plan: Plan, of: PlanPrice, features: Mapping[str, Feature], start: Start
) -> tuple[Decimal, str, Decimal]:
    """The amount of a whole cycle, how the line begins, and the quantity that it shows."""
    if of.seats is not None:
        paid = of.seats.paid
        return (of.price.amount or ZERO) * paid, f"{of.seats.name} - {paid}x Base Price", Decimal(paid)
    if of.item is None:
        return (of.price.amount or ZERO) * start.quantity, f"{plan.name} - Base Price", ONE
    units = (start.feature_quantities or {}).get(of.item.feature_id, ZERO)
    granted = of.item.included + units
    words = f"{plan.name} - {_counted(granted)} {feature_word(features[of.item.feature_id], granted)}"
    return item_amount(of.item, units) * start.quantity, words, granted


def _provider_text(plan: Plan, of: PlanPrice, features: Mapping[str, Feature], start: Start) -> str:
    """`1 × Pro (at $20.00 / month)`; of tiers the one that the last unit falls in is named."""
    count, name, tier, amount = Decimal(start.quantity), plan.name, "", of.price.amount or ZERO
    if of.seats is not None:
        count, name = Decimal(of.seats.paid), of.seats.name
    if of.item is not None and isinstance(of.price, ItemPrice):
        units = (start.feature_quantities or {}).get(of.item.feature_id, ZERO)
        count = units / of.price.billing_units
        name = f"{plan.name} - {features[of.item.feature_id].name}"
        if of.item.included or of.price.tiers:
            number, amount = last_tier(of.item, units)
            tier = f"Tier {number} "
    return f"{_counted(count)} × {name} ({tier}at ${amount:,.2f} / {_interval(of)})"


def _interval(of: PlanPrice) -> str:
    interval, count = of.price.interval, of.price.interval_count
    if interval in {"quarter", "semi_annual"}:
        interval, count = "month", count * (3 if interval == "quarter" else 6)
    return interval if count == 1 else f"every {count} {interval}s"


def comes_to_something(line: Line) -> bool:
    """Lines of nothing are not put on an invoice; one that a discount lowers to nothing is."""
    return in_minor_units(line.amount) != ZERO


def of_row(lines: Sequence[Line], row: str, *, own_words: bool = False) -> list[Line]:
    """Lines of one plan on an invoice of several. `own_words`: the invoice of a change, worded here;
    first invoices and renewals are worded by the payment provider."""
    return [
        replace(line, row=line.row or row, provider_text=None if own_words else line.provider_text)
        for line in lines
    ]


def invoice_lines(lines: Sequence[Line], currency: str = OWN_CURRENCY) -> tuple[InvoiceLine, ...]:
    """Lines as they stand on an invoice, periods in whole seconds; those of nothing are left out."""
    amounts = in_whole_units([(line.amount, line.taken) for line in lines], currency)
    return tuple(
        _on_invoice(line, amount, taken)
        for line, (amount, taken) in zip(lines, amounts, strict=True)
        if amount != ZERO
    )


def _on_invoice(line: Line, amount: Decimal, taken: Decimal) -> InvoiceLine:
    starts, ends = line.period or (None, None)
    return InvoiceLine(
        description=line.provider_text or line.words,
        amount=amount - taken,
        discounted=taken,
        plan_id=line.plan_id,
        price_id=line.price_id,
        feature_id=line.feature_id,
        quantity=line.quantity,
        gives_back=line.gives_back,
        subscriptions=(line.row,) if line.row else (),
        starts_at=None if starts is None else whole_second(starts),
        ends_at=None if ends is None else whole_second(ends),
    )


def feature_word(feature: Feature, count: Decimal) -> str:
    """The word for so many of a feature: its display words, else its name."""
    words = feature.display
    if words is None:
        return feature.name
    return (words.singular if count == 1 else words.plural) or feature.name


def between(starts: int, ends: int) -> str:
    return f" (from {day_in_words(starts)} to {day_in_words(ends)})"


def _counted(amount: Decimal) -> str:
    return f"{amount.normalize():,f}"


def for_entity(entity: Entity | None) -> str:
    """How a line of an entity's plan ends."""
    if entity is None:
        return ""
    return f" ({entity.name or entity.id or entity.internal_id})"
