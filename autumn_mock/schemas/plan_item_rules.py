"""Rules that tie the fields of a plan item together (reference: plan item, shape rules)."""

from collections.abc import Iterator
from typing import Any

Item = dict[str, Any]


def item_problems(item: Item) -> Iterator[str]:
    """What is wrong with an item whose fields are right one by one, in the reference's order."""
    price = item.get("price")
    if price is None:
        return
    prepaid = price["billing_method"] == "prepaid"
    if not prepaid and _resets_apart(item, price):
        yield "reset.interval and price.interval can only differ for prepaid prices."
    if not prepaid and "proration" in item:
        yield "proration is only supported for prepaid features."
    if "amount" not in price and not price.get("tiers"):
        yield "If 'price' is present, either 'amount' or 'tiers' must be defined."
    elif "amount" in price and price.get("tiers"):
        yield "'amount' and 'tiers' cannot both be defined in 'price'."
    if "tiers" in price:
        yield from _tier_problems(item, price)
    yield from _currency_problems(price)


def _resets_apart(item: Item, price: Item) -> bool:
    reset = item.get("reset")
    if reset is None:
        return False
    return (reset["interval"], reset.get("interval_count", 1)) != (
        price["interval"],
        price.get("interval_count", 1),
    )


def _tier_problems(item: Item, price: Item) -> Iterator[str]:
    tiers = price["tiers"]
    volume = price.get("tier_behavior") == "volume"
    flat_amounts = [tier["flat_amount"] for tier in tiers if "flat_amount" in tier]
    if any(amount > 0 for amount in flat_amounts):
        if not volume:
            yield "flat_amount on tiers is only supported for volume-based pricing."
        if len(tiers) == 1:
            yield "flat_amount is not supported on single-tier pricing."
    if any(amount < 0 for amount in flat_amounts):
        yield "flat_amount must be 0 or greater."
    if volume and price["billing_method"] != "prepaid":
        yield "volume-based pricing is only supported for prepaid features."
    if not tiers:
        yield "tiers cannot be empty."
        return
    first, included = tiers[0]["to"], item.get("included")
    if included and first != "inf" and first <= included:
        yield "tiers[0].to must be greater than included."


def _currency_problems(price: Item) -> Iterator[str]:
    tiers = price.get("tiers") or ()
    if price.get("additional_currencies") and ("amount" not in price or tiers):
        yield (
            "price.additional_currencies requires a flat 'amount'; "
            "tiered prices carry per-currency amounts on each tier."
        )
    named = [{each["currency"] for each in tier.get("additional_currencies", ())} for tier in tiers]
    if any(codes != named[0] for codes in named):
        yield "Each additional currency must be present on every tier or none."
