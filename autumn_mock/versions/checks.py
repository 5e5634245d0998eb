"""Checks and tracks before 2.1 (reference: balances, older versions)."""

from typing import Any

from autumn_mock.call import Call
from autumn_mock.versions.balances import balance_2_0, balance_as_feature_1_2, flag_as_balance_2_0
from autumn_mock.versions.version import Version

Shown = dict[str, Any]


def check_in_version(reply: Shown, call: Call) -> Shown:
    """Checks of products are the same in all versions."""
    if call.version >= Version.V2_1 or "code" in reply:
        return reply
    old = check_2_0(reply)
    if call.version >= Version.V2_0:
        return old
    if call.version <= Version.V0_2:
        return check_0_2(old)
    return check_1_2(old, _asked(call))


def check_2_0(reply: Shown) -> Shown:
    """Without `flag`, which is a balance of zeros instead."""
    old = {key: value for key, value in reply.items() if key != "flag"}
    if reply["balance"] is not None:
        old["balance"] = balance_2_0(reply["balance"])
    elif reply["flag"] is not None:
        old["balance"] = flag_as_balance_2_0(reply["flag"])
    if "balances" in reply:
        old["balances"] = _balances_2_0(reply["balances"])
    return old


def check_1_2(reply: Shown, asked: str) -> Shown:
    """Flat: the balance's numbers stand in the answer itself. `reply` is of 2.0."""
    balance = reply["balance"]
    old: Shown = {
        "allowed": reply["allowed"],
        "code": "feature_found",
        "customer_id": reply["customer_id"],
        "feature_id": balance["feature_id"] if balance else asked,
    }
    if "entity_id" in reply:
        old["entity_id"] = reply["entity_id"]
    old["required_balance"] = reply["required_balance"]
    if balance:
        old |= balance_as_feature_1_2(balance, balance["feature"])
    if "preview" in reply:
        old["preview"] = reply["preview"]
    return old


def check_0_2(reply: Shown) -> Shown:
    """A list of at most one balance. `reply` is of 2.0."""
    balance = reply["balance"]
    old: Shown = {"allowed": reply["allowed"], "balances": []}
    if balance:
        old["balances"].append(_balance_0_2(balance, reply["required_balance"]))
    if "preview" in reply:
        old["preview"] = reply["preview"]
    return old


def _balance_0_2(balance: Shown, required: int | float) -> Shown:
    feature_id = balance["feature_id"]
    if balance["feature"]["type"] == "boolean":
        return {"feature_id": feature_id, "balance": None}
    if balance["unlimited"]:
        return {
            "feature_id": feature_id,
            "balance": None,
            "unlimited": True,
            "usage_allowed": False,
            "required": None,
        }
    left = balance_as_feature_1_2(balance, balance["feature"])["balance"]
    if balance["overage_allowed"]:
        return {
            "feature_id": feature_id,
            "balance": left,
            "unlimited": False,
            "usage_allowed": True,
            "required": None,
        }
    return {"feature_id": feature_id, "required": required, "balance": left}


def track_in_version(reply: Shown, call: Call) -> Shown:
    if call.version >= Version.V2_1:
        return reply
    if call.version < Version.V2_0:
        return track_1_2(reply, _asked(call))
    old = {key: value for key, value in reply.items() if key != "deductions"}
    if reply["balance"] is not None:
        old["balance"] = balance_2_0(reply["balance"])
    if "balances" in reply:
        old["balances"] = _balances_2_0(reply["balances"])
    return old


def track_1_2(reply: Shown, asked: str) -> Shown:
    """A receipt that names the feature that paid."""
    old: Shown = {"id": "placeholder", "code": "event_received", "customer_id": reply["customer_id"]}
    for word in ("entity_id", "event_name"):
        if word in reply:
            old[word] = reply[word]
    held = [reply["balance"], *(reply.get("balances") or {}).values()]
    paid = next((balance["feature_id"] for balance in held if balance is not None), asked)
    old["feature_id"] = paid
    return old


def _balances_2_0(balances: Shown) -> Shown:
    return {key: balance and balance_2_0(balance) for key, balance in balances.items()}


def _asked(call: Call) -> str:
    """The feature or event that the body named."""
    return str(call.raw.get("feature_id") or call.raw.get("event_name") or "")
