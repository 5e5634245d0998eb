"""The plan object before 2.2 (reference: older versions of the plan object).

What is stepped down to 2.0 and older has the feature object in each item (`plan_object(…,
expanded=True)`), for these versions tell facts of features. `customer_eligibility`, where there is
one, is whole: every version picks what it shows.
"""

from typing import Any

from autumn_mock.call import Call
from autumn_mock.versions.features import feature_1_2
from autumn_mock.versions.version import Version

Shown = dict[str, Any]

_USAGE_MODELS = {"prepaid": "prepaid", "usage_based": "pay_per_use"}
_ELIGIBILITY_2_1 = ("trial_available", "scenario", "attach_action")
_ELIGIBILITY_2_0 = ("trial_available", "scenario")


def needs_features(call: Call) -> bool:
    """Whether the version of a call tells facts of features, so that plans must come expanded."""
    return call.version < Version.V2_1


def plan_in_version(plan: Shown, call: Call) -> Shown:
    """A plan of the newest shape in the version of the call."""
    if call.version < Version.V2_0:
        return plan_1_2(plan)
    if call.version < Version.V2_1:
        return plan_2_0(plan)
    if "customer_eligibility" not in plan:
        return plan
    eligibility = plan["customer_eligibility"]
    if call.version < Version.V2_2:
        shown = _pick(eligibility, _ELIGIBILITY_2_1)
    else:
        shown = {key: value for key, value in eligibility.items() if key != "scenario"}
    return {**plan, "customer_eligibility": shown}


def plan_list_in_version(reply: Shown, call: Call) -> Shown:
    return {"list": [plan_in_version(plan, call) for plan in reply["list"]]}


def plan_2_0(plan: Shown) -> Shown:
    """`default` and `features`; no ids of prices, config, metadata and billing controls."""
    price = plan["price"]
    shown = {key: plan[key] for key in ("id", "name", "description", "group", "version", "add_on")}
    shown["default"] = plan["auto_enable"]
    shown["price"] = price and {key: value for key, value in price.items() if key != "price_id"}
    shown["features"] = [_feature_2_0(item) for item in plan["items"]]
    for key in ("free_trial", "created_at", "env", "archived", "base_variant_id"):
        if key in plan:
            shown[key] = plan[key]
    if "customer_eligibility" in plan:
        shown["customer_eligibility"] = _pick(plan["customer_eligibility"], _ELIGIBILITY_2_0)
    return shown


def _feature_2_0(item: Shown) -> Shown:
    reset, price = item["reset"], item["price"]
    shown = {
        "feature_id": item["feature_id"],
        "granted_balance": item["included"],
        "unlimited": item["unlimited"],
        "pooled": item["pooled"],
        "reset": reset and {**reset, "reset_when_enabled": _starts_unused(item)},
        "price": price and _price_2_0(price, item["included"]),
    }
    for key in ("display", "rollover", "entity_feature_id", "entitlement_id", "price_id"):
        if key in item:
            shown[key] = item[key]
    return shown


def _starts_unused(item: Shown) -> bool:
    """Whether what was used before counts no more when the plan begins."""
    return bool(item["feature"]["consumable"]) and not item["keeps_usage"]


def _price_2_0(price: Shown, included: int | float) -> Shown:
    shown = _tiers(price, included) if "tiers" in price else {"amount": price["amount"]}
    shown["interval"] = price["interval"]
    if "interval_count" in price:
        shown["interval_count"] = price["interval_count"]
    shown["billing_units"] = price["billing_units"]
    shown["usage_model"] = _USAGE_MODELS[price["billing_method"]]
    shown["max_purchase"] = price["max_purchase"]
    return shown


def plan_1_2(plan: Shown) -> Shown:
    """The product: one list of items, the base price first in it."""
    eligibility = plan.get("customer_eligibility")
    shown = {key: plan[key] for key in ("id", "name", "group", "env")}
    shown["is_add_on"], shown["is_default"] = plan["add_on"], plan["auto_enable"]
    for key in ("archived", "version", "created_at"):
        shown[key] = plan[key]
    shown["items"] = items = product_items(plan)
    shown["free_trial"] = _free_trial_1_2(plan.get("free_trial"), eligibility)
    shown["base_variant_id"] = plan["base_variant_id"]
    if eligibility is not None:
        shown["scenario"] = eligibility["scenario"]
    shown["properties"] = _properties(items, plan)
    return shown


