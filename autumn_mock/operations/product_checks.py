"""The legacy check of a product: does the customer have this plan."""

from autumn_mock.domain.billing.subscriptions import COUNTING
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Subscription
from autumn_mock.operations.loading import find_plan
from autumn_mock.operations.registry import Body, Call, Reply
from autumn_mock.operations.subjects import find_or_make_subject
from autumn_mock.world import World


def check_product(world: World, body: Body, call: Call) -> Reply:
    """Answers in every version alike; the customer is made if unknown.

    Raises ProductNotFound.
    """
    plan = find_plan(world, body["product_id"])
    holdings = find_or_make_subject(world, body, call)

    reply = {"customer_id": body["customer_id"], "code": "product_found", "product_id": plan.id}
    held = _subscription(holdings, plan.id)
    if held is None:
        reply["allowed"] = False
        if body["with_preview"]:
            reply["preview"] = None
        return reply
    if body.get("entity_id") is not None:
        reply["entity_id"] = body["entity_id"]
    return reply | {"allowed": held.status in COUNTING, "status": status_of(held, world.now())}


def _subscription(holdings: Holdings, plan_id: str) -> Subscription | None:
    """The running subscription to a plan before a scheduled one, the entity's before the customer's."""
    scopes = {None, holdings.entity.internal_id} if holdings.entity else {None}
    found = [s for s in holdings.subscriptions if s.plan_id == plan_id and s.entity in scopes]
    found.sort(key=lambda s: (s.status not in COUNTING, s.entity is None))
    return found[0] if found else None


def status_of(subscription: Subscription, now: int) -> str:
    """One word for how a subscription stands."""
    if subscription.canceled_at is not None:
        return "canceled"
    if subscription.trial_ends_at is not None and subscription.trial_ends_at > now:
        return "trialing"
    return subscription.status
