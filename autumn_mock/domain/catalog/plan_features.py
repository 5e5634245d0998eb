"""Plans as 2.0 says them, in today's words (published reference of 2.0: create and update a plan).

Invariant: what 2.0 shows of a plan makes the same plan when it is sent.
"""

from collections.abc import Mapping
from typing import Any

from autumn_mock.domain.numbers import ZERO

Sent = Mapping[str, Any]

_METHODS = {"prepaid": "prepaid", "pay_per_use": "usage_based"}


def plan_sent(sent: Sent) -> dict[str, Any]:
    """A plan whose `features` and `default` are `items` and `auto_enable`; the newest words win."""
    plan = {key: value for key, value in sent.items() if key not in {"features", "default"}}
    if "default" in sent:
        plan.setdefault("auto_enable", sent["default"])
    if "features" in sent:
        plan.setdefault("items", [item_sent(feature) for feature in sent["features"]])
    return plan


def item_sent(feature: Sent) -> dict[str, Any]:
    """A feature of a plan as plans.create takes it."""
    other = {"granted_balance", "reset", "price"}
    item = {key: value for key, value in feature.items() if key not in other}
    included = feature.get("granted_balance", ZERO)
    if "granted_balance" in feature:
        item["included"] = included
    if "reset" in feature:
        reset = dict(feature["reset"])
        if reset.pop("reset_when_enabled", True) is False:
            item["keeps_usage"] = True
        item["reset"] = reset
    if "price" in feature:
        item["price"] = _price_sent(feature["price"], included)
    return item


def _price_sent(price: Sent, included: Any) -> dict[str, Any]:
    """Its tiers are counted from the first unit that costs, today's from the first of all."""
    sent = {key: value for key, value in price.items() if key != "usage_model"}
    sent["billing_method"] = _METHODS[price["usage_model"]]
    if "tiers" in price:
        sent["tiers"] = [
            {**tier, "to": tier["to"] if tier["to"] == "inf" else tier["to"] + included}
            for tier in price["tiers"]
        ]
    return sent
