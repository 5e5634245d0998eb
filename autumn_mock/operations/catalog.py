"""`catalog.*`: a whole catalog previewed and pushed at once (not published; the official CLI calls it)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from autumn_mock.domain.catalog import catalog_features, catalog_plans, feature_changes, features
from autumn_mock.domain.catalog.plan_differences import content_differs
from autumn_mock.errors import ApiError
from autumn_mock.errors.plans import OwnVariant, PlanAndVariant, VariantOfTwo, VariantTwice
from autumn_mock.operations import plans as plan_operations
from autumn_mock.operations.catalog_preview import plan_after, preview
from autumn_mock.operations.catalog_removal import active_features, active_plans, planned_removal, remove
from autumn_mock.operations.catalog_rewards import planned_rewards, push_rewards
from autumn_mock.operations.features import make_feature, store_change, uses_of
from autumn_mock.operations.loading import find_plan, look_up_plan
from autumn_mock.operations.plan_making import make_plan, read_content
from autumn_mock.operations.plan_variants import describe_variants, edit_with_variants
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.catalog import CatalogUpdate
from autumn_mock.world import World

_ALWAYS_EDITS = ("force_version", "new_plan_id", "all_versions", "variants", "update_variant_ids")
"""A push that says one of these edits the plan although nothing of it differs."""


@operation("catalog.preview_update", body=CatalogUpdate())
def preview_update(world: World, body: Body, call: Call) -> Reply:
    """What `catalog.update` with this body would do."""
    _check_body(body)
    return preview(world, body)


@operation("catalog.update", body=CatalogUpdate())
def update(world: World, body: Body, call: Call) -> Reply:
    """Make the catalog what the body says, all of it or nothing."""
    _check_body(body)
    with all_or_nothing():
        for facts in active_features(body):
            _push_feature(world, facts)
        for facts in _bases_first(active_plans(body)):
            _push_plan(world, facts)
        rewards = push_rewards(world, planned_rewards(world, body, world.store.features.records))
        if not body["skip_deletions"]:
            remove(world, planned_removal(world, body))
    found = [look_up_plan(world, facts["plan_id"]) for facts in body["plans"]]
    known = [world.store.features.get(facts["feature_id"]) for facts in body["features"]]
    return {
        "plans": [plan_operations.show(world, plan) for plan in found if plan is not None],
        "features": [features.feature_object(feature) for feature in known if feature is not None],
        **rewards,
    }


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """A plan that would stay, half-made, after its own refusal does not stay here."""
    try:
        yield
    except ApiError as error:
        error.keeps_changes = False
        raise


def _check_body(body: Body) -> None:
    """Raises InvalidPropagationTarget for a variant named twice."""
    named = {each["plan_id"] for each in body["plans"]}
    bases: dict[str, str] = {}
    for plan in body["plans"]:
        for each in plan.get("variants") or ():
            variant = each["variant_plan_id"]
            if variant == plan["plan_id"]:
                raise OwnVariant(plan_id=variant)
            if variant in named:
                raise PlanAndVariant(plan_id=variant)
            if variant in bases:
                same = bases[variant] == plan["plan_id"]
                raise VariantTwice(plan_id=variant) if same else VariantOfTwo(plan_id=variant)
            bases[variant] = plan["plan_id"]


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
    if look_up_plan(world, facts["plan_id"]) is None:
        whole = {"name": facts["plan_id"], **facts}
        made = make_plan(world, whole, read_content(world, whole))
        describe_variants(world, made, facts)
        return
    version = facts.get("version")
    plan = find_plan(world, facts["plan_id"], int(version) if version else None)
    known = world.store.features.records
    after = plan_after(world, plan, facts, known)
    asked = any(facts.get(key) for key in _ALWAYS_EDITS)
    if asked or content_differs(plan, after) or catalog_plans.details_differ(plan, after, known):
        edit_with_variants(world, facts)


def _bases_first(plans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(plans, key=lambda facts: facts.get("base_plan_id") is not None)
