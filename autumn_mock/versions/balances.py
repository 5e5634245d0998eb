"""Balances before 2.1 (reference: balances, older versions).

2.0 names the numbers otherwise and has flags among the balances; 1.2 is flat, and negative in overage.
"""

from decimal import Decimal
from typing import Any

from autumn_mock.domain.numbers import decimal, number

Shown = dict[str, Any]


def balance_2_0(balance: Shown) -> Shown:
    """A newest-shape balance as 2.0 shows it."""
    items = [_item_2_0(item) for item in balance["breakdown"]]
    prepaid = sum((decimal(item["prepaid_quantity"]) for item in items), Decimal(0))
    bought = sum((decimal(item["purchased_balance"]) for item in items), Decimal(0))
    old: Shown = {"feature_id": balance["feature_id"]}
    if "feature" in balance:
        old["feature"] = balance["feature"]
    old |= {
        "unlimited": balance["unlimited"],
        "granted_balance": number(decimal(balance["granted"]) - prepaid),
        "purchased_balance": number(bought),
        "current_balance": balance["remaining"],
        "usage": balance["usage"],
        "overage_allowed": balance["overage_allowed"],
        "max_purchase": balance["max_purchase"],
        "reset": _reset_2_0(balance),
        "plan_id": _only([item["plan_id"] for item in items]),
        "breakdown": items,
    }
    if "rollovers" in balance:
        old["rollovers"] = balance["rollovers"]
    return old


def _item_2_0(item: Shown) -> Shown:
    price = item["price"] or {}
    granted, prepaid = decimal(item["included_grant"]), decimal(item["prepaid_grant"])
    overage = Decimal(0)
    if not item["unlimited"]:
        overage = decimal(item["remaining"]) + decimal(item["usage"]) - granted - prepaid
    return {
        "id": item["id"],
        "plan_id": item["plan_id"],
        "granted_balance": item["included_grant"],
        "purchased_balance": number(prepaid + overage),
        "current_balance": item["remaining"],
        "usage": item["usage"],
        "overage_allowed": price.get("billing_method") == "usage_based",
        "max_purchase": price.get("max_purchase"),
        "reset": item["reset"],
        "prepaid_quantity": item["prepaid_grant"],
        "expires_at": item["expires_at"],
    }


def _reset_2_0(balance: Shown) -> Shown | None:
    """The common reset of all rows; rows that differ have `multiple`."""
    resets = [item["reset"] for item in balance["breakdown"]]
    kinds = {(reset["interval"], reset.get("interval_count", 1)) if reset else None for reset in resets}
    if len(kinds) > 1:
        return {"interval": "multiple", "resets_at": None}
    if not resets or resets[0] is None:
        return None
    return {**resets[0], "resets_at": balance["next_reset_at"]}


def _only(plan_ids: list[str | None]) -> str | None:
    return plan_ids[0] if len(set(plan_ids)) == 1 else None


def flag_as_balance_2_0(flag: Shown) -> Shown:
    """A flag as the balance of zeros that 2.0 shows instead."""
    zeros: Shown = {
        "granted_balance": 0, "purchased_balance": 0, "current_balance": 0, "usage": 0,
        "overage_allowed": False, "max_purchase": None, "reset": None,
    }  # fmt: skip
    item = {
        "id": flag["id"],
        "plan_id": flag["plan_id"],
        **zeros,
        "prepaid_quantity": 0,
        "expires_at": flag["expires_at"],
    }
    old: Shown = {"feature_id": flag["feature_id"]}
    if "feature" in flag:
        old["feature"] = flag["feature"]
    return old | {"unlimited": False} | zeros | {"plan_id": flag["plan_id"], "breakdown": [item]}


def balance_as_feature_1_2(balance: Shown, feature: Shown | None = None) -> Shown:
    """A 2.0 balance as check 1.2 and the `features` map show it, from `interval` on.

    `feature` is the newest-shape feature object, None when it is not expanded. Sold-out limits turn
    `overage_allowed` off and show as `usage_limit`.
    """
    if balance["unlimited"] or (feature is not None and feature["type"] == "boolean"):
        return _zeros_1_2(balance, count=None if feature else 1)
    reset = balance["reset"] or {}
    old: Shown = {
        "interval": _interval_1_2(reset.get("interval")),
        "interval_count": None if reset.get("interval") == "multiple" else reset.get("interval_count", 1),
        "unlimited": False,
        **_numbers_1_2(
            balance, sum((decimal(i["prepaid_quantity"]) for i in balance["breakdown"]), Decimal(0))
        ),
        "next_reset_at": reset.get("resets_at"),
        "overage_allowed": balance["overage_allowed"] and not balance["max_purchase"],
        "breakdown": [_item_1_2(item) for item in balance["breakdown"]],
    }
    if feature is not None and feature["type"] == "credit_system":
        old["credit_schema"] = [
            {"feature_id": line["metered_feature_id"], "credit_amount": line["credit_cost"]}
            for line in feature.get("credit_schema") or ()
        ]
    if balance["max_purchase"]:
        old["usage_limit"] = _limit_1_2(balance, old)
    if "rollovers" in balance:
        old["rollovers"] = balance["rollovers"]
    return old


def feature_in_map_1_2(balance: Shown, feature: Shown | None = None) -> Shown:
    """An entry of a 1.2 customer's `features` map; type and name only from an expanded feature."""
    return {
        "id": balance["feature_id"],
        "type": "static" if feature is None else _type_1_2(feature),
        "name": feature["name"] if feature else None,
        **balance_as_feature_1_2(balance, feature),
    }


def _numbers_1_2(balance: Shown, prepaid: Decimal) -> Shown:
    overage = decimal(balance["purchased_balance"]) - prepaid
    return {
        "balance": number(decimal(balance["current_balance"]) - overage),
        "usage": balance["usage"],
        "included_usage": number(decimal(balance["granted_balance"]) + prepaid),
    }


def _item_1_2(item: Shown) -> Shown:
    reset = item["reset"] or {}
    old = {
        "interval": _interval_1_2(reset.get("interval")),
        "interval_count": reset.get("interval_count", 1),
        **_numbers_1_2(item, decimal(item["prepaid_quantity"])),
        "next_reset_at": reset.get("resets_at"),
    }
    if item["max_purchase"]:
        old["usage_limit"] = _limit_1_2(item, old)
    old["expires_at"] = item["expires_at"]
    old["overage_allowed"] = item["overage_allowed"] and not item["max_purchase"]
    return old


def _zeros_1_2(balance: Shown, *, count: int | None) -> Shown:
    zeros = {"interval": None, "interval_count": count}
    numbers = {"balance": 0, "usage": 0, "included_usage": 0, "next_reset_at": None}
    items = [
        {**zeros, **numbers, "expires_at": item["expires_at"], "overage_allowed": False}
        for item in balance["breakdown"]
    ]
    return {
        **zeros,
        "unlimited": balance["unlimited"],
        **numbers,
        "overage_allowed": False,
        "breakdown": items,
    }


def _limit_1_2(balance: Shown, old: Shown) -> int | float:
    return number(decimal(balance["max_purchase"]) + decimal(old["included_usage"]))


def _interval_1_2(interval: str | None) -> str | None:
    return "lifetime" if interval == "one_off" else interval


def _type_1_2(feature: Shown) -> str:
    if feature["type"] == "boolean":
        return "static"
    if feature["type"] == "metered":
        return "single_use" if feature["consumable"] else "continuous_use"
    return str(feature["type"])
