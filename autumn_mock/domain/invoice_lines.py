"""Lines of invoices: what a plan charges, and how a line reads (reference: billing, lines and money).

Invariant: the sum of an invoice is the sum of its rounded lines.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from autumn_mock.domain.cycles import cycle_at
from autumn_mock.domain.numbers import ONE, ZERO
from autumn_mock.domain.pricing import PlanPrice, in_minor_units, item_amount, plan_prices
from autumn_mock.domain.records import Entity, Feature, InvoiceLine, Plan
from autumn_mock.domain.subscriptions import Start


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line before rounding. `amount` is a raw decimal; the period is absent for what is paid once."""

    description: str
    amount: Decimal
    plan_id: str
    display_name: str
    price_id: str
    feature_id: str | None = None
    quantity: Decimal = ONE
    period: tuple[int, int] | None = None


def charges(plan: Plan, features: Mapping[str, Feature], start: Start) -> list[Line]:
    """What a plan charges as it starts: everything that is paid in advance, prorated to its cycle.

    While a trial runs nothing recurring is charged.
    """
    lines = []
    for price in plan_prices(plan):
        if price.usage_based or (price.recurring and start.trial_ends_at is not None):
            continue
        lines.append(_charge(plan, price, features, start))
    return lines


def _charge(plan: Plan, of: PlanPrice, features: Mapping[str, Feature], start: Start) -> Line:
    full, words, quantity = _full_amount(plan, of, features, start)
    display = plan.name if of.item is None else features[of.item.feature_id].name
    feature_id = of.item.feature_id if of.item else None
    if not of.recurring:
        return Line(
            description=words + _for_entity(start.entity), amount=full, plan_id=plan.id,
            display_name=display, price_id=of.id, feature_id=feature_id, quantity=quantity,
        )  # fmt: skip
    begins, ends = cycle_at(start.anchor, of.price.interval, of.price.interval_count, at=start.at)
    left = Decimal(ends - start.at) / Decimal(ends - begins)
    return Line(
        description=words + between(start.at, ends) + _for_entity(start.entity),
        amount=full * left,
        plan_id=plan.id,
        display_name=display,
        price_id=of.id,
        feature_id=feature_id,
        quantity=quantity,
        period=(start.at, ends),
    )


def _full_amount(
    plan: Plan, of: PlanPrice, features: Mapping[str, Feature], start: Start
) -> tuple[Decimal, str, Decimal]:
    """The amount of a whole cycle, how the line begins, and the quantity that it shows."""
    if of.item is None:
        return (of.price.amount or ZERO) * start.quantity, f"{plan.name} - Base Price", ONE
    units = (start.feature_quantities or {}).get(of.item.feature_id, ZERO)
    granted = of.item.included + units
    words = f"{plan.name} - {_counted(granted)} {feature_word(features[of.item.feature_id], granted)}"
    return item_amount(of.item, units) * start.quantity, words, granted


def invoice_lines(lines: list[Line], subscription_id: str, currency: str = "usd") -> tuple[InvoiceLine, ...]:
    """Lines as they stand on an invoice; those of nothing are left out."""
    found = []
    for line in lines:
        amount = in_minor_units(line.amount, currency)
        if amount == 0:
            continue
        starts, ends = line.period or (None, None)
        found.append(
            InvoiceLine(
                description=line.description,
                amount=amount,
                plan_id=line.plan_id,
                price_id=line.price_id,
                feature_id=line.feature_id,
                quantity=line.quantity,
                subscriptions=(subscription_id,),
                starts_at=starts,
                ends_at=ends,
            )
        )
    return tuple(found)


def feature_word(feature: Feature, count: Decimal) -> str:
    """The word for so many of a feature: its display words, else its name."""
    words = feature.display
    if words is None:
        return feature.name
    return (words.singular if count == 1 else words.plural) or feature.name


def between(starts: int, ends: int) -> str:
    return f" (from {_day(starts)} to {_day(ends)})"


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1_000, UTC).strftime("%d %b %Y")


def _counted(amount: Decimal) -> str:
    return f"{amount.normalize():,f}"


def _for_entity(entity: Entity | None) -> str:
    if entity is None:
        return ""
    return f" ({entity.name or entity.id or entity.internal_id})"
