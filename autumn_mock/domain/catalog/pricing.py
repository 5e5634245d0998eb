"""Prices of a plan and what they come to (reference: billing, lines and money).

Invariant: an amount is decided by the price, the grant and the units alone, never by who pays.
"""

from decimal import ROUND_CEILING, Decimal

import msgspec

from autumn_mock.domain.currencies import OWN_CURRENCY
from autumn_mock.domain.numbers import ONE, ZERO, in_units, rounded
from autumn_mock.domain.periods import minutes_of
from autumn_mock.domain.records import BasePrice, ItemPrice, Plan, PlanItem, Seats, Tier

PREPAID, USAGE_BASED = "prepaid", "usage_based"
ONE_OFF = "one_off"
_MONTHS = {
    "week": Decimal(12) / 52,
    "month": Decimal(1),
    "quarter": Decimal(3),
    "semi_annual": Decimal(6),
    "year": Decimal(12),
}
_WITHOUT_MINOR_UNITS = frozenset({
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf",
    "xof", "xpf",
})  # fmt: skip


class PlanPrice(msgspec.Struct, frozen=True):
    """The base price of a plan, the price of one of its items, or that of the seats that are paid."""

    price: BasePrice | ItemPrice
    item: PlanItem | None = None
    seats: Seats | None = None

    @property
    def id(self) -> str:
        return self.price.id

    @property
    def recurring(self) -> bool:
        return self.price.interval != ONE_OFF

    @property
    def usage_based(self) -> bool:
        """Paid after the use; everything else is paid in advance."""
        return isinstance(self.price, ItemPrice) and self.price.billing_method == USAGE_BASED

    @property
    def by_use(self) -> bool:
        """Paid after the use of something that is used up: an item that resets."""
        return self.usage_based and self.item is not None and self.item.reset is not None

    @property
    def prepaid(self) -> bool:
        return isinstance(self.price, ItemPrice) and self.price.billing_method == PREPAID


def plan_prices(plan: Plan) -> tuple[PlanPrice, ...]:
    """All prices: the base price first, then the items' in the order of the plan, then paid seats."""
    base = () if plan.price is None else (PlanPrice(plan.price),)
    items = tuple(PlanPrice(item.price, item) for item in plan.items if item.price)
    if not plan.seats:
        return base + items
    return base + items + tuple(PlanPrice(s.price, seats=s) for s in plan.seats if s.price and s.paid)


def is_paid_recurring(plan: Plan) -> bool:
    """Some price comes again and something costs."""
    prices = plan_prices(plan)
    return any(price.recurring for price in prices) and any(_costs(price) for price in prices)


def _costs(of: PlanPrice) -> bool:
    price = of.price
    if isinstance(price, BasePrice):
        return price.amount != 0
    return bool(price.amount) or any(tier.amount or tier.flat_amount for tier in price.tiers or ())


def packs_of(item: PlanItem, quantity: Decimal) -> Decimal:
    """Packs bought with a quantity that counts the included amount too."""
    price = item.price
    if price is None:
        return ZERO
    paid = max(ZERO, quantity - item.included)
    return (paid / price.billing_units).to_integral_value(rounding=ROUND_CEILING)


def item_amount(item: PlanItem, units: Decimal) -> Decimal:
    """What `units` above the included amount cost, rounded up to whole packs."""
    price = item.price
    if price is None or units <= 0:
        return ZERO
    packs = (units / price.billing_units).to_integral_value(rounding=ROUND_CEILING)
    if price.tiers is None:
        return (price.amount or ZERO) * packs
    whole = packs * price.billing_units
    if price.tier_behavior == "volume":
        return rounded(_volume(price, item.included, whole))
    return rounded(_graduated(price, whole))


def _graduated(price: ItemPrice, units: Decimal) -> Decimal:
    """Units fill the bands in order."""
    total, below = ZERO, ZERO
    for tier in price.tiers or ():
        inside = (units if tier.to is None else min(units, tier.to)) - below
        if inside <= 0:
            break
        total += inside * tier.amount / price.billing_units + (tier.flat_amount or ZERO)
        below += inside
    return total


def _volume(price: ItemPrice, included: Decimal, units: Decimal) -> Decimal:
    """The whole total, the included amount too, at the rate of the one band that holds it."""
    tier = next((t for t in price.tiers or () if t.to is None or units <= t.to), Tier())
    return (included + units) * tier.amount / price.billing_units + (tier.flat_amount or ZERO)


def last_tier(item: PlanItem, units: Decimal) -> tuple[int, Decimal]:
    """The tier that the last of `units` above the included amount falls in, counted from 1, and what a
    pack costs there. What is included is a first tier that costs nothing."""
    price = item.price
    tiers = (price.tiers if price else None) or (Tier(amount=(price.amount if price else None) or ZERO),)
    at = next((i for i, tier in enumerate(tiers) if tier.to is None or units <= tier.to), len(tiers) - 1)
    return at + 1 + bool(item.included), tiers[at].amount


def monthly_amount(plan: Plan) -> Decimal:
    """What the fixed prices come to in a month; of tiers the first counts, use and seats are left out."""
    total = ZERO
    for of in plan_prices(plan):
        if not of.by_use and of.seats is None:
            months = _MONTHS.get(of.price.interval, ONE) * max(of.price.interval_count, 1)
            total += _first_amount(of.price) / months
    return total


def _first_amount(price: BasePrice | ItemPrice) -> Decimal:
    if isinstance(price, ItemPrice) and price.tiers:
        return price.tiers[0].amount
    return price.amount or ZERO


def longest_interval(plan: Plan) -> tuple[str, int] | None:
    """The longest billing interval of the recurring prices."""
    intervals = [(of.price.interval, of.price.interval_count) for of in plan_prices(plan) if of.recurring]
    return max(intervals, key=lambda each: minutes_of(*each), default=None)


def shortest_interval(plan: Plan) -> tuple[str, int] | None:
    intervals = [(of.price.interval, of.price.interval_count) for of in plan_prices(plan) if of.recurring]
    return min(intervals, key=lambda each: minutes_of(*each), default=None)


def has_minor_units(currency: str) -> bool:
    """Dollars have cents, yen have nothing."""
    return currency not in _WITHOUT_MINOR_UNITS


def in_minor_units(amount: Decimal, currency: str = OWN_CURRENCY) -> Decimal:
    """Rounded to what can be paid, halves away from zero."""
    return in_units(amount, minor_unit(currency))


def minor_unit(currency: str = OWN_CURRENCY) -> Decimal:
    """The least that can be paid."""
    return Decimal("0.01") if has_minor_units(currency) else Decimal(1)
