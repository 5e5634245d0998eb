"""`billing.verify` (reference: billing.verify)."""

from autumn_mock.domain.billing.verifying import shared_stripe_customer, verified
from autumn_mock.domain.records import StripeSubscription
from autumn_mock.operations.loading import find_customer, load_holdings
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.billing_import import VerifyBilling
from autumn_mock.stripe.subscriptions import running_subscriptions
from autumn_mock.world import World


@operation("billing.verify", body=VerifyBilling())
def verify(world: World, body: Body, call: Call) -> Reply:
    """How a customer's Stripe subscriptions and its plans agree; nothing is changed."""
    customer = find_customer(world, body["customer_id"])
    sharing = [
        each
        for each in world.store.customers
        if each.stripe_id is not None and each.stripe_id == customer.stripe_id
    ]
    running: dict[str, StripeSubscription] = {}
    for each in sharing or [customer]:
        running |= running_subscriptions(world.store, each)
    return {
        "customer_id": body["customer_id"],
        "customer_mismatches": shared_stripe_customer(customer, sharing),
        "subscriptions": verified(
            load_holdings(world, customer),
            running,
            only=body.get("subscription_ids"),
        ),
    }
