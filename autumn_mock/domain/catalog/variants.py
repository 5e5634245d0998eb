"""Variants: plans made from a base plan, and what they have of their own (reference: variants)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from autumn_mock.domain.catalog.plan_customize import customize, named
from autumn_mock.domain.catalog.plan_differences import missing_items, price_differs, trial_differs
from autumn_mock.domain.catalog.plan_items import new_base_price, new_free_trial, new_items
from autumn_mock.domain.catalog.plans import item_objects
from autumn_mock.domain.records import Feature, JsonObject, Plan, PlanItem
from autumn_mock.errors.plans import FieldOfBasePlan

MakeId = Callable[[str], str]
Content = dict[str, Any]
"""Price, items and trial, by name."""

OF_THE_BASE = (
    ("description", "description"), ("group", "group"), ("add_on", "is_add_on"),
    ("auto_enable", "is_default"), ("config", "config"), ("billing_controls", "billing_controls"),
    ("metadata", "metadata"),
)  # fmt: skip
"""Fields that a variant takes from its base, with the names that a refusal gives them."""


def check_variant_fields(variant: Plan, changes: Mapping[str, Any]) -> None:
    """What stands in the base can't be changed in a variant. Raises FieldOfBasePlan."""
    for name, told in OF_THE_BASE:
        if name in changes and _plain(name, changes[name]) != _plain(name, getattr(variant, name)):
            raise FieldOfBasePlan(field=told)


def settings_changed(before: Plan, after: Plan) -> dict[str, Any]:
    """What a base hands on to all its variants when it changes; none is ever enabled by itself."""
    return {
        name: getattr(after, name)
        for name, _ in OF_THE_BASE
        if name != "auto_enable" and getattr(after, name) != getattr(before, name)
    }


def _plain(name: str, value: Any) -> Any:
    """A value to compare: nothing is nothing, however it is written."""
    if name == "config":
        return bool((value or {}).get("ignore_past_due"))
    return value or None


def variant_of(base: Plan, facts: Mapping[str, Any], *, now: int, make_id: MakeId) -> Plan:
    """A copy of the base under `variant_plan_id`, linked to it."""
    made = copy_of(base, facts["variant_plan_id"], facts["name"], now=now, make_id=make_id)
    return made.but(base_internal_id=base.internal_id)


def copy_of(plan: Plan, plan_id: str, name: str, *, now: int, make_id: MakeId) -> Plan:
    """A first version of another id with the same content, never enabled by itself."""
    return plan.but(
        internal_id=make_id("prod_"),
        id=plan_id,
        name=name,
        version=1,
        created_at=now,
        active=True,
        auto_enable=False,
        base_internal_id=None,
        **with_new_ids(plan, make_id),
    )


def with_new_ids(plan: Plan, make_id: MakeId) -> Content:
    """`price` and `items` of a plan for a copy of it."""
    return {
        "price": plan.price and plan.price.but(id=make_id("pr_")),
        "items": tuple(
            item.but(
                entitlement_id=make_id("ent_"),
                price=item.price and item.price.but(id=make_id("pr_")),
            )
            for item in plan.items
        ),
    }


def variant_details(variant: Plan, base: Plan, features: Mapping[str, Feature]) -> JsonObject:
    """`{base_plan_id, customize?}`."""
    changes = customize(base, variant, features)
    details: JsonObject = {"base_plan_id": base.id}
    return details | {"customize": changes} if changes else details


def propagated(variant: Plan, before: Plan, after: Plan, make_id: MakeId) -> Plan:
    """The variant after it took over what changed in its base: also where it had a value of its own."""
    changes: dict[str, Any] = {}
    if price_differs(before.price, after.price):
        changes["price"] = after.price and after.price.but(id=make_id("pr_"))
    gone = missing_items(before.items, after.items)
    come = missing_items(after.items, before.items)
    if gone or come:
        kept = _without(variant.items, gone)
        fresh = with_new_ids(after.but(items=tuple(come)), make_id)["items"]
        own = [item for item in fresh if not any(_same_place(item, each) for each in kept)]
        changes["items"] = (*kept, *own)
    if trial_differs(before.free_trial, after.free_trial):
        changes["free_trial"] = after.free_trial
    return variant.but(**changes)


def _without(items: Iterable[PlanItem], gone: Iterable[PlanItem]) -> list[PlanItem]:
    """The items less those that are gone, or what stands in the place of one."""
    left = list(items)
    for each in gone:
        alike = [item for item in left if _same_place(item, each)]
        taken = next((item for item in alike if not missing_items([item], [each])), None)
        if taken or alike:
            left.remove(taken or alike[0])
    return left


def conflicts(variant: Plan, before: Plan, after: Plan, features: Mapping[str, Feature]) -> list[JsonObject]:
    """Where following its base would overwrite or double what the variant has of its own."""
    told: list[JsonObject] = []
    if price_differs(before.price, after.price) and price_differs(variant.price, before.price):
        told.append({"reason": "base_price_divergence"})
    for gone in missing_items(before.items, after.items):
        for item in variant.items:
            if item.feature_id != gone.feature_id or not missing_items([item], [gone]):
                continue
            reason = "value_divergence" if _same_place(item, gone) else "different_interval"
            [shown] = item_objects([item], features)
            told.append(
                {"item_filter": named(shown), "feature_name": features[item.feature_id].name, "reason": reason}
            )
    return told


def _same_place(item: PlanItem, other: PlanItem) -> bool:
    """Whether two items are of one feature, paid in one way, at one interval."""
    return _place(item) == _place(other)


def _place(item: PlanItem) -> tuple[Any, ...]:
    every = item.price or item.reset
    method = item.price and item.price.billing_method
    return item.feature_id, method, every and (every.interval, every.interval_count)


def customized(
    base: Plan, patch: Mapping[str, Any], features: Mapping[str, Feature], make_id: MakeId
) -> Content:
    """Price, items and trial of a variant that differs from its base as `patch` says."""
    filters = patch.get("remove_items") or ()
    kept = base.but(items=tuple(item for item in base.items if not any(fits(item, each) for each in filters)))
    copied = with_new_ids(kept, make_id)
    return {
        "price": copied["price"] if "price" not in patch else new_base_price(patch["price"], make_id),
        "items": (*copied["items"], *new_items(patch.get("add_items") or (), features, make_id)),
        "free_trial": base.free_trial if "free_trial" not in patch else new_free_trial(patch["free_trial"]),
    }


def fits(item: PlanItem, wanted: Mapping[str, Any]) -> bool:
    """Whether an item is all that a filter says; the interval is the price's, else the reset's."""
    every = item.price or item.reset
    facts = {
        "feature_id": item.feature_id,
        "billing_method": item.price and item.price.billing_method,
        "interval": every and every.interval,
        "interval_count": every and every.interval_count,
        "included": item.included,
    }
    return all(facts[name] == value for name, value in wanted.items())
