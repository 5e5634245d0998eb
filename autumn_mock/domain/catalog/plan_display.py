"""The display texts of prices and plan items (reference: plans, display texts).

Money has a dollar sign and thousands commas; the word for a feature follows the count.
"""

from decimal import Decimal

from autumn_mock.domain.catalog.features import BOOLEAN
from autumn_mock.domain.numbers import ONE, rounded
from autumn_mock.domain.records import BasePrice, Feature, ItemPrice, JsonObject, PlanItem, Tier


def base_price_display(price: BasePrice) -> JsonObject:
    """`{primary_text, secondary_text}`: `$20`, `per month`."""
    return {
        "primary_text": money(price.amount),
        "secondary_text": period_text(price.interval, price.interval_count),
    }


def item_display(item: PlanItem, feature: Feature) -> JsonObject:
    """`{primary_text, secondary_text?}`: what is included, then what more costs."""
    if feature.type == BOOLEAN:
        return {"primary_text": feature.name}
    if item.price is None:
        return {"primary_text": _granted(item, feature)}
    cost = _cost(item.price, feature)
    if not item.included:
        return {"primary_text": cost}
    return {"primary_text": _granted(item, feature), "secondary_text": f"then {cost}"}


def period_text(interval: str, interval_count: int) -> str:
    """`per month`, `per 3 months`, `one-off`."""
    if interval == "one_off":
        return "one-off"
    interval = "half year" if interval == "semi_annual" else interval
    return f"per {interval}" if interval_count == 1 else f"per {interval_count} {interval}s"


def money(amount: Decimal) -> str:
    """`$1,234.5`, `-$5`: as few decimals as are needed, ten at most."""
    sign = "-" if amount < 0 else ""
    return f"{sign}${count(abs(amount))}"


def count(amount: Decimal) -> str:
    """`120,000`."""
    if amount == amount.to_integral_value():
        return f"{int(amount):,}"
    return f"{rounded(amount):,f}".rstrip("0").rstrip(".")


def word(feature: Feature, amount: Decimal) -> str:
    """What `amount` of a feature is called: its own words, else its name."""
    if feature.display is None:
        return feature.name
    own = feature.display.singular if amount == ONE else feature.display.plural
    return own or feature.name


def _granted(item: PlanItem, feature: Feature) -> str:
    if item.unlimited:
        return f"Unlimited {word(feature, Decimal(0))}"
    return f"{count(item.included)} {word(feature, item.included)}"


def _cost(price: ItemPrice, feature: Feature) -> str:
    named = word(feature, price.billing_units)
    if price.tiers and is_flat_volume(price):
        return f"{_span([tier.flat_amount or Decimal(0) for tier in price.tiers])} for {named}"
    amounts = [tier.amount for tier in price.tiers] if price.tiers else [price.amount or Decimal(0)]
    if price.billing_units == ONE:
        return f"{_span(amounts)} per {named}"
    return f"{_span(amounts)} per {count(price.billing_units)} {named}"


def is_flat_volume(price: ItemPrice) -> bool:
    """Volume tiers that cost a flat amount each and nothing per unit."""
    tiers: tuple[Tier, ...] = price.tiers or ()
    return (
        price.tier_behavior == "volume"
        and not any(tier.amount for tier in tiers)
        and any(tier.flat_amount for tier in tiers)
    )


def _span(amounts: list[Decimal]) -> str:
    first, last = amounts[0], amounts[-1]
    return money(first) if len(amounts) == 1 else f"{money(first)} - {money(last)}"
