"""`plans.*` (reference: plans)."""

from autumn_mock.domain import plan_items
from autumn_mock.domain.plans import plan_object
from autumn_mock.domain.records import Plan
from autumn_mock.errors.catalog import ProductAlreadyExists
from autumn_mock.operations.loading import find_plan, look_up_plan
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.plans import CreatePlan, GetPlan
from autumn_mock.world import World


@operation("plans.create", body=CreatePlan())
def create(world: World, body: Body, call: Call) -> Reply:
    """Make a plan. Always answers the newest shape."""
    items = plan_items.new_items(body.get("items", ()), world.store.features.records, world.make_id)
    if look_up_plan(world, body["plan_id"]) is not None:
        raise ProductAlreadyExists(plan_id=body["plan_id"])
    plan = Plan(
        internal_id=world.make_id("prod_"),
        id=body["plan_id"],
        name=body["name"],
        version=1,
        created_at=world.now(),
        description=body.get("description"),
        group=body["group"],
        add_on=body.get("add_on", False),
        auto_enable=body.get("auto_enable", False),
        config=body.get("config", {}),
        metadata=body.get("metadata", {}),
        billing_controls=body.get("billing_controls", {}),
    )
    plan = plan.but(
        items=items,
        price=plan_items.new_base_price(body.get("price"), world.make_id),
        free_trial=plan_items.new_free_trial(body.get("free_trial")),
    )

    world.store.plans.put(plan)
    return show(world, plan)


@operation("plans.get", body=GetPlan())
def get(world: World, body: Body, call: Call) -> Reply:
    """One version of a plan, archived ones included. Always answers the newest shape."""
    version = body.get("version")
    return show(world, find_plan(world, body["plan_id"], int(version) if version else None))


def show(world: World, plan: Plan, *, expanded: bool = False) -> Reply:
    """The plan object."""
    store = world.store
    return plan_object(
        plan, store.features.records, env=world.env, plans=store.plans.records, expanded=expanded
    )
