"""The difference between two states of a plan, told as changes: `customize` (reference: catalog previews).

What is added has the form of a request; what is removed is named by feature, method and interval.
"""

from collections.abc import Mapping
from typing import Any

from autumn_mock.domain.catalog.plan_differences import missing_items, price_differs, trial_differs
from autumn_mock.domain.catalog.plans import base_price_object, item_objects
from autumn_mock.domain.records import BasePrice, Feature, FreeTrial, JsonObject, Plan

Features = Mapping[str, Feature]


def customize(before: Plan, after: Plan, features: Features) -> JsonObject | None:
    """`{price?, add_items?, remove_items?, free_trial?}`, None where nothing differs."""
    changes: JsonObject = {}
    if price_differs(before.price, after.price):
        changes["price"] = after.price and _price(after.price)
    if added := added_items(before, after, features):
        changes["add_items"] = [_as_sent(item) for item in added]
    if removed := removed_items(before, after, features):
        changes["remove_items"] = [named(item) for item in removed]
    if trial_differs(before.free_trial, after.free_trial):
        changes["free_trial"] = after.free_trial and _trial(after.free_trial)
    return changes or None


def added_items(before: Plan, after: Plan, features: Features) -> list[JsonObject]:
    """The item objects of `after` that have no equal in `before`."""
    return item_objects(missing_items(after.items, before.items), features)


def removed_items(before: Plan, after: Plan, features: Features) -> list[JsonObject]:
    return item_objects(missing_items(before.items, after.items), features)


def _price(price: BasePrice) -> JsonObject:
    shown = base_price_object(price)
    return {key: shown[key] for key in ("amount", "interval", "interval_count") if key in shown}


def _trial(trial: FreeTrial) -> JsonObject:
    return {
        "duration_length": trial.duration_length,
        "duration_type": trial.duration_type,
        "card_required": trial.card_required,
    }


def _as_sent(item: JsonObject) -> JsonObject:
    """An item object as a request would say it."""
    keys = ("feature_id", "included", "unlimited", "pooled", "reset", "price", "rollover", "entity_feature_id")
    sent: JsonObject = {key: item[key] for key in keys if item.get(key) is not None}
    for key in ("price", "rollover"):
        if key in sent:
            sent[key] = {word: value for word, value in sent[key].items() if value is not None}
    return sent


def named(item: JsonObject) -> JsonObject:
    """`{feature_id, billing_method?, interval?, interval_count?}`."""
    named: dict[str, Any] = {"feature_id": item["feature_id"]}
    if item["price"]:
        named["billing_method"] = item["price"]["billing_method"]
    every = item["price"] or item["reset"]
    if every and every["interval"] != "one_off":
        named["interval"] = every["interval"]
        named["interval_count"] = every.get("interval_count", 1)
    return named
