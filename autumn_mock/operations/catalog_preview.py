"""What a push of a catalog would do (reference: catalog.preview_update): nothing is applied."""

from collections.abc import Iterator
from typing import Any

import msgspec

from autumn_mock.domain.catalog import catalog_features, catalog_plans, feature_changes, features
from autumn_mock.domain.catalog.catalog_plans import Change
from autumn_mock.domain.catalog.migration_drafts import Target, migration
from autumn_mock.domain.catalog.variants import customized, propagated
from autumn_mock.domain.records import Feature, JsonObject, Plan
from autumn_mock.errors import ApiError
from autumn_mock.operations.catalog_removal import (
    Removal,
    active_features,
    active_plans,
    planned_removal,
)
from autumn_mock.operations.catalog_rewards import planned_rewards, told
from autumn_mock.operations.features import uses_of
from autumn_mock.operations.loading import find_plan, look_up_plan
from autumn_mock.operations.plan_editing import details_of, holders, new_content, would_version
from autumn_mock.operations.plan_variants import followers, how_to_follow, variants_of
from autumn_mock.operations.registry import Body
from autumn_mock.world import World

Facts = dict[str, Any]
Features = dict[str, Feature]


class PushedFeature(msgspec.Struct, frozen=True):
    """A feature of the body: what is there, what it becomes, and what stands against that."""

    before: Feature | None
    after: Feature
    problem: ApiError | None


def preview(world: World, body: Body) -> JsonObject:
    """`{plan_changes, feature_changes, reward_changes, referral_program_changes}`."""
    pushed = [_pushed(world, facts) for facts in active_features(body)]
    after = {each.after.id: each.after for each in pushed if each.problem is None}
    known = {**world.store.features.records, **after}
    removal = planned_removal(world, body, _edited(world, body, known))
    return {
        "plan_changes": [
            *(_plan_change(world, facts, known) for facts in active_plans(body)),
            *(catalog_plans.plan_removal(plan, archived=kept) for plan, kept in removal.plans),
            *(catalog_plans.plan_skipped(plan_id) for plan_id in removal.skipped_plans),
        ],
        "feature_changes": list(_feature_changes(body, pushed, known, removal)),
        **told(planned_rewards(world, body, known)),
    }


def _edited(world: World, body: Body, known: Features) -> dict[str, Plan]:
    """Plans that the push edits in place, by internal id, as it leaves them."""
    edited = {}
    for facts in active_plans(body):
        plan = look_up_plan(world, facts["plan_id"])
        if plan is not None:
            after = plan_after(world, plan, facts, known)
            if not would_version(world, plan, after, facts):
                edited[plan.internal_id] = after
    return edited


def _feature_changes(
    body: Body, pushed: list[PushedFeature], known: Features, removal: Removal
) -> Iterator[JsonObject]:
    """Features in the order sent, then those that go, then those that are skipped."""
    expanded = "feature_changes.feature" in body["expand"]

    def told(change: JsonObject, feature: Feature | None) -> JsonObject:
        return change | {"feature": feature and features.feature_object(feature)} if expanded else change

    for each in pushed:
        change = catalog_features.feature_change(each.before, each.after, each.problem)
        yield told(change, known[each.after.id])
    for feature, kept in removal.features:
        yield told(catalog_features.feature_removal(feature, archived=kept), None)
    for feature in removal.skipped_features:
        yield told(catalog_features.feature_skipped(feature), feature)


def _pushed(world: World, facts: Facts) -> PushedFeature:
    """Raises InvalidFeature for a feature that makes no sense."""
    before = world.store.features.get(facts["feature_id"])
    if before is None:
        after = features.new_feature(facts, internal_id="", now=world.now())
        features.check_credit_schema(after, world.store.features.get)
        return PushedFeature(None, after, None)
    after = catalog_features.pushed_feature(before, facts)
    return PushedFeature(before, after, feature_changes.blocker(before, after, uses_of(world, before)))


def _plan_change(world: World, facts: Facts, known: Features) -> JsonObject:
    if look_up_plan(world, facts["plan_id"]) is None:
        new_content(world, facts, known)
        return catalog_plans.plan_creation(facts["plan_id"])
    version = facts.get("version")
    plan = find_plan(world, facts["plan_id"], int(version) if version else None)
    after = plan_after(world, plan, facts, known)
    shown = catalog_plans.plan_change(_change(world, plan, after, facts), known)
    if version:
        shown["version"] = plan.version
    if facts.get("include_versions") and shown["action"] == "updated":
        shown["other_versions"] = list(_other_versions(world, plan, facts, known))
    if facts.get("include_variants"):
        shown["variants"] = list(_variants(world, plan, after, facts, known))
    if shown["customize"] and (draft := _migration(world, plan, facts, shown)):
        shown["migration"] = draft
    return shown


def _migration(world: World, plan: Plan, facts: Facts, shown: JsonObject) -> JsonObject | None:
    """The draft for customers of the plan and of the variants that follow it."""
    everywhere = bool(facts.get("all_versions"))
    targets = []
    held = any(holders(world, each) for each in world.store.plans.find("id", plan.id))
    if held if everywhere else shown["versionable"]:
        version = None if everywhere else plan.version
        targets.append(Target(plan.id, version, shown["customize"]))
    for variant in shown["variants"]:
        if variant["will_apply"] and variant["has_customers"]:
            version = None if everywhere else variant["version"]
            targets.append(Target(variant["plan_id"], version, shown["customize"]))
    include_custom = bool((facts.get("migration") or {}).get("include_custom"))
    return migration(plan, targets, shown["customize"], include_custom=include_custom, now=world.now())


def plan_after(world: World, plan: Plan, facts: Facts, known: Features) -> Plan:
    """The plan as the push makes it; items that stay are what the changed features make of them."""
    items = plan.items
    for feature in world.store.features:
        items = feature_changes.items_after(items, feature, known[feature.id])
    changes = {"items": items, **details_of(world, plan, facts), **new_content(world, facts, known)}
    return plan.but(**changes)


def _change(world: World, before: Plan, after: Plan, facts: Facts) -> Change:
    return Change(
        before=before,
        after=after,
        customers=len(holders(world, before)),
        versionable=would_version(world, before, after, facts),
    )


def _other_versions(world: World, plan: Plan, facts: Facts, known: Features) -> Iterator[JsonObject]:
    content: Facts = {key: facts[key] for key in ("price", "items", "free_trial") if key in facts}
    for other in world.store.plans.find("id", plan.id):
        if other.internal_id != plan.internal_id:
            after = other.but(**new_content(world, content, known))
            yield catalog_plans.version_change(_change(world, other, after, facts), known)


def _variants(world: World, plan: Plan, after: Plan, facts: Facts, known: Features) -> Iterator[JsonObject]:
    """The variants of a plan, each by its description if there is one, else as a follower of its base."""
    described = {each["variant_plan_id"]: each for each in facts.get("variants") or ()}
    following = {each.id for each in followers(world, facts)}
    how = how_to_follow(versioned=would_version(world, plan, after, facts))
    for variant in variants_of(world, plan.id):
        own = described.get(variant.id)
        if own is not None:
            then = variant.but(**customized(after, own["customize"], known, world.make_id))
        else:
            then = propagated(variant, plan, after, world.make_id)
        change = _change(world, variant, then, how if own is None else own)
        moves = catalog_plans.core_change(change, known)["customize"] is not None
        source = None
        if moves and own is not None:
            source = "direct"
        elif moves and variant.id in following:
            source = "propagated"
        yield catalog_plans.variant_change(change, known, source=source, base=(plan, after))
