"""Subscriptions and purchases before 2.1: merged subscriptions of 2.0, products of 1.2."""

from typing import Any

from autumn_mock.call import Call
from autumn_mock.versions.plans import plan_in_version

Json = dict[str, Any]

_KEYS_2_0 = (
    "add_on", "status", "past_due", "canceled_at", "expires_at", "trial_ends_at", "started_at",
    "current_period_start", "current_period_end", "quantity",
)  # fmt: skip


def subscriptions_2_0(
    subscriptions: list[Json], purchases: list[Json], call: Call
) -> tuple[list[Json], list[Json]]:
    """Active ones (purchases among them) and scheduled ones, merged per plan."""
    shown = [_subscription_2_0(each, call) for each in _merged(subscriptions, purchases)]
    scheduled = [each for each in shown if each["status"] == "scheduled"]
    return [each for each in shown if each["status"] != "scheduled"], scheduled


def products_1_2(subscriptions: list[Json], purchases: list[Json], call: Call) -> list[Json]:
    """Active ones before scheduled ones, main plans before add-ons."""
    shown = [_product_1_2(each, call) for each in _merged(subscriptions, purchases)]
    return sorted(shown, key=lambda product: (product["status"] == "scheduled", product["is_add_on"]))


def _merged(subscriptions: list[Json], purchases: list[Json]) -> list[Json]:
    """Attachments of one plan in one status as one: quantities added, the earliest start."""
    together: dict[tuple[str, str], Json] = {}
    for each in (*subscriptions, *(_as_subscription(purchase) for purchase in purchases)):
        same = (each["plan_id"], each["status"])
        other = together.get(same)
        together[same] = each if other is None else _joined(other, each)
    return list(together.values())


def _joined(one: Json, other: Json) -> Json:
    return one | {
        "quantity": one["quantity"] + other["quantity"],
        "started_at": min(one["started_at"], other["started_at"]),
        "canceled_at": one["canceled_at"] if other["canceled_at"] is None else other["canceled_at"],
    }


def _as_subscription(purchase: Json) -> Json:
    return purchase | {
        "auto_enable": False,
        "add_on": True,
        "status": "active",
        "past_due": False,
        "canceled_at": None,
        "trial_ends_at": None,
        "current_period_start": None,
        "current_period_end": None,
    }


def _subscription_2_0(subscription: Json, call: Call) -> Json:
    shown: Json = {}
    if "plan" in subscription:
        shown["plan"] = plan_in_version(subscription["plan"], call)
    shown["plan_id"] = subscription["plan_id"]
    shown["default"] = subscription["auto_enable"]
    return shown | {key: subscription[key] for key in _KEYS_2_0}


def _product_1_2(subscription: Json, call: Call) -> Json:
    """Without the plan expanded, what only the plan knows is null."""
    product = plan_in_version(subscription["plan"], call) if "plan" in subscription else None
    shown: Json = {
        "id": subscription["plan_id"],
        "name": product and product["name"],
        "group": product and product["group"],
        "status": _status_1_2(subscription),
        "canceled_at": subscription["canceled_at"],
        "started_at": subscription["started_at"],
        "is_default": bool(product and subscription["auto_enable"]),
        "is_add_on": subscription["add_on"],
    }
    if product is not None:
        shown["version"] = product["version"]
    return shown | {
        "current_period_start": subscription["current_period_start"],
        "current_period_end": subscription["current_period_end"],
        "items": product and [_item_1_2(item) for item in product["items"]],
        "quantity": subscription["quantity"],
    }


def _status_1_2(subscription: Json) -> str:
    if subscription["past_due"]:
        return "past_due"
    if subscription["status"] == "active" and subscription["trial_ends_at"] is not None:
        return "trialing"
    return str(subscription["status"])


def _item_1_2(item: Json) -> Json:
    """Inside a customer an item's feature has four keys, and its name where it has no words."""
    feature = item.get("feature")
    if not feature:
        return item
    words = feature.get("display") or {"singular": feature["name"], "plural": feature["name"]}
    told = {"id": feature["id"], "name": feature["name"], "type": feature["type"], "display": words}
    return item | {"feature": told}
