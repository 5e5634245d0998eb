"""From an item of a request to the item of a plan (reference: plans, how an item is normalised).

Invariant: a feature that can't be consumed never resets; one that can has a reset, `one_off` at least.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from autumn_mock.domain.catalog.features import BOOLEAN
from autumn_mock.domain.numbers import ONE, ZERO
from autumn_mock.domain.records import (
    BasePrice,
    Feature,
    FreeTrial,
    ItemPrice,
    PlanItem,
    Reset,
    RolloverRule,
    Tier,
)
from autumn_mock.errors.catalog import FeatureNotFound, RolloverNeedsProration

Sent = Mapping[str, Any]
"""A checked item, price or trial of a request: amounts are decimals."""
MakeId = Callable[[str], str]
"""A new id with this prefix."""

ONE_OFF = Reset(interval="one_off")


def new_items(sent: Iterable[Sent], features: Mapping[str, Feature], make_id: MakeId) -> tuple[PlanItem, ...]:
    """The items of a plan as sent.

    Raises FeatureNotFound and RolloverNeedsProration.
    """
    return tuple(new_item(each, features, make_id) for each in sent)


def new_item(sent: Sent, features: Mapping[str, Feature], make_id: MakeId) -> PlanItem:
    feature = features.get(sent["feature_id"])
    if feature is None:
        raise FeatureNotFound(feature_id=sent["feature_id"])
    price = sent.get("price") or {}
    rollover = sent.get("rollover")
    if (
        rollover
        and price.get("billing_method") == "usage_based"
        and not (feature.consumable or sent.get("proration"))
    ):
        raise RolloverNeedsProration(feature_id=feature.id)
    flag = feature.type == BOOLEAN
    unlimited = bool(sent.get("unlimited")) and not flag
    included = ZERO if flag or unlimited else sent.get("included", ZERO)
    return PlanItem(
        entitlement_id=make_id("ent_"),
        feature_id=feature.id,
        included=included,
        unlimited=unlimited,
        pooled=bool(sent.get("pooled")),
        reset=_reset(sent, feature),
        price=new_item_price(price, included, make_id) if price else None,
        rollover=rollover and new_rollover(rollover),
        entity_feature_id=sent.get("entity_feature_id"),
        proration=sent.get("proration"),
        keeps_usage=feature.consumable and bool(sent.get("keeps_usage")),
    )


def _reset(sent: Sent, feature: Feature) -> Reset | None:
    """As sent; else as often as the price comes again; else never."""
    if feature.type == BOOLEAN or not feature.consumable:
        return None
    interval = sent.get("reset") or sent.get("price")
    if not interval:
        return ONE_OFF
    return Reset(interval=interval["interval"], interval_count=_count(interval))


def new_item_price(sent: Sent, included: Decimal, make_id: MakeId) -> ItemPrice | None:
    """The price of an item; a flat price of 0 is none. One tier is the same as a flat amount."""
    tiers = tuple(new_tier(tier, included) for tier in sent.get("tiers") or ())
    if not tiers and not sent.get("amount"):
        return None
    behavior = sent.get("tier_behavior", "graduated")
    flat = tiers[0].amount if len(tiers) == 1 else sent.get("amount")
    return ItemPrice(
        id=make_id("pr_"),
        interval=sent["interval"],
        interval_count=_count(sent),
        billing_method=sent["billing_method"],
        amount=flat,
        tiers=tiers if len(tiers) > 1 else None,
        tier_behavior=behavior if tiers else None,
        billing_units=sent.get("billing_units") or ONE,
        max_purchase=sent.get("max_purchase") or None,
    )


def new_tier(sent: Sent, included: Decimal) -> Tier:
    """Tiers are sent counted from the first unit and kept counted from the first one that costs."""
    to = sent["to"]
    return Tier(
        to=None if to == "inf" else to - included,
        amount=sent.get("amount", ZERO),
        flat_amount=sent.get("flat_amount"),
    )


def new_rollover(sent: Sent) -> RolloverRule:
    return RolloverRule(
        max=sent.get("max"),
        max_percentage=sent.get("max_percentage"),
        expiry_duration_type=sent["expiry_duration_type"],
        expiry_duration_length=int(sent.get("expiry_duration_length", 1)),
    )


def new_base_price(sent: Sent | None, make_id: MakeId) -> BasePrice | None:
    if sent is None:
        return None
    return BasePrice(
        id=make_id("pr_"), amount=sent["amount"], interval=sent["interval"], interval_count=_count(sent)
    )


def new_free_trial(sent: Sent | None) -> FreeTrial | None:
    """`on_end` is accepted and not kept."""
    if sent is None:
        return None
    return FreeTrial(
        duration_length=int(sent["duration_length"]),
        duration_type=sent.get("duration_type", "month"),
        card_required=sent.get("card_required", True),
        unique_fingerprint=sent.get("unique_fingerprint", False),
    )


def _count(sent: Sent) -> int:
    return int(sent.get("interval_count", 1))
