"""Free products: rewards of the legacy routes that give a plan without payment.

Invariant: a plan that the customer has, or can't be given, is not given; that is no error.
"""

from typing import Any

from autumn_mock.domain.billing.subscriptions import COUNTING
from autumn_mock.domain.periods import add_interval
from autumn_mock.domain.records import Customer, Reward
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
    wanted = {"customer_id": customer.internal_id, "plan_id": plan_id, "no_billing_changes": True}
    body = load_body(attach_shape(NEWEST), wanted | _end(reward, world.now()), world.rules)
    try:
        decided, holdings, lines = load_and_decide(world, body)
    except ApiError:
        return False
    with telling(world, customer.internal_id):
        carry_out(world, holdings, decided, lines)
    return True


def _end(reward: Reward, now: int) -> dict[str, Any]:
    """When the plan ends, if the reward says for how many months it is given."""
    config = reward.legacy.get("free_product_config") or {}
    months = config.get("duration_value")
    if config.get("duration_type") != "months" or not isinstance(months, int) or months < 1:
        return {}
    return {"ends_at": add_interval(now, "month", months)}
