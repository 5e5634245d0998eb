"""Changing a plan: in place, or as a new version where customers hold it (reference: plans.update).

Invariant: one version of a plan is active, and what customers hold never changes under them.
"""

from collections.abc import Mapping
from typing import Any

from autumn_mock.domain.catalog import plan_checks, plan_items
from autumn_mock.domain.catalog.auto_enable import check_auto_enable
from autumn_mock.domain.catalog.plan_differences import content_differs, items_differ, keep_ids, price_differs
from autumn_mock.domain.catalog.plan_item_checks import check_currencies
from autumn_mock.domain.catalog.variants import check_variant_fields, with_new_ids
from autumn_mock.domain.records import Feature, Plan
from autumn_mock.domain.rewards.reward_names import with_plan_renamed
from autumn_mock.errors.catalog import ProductAlreadyExists
from autumn_mock.errors.plans import (
    ConflictingVersionFlags,
    OwnBasePlan,
    PlanIdInPrograms,
    PlanIdInUse,
    VariantAsBasePlan,
)
from autumn_mock.operations.licenses.offers import read_licenses
from autumn_mock.operations.loading import find_plan, look_up_plan
from autumn_mock.operations.plan_making import Facts, what_stands_stays
from autumn_mock.world import World

HOLDING = frozenset({"active", "past_due", "scheduled"})
"""Statuses of a subscription that make its customer one of the plan version."""
CONTENT = ("price", "items", "free_trial")


def edit_plan(world: World, facts: Facts) -> tuple[Plan, Plan]:
    """Change a plan as `facts` (those of plans.update) say; its variants stay as they are.

    Answers the edited version as it was, and the version that is active now.
    """
    version = facts.get("version")
    plan = find_plan(world, facts["plan_id"], int(version) if version else None)
    content = new_content(world, facts)
    _check_flags(facts)
    details = details_of(world, plan, facts)
    _check_edit(world, plan, facts, details, content)

    before = plan
    plan = _write_details(world, plan, details, facts)
    edited = [plan] if not facts.get("all_versions") else world.store.plans.find("id", plan.id)
    for each in edited:
        write_content(world, each, facts, content)
    after = look_up_plan(world, plan.id) or world.store.plans.must(plan.internal_id)
    return before, after


def holders(world: World, plan: Plan) -> set[str]:
    """The customers, by internal id, that have this version or will have it."""
    found = world.store.subscriptions.find("plan", plan.internal_id)
    return {each.customer for each in found if each.status in HOLDING}


def would_version(world: World, plan: Plan, after: Plan, facts: Facts) -> bool:
    """Whether the change of a plan to `after` makes a new version of it."""
    if facts.get("force_version"):
        return True
    if facts.get("disable_version") or facts.get("all_versions"):
        return False
    return content_differs(plan, after) and bool(holders(world, plan))


def new_content(world: World, facts: Facts, features: Mapping[str, Feature] | None = None) -> dict[str, Any]:
    """What of price, items and trial is sent, made into records; None removes one.

    `features` are those of the world unless others are given.

    Raises FeatureNotFound and InvalidProductItem.
    """
    content: dict[str, Any] = {}
    if "price" in facts:
        content["price"] = plan_items.new_base_price(facts["price"], world.make_id)
    if facts.get("items") is not None:
        known = world.store.features.records if features is None else features
        content["items"] = plan_items.new_items(facts["items"], known, world.make_id)
    if "free_trial" in facts:
        content["free_trial"] = plan_items.new_free_trial(facts["free_trial"])
    check_currencies(facts.get("price"), facts.get("items") or [])
    return content


def _check_flags(facts: Facts) -> None:
    """Raises ConflictingVersionFlags."""
    for one, other in (
        ("force_version", "disable_version"),
        ("all_versions", "disable_version"),
        ("all_versions", "force_version"),
    ):
        if facts.get(one) and facts.get(other):
            raise ConflictingVersionFlags(one=one, other=other)


def details_of(world: World, plan: Plan, facts: Facts) -> dict[str, Any]:
    """The fields beside the content that change. `archived` is false unless it is said."""
    details: dict[str, Any] = {
        name: facts[name]
        for name in ("name", "description", "group", "add_on", "auto_enable", "config", "metadata")
        if name in facts
    }
    details["archived"] = facts.get("archived", False)
    if "is_default" in facts:
        details["auto_enable"] = facts["is_default"]
    if "billing_controls" in facts:
        details["billing_controls"] = {**plan.billing_controls, **facts["billing_controls"]}
    if "licenses" in facts:
        details["licenses"] = read_licenses(world, facts, plan.licenses)
    if "base_plan_id" in facts:
        details["base_internal_id"] = _base_link(world, plan, facts["base_plan_id"])
    return details


