"""Variants: plans made from a base plan, and what they have of their own (reference: variants)."""

from collections.abc import Callable, Mapping
from typing import Any

from autumn_mock.domain.plan_customize import customize
from autumn_mock.domain.plan_differences import missing_items, price_differs, trial_differs
from autumn_mock.domain.plan_items import new_base_price, new_free_trial, new_items
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
        if name in changes and (changes[name] or None) != (getattr(variant, name) or None):
            raise FieldOfBasePlan(field=told)


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
    """The variant after a change of its base: it follows in what it had in common with it."""
    changes: dict[str, Any] = {}
    if price_differs(before.price, after.price) and not price_differs(variant.price, before.price):
        changes["price"] = after.price and after.price.but(id=make_id("pr_"))
    gone = missing_items(before.items, after.items)
    come = missing_items(after.items, before.items)
    if gone or come:
        kept = missing_items(variant.items, gone)
        own = {_place(item) for item in kept}
        new = after.but(items=tuple(item for item in come if _place(item) not in own))
        changes["items"] = (*kept, *with_new_ids(new, make_id)["items"])
    trial_moved = trial_differs(before.free_trial, after.free_trial)
    if trial_moved and not trial_differs(variant.free_trial, before.free_trial):
        changes["free_trial"] = after.free_trial
    return variant.but(**changes)


def _place(item: PlanItem) -> tuple[Any, ...]:
    method = item.price and item.price.billing_method
    return item.feature_id, item.entity_feature_id, item.reset, method


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
