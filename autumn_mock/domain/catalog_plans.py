"""Plans of a pushed catalog, as a preview tells them (reference: catalog.preview_update)."""

from collections.abc import Mapping

from autumn_mock.domain.plan_customize import added_items, customize, removed_items
from autumn_mock.domain.plans import base_price_object, free_trial_object, has_prices, plan_object
from autumn_mock.domain.records import Feature, JsonObject, Plan

_DETAILS = (
    "name", "description", "group", "add_on", "auto_enable", "archived", "config", "billing_controls",
    "metadata", "free_trial",
)  # fmt: skip
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def plan_change(
    before: Plan, after: Plan, features: Mapping[str, Feature], *, customers: int, versionable: bool, now: int
) -> JsonObject:
    """A known plan that is sent: changed, or left as it is. `features` are those after the push."""
    changes = customize(before, after, features)
    previous = _previous_attributes(before, after, features)
    shown = _unchanged(before) | {
        "customize": changes,
        "previous_attributes": previous,
        "item_changes": [
            {"action": action, "feature_id": item["feature_id"], "item": item}
            for action, items in (
                ("deleted", removed_items(before, after, features)),
                ("created", added_items(before, after, features)),
            )
            for item in items
        ],
        "has_customers": customers > 0,
        "customer_count": customers,
        "versionable": versionable,
        "action": "updated" if changes or previous else "none",
    }
    if changes and "price" in changes:
        shown["price_change"] = {
            "previous": before.price and base_price_object(before.price),
            "current": after.price and base_price_object(after.price),
        }
    if changes and customers:
        shown["migration"] = _migration(before, changes, now)
    return shown


def plan_creation(plan_id: str) -> JsonObject:
    return _empty(plan_id) | {"action": "created"}


def plan_removal(plan: Plan, *, customers: int, archived: bool) -> JsonObject:
    """A plan that is not sent and goes, or is archived because somebody has or had it."""
    return _unchanged(plan) | {
        "action": "deleted",
        "previous_attributes": {"id": plan.id, "name": plan.name},
        "has_customers": customers > 0,
        "customer_count": customers,
        "will_archive": archived,
    }


def plan_skipped(plan: Plan) -> JsonObject:
    return _unchanged(plan) | {"action": "skipped"}


def details_differ(before: Plan, after: Plan, features: Mapping[str, Feature]) -> bool:
    return _previous_attributes(before, after, features) is not None


def _unchanged(plan: Plan) -> JsonObject:
    return _empty(plan.id) | {"action": "none"}


def _empty(plan_id: str) -> JsonObject:
    return {
        "plan_id": plan_id,
        "customize": None,
        "previous_attributes": None,
        "item_changes": [],
        "has_customers": False,
        "customer_count": 0,
        "versionable": False,
        "license_changes": [],
        "license_parents": [],
        "variants": [],
        "other_versions": [],
        "will_archive": False,
    }


def _previous_attributes(before: Plan, after: Plan, features: Mapping[str, Feature]) -> JsonObject | None:
    """The old values of the details that change; None when none does."""
    bare = {"price": None, "items": ()}
    old, new = (plan_object(plan.but(**bare), features) for plan in (before, after))
    for plan, shown in ((before, old), (after, new)):
        trial = plan.free_trial
        shown["free_trial"] = trial and free_trial_object(trial, paid=has_prices(plan))
    changed = {key: old[key] for key in _DETAILS if old[key] != new[key]}
    return changed or None


def _migration(plan: Plan, changes: JsonObject, now: int) -> JsonObject:
    """The draft of a move of the customers to what is pushed."""
    which = {"plan_id": plan.id, "version": plan.version, "custom": False}
    billing = "price" in changes or any("price" in item for item in changes.get("add_items", ()))
    billing = billing or any("billing_method" in item for item in changes.get("remove_items", ()))
    content = {key: value for key, value in changes.items() if key != "free_trial"}
    return {
        "draft": {
            "id": f"plan-migrate-{plan.version}-{_stamp(now)}",
            "filter": {"customer": {"plan": which}},
            "operations": {"customer": [{"type": "update_plan", "plan_filter": which, "customize": content}]},
            "no_billing_changes": not billing,
        },
        "plan_ids": [plan.id],
        "include_custom": False,
        "has_billing_changes": billing,
    }


def _stamp(now: int) -> str:
    """Three characters of the clock."""
    rest, stamp = now // 1000, ""
    for _ in range(3):
        rest, digit = divmod(rest, 36)
        stamp = _DIGITS[digit] + stamp
    return stamp