def _base_link(world: World, plan: Plan, base_plan_id: str | None) -> str | None:
    if base_plan_id is None:
        return None
    if base_plan_id == plan.id:
        raise OwnBasePlan
    base = find_plan(world, base_plan_id)
    if base.base_internal_id is not None:
        raise VariantAsBasePlan
    return base.internal_id


def _check_edit(
    world: World, plan: Plan, facts: Facts, details: dict[str, Any], content: dict[str, Any]
) -> None:
    """Everything that is checked before anything is written."""
    if plan.base_internal_id is not None and details.get("base_internal_id", "") is not None:
        check_variant_fields(plan, details)
    trial = content.get("free_trial") or plan.free_trial
    after = plan.but(**{**details, **content, "free_trial": trial})
    if after.auto_enable:
        group = facts.get("group", "")
        sent = "price" in content or "items" in content
        check_auto_enable(after, world.store.plans, group=group, prices_sent=sent)
    new_id = facts.get("new_plan_id")
    if new_id and new_id != plan.id:
        if world.store.subscriptions.first("plan_id", plan.id) is not None:
            raise PlanIdInUse
        if any(plan.id in program.plan_ids for program in world.store.referral_programs):
            raise PlanIdInPrograms
        if look_up_plan(world, new_id) is not None:
            raise ProductAlreadyExists(plan_id=new_id)
    if "price" in content or "items" in content:
        features = world.store.features.records
        plan_checks.check_content(after, features, facts.get("price"), facts.get("items") or [])


def _write_details(world: World, plan: Plan, details: dict[str, Any], facts: Facts) -> Plan:
    """Details go into the edited version, metadata into all, with `all_versions` both."""
    plans = world.store.plans
    trial = facts.get("free_trial")
    if trial and plan.free_trial and not plan.free_trial.card_required and trial.get("card_required", True):
        details = {**details, "auto_enable": False}
    everywhere = {"metadata": details["metadata"]} if "metadata" in details else {}
    if facts.get("all_versions"):
        own = ("archived", "auto_enable", "base_internal_id")
        everywhere = {name: value for name, value in details.items() if name not in own}
    for each in plans.find("id", plan.id):
        if everywhere and each.internal_id != plan.internal_id:
            plans.put(each.but(**everywhere))
    if facts.get("new_plan_id"):
        details = {**details, "id": facts["new_plan_id"]}
    changed = plan.but(**details)
    plans.put(changed)
    if changed.id != plan.id:
        for reward in list(world.store.rewards):
            if reward.plan_ids and plan.id in reward.plan_ids:
                world.store.rewards.put(with_plan_renamed(reward, plan.id, changed.id))
    return changed


def write_content(world: World, plan: Plan, facts: Facts, content: dict[str, Any]) -> None:
    """Store price, items and trial, as a new version where that is due."""
    after = plan.but(**content)
    if would_version(world, plan, after, facts):
        after = _as_new_version(world, plan, after, content)
    elif content:
        after = _in_place(world, plan, after)
    else:
        return
    trial = after.free_trial
    world.store.plans.put(after if "free_trial" not in content else after.but(free_trial=plan.free_trial))
    with what_stands_stays():
        plan_checks.check_trial(after.but(free_trial=trial))
        if "free_trial" in content:
            world.store.plans.put(after)
        plan_checks.check_at_stripe(after)


def _as_new_version(world: World, plan: Plan, after: Plan, content: dict[str, Any]) -> Plan:
    """The next version, active and the only one that may be enabled by itself."""
    plans = world.store.plans
    versions = plans.find("id", plan.id)
    for each in versions:
        if each.active or each.auto_enable:
            plans.put(each.but(active=False, auto_enable=False))
    fresh = with_new_ids(after, world.make_id)
    return after.but(
        internal_id=world.make_id("prod_"),
        version=max(each.version for each in versions) + 1,
        created_at=world.now(),
        active=True,
        **{name: value for name, value in fresh.items() if name not in content},
    )


def _in_place(world: World, plan: Plan, after: Plan) -> Plan:
    """Customers keep what they have: the old price and items stand in their subscriptions then."""
    subscriptions = world.store.subscriptions
    holders = subscriptions.find("plan", plan.internal_id)
    if not holders:
        return after
    same_price = not price_differs(plan.price, after.price)
    if not same_price or items_differ(plan.items, after.items):
        for each in holders:
            if each.status != "expired" and not each.custom:
                subscriptions.put(each.but(custom=True, price=plan.price, items=plan.items))
    return after.but(price=plan.price if same_price else after.price, items=keep_ids(after.items, plan.items))
