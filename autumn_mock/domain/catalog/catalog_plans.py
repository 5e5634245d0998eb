"""Plans of a pushed catalog, as a preview tells them (reference: catalog.preview_update)."""

from collections.abc import Mapping

import msgspec

from autumn_mock.domain.catalog.plan_customize import added_items, customize, removed_items
from autumn_mock.domain.catalog.plan_differences import price_differs
from autumn_mock.domain.catalog.plans import (
    base_price_object,
    free_trial_object,
    has_prices,
    license_object,
    plan_object,
)
from autumn_mock.domain.catalog.variants import conflicts
from autumn_mock.domain.records import Feature, JsonObject, Plan

Features = Mapping[str, Feature]

_DETAILS = (
    "name", "description", "group", "add_on", "auto_enable", "archived", "config", "billing_controls",
    "metadata", "free_trial",
)  # fmt: skip


class Change(msgspec.Struct, frozen=True):
    """One plan version before and after a push, and whom that concerns."""

    before: Plan
    after: Plan
    customers: int
    versionable: bool
    """It would become a new version."""


def plan_change(change: Change, features: Features) -> JsonObject:
    """A known plan that is sent: changed, or left as it is. `features` are those after the push."""
    shown = _empty(change.before.id) | core_change(change, features)
    changed = shown["customize"] or shown["previous_attributes"] or shown["license_changes"]
    shown["action"] = "updated" if changed else "none"
    return shown


def core_change(change: Change, features: Features) -> JsonObject:
    """What previews of plans, of their other versions and of their variants have in common."""
    before, after = change.before, change.after
    shown: JsonObject = {
        "plan_id": before.id,
        "customize": customize(before, after, features),
        "previous_attributes": _previous_attributes(before, after, features),
        "item_changes": [
            {"action": action, "feature_id": item["feature_id"], "item": item}
            for action, items in (
                ("deleted", removed_items(before, after, features)),
                ("created", added_items(before, after, features)),
            )
            for item in items
        ],
        "has_customers": change.customers > 0,
        "customer_count": change.customers,
        "versionable": change.versionable,
        "license_changes": license_changes(before, after),
    }
    if price_differs(before.price, after.price):
        shown["price_change"] = {
            "previous": before.price and base_price_object(before.price),
            "current": after.price and base_price_object(after.price),
        }
    return shown


def license_changes(before: Plan, after: Plan) -> list[JsonObject]:
    """Licences that come, change or go, each with what it was if it changes."""
    old = {each.license_plan_id: each for each in before.licenses}
    new = {each.license_plan_id: each for each in after.licenses}
    told = []
    for name in {**new, **old}:
        one, other = old.get(name), new.get(name)
        if one == other:
            continue
        action = "create" if one is None else "remove" if other is None else "update"
        previous = None
        if one is not None and other is not None:
            was, now = license_object(one), license_object(other)
            previous = {key: was[key] for key in was if was[key] != now[key]}
        shown = license_object(other or old[name])
        told.append({**shown, "action": action, "previous_attributes": previous, "plan_changes": None})
    return told


def version_change(change: Change, features: Features) -> JsonObject:
    """Another version of the plan, as the same edit would leave it."""
    return core_change(change, features) | {"version": change.before.version, "conflicts": []}


def variant_change(
    change: Change, features: Features, *, source: str | None, base: tuple[Plan, Plan]
) -> JsonObject:
    """A variant of the plan. `source`: its own description is `direct`, a change of the base that it
    was chosen to follow `propagated`; `base` before and after."""
    return core_change(change, features) | {
        "version": change.before.version,
        "name": change.before.name,
        "will_apply": source is not None,
        "update_source": source,
        "conflicts": conflicts(change.before, *base, features),
    }


def plan_creation(plan_id: str) -> JsonObject:
    return _empty(plan_id) | {"action": "created"}


def plan_removal(plan: Plan, *, archived: bool) -> JsonObject:
    """A plan that is not sent and goes, or is archived because somebody has or had it."""
    return _empty(plan.id) | {
        "action": "deleted",
        "previous_attributes": {"id": plan.id, "name": plan.name},
        "has_customers": archived,
        "will_archive": archived,
    }


def plan_skipped(plan_id: str) -> JsonObject:
    return _empty(plan_id) | {"action": "skipped"}


def details_differ(before: Plan, after: Plan, features: Features) -> bool:
    """Whether anything beside price, items and trial differs."""
    return before.licenses != after.licenses or _previous_attributes(before, after, features) is not None


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


def _previous_attributes(before: Plan, after: Plan, features: Features) -> JsonObject | None:
    """The old values of the details that change; None when none does."""
    bare = {"price": None, "items": ()}
    old, new = (plan_object(plan.but(**bare), features) for plan in (before, after))
    for plan, shown in ((before, old), (after, new)):
        trial = plan.free_trial
        shown["free_trial"] = trial and free_trial_object(trial, paid=has_prices(plan))
    changed = {key: old[key] for key in _DETAILS if old[key] != new[key]}
    return changed or None