def product_items(plan: Shown) -> list[Shown]:
    """The items of a product, of an expanded plan."""
    price = plan["price"]
    items = [_item_1_2(item) for item in plan["items"]]
    if price and price["amount"]:
        items.insert(0, _base_price_1_2(price))
    return items


def _base_price_1_2(price: Shown) -> Shown:
    return {
        "type": "price",
        "feature_id": None,
        "feature": None,
        "interval": _interval_1_2(price["interval"]),
        "interval_count": price.get("interval_count", 1),
        "price": price["amount"],
        "display": price["display"],
    }


def _item_1_2(item: Shown) -> Shown:
    feature, price = item["feature"], item["price"]
    every = price or item["reset"] or {"interval": None}
    shown = {
        "type": "priced_feature" if price else "feature",
        "feature_id": item["feature_id"],
        "feature_type": _feature_type(feature),
        "feature": feature_1_2(feature),
        "included_usage": "inf" if item["unlimited"] else item["included"],
        "interval": _interval_1_2(every["interval"]),
    }
    if "interval_count" in every:
        shown["interval_count"] = every["interval_count"]
    if price:
        shown |= _tiers(price, item["included"]) if "tiers" in price else {"price": price["amount"]}
        shown["usage_model"] = _USAGE_MODELS[price["billing_method"]]
        shown["billing_units"] = price["billing_units"]
    shown["reset_usage_when_enabled"] = _starts_unused(item)
    shown["entity_feature_id"] = item.get("entity_feature_id")
    shown["display"] = item["display"]
    if "rollover" in item:
        shown["config"] = {"rollover": _rollover_1_2(item["rollover"])}
    if "quantity" in item:
        shown["quantity"] = item["quantity"]
    return shown


def _tiers(price: Shown, included: int | float) -> Shown:
    """Tiers are counted from the first unit that costs."""
    tiers = [{**tier, "to": _less(tier["to"], included)} for tier in price["tiers"]]
    return {"tiers": tiers, "tier_behavior": price.get("tier_behavior", "graduated")}


def _less(to: Any, included: int | float) -> Any:
    return to if to == "inf" else to - included


def _rollover_1_2(rollover: Shown) -> Shown:
    return {
        "max": rollover["max"],
        "max_percentage": rollover["max_percentage"],
        "duration": rollover["expiry_duration_type"],
        "length": rollover["expiry_duration_length"],
    }


def _free_trial_1_2(trial: Shown | None, eligibility: Shown | None) -> Shown | None:
    return trial and {
        "duration": trial["duration_type"],
        "length": trial["duration_length"],
        "unique_fingerprint": True,
        "card_required": trial["card_required"],
        "trial_available": eligibility.get("trial_available") if eligibility else None,
    }


def _properties(items: list[Shown], plan: Shown) -> Shown:
    priced = [item for item in items if item["type"] != "feature"]
    one_off = bool(priced) and all(item["interval"] is None for item in priced)
    shown: Shown = {"is_free": not priced, "is_one_off": one_off}
    if items and items[0]["type"] == "price" and items[0]["interval"]:
        shown["interval_group"] = items[0]["interval"]
    shown["has_trial"] = "free_trial" in plan
    shown["updateable"] = not one_off and any(item.get("usage_model") == "prepaid" for item in items)
    return shown


def _feature_type(feature: Shown) -> str:
    if feature["type"] == "boolean":
        return "static"
    return "single_use" if feature["consumable"] else "continuous_use"


def _interval_1_2(interval: str | None) -> str | None:
    return None if interval == "one_off" else interval


def _pick(of: Shown, keys: tuple[str, ...]) -> Shown:
    return {key: of[key] for key in keys if key in of}
