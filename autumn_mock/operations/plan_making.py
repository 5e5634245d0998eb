"""Making a plan: what every way of creating one shares (RPC, legacy routes, catalog)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from autumn_mock.domain.catalog import plan_checks, plan_items
from autumn_mock.domain.catalog.auto_enable import check_auto_enable
from autumn_mock.domain.catalog.plan_item_checks import check_currencies
from autumn_mock.domain.records import BasePrice, FreeTrial, Plan, PlanItem
from autumn_mock.errors import ApiError
from autumn_mock.errors.catalog import ProductAlreadyExists
from autumn_mock.operations.licenses.offers import read_licenses
from autumn_mock.operations.loading import look_up_plan
from autumn_mock.world import World

Facts = dict[str, Any]


class Content(msgspec.Struct, frozen=True):
    """What a plan is sold for and what it holds, made from a request, and the request's own words."""

    price: BasePrice | None
    items: tuple[PlanItem, ...]
    free_trial: FreeTrial | None
    sent: Facts


def read_content(world: World, facts: Facts) -> Content:
    """The content that a request describes.

    Raises FeatureNotFound and InvalidProductItem.
    """
    items = facts.get("items") or []
    features = world.store.features.records
    content = Content(
        price=plan_items.new_base_price(facts.get("price"), world.make_id),
        items=plan_items.new_items(items, features, world.make_id),
        free_trial=plan_items.new_free_trial(facts.get("free_trial")),
        sent=facts,
    )
    check_currencies(facts.get("price"), items)
    return content


def make_plan(world: World, facts: Facts, content: Content) -> Plan:
    """Store a new plan. It stays, without what was refused, when its content is."""
    plan = add_bare_plan(world, facts, content)
    return fill_plan(world, plan, content)


def add_bare_plan(world: World, facts: Facts, content: Content | None = None) -> Plan:
    """Store a plan without price, items and trial.

    Raises ProductAlreadyExists and what `check_auto_enable` says of the plan with its content.
    """
    if look_up_plan(world, facts["plan_id"]) is not None:
        raise ProductAlreadyExists(plan_id=facts["plan_id"])
    versions = world.store.plans.find("id", facts["plan_id"])
    plan = Plan(
        internal_id=world.make_id("prod_"),
        id=facts["plan_id"],
        name=facts["name"],
        version=max((plan.version for plan in versions), default=0) + 1,
        created_at=world.now(),
        description=facts.get("description"),
        group=facts.get("group") or "",
        add_on=facts.get("add_on", False),
        auto_enable=facts.get("auto_enable", False),
        config=facts.get("config", {}),
        metadata=facts.get("metadata", {}),
        billing_controls=facts.get("billing_controls", {}),
        licenses=read_licenses(world, facts),
    )
    if plan.auto_enable:
        whole = plan if content is None else with_content(plan, content)
        check_auto_enable(whole, world.store.plans, group=plan.group, prices_sent=True)

    world.store.plans.put(plan)
    return plan


def fill_plan(world: World, plan: Plan, content: Content) -> Plan:
    """Give a stored plan its content, part by part, as far as the checks let it."""
    features = world.store.features.records
    sent = content.sent
    priced = plan.but(price=content.price, items=content.items)
    with what_stands_stays():
        plan_checks.check_content(priced, features, sent.get("price"), sent.get("items") or [])
    world.store.plans.put(priced)
    whole = priced.but(free_trial=content.free_trial)
    with what_stands_stays():
        plan_checks.check_trial(whole)
    world.store.plans.put(whole)
    with what_stands_stays():
        plan_checks.check_at_stripe(whole)
    return whole


def with_content(plan: Plan, content: Content) -> Plan:
    return plan.but(price=content.price, items=content.items, free_trial=content.free_trial)


@contextmanager
def what_stands_stays() -> Iterator[None]:
    """A refusal inside keeps what was stored before it, as the reference does."""
    try:
        yield
    except ApiError as error:
        raise error.keeping_changes() from None
