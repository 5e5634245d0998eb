"""Changing a plan together with its variants (reference: plans.update, update_variant_ids and variants)."""

from autumn_mock.domain.records import Plan
from autumn_mock.domain.variants import copy_of, customized, propagated
from autumn_mock.errors.catalog import ProductNotFound
from autumn_mock.operations.loading import find_plan, look_up_plan
from autumn_mock.operations.plan_editing import edit_plan, write_content
from autumn_mock.operations.plan_making import Facts
from autumn_mock.world import World


def edit_with_variants(world: World, facts: Facts) -> Plan:
    """Change a plan, then the variants that follow it and those that are described; answers the
    plan's active version."""
    before, after = edit_plan(world, facts)
    for plan_id in facts.get("update_variant_ids") or ():
        variant = find_plan(world, plan_id)
        if variant.base_internal_id in _versions(world, after):
            follow = propagated(variant, before, after, world.make_id)
            content = {"price": follow.price, "items": follow.items, "free_trial": follow.free_trial}
            write_content(world, variant, {}, content)
    describe_variants(world, after, facts)
    return after


def describe_variants(world: World, base: Plan, facts: Facts) -> None:
    """Make or change the variants that `variants` describes, each by what sets it off from its base."""
    features = world.store.features.records
    for wanted in facts.get("variants") or ():
        variant = look_up_plan(world, wanted["variant_plan_id"])
        content = customized(base, wanted["customize"], features, world.make_id)
        if variant is None:
            write_content(world, _new_variant(world, base, wanted), {}, content)
        else:
            write_content(world, variant, wanted, content)


def _new_variant(world: World, base: Plan, wanted: Facts) -> Plan:
    if "name" not in wanted:
        raise ProductNotFound(plan_id=wanted["variant_plan_id"])
    made = copy_of(base, wanted["variant_plan_id"], wanted["name"], now=world.now(), make_id=world.make_id)
    variant = made.but(base_internal_id=base.internal_id)
    world.store.plans.put(variant)
    return variant


def _versions(world: World, plan: Plan) -> set[str]:
    """The internal ids of all versions of a plan: variants are linked to one of them."""
    return {each.internal_id for each in world.store.plans.find("id", plan.id)}
