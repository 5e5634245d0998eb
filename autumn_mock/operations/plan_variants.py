"""Changing a plan together with its variants (reference: plans.update, update_variant_ids and variants)."""

from autumn_mock.domain.catalog.variants import copy_of, customized, propagated, settings_changed
from autumn_mock.domain.records import Plan
from autumn_mock.errors.catalog import ProductNotFound
from autumn_mock.errors.plans import NoVariantToFollow, TooManyVariants
from autumn_mock.operations.licenses.offers import rebind_parents
from autumn_mock.operations.loading import look_up_plan
from autumn_mock.operations.plan_editing import edit_plan, write_content
from autumn_mock.operations.plan_making import Facts
from autumn_mock.world import World

MOST = 20


def edit_with_variants(world: World, facts: Facts) -> Plan:
    """Change a plan, then the variants that follow it and those that are described; answers the
    plan's active version."""
    following = {each.internal_id for each in followers(world, facts)}
    variants = variants_of(world, facts["plan_id"])
    before, after = edit_plan(world, facts)
    versioned = after.version > before.version
    for variant in variants:
        kept = variant.but(**settings_changed(before, after))
        kept = kept.but(base_internal_id=after.internal_id) if versioned else kept
        world.store.plans.put(kept)
        if kept.internal_id in following:
            follow = propagated(kept, before, after, world.make_id)
            content = {"price": follow.price, "items": follow.items, "free_trial": follow.free_trial}
            write_content(world, kept, how_to_follow(versioned=versioned), content)
    describe_variants(world, after, facts)
    rebind_parents(world, after, facts.get("update_license_parents") or ())
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
    variants = {each.id: each for each in variants_of(world, facts["plan_id"])}
    for plan_id in named:
        if plan_id not in variants:
            raise NoVariantToFollow(plan_id=plan_id)
    return [variants[plan_id] for plan_id in named if not variants[plan_id].archived]


def variants_of(world: World, plan_id: str) -> list[Plan]:
    """The active version of each plan that is linked to a version of this one."""
    plans = world.store.plans
    versions = {each.internal_id for each in plans.find("id", plan_id)}
    return [each for each in plans if each.active and each.base_internal_id in versions]


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
