"""What a push takes away: plans and features that are not in it (reference: catalog.update, deletions).

Invariant: what a customer has or had is archived, never deleted.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from autumn_mock.domain.catalog.catalog_features import removal_order
from autumn_mock.domain.catalog.feature_changes import Uses
from autumn_mock.domain.records import Feature, Plan
from autumn_mock.operations.features import remove_feature, uses_of
from autumn_mock.operations.plans import remove_versions
from autumn_mock.operations.registry import Body
from autumn_mock.world import World


class Removal(msgspec.Struct, frozen=True):
    """Active plan versions and features that go, each with whether it is archived instead, and what
    is skipped."""

    plans: tuple[tuple[Plan, bool], ...]
    features: tuple[tuple[Feature, bool], ...]
    skipped_plans: tuple[str, ...]
    skipped_features: tuple[Feature, ...]


def active_plans(body: Body) -> list[dict[str, Any]]:
    """The plans of a push that it is not told to skip."""
    skipped = {*body["skip_plan_ids"]}
    return [each for each in body["plans"] if not {each["plan_id"], each.get("new_plan_id")} & skipped]


def active_features(body: Body) -> list[dict[str, Any]]:
    return [each for each in body["features"] if each["feature_id"] not in body["skip_feature_ids"]]


def planned_removal(world: World, body: Body, edited: Mapping[str, Plan] | None = None) -> Removal:
    """What is not in the body and not skipped; nothing goes with `skip_deletions`.

    `edited`, by internal id, are plans that will be other than they are when features go.
    """
    described = {each["variant_plan_id"] for plan in body["plans"] for each in plan.get("variants") or ()}
    sent = {each["plan_id"] for each in body["plans"]} | described
    there = [plan for plan in world.store.plans if plan.active and not plan.archived]
    left_out = [plan for plan in there if plan.id not in sent]
    skipped = (
        *(each["plan_id"] for each in body["plans"] if each not in active_plans(body)),
        *(plan.id for plan in left_out if plan.id in body["skip_plan_ids"]),
    )
    skipped_features = tuple(
        each for each in world.store.features if each.id in body["skip_feature_ids"] and not each.archived
    )
    if body["skip_deletions"]:
        return Removal((), (), skipped, skipped_features)
    going = [plan for plan in left_out if plan.id not in body["skip_plan_ids"]]
    plans = tuple((plan, _was_held(world, plan)) for plan in going)
    features = _features(world, body, {plan.id for plan in going}, edited or {})
    return Removal(plans, features, skipped, skipped_features)


def _was_held(world: World, plan: Plan) -> bool:
    return world.store.subscriptions.first("plan_id", plan.id) is not None


def _features(
    world: World, body: Body, gone_plans: set[str], edited: Mapping[str, Plan]
) -> tuple[tuple[Feature, bool], ...]:
    """Features go once nothing that stays uses them, credit systems before what they name."""
    staying = {each["feature_id"] for each in body["features"]} | {*body["skip_feature_ids"]}
    going = [each for each in world.store.features if each.id not in staying and not each.archived]
    removed: list[tuple[Feature, bool]] = []
    gone: set[str] = set()
    for feature in removal_order(going):
        uses = uses_of(world, feature)
        left = Uses(
            tuple(edited.get(plan.internal_id, plan) for plan in uses.plans if plan.id not in gone_plans),
            tuple(other for other in uses.features if other.id not in gone),
            held=uses.held,
        )
        used = left.held or bool(left.items(feature.id)) or left.credit_system(feature.id) is not None
        gone.add(feature.id)
        removed.append((feature, used))
    return tuple(removed)


def remove(world: World, removal: Removal) -> None:
    """Take away what is planned, plans first."""
    store = world.store
    for plan, archived in removal.plans:
        versions = store.plans.find("id", plan.id)
        if archived:
            for each in versions:
                store.plans.put(each.but(archived=True))
        else:
            remove_versions(world, versions)
    for feature, archived in removal.features:
        if archived:
            store.features.put(feature.but(archived=True))
        else:
            remove_feature(world, feature)
