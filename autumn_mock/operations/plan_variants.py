"""Changing a plan together with its variants (reference: plans.update, update_variant_ids and variants)."""

from autumn_mock.domain.records import Plan
from autumn_mock.domain.variants import copy_of, customized, propagated
from autumn_mock.errors.catalog import ProductNotFound
from autumn_mock.errors.plans import NoVariantToFollow, TooManyVariants
from autumn_mock.operations.loading import look_up_plan
from autumn_mock.operations.plan_editing import edit_plan, write_content
from autumn_mock.operations.plan_making import Facts
from autumn_mock.world import World

MOST = 20


def edit_with_variants(world: World, facts: Facts) -> Plan:
    """Change a plan, then the variants that follow it and those that are described; answers the
    plan's active version."""
    following = followers(world, facts)
    before, after = edit_plan(world, facts)
    versioned = after.version > before.version
    for variant in following:
        follow = propagated(variant, before, after, world.make_id)
        content = {"price": follow.price, "items": follow.items, "free_trial": follow.free_trial}
        linked = variant.but(base_internal_id=after.internal_id) if versioned else variant
        world.store.plans.put(linked)
        write_content(world, linked, how_to_follow(versioned=versioned), content)
    describe_variants(world, after, facts)
    return after


def how_to_follow(*, versioned: bool) -> Facts:
    """A variant that customers hold becomes a new version only where its base did."""
    return {} if versioned else {"disable_version": True}


def followers(world: World, facts: Facts) -> list[Plan]:
    """The variants named to follow a change of their base, archived ones left out.

    Raises TooManyVariants and NoVariantToFollow.
    """
    named = facts.get("update_variant_ids") or ()
    if len(named) > MOST:
        raise TooManyVariants(most=MOST)
    base = look_up_plan(world, facts["plan_id"])
    family = _versions(world, base) if base else set()
    found = []
    for plan_id in named:
        variant = look_up_plan(world, plan_id)
        if variant is None or variant.base_internal_id not in family:
            raise NoVariantToFollow(plan_id=plan_id)
        if not variant.archived:
            found.append(variant)
    return found


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
