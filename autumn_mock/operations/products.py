"""The legacy routes of plans: `/products` and `/plans` (reference: legacy REST for plans).

Since 2.0 they take plan fields, before it products with one list of items; both end in the same
making and editing as `plans.*`.
"""

from typing import Any

from autumn_mock.domain.catalog import plan_items, product_items
from autumn_mock.domain.catalog.plan_checks import check_flags_named_once, check_one_base_price
from autumn_mock.domain.catalog.plan_features import plan_sent
from autumn_mock.domain.catalog.variants import copy_of
from autumn_mock.domain.records import Plan
from autumn_mock.errors import ApiError
from autumn_mock.errors.catalog import ProductNotFound
from autumn_mock.errors.http import NotEmulated
from autumn_mock.errors.plans import PlanIdTaken
from autumn_mock.operations import plans
from autumn_mock.operations.features import make_feature
from autumn_mock.operations.loading import find_plan, look_up_plan
from autumn_mock.operations.plan_making import Facts, add_bare_plan, fill_plan, make_plan, read_content
from autumn_mock.operations.plan_variants import edit_with_variants
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.common import since
from autumn_mock.schemas.plans import HasCustomers
from autumn_mock.schemas.plans_2_0 import CreatePlan20, UpdatePlan20
from autumn_mock.schemas.products import (
    CopyPlan,
    CreatePlanByRest,
    CreateProduct,
    PlanInPath,
    UpdatePlanByRest,
    UpdateProduct,
)
from autumn_mock.versions.plans import needs_features, plan_in_version
from autumn_mock.versions.version import Version
from autumn_mock.world import World


@operation(
    "POST /products",
    body=since(Version.V2_1, CreatePlanByRest(), since(Version.V2_0, CreatePlan20(), CreateProduct())),
    reply=plan_in_version,
)
def create(world: World, body: Body, call: Call) -> Reply:
    """Make a plan; features that only the items of an old product know are made too."""
    if call.version >= Version.V2_0:
        facts = {**plan_sent(body), "plan_id": body["id"]}
        plan = make_plan(world, facts, read_content(world, facts))
    else:
        plan = _make_product(world, body)
    return _show(world, plan, call)


@operation("GET /products/{plan_id}", body=PlanInPath(), reply=plan_in_version)
def get(world: World, body: Body, call: Call) -> Reply:
    """One version of a plan."""
    version = body.get("version")
    plan = find_plan(world, body["plan_id"], int(version) if version else None)
    return _show(world, plan, call) | plans.show_variant(world, plan)


@operation(
    "POST /products/{plan_id}",
    body=since(Version.V2_1, UpdatePlanByRest(), since(Version.V2_0, UpdatePlan20(), UpdateProduct())),
    reply=plan_in_version,
)
def update(world: World, body: Body, call: Call) -> Reply:
    """Change a plan. Since 2.0 absent fields mean their defaults; before it they stay."""
    if body.get("upsert") and look_up_plan(world, body["plan_id"]) is None:
        facts = {"name": body["plan_id"], "group": "", **body, "id": body.get("id") or body["plan_id"]}
        return create(world, facts, call)
    facts = _whole_plan(plan_sent(body)) if call.version >= Version.V2_0 else _product_changes(world, body)
    if body.get("id") and body["id"] != body["plan_id"]:
        facts["new_plan_id"] = body["id"]
    return _show(world, edit_with_variants(world, facts), call)


@operation(
    "POST /products/{plan_id}/has_customers",
    body=lambda version: HasCustomers() if version >= Version.V2_0 else UpdateProduct(),
)
def has_customers(world: World, body: Body, call: Call) -> Reply:
    """As `plans.has_customers`."""
    facts = body if call.version >= Version.V2_0 else _product_changes(world, body)
    return plans.has_customers(world, facts, call)


