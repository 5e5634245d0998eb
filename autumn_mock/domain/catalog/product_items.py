"""Items of products (versions before 2.0) in the words of plan items (reference: legacy REST for plans).

A product has one list: base prices, features and priced features, told apart by what they say.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from autumn_mock.domain.catalog.features import BOOLEAN, METERED
from autumn_mock.domain.numbers import ONE, ZERO
from autumn_mock.domain.records import Feature
from autumn_mock.errors import plan_items as errors

Sent = Mapping[str, Any]

_METHODS = {"prepaid": "prepaid", "pay_per_use": "usage_based"}


def is_base_price(item: Sent) -> bool:
    return item.get("feature_id") is None


def content_sent(items: Iterable[Sent]) -> dict[str, Any]:
    """`price` and `items` as plans.create takes them; of several base prices the first counts."""
    every = list(items)
    bases = [base_price_sent(item) for item in every if is_base_price(item)]
    return {
        "price": bases[0] if bases else None,
        "items": [feature_sent(item) for item in every if not is_base_price(item)],
    }


def base_price_sent(item: Sent) -> dict[str, Any]:
    """A base price as plans.create takes it."""
    return {"amount": item.get("price") or ZERO, **_every(item)}


def feature_sent(item: Sent) -> dict[str, Any]:
    """A feature, with its price if it has one, as plans.create takes it."""
    included = item.get("included_usage")
    amount = ZERO if included in (None, "inf") else included
    sent: dict[str, Any] = {
        "feature_id": item["feature_id"],
        "included": amount,
        "unlimited": included == "inf",
    }
    if item.get("interval") is not None:
        sent["reset"] = _every(item)
    if has_price(item):
        sent["price"] = _price_sent(item, amount)
    if item.get("entity_feature_id") is not None:
        sent["entity_feature_id"] = item["entity_feature_id"]
    if item.get("pooled"):
        sent["pooled"] = True
    if item.get("reset_usage_when_enabled") is False:
        sent["keeps_usage"] = True
    config = item.get("config") or {}
    proration = {key: config[key] for key in ("on_increase", "on_decrease") if config.get(key)}
    if proration:
        sent["proration"] = proration
    if config.get("rollover"):
        sent["rollover"] = _rollover_sent(config["rollover"])
    return sent


def has_price(item: Sent) -> bool:
    return item.get("price") is not None or bool(item.get("tiers"))


def _price_sent(item: Sent, included: Any) -> dict[str, Any]:
    """Tiers of products are counted from the first unit that costs."""
    sent = {**_every(item), "billing_method": _METHODS[item["usage_model"]]}
    sent["billing_units"] = item.get("billing_units") or ONE
    if item.get("tiers"):
        sent["tiers"] = [{**tier, "to": _more(tier["to"], included)} for tier in item["tiers"]]
        sent["tier_behavior"] = item.get("tier_behavior")
    else:
        sent["amount"] = item["price"]
    if item.get("usage_limit") is not None:
        sent["max_purchase"] = item["usage_limit"] - included
    return sent


def _more(to: Any, included: Any) -> Any:
    return to if to == "inf" else to + included


def _rollover_sent(rollover: Sent) -> dict[str, Any]:
    return {
        "max": rollover.get("max"),
        "max_percentage": rollover.get("max_percentage"),
        "expiry_duration_type": rollover["duration"],
        "expiry_duration_length": rollover["length"],
    }


def _every(item: Sent) -> dict[str, Any]:
    count = item.get("interval_count")
    return {"interval": item.get("interval") or "one_off", "interval_count": ONE if count is None else count}


def check_product_items(items: Iterable[Sent], features: Mapping[str, Feature]) -> None:
    """Raises InvalidProductItem, InvalidPlan and InvalidRequest, by item in the order sent."""
    for item in items:
        if is_base_price(item) and not has_price(item):
            raise errors.NeitherFeatureNorPrice
        if item.get("price") is not None and item.get("tiers"):
            raise errors.PriceAndTiers
        if not is_base_price(item):
            _check_feature(item, features.get(item["feature_id"]))
        if has_price(item) and item.get("interval") in {"day", "minute", "hour"}:
            raise errors.PriceIntervalTooShort


def _check_feature(item: Sent, feature: Feature | None) -> None:
    feature_id, kind = item["feature_id"], item.get("feature_type")
    if feature is None:
        if kind is None and not _looks_boolean(item):
            raise errors.FeatureTypeRequired(feature_id=feature_id)
    elif kind is not None and _known(kind) != _kind(feature):
        raise errors.FeatureOfOtherType(feature_id=feature_id, kind=kind)
    if has_price(item) and item.get("usage_model") is None:
        raise errors.UsageModelRequired(feature_id=feature_id)


def _known(kind: str) -> str:
    """`boolean` is another word for `static`."""
    return "static" if kind == BOOLEAN else kind


def _kind(feature: Feature) -> str:
    if feature.type == BOOLEAN:
        return "static"
    return "single_use" if feature.consumable else "continuous_use"


def _looks_boolean(item: Sent) -> bool:
    return item.get("interval") is None and item.get("included_usage") is None and not has_price(item)


def missing_features(items: Iterable[Sent], features: Mapping[str, Feature]) -> list[dict[str, Any]]:
    """The features that items name and that have to be made, as features.create takes them."""
    wanted: dict[str, dict[str, Any]] = {}
    for item in items:
        feature_id = item.get("feature_id")
        if feature_id is None or feature_id in features or feature_id in wanted:
            continue
        kind = _known(item.get("feature_type") or "static")
        wanted[feature_id] = {
            "feature_id": feature_id,
            "name": _name(feature_id),
            "type": BOOLEAN if kind == "static" else METERED,
            "consumable": kind == "single_use",
        }
    return list(wanted.values())


def _name(feature_id: str) -> str:
    """`my_thing` is called My Thing."""
    words = feature_id.replace("-", "_").split("_")
    return " ".join(word[:1].upper() + word[1:] for word in words if word)
