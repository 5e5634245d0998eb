"""What a stand-alone invoice charges: plans at catalogue prices, and lines of its own (reference:
invoices.create).

Invariant: quantities are billable units, the included amount left out, and cost what an attach of the
same units costs; what a customer has plays no part.
"""

from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, Decimal

import msgspec

from autumn_mock.domain.billing.invoice_lines import Line, between, feature_word, for_entity
from autumn_mock.domain.catalog.pricing import in_minor_units, item_amount
from autumn_mock.domain.invoices.line_periods import Period, share_of
from autumn_mock.domain.numbers import ONE, ZERO
from autumn_mock.domain.records import BasePrice, Entity, Feature, ItemPrice, Plan, PlanItem
from autumn_mock.errors.invoices import NoSuchPrice


class FeatureCharge(msgspec.Struct, frozen=True, kw_only=True):
    """Billable units of a feature, by one of its prices."""

    feature_id: str
    method: str
    """`prepaid` or `usage_based`."""
    units: Decimal
    prorates: bool
    period: Period | None = None


class PlanCharge(msgspec.Struct, frozen=True, kw_only=True):
    """A plan, with this invoice's own prices where there are some; or seats of a licence plan."""

    plan: Plan
    entity: Entity | None = None
    prorates: bool = True
    period: Period | None = None
    features: tuple[FeatureCharge, ...] = ()
    seats: Decimal | None = None
    parent_id: str | None = None
    """The plan that offers the licence."""


class Charged(msgspec.Struct, frozen=True):
    """A line before rounding, and what only stand-alone invoices know of it."""

    line: Line
    entity: Entity | None = None
    prorated: bool = False


def plan_lines(charge: PlanCharge, features: Mapping[str, Feature]) -> list[Charged]:
    """The base price first, then the features as they are named. Raises NoSuchPrice."""
    lines = [] if charge.plan.price is None else [_base(charge, charge.plan.price)]
    return lines + [_feature(charge, each, features) for each in charge.features]


def custom_line(amount: Decimal, description: str, period: Period | None = None) -> Charged:
    """A line that no plan stands behind; it is never prorated."""
    return Charged(
        Line(
            description=description,
            amount=amount,
            plan_id="",
            display_name=description,
            price_id="",
            period=period,
        )
    )


def worth_telling(lines: Iterable[Charged]) -> list[Charged]:
    """Lines of nothing are left out."""
    return [each for each in lines if in_minor_units(each.line.amount) != ZERO]


def _base(charge: PlanCharge, price: BasePrice) -> Charged:
    plan, seats = charge.plan, charge.seats
    share = share_of(price, charge.period) if charge.prorates else ONE
    words = "Base Price" if seats is None else f"{seats:,f}x Base Price"
    line = Line(
        description=f"{plan.name} - {words}{_tail(charge.period, charge.entity)}",
        amount=price.amount * (ONE if seats is None else seats) * share,
        plan_id=plan.id,
        display_name=plan.name,
        price_id=price.id,
        quantity=ONE if seats is None else seats,
        period=charge.period,
    )
    return Charged(line, charge.entity, share != ONE)


def _feature(charge: PlanCharge, asked: FeatureCharge, features: Mapping[str, Feature]) -> Charged:
    item, price = _priced(charge.plan, asked)
    share = share_of(price, asked.period) if asked.prorates else ONE
    packs = (asked.units / price.billing_units).to_integral_value(rounding=ROUND_CEILING)
    units, feature = packs * price.billing_units, features[asked.feature_id]
    words = f"{charge.plan.name} - {units.normalize():,f} {feature_word(feature, units)}"
    line = Line(
        description=words + _tail(asked.period, charge.entity),
        amount=item_amount(item, asked.units) * share,
        plan_id=charge.plan.id,
        display_name=feature.name,
        price_id=price.id,
        feature_id=feature.id,
        quantity=units,
        period=asked.period,
    )
    return Charged(line, charge.entity, share != ONE)


def _priced(plan: Plan, asked: FeatureCharge) -> tuple[PlanItem, ItemPrice]:
    """The item whose price is asked for. Raises NoSuchPrice."""
    for item in plan.items:
        if item.feature_id == asked.feature_id and item.price and item.price.billing_method == asked.method:
            return item, item.price
    raise NoSuchPrice(plan_id=plan.id, feature_id=asked.feature_id, method=asked.method)


def _tail(period: Period | None, entity: Entity | None) -> str:
    return (between(*period) if period else "") + for_entity(entity)
