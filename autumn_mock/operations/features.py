"""`features.*` and their legacy routes (reference: features)."""

from typing import Any

from autumn_mock.domain.catalog import feature_changes, features
from autumn_mock.domain.catalog.feature_changes import Uses
from autumn_mock.domain.records import Feature
from autumn_mock.domain.rewards.reward_grants import with_feature_renamed
from autumn_mock.errors import InvalidInputs
from autumn_mock.errors.catalog import ConsumableRequired, DuplicateFeatureId, UnnamedFeatureNotFound
from autumn_mock.operations.loading import find_feature
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.common import Nothing
from autumn_mock.schemas.features import (
    CreateFeature,
    CreateFeatureByRest,
    FeatureInPath,
    GetFeature,
    OldFeature,
    OldFeatureUpdate,
    UpdateFeature,
    UpdateFeatureByRest,
)
from autumn_mock.versions.features import (
    facts_of_old_feature,
    feature_in_version,
    feature_list_in_version,
)
from autumn_mock.versions.version import Version
from autumn_mock.world import World

Facts = dict[str, Any]


@operation("features.create", body=CreateFeature())
def create(world: World, body: Body, call: Call) -> Reply:
    """Make a feature. Always answers the newest shape."""
    return features.feature_object(make_feature(world, body))


@operation("features.get", body=GetFeature(), reply=feature_in_version)
def get(world: World, body: Body, call: Call) -> Reply:
    """One feature, archived ones included."""
    return features.feature_object(find_feature(world, body["feature_id"]))


@operation("features.list", body=Nothing(), reply=feature_list_in_version)
def list_all(world: World, body: Body, call: Call) -> Reply:
    """All features; the body is not looked at."""
    found = features.in_list_order(list(world.store.features))
    return {"list": [features.feature_object(feature) for feature in found]}


@operation("features.update", body=UpdateFeature())
def update(world: World, body: Body, call: Call) -> Reply:
    """Change a feature; plans and credit schemas follow. Always answers the newest shape."""
    return features.feature_object(change_feature(world, body))


@operation("features.delete", body=GetFeature())
def delete(world: World, body: Body, call: Call) -> Reply:
    """Remove a feature that nothing uses, with its entities and loose balances."""
    feature = find_feature(world, body["feature_id"])
    feature_changes.check_removal(feature, uses_of(world, feature))

    remove_feature(world, feature)
    return {"success": True}


@operation(
    "POST /features",
    body=lambda version: CreateFeatureByRest() if version >= Version.V2_0 else OldFeature(),
    reply=feature_in_version,
)
def create_by_rest(world: World, body: Body, call: Call) -> Reply:
    """As `features.create`, in the words of the version."""
    facts = body if call.version >= Version.V2_0 else facts_of_old_feature(body)
    return features.feature_object(make_feature(world, {"name": "", **facts, "feature_id": body["id"]}))


@operation(
    "POST /features/{feature_id}",
    body=lambda version: UpdateFeatureByRest() if version >= Version.V2_0 else OldFeatureUpdate(),
    reply=feature_in_version,
)
def update_by_rest(world: World, body: Body, call: Call) -> Reply:
    """As `features.update`; versions before 2.0 can't archive, and take a metered feature of which
    they aren't told the type as not consumable."""
    feature = find_feature(world, body["feature_id"])
    facts = body
    if call.version < Version.V2_0:
        facts = facts_of_old_feature(body)
        if feature.type == features.METERED and "type" not in facts:
            facts["consumable"] = False
    facts = {**facts, "feature_id": feature.id}
    if "id" in body:
        facts["new_feature_id"] = body["id"]
    return features.feature_object(change_feature(world, facts))


@operation("GET /features/{feature_id}/deletion_info", body=FeatureInPath())
def deletion_info(world: World, body: Body, call: Call) -> Reply:
    """Which plan items stand against a deletion: the name of a plan, and how many items."""
    feature = world.store.features.get(body["feature_id"])
    if feature is None:
        raise UnnamedFeatureNotFound
    using = [plan for plan in world.store.plans for item in plan.items if item.feature_id == feature.id]
    return {"productName": using[0].name if using else None, "totalCount": len(using)}


def make_feature(world: World, facts: Facts) -> Feature:
    """Store a new feature. Raises InvalidInputs, InvalidFeature and DuplicateFeatureId."""
    if not facts["name"]:
        raise InvalidInputs([("name", "Features must have a name")])
    if not facts["feature_id"]:
        raise InvalidInputs([("id", "Features must have an ID")])
    feature = features.new_feature(facts, internal_id=world.make_id("fe_"), now=world.now())
    features.check_credit_schema(feature, world.store.features.get)
    if feature.id in world.store.features:
        raise DuplicateFeatureId(feature_id=feature.id)

    world.store.features.put(feature)
    return feature


def change_feature(world: World, facts: Facts) -> Feature:
    """Change a stored feature, and what names it. Raises what stands against it."""
    feature = find_feature(world, facts["feature_id"])
    if facts.get("type") == features.METERED and "consumable" not in facts:
        raise ConsumableRequired
    after = features.with_facts(feature, facts).but(id=facts.get("new_feature_id") or feature.id)
    uses = uses_of(world, feature)
    feature_changes.check_change(feature, after, uses)
    features.check_credit_schema(after, world.store.features.get)

    store_change(world, feature, after)
    return after


def store_change(world: World, feature: Feature, after: Feature) -> None:
    """Put the changed feature in place; plans and credit schemas follow it."""
    store = world.store
    if (after.id, after.type, after.consumable) != (feature.id, feature.type, feature.consumable):
        for plan in list(store.plans):
            items = feature_changes.items_after(plan.items, feature, after)
            if items != plan.items:
                store.plans.put(plan.but(items=items))
    if after.id != feature.id:
        for other in list(store.features):
            if any(line.metered_feature_id == feature.id for line in other.credit_schema or ()):
                store.features.put(feature_changes.schema_after(other, feature, after))
        for reward in list(store.rewards):
            if any(grant.feature_id == feature.id for grant in reward.grants):
                store.rewards.put(with_feature_renamed(reward, feature.id, after.id))
        store.features.delete(feature.id)
    store.features.put(after)


def remove_feature(world: World, feature: Feature) -> None:
    """Take a feature away, with its entities and the balances that no plan gives."""
    store = world.store
    for entity in [each for each in store.entities if each.feature == feature.internal_id]:
        store.entities.delete(entity.internal_id)
    for row in store.balances.find("feature_id", feature.id):
        store.balances.delete(row.id)
    store.features.delete(feature.id)


def uses_of(world: World, feature: Feature) -> Uses:
    """Where a feature is used; customised plans of customers count as plans."""
    store = world.store
    plans = [*store.plans]
    plans += [
        store.plans.must(each.plan).but(items=each.items)
        for each in store.subscriptions
        if each.custom and each.plan in store.plans
    ]
    return Uses(tuple(plans), tuple(store.features), held=_was_held(world, feature))


def _was_held(world: World, feature: Feature) -> bool:
    """A row of it is there, or a plan with it has or had a customer."""
    store = world.store
    if store.balances.first("feature_id", feature.id) is not None:
        return True
    return any(
        store.subscriptions.first("plan", plan.internal_id) is not None
        for plan in store.plans
        if any(item.feature_id == feature.id for item in plan.items)
    )
