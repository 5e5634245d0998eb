"""The customer object stepped down (reference: customers, older versions): 2.2, 2.0, 1.2, 1.1, 0.2, 0.1."""

from typing import Any

from autumn_mock.call import Call
from autumn_mock.versions.balances import balance_2_0, feature_in_map_1_2, flag_as_balance_2_0
from autumn_mock.versions.customer_plans import products_1_2, subscriptions_2_0
from autumn_mock.versions.invoices import invoice_1_2
from autumn_mock.versions.version import Version

Json = dict[str, Any]

_EXPANDED = ("invoices", "invoice_previews", "trials_used", "rewards", "entities", "referrals",
             "payment_method")  # fmt: skip


def customer_in_version(customer: Json, call: Call) -> Json:
    """The newest customer object in the shape of the call's version."""
    if call.version >= Version.V2_3:
        return customer
    if call.version >= Version.V2_1:
        return customer | {"billing_controls": own_controls(customer["billing_controls"])}
    if call.version == Version.V2_0:
        return customer_2_0(customer, call)
    shown = customer_1_2(customer, call)
    if call.version >= Version.V1_2:
        return shown
    shown["features"] = features_1_1(shown["features"])
    if call.version == Version.V1_1:
        return shown
    return customer_0_2(shown) if call.version == Version.V0_2 else customer_0_1(customer_0_2(shown))


def own_controls(controls: Json) -> Json:
    """Before 2.3: only the customer's own entries, without `source`."""
    shown = {}
    for name, entries in controls.items():
        own = [_without(entry, "source") for entry in entries if entry.get("source") != "plan"]
        if own or not entries:
            shown[name] = own
    return shown


def customer_2_0(customer: Json, call: Call) -> Json:
    active, scheduled = subscriptions_2_0(customer["subscriptions"], customer["purchases"], call)
    keys = ("autumn_id", "id", "name", "email", "created_at", "fingerprint", "stripe_id", "env", "metadata",
            "send_email_receipts")  # fmt: skip
    return {
        **_picked(customer, keys),
        "billing_controls": own_controls(customer["billing_controls"]),
        "subscriptions": active,
        "scheduled_subscriptions": scheduled,
        "balances": balances_2_0(customer["balances"], customer["flags"]),
        **_picked(customer, _EXPANDED),
    }


def customer_1_2(customer: Json, call: Call) -> Json:
    keys = ("autumn_id", "id", "created_at", "name", "email", "fingerprint", "stripe_id", "env", "metadata",
            "send_email_receipts")  # fmt: skip
    shown = {
        **_picked(customer, keys),
        "products": products_1_2(customer["subscriptions"], customer["purchases"], call),
        "features": features_1_2(customer["balances"], customer["flags"]),
        **_picked(customer, _EXPANDED),
    }
    if "invoices" in shown:
        shown["invoices"] = [invoice_1_2(invoice) for invoice in shown["invoices"]]
    if "trials_used" in shown:
        shown["trials_used"] = [_product_named(trial) for trial in shown["trials_used"]]
    return shown


def _product_named(trial: Json) -> Json:
    return {"product_id": trial["plan_id"], **_without(trial, "plan_id")}


def balances_2_0(balances: Json, flags: Json) -> Json:
    """Flags stand among the balances."""
    return {key: balance_2_0(balance) for key, balance in balances.items()} | {
        key: flag_as_balance_2_0(flag) for key, flag in flags.items()
    }


def features_1_2(balances: Json, flags: Json) -> Json:
    return {
        key: feature_in_map_1_2(balance, balance.get("feature"))
        for key, balance in balances_2_0(balances, flags).items()
    }


def features_1_1(features: Json) -> list[Json]:
    """One entry for each different (interval, count, overage_allowed) of a feature, numbers added."""
    listed: list[Json] = []
    for feature_id, feature in features.items():
        entries: dict[tuple[Any, ...], Json] = {}
        for part in feature.get("breakdown") or [feature]:
            same = (part["interval"], part["interval_count"], part["overage_allowed"])
            entry = _entry_1_1(feature_id, feature["unlimited"], part)
            entries[same] = _added(entries[same], entry) if same in entries else entry
        listed += entries.values()
    return listed


