"""`plans.*` (reference: plans)."""

from collections.abc import Callable

from autumn_mock.domain.billing.trials import trial_is_available
from autumn_mock.domain.catalog.eligibility import Held, eligibility
from autumn_mock.domain.catalog.plan_differences import content_differs
from autumn_mock.domain.catalog.plan_order import in_list_order
from autumn_mock.domain.catalog.plans import plan_object
from autumn_mock.domain.catalog.variants import variant_details, variant_of
from autumn_mock.domain.records import JsonObject, Plan
from autumn_mock.errors.catalog import ProductNotFound
from autumn_mock.errors.plans import (
    ArchivedBasePlan,
    NestedVariant,
    PlanHasCustomers,
    PlanIdTaken,
    PlanIsLicense,
)
from autumn_mock.operations.loading import find_plan, look_up_customer, look_up_entity, look_up_plan
from autumn_mock.operations.plan_editing import holders, new_content
from autumn_mock.operations.plan_making import make_plan, read_content
from autumn_mock.operations.plan_variants import edit_with_variants
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.plans import (
    CreatePlan,
    CreateVariant,
    DeletePlan,
    GetPlan,
    HasCustomers,
    ListPlans,
    UpdatePlan,
)
from autumn_mock.versions.plans import needs_features, plan_list_in_version
from autumn_mock.world import World


@operation("plans.create", body=CreatePlan())
def create(world: World, body: Body, call: Call) -> Reply:
    """Make a plan. Always answers the newest shape."""
    content = read_content(world, body)

    return show(world, make_plan(world, body, content))


@operation("plans.get", body=GetPlan())
def get(world: World, body: Body, call: Call) -> Reply:
    """One version of a plan, archived ones included. Always answers the newest shape."""
    version = body.get("version")
    plan = find_plan(world, body["plan_id"], int(version) if version else None)
    return show(world, plan) | show_variant(world, plan)


@operation("plans.update", body=UpdatePlan())
def update(world: World, body: Body, call: Call) -> Reply:
    """Change a plan. Always answers the newest shape."""
    return show(world, edit_with_variants(world, body))


@operation("plans.list", body=ListPlans(), reply=plan_list_in_version)
def list_all(world: World, body: Body, call: Call) -> Reply:
    """The active version of each plan, or all versions."""
    every = world.store.plans
    if body.get("all_versions"):
        plans = sorted(every, key=lambda plan: (plan.id, plan.version))
    else:
        archived = body.get("include_archived")
        plans = in_list_order(plan for plan in every if plan.active and (archived or not plan.archived))
    listed = {plan.internal_id for plan in plans}
    eligibility_of = eligibilities(world, body.get("customer_id"), body.get("entity_id"))
    shown = []
    for plan in plans:
        each = show(world, plan, expanded=needs_features(call))
        if plan.base_internal_id in listed:
            each |= show_variant(world, plan)
        if eligibility_of is not None:
            each["customer_eligibility"] = eligibility_of(plan)
        shown.append(each)
    return {"list": shown}


def eligibilities(
    world: World, customer_id: str | None, entity_id: str | None
) -> Callable[[Plan], JsonObject] | None:
    """Tells `customer_eligibility` of plans; None without a known customer."""
    customer = look_up_customer(world, customer_id) if customer_id else None
    if customer is None:
        return None
    entity = look_up_entity(world, customer, entity_id) if entity_id else None
    scope = entity.internal_id if entity else None
    subscriptions = world.store.subscriptions
    own = subscriptions.find("customer", customer.internal_id)
    alike = [
        each
        for other in world.store.customers.find("fingerprint", customer.fingerprint)
        for each in subscriptions.find("customer", other.internal_id)
    ]
    held = Held([each for each in own if each.entity == scope], world.store.plans.records)
    by_fingerprint = world.rules.fingerprint_withholds_trial

    def of(plan: Plan) -> JsonObject:
        unused = trial_is_available(plan, own, alike, entity=scope, by_fingerprint=by_fingerprint)
        return eligibility(plan, held, trial_unused=unused, now=world.now())

    return of


@operation("plans.delete", body=DeletePlan())
def delete(world: World, body: Body, call: Call) -> Reply:
    """Remove the active version, or all of them, unless somebody has or had them."""
    plan = find_plan(world, body["plan_id"])
    plans, subscriptions = world.store.plans, world.store.subscriptions
    if any(each.license_plan_id == plan.id for parent in plans for each in parent.licenses):
        raise PlanIsLicense(plan_id=plan.id)
    gone = plans.find("id", plan.id) if body["all_versions"] else [plan]
    had = {each.customer for version in gone for each in subscriptions.find("plan", version.internal_id)}
    if had:
        raise PlanHasCustomers(plan_id=plan.id, count=len(had))

    remove_versions(world, gone)
    return {"success": True}


def remove_versions(world: World, gone: list[Plan]) -> None:
    """Take versions away; the highest one left that is not archived is active then."""
    plans = world.store.plans
    for plan in gone:
        plans.delete(plan.internal_id)
    for plan in gone:
        left = [each for each in plans.find("id", plan.id) if not each.archived]
        highest = max(left, key=lambda each: each.version, default=None)
        if highest is not None and plan.active and not highest.active:
            plans.put(highest.but(active=True))
        for variant in [each for each in plans if each.base_internal_id == plan.internal_id]:
            plans.put(variant.but(base_internal_id=highest.internal_id if highest else None))


@operation("plans.create_variant", body=CreateVariant())
def create_variant(world: World, body: Body, call: Call) -> Reply:
    """Copy a plan under a new id and link it to its base."""
    base = find_plan(world, body["base_plan_id"])
    if base.base_internal_id is not None:
        raise NestedVariant
    if base.archived:
        raise ArchivedBasePlan
    if look_up_plan(world, body["variant_plan_id"]) is not None:
        raise PlanIdTaken(plan_id=body["variant_plan_id"])
    variant = variant_of(base, body, now=world.now(), make_id=world.make_id)

    world.store.plans.put(variant)
    return show(world, variant) | show_variant(world, variant)


@operation("plans.has_customers", body=HasCustomers())
def has_customers(world: World, body: Body, call: Call) -> Reply:
    """Whether updating the plan with this body would make a new version."""
    plan = look_up_plan(world, body["plan_id"])
    if plan is None:
        raise ProductNotFound(plan_id=body["plan_id"])
    after = plan.but(**new_content(world, body))
    controls = plan.billing_controls | body.get("billing_controls", {})
    differs = content_differs(plan, after) or controls != plan.billing_controls
    return {
        "current_version": plan.version,
        "will_version": differs and bool(holders(world, plan)),
        "archived": plan.archived,
    }


def show(world: World, plan: Plan, *, expanded: bool = False) -> JsonObject:
    """The plan object."""
    return plan_object(plan, world.store.features.records, env=world.env, expanded=expanded)


def show_variant(world: World, plan: Plan) -> JsonObject:
    """`variant_details` of a variant, nothing of any other plan."""
    base = world.store.plans.get(plan.base_internal_id) if plan.base_internal_id else None
    if base is None:
        return {}
    return {"variant_details": variant_details(plan, base, world.store.features.records)}
