"""`catalog.*`: a whole catalog previewed and pushed at once (not published; the official CLI calls it)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from autumn_mock.domain import catalog_features, catalog_plans, feature_changes, features
from autumn_mock.domain.plan_differences import content_differs
from autumn_mock.domain.records import Feature, JsonObject, Plan
from autumn_mock.errors import ApiError
from autumn_mock.errors.http import NotEmulated
from autumn_mock.operations import plans as plan_operations
from autumn_mock.operations.catalog_removal import Removal, planned_removal, remove
from autumn_mock.operations.features import make_feature, store_change, uses_of
from autumn_mock.operations.loading import look_up_plan
from autumn_mock.operations.plan_editing import details_of, edit_plan, holders, new_content, would_version
from autumn_mock.operations.plan_making import make_plan, read_content
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.catalog import CatalogUpdate
from autumn_mock.world import World


@dataclass(frozen=True, slots=True)
class PushedFeature:
    """A feature of the body: what is there, what it becomes, and what stands against that."""

    before: Feature | None
    after: Feature
    problem: ApiError | None


@operation("catalog.preview_update", body=CatalogUpdate())
def preview_update(world: World, body: Body, call: Call) -> Reply:
    """What `catalog.update` with this body would do."""
    _refuse_rewards(body)
    pushed = [_pushed(world, facts) for facts in body["features"]]
    after = _features_after(world, pushed)
    removal = planned_removal(world, body)
    skipped = [each for each in _left_out(world, body) if each.id in body["skip_feature_ids"]]
    feature_changes_told = [
        *(catalog_features.feature_change(each.before, each.after, each.problem) for each in pushed),
        *(catalog_features.feature_removal(each, archived=kept) for each, kept in removal.features),
        *(catalog_features.feature_skipped(each) for each in skipped),
    ]
    if "feature_changes.feature" in body["expand"]:
        for told in feature_changes_told:
            told["feature"] = features.feature_object(after[told["feature_id"]])
    return {
        "plan_changes": [
            *(_plan_change(world, facts, after) for facts in body["plans"]),
            *_removed_plans(world, removal),
            *(catalog_plans.plan_skipped(plan) for plan in removal.skipped_plans),
        ],
        "feature_changes": feature_changes_told,
        "reward_changes": [],
        "referral_program_changes": [],
    }


@operation(
    "catalog.update",
    body=CatalogUpdate(),
    missing="rewards and referral_programs in the body",
)
def update(world: World, body: Body, call: Call) -> Reply:
    """Make the catalog what the body says, all of it or nothing."""
    _refuse_rewards(body)
    with all_or_nothing():
        for facts in body["features"]:
            _push_feature(world, facts)
        for facts in _bases_first(body["plans"]):
            _push_plan(world, facts)
        if not body["skip_deletions"]:
            remove(world, planned_removal(world, body))
    found = [look_up_plan(world, facts["plan_id"]) for facts in body["plans"]]
    return {
        "plans": [plan_operations.show(world, plan) for plan in found if plan is not None],
        "features": [
            features.feature_object(world.store.features.must(facts["feature_id"]))
            for facts in body["features"]
        ],
        "rewards": [],
        "referral_programs": [],
    }


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """A plan that would stay, half-made, after its own refusal does not stay here."""
    try:
        yield
    except ApiError as error:
        error.keeps_changes = False
        raise


def _refuse_rewards(body: Body) -> None:
    if body["rewards"] or body["referral_programs"]:
        raise NotEmulated(operation="Pushing rewards and referral programs")


def _pushed(world: World, facts: dict[str, Any]) -> PushedFeature:
    """Raises InvalidFeature for a feature that makes no sense."""
    before = world.store.features.get(facts["feature_id"])
    if before is None:
        after = features.new_feature(facts, internal_id="", now=world.now())
        features.check_credit_schema(after, world.store.features.get)
        return PushedFeature(None, after, None)
    after = catalog_features.pushed_feature(before, facts)
    return PushedFeature(before, after, feature_changes.blocker(before, after, uses_of(world, before)))


def _features_after(world: World, pushed: list[PushedFeature]) -> dict[str, Feature]:
    after = {each.after.id: each.after for each in pushed if each.problem is None}
    return {**world.store.features.records, **after}


def _left_out(world: World, body: Body) -> list[Feature]:
    """Features that are there and not in the body."""
    sent = {facts["feature_id"] for facts in body["features"]}
    return [feature for feature in world.store.features if feature.id not in sent and not feature.archived]


def _plan_change(world: World, facts: dict[str, Any], after_push: dict[str, Feature]) -> JsonObject:
    plan = look_up_plan(world, facts["plan_id"])
    if plan is None:
        new_content(world, facts, after_push)
        return catalog_plans.plan_creation(facts["plan_id"])
    after = _plan_after(world, plan, facts, after_push)
    return catalog_plans.plan_change(
        plan,
        after,
        after_push,
        customers=len(holders(world, plan)),
        versionable=would_version(world, plan, after, facts),
        now=world.now(),
    )


def _plan_after(world: World, plan: Plan, facts: dict[str, Any], after_push: dict[str, Feature]) -> Plan:
    """The plan as the push makes it; items that stay are what the changed features make of them."""
    items = plan.items
    for feature in world.store.features:
        items = feature_changes.items_after(items, feature, after_push[feature.id])
    return plan.but(**{
        "items": items, **details_of(world, plan, facts), **new_content(world, facts, after_push)
    })  # fmt: skip


def _removed_plans(world: World, removal: Removal) -> Iterator[JsonObject]:
    for plan, kept in removal.plans:
        yield catalog_plans.plan_removal(plan, customers=len(holders(world, plan)), archived=kept)


def _push_feature(world: World, facts: dict[str, Any]) -> None:
    """Make a feature, or change it unless something stands against that."""
    before = world.store.features.get(facts["feature_id"])
    if before is None:
        make_feature(world, facts)
        return
    after = catalog_features.pushed_feature(before, facts)
    if feature_changes.blocker(before, after, uses_of(world, before)) is None:
        features.check_credit_schema(after, world.store.features.get)
        store_change(world, before, after)


def _push_plan(world: World, facts: dict[str, Any]) -> None:
    """Make a plan, or change it when something differs."""
    plan = look_up_plan(world, facts["plan_id"])
    if plan is None:
        whole = {"name": facts["plan_id"], **facts}
        make_plan(world, whole, read_content(world, whole))
        return
    known = world.store.features.records
    after = _plan_after(world, plan, facts, known)
    asked = facts.get("force_version") or facts.get("new_plan_id") or facts.get("all_versions")
    if asked or content_differs(plan, after) or catalog_plans.details_differ(plan, after, known):
        edit_plan(world, facts)


def _bases_first(plans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(plans, key=lambda facts: facts.get("base_plan_id") is not None)