@operation("GET /products/{plan_id}/deletion_info", body=PlanInPath())
def deletion_info(world: World, body: Body, call: Call) -> Reply:
    """Who stands against a deletion.

    The reference looks for customers of a plan of this id in all organisations, so that its
    `hasCusProducts` says nothing of this one: true always.
    """
    plan = look_up_plan(world, body["plan_id"])
    if plan is None:
        raise ProductNotFound(plan_id=body["plan_id"])
    versions = world.store.plans.find("id", plan.id)
    subscriptions = world.store.subscriptions
    holders = [
        each.customer for version in versions for each in subscriptions.find("plan", version.internal_id)
    ]
    shown: dict[str, Any] = {
        "numVersion": plan.version,
        "hasCusProducts": True,
        "hasCusProductsLatest": subscriptions.first("plan", plan.internal_id) is not None,
    }
    if holders:
        customer = world.store.customers.must(holders[0])
        shown["customerName"] = customer.name or customer.email or customer.id
        shown["totalCount"] = str(len(set(holders)))
    return shown


@operation("POST /products/{plan_id}/copy", body=CopyPlan(), reply=plan_in_version)
def copy(world: World, body: Body, call: Call) -> Reply:
    """A copy of a plan under another id, in the same environment."""
    plan = find_plan(world, body["plan_id"])
    if body["env"] != world.env:
        raise NotEmulated(operation=f"Copying a plan to {body['env']}")
    if look_up_plan(world, body["id"]) is not None:
        raise PlanIdTaken(plan_id=body["id"])
    made = copy_of(plan, body["id"], body["name"], now=world.now(), make_id=world.make_id)

    world.store.plans.put(made)
    return _show(world, made, call)


def _show(world: World, plan: Plan, call: Call) -> dict[str, Any]:
    return plans.show(world, plan, expanded=needs_features(call))


def _whole_plan(body: Body) -> Facts:
    """A body since 2.0 with what its absent fields mean: a price alone is a plan without items."""
    facts = {"add_on": False, "auto_enable": False, "description": None, **body}
    if "price" in body and "items" not in body:
        facts["items"] = []
    if "items" in body and "price" not in body:
        facts["price"] = None
    return facts


def _make_product(world: World, body: Body) -> Plan:
    """A plan of an old product; the bare plan stays when its items are refused."""
    facts = {**_renamed(body), "plan_id": body["id"]}
    try:
        facts |= _content_facts(world, body.get("items") or [])
        content = read_content(world, facts)
        check_flags_named_once(content.items, world.store.features.records)
    except ApiError as error:
        add_bare_plan(world, facts)
        raise error.keeping_changes() from None
    return fill_plan(world, add_bare_plan(world, facts, content), content)


def _product_changes(world: World, body: Body) -> Facts:
    """A body before 2.0 as changes of a plan: its items are all that the plan is sold for and holds."""
    plan = find_plan(world, body["plan_id"])
    facts = {**_renamed(body), "archived": body.get("archived", plan.archived)}
    for key in ("plan_id", "version", "disable_version"):
        if key in body:
            facts[key] = body[key]
    if "items" in body:
        facts |= _content_facts(world, body["items"])
    return facts


def _content_facts(world: World, items: list[dict[str, Any]]) -> Facts:
    """`price` and `items` that the items of a product mean. Makes the features that are missing."""
    features = world.store.features.records
    product_items.check_product_items(items, features)
    for wanted in product_items.missing_features(items, features):
        make_feature(world, wanted)
    bases = [product_items.base_price_sent(item) for item in items if product_items.is_base_price(item)]
    prices = [plan_items.new_base_price(base, lambda _: "") for base in bases]
    check_one_base_price([price for price in prices if price is not None])
    return product_items.content_sent(items)


def _renamed(body: Body) -> Facts:
    """The fields of a product in the words of a plan."""
    kept = ("name", "description", "config", "billing_controls", "metadata", "base_plan_id")
    facts: Facts = {key: body[key] for key in kept if key in body}
    if "is_add_on" in body:
        facts["add_on"] = body["is_add_on"]
    if "is_default" in body:
        facts["auto_enable"] = body["is_default"]
    if "group" in body:
        facts["group"] = body["group"] or ""
    if "free_trial" in body:
        facts["free_trial"] = body["free_trial"] and _trial(body["free_trial"])
    return facts


def _trial(trial: dict[str, Any]) -> Facts:
    return {
        "duration_length": trial["length"],
        "duration_type": trial["duration"],
        "card_required": trial["card_required"],
        "unique_fingerprint": trial["unique_fingerprint"],
    }