def _entry_1_1(feature_id: str, unlimited: bool, part: Json) -> Json:
    return {
        "feature_id": feature_id,
        "interval": part["interval"],
        "interval_count": part["interval_count"],
        "unlimited": unlimited,
        "balance": part["balance"],
        "usage": part["usage"],
        "included_usage": part["included_usage"],
        "next_reset_at": part["next_reset_at"],
        "overage_allowed": part["overage_allowed"],
        "usage_limit": part.get("usage_limit") or part["included_usage"] or None,
    }


def _added(one: Json, other: Json) -> Json:
    together = dict(one)
    for name in ("balance", "usage", "included_usage"):
        together[name] = one[name] + other[name]
    limits = [limit for limit in (one["usage_limit"], other["usage_limit"]) if limit is not None]
    together["usage_limit"] = sum(limits) if limits else None
    resets = [at for at in (one["next_reset_at"], other["next_reset_at"]) if at is not None]
    together["next_reset_at"] = min(resets, default=None)
    return together


def customer_0_2(customer: Json) -> Json:
    """From the 1.1 form. Add-ons stand apart, features are entitlements."""
    about = {
        "id": customer["id"],
        "name": customer["name"],
        "email": customer["email"],
        "fingerprint": customer["fingerprint"],
        "internal_id": "",
        "created_at": customer["created_at"],
        "env": customer["env"],
    }
    if customer["stripe_id"] is not None:
        about["processor"] = {"id": customer["stripe_id"], "type": "stripe"}
    about["metadata"] = customer["metadata"]
    return {
        "customer": about,
        "products": [_product_0_2(p) for p in customer["products"] if not p["is_add_on"]],
        "add_ons": [_product_0_2(p) for p in customer["products"] if p["is_add_on"]],
        "entitlements": [_entitlement_0_2(entry) for entry in customer["features"]],
        "invoices": customer.get("invoices", []),
        **_picked(customer, ("trials_used", "payment_method")),
    }


def _product_0_2(product: Json) -> Json:
    return {
        "id": product["id"],
        "name": product["name"],
        "group": product["group"] or "",
        "status": product["status"],
        "created_at": product["started_at"],
        "canceled_at": product["canceled_at"],
        "processor": {"type": "stripe", "subscription_id": None},
        "subscription_ids": [],
        "prices": [],
        "starts_at": product["started_at"],
        "current_period_end": product["current_period_end"],
        "current_period_start": product["current_period_start"],
    }


def _entitlement_0_2(entry: Json) -> Json:
    return {
        "feature_id": entry["feature_id"],
        "unlimited": entry["unlimited"],
        "interval": entry["interval"],
        "balance": entry["balance"],
        "used": entry["usage"],
        "next_reset_at": entry["next_reset_at"],
        "allowance": entry["included_usage"],
        "usage_limit": entry["usage_limit"],
    }


def customer_0_1(customer: Json) -> Json:
    """From the 0.2 form: no periods, no resets, and empty texts instead of null."""
    about = _without(customer["customer"], "internal_id")
    for name in ("name", "email", "fingerprint"):
        about[name] = about[name] or ""
    products = {
        kind: [_without(_without(p, "current_period_end"), "current_period_start") for p in customer[kind]]
        for kind in ("products", "add_ons")
    }
    entitlements = [_entitlement_0_1(entry) for entry in customer["entitlements"]]
    return customer | {"customer": about, **products, "entitlements": entitlements}


def _entitlement_0_1(entry: Json) -> Json:
    is_flag = not entry["unlimited"] and not entry["allowance"] and entry["usage_limit"] is None
    if is_flag and entry["balance"] == 0 and entry["used"] == 0:
        return {"feature_id": entry["feature_id"], "interval": None}
    return _picked(entry, ("feature_id", "unlimited", "interval", "balance", "used"))


def _picked(customer: Json, keys: tuple[str, ...]) -> Json:
    return {key: customer[key] for key in keys if key in customer}


def _without(entry: Json, key: str) -> Json:
    return {name: value for name, value in entry.items() if name != key}


def customer_list_in_version(reply: Json, call: Call) -> Json:
    return reply | {"list": [customer_in_version(customer, call) for customer in reply["list"]]}
