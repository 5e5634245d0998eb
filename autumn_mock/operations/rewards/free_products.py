"""Free products: rewards of the legacy routes that give a plan without payment.

Invariant: a plan that the customer has, or can't be given, is not given; that is no error.
"""

from autumn_mock.domain.billing.subscriptions import COUNTING
from autumn_mock.domain.records import Customer, Reward
from autumn_mock.domain.rewards.kinds import given_until
from autumn_mock.errors import ApiError
from autumn_mock.operations.billing.attach import load_and_decide
from autumn_mock.operations.billing.execute import carry_out
from autumn_mock.operations.billing.telling import telling
from autumn_mock.schemas.base import load_body
from autumn_mock.schemas.billing import attach_shape
from autumn_mock.versions.version import NEWEST
from autumn_mock.world import World


def give_plan(world: World, reward: Reward, customer: Customer) -> bool:
    """Attach the plan of a free product, billed by nothing. Answers whether the customer got it."""
    plan_id = reward.legacy["free_product_id"]
    held = world.store.subscriptions.find("customer", customer.internal_id)
    if any(each.plan_id == plan_id and each.status in COUNTING for each in held):
        return False
    wanted: dict[str, object] = {
        "customer_id": customer.internal_id,
        "plan_id": plan_id,
        "no_billing_changes": True,
    }
    ends_at = given_until(reward, now=world.now())
    if ends_at is not None:
        wanted["ends_at"] = ends_at
    body = load_body(attach_shape(NEWEST), wanted, world.rules)
    try:
        decided, holdings, lines = load_and_decide(world, body)
    except ApiError:
        return False
    with telling(world, customer.internal_id):
        carry_out(world, holdings, decided, lines)
    return True
