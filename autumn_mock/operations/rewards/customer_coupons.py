"""Legacy routes that put a reward on a customer and take its discount off (reference: coupons of a
customer)."""

from autumn_mock.domain.customers.customer_row import customer_row
from autumn_mock.domain.rewards.kinds import FEATURE_GRANT, FREE_PRODUCT
from autumn_mock.domain.rewards.promo_codes import reward_of_code
from autumn_mock.errors.rewards import RewardIsFreeProduct
from autumn_mock.errors.rewards_legacy import NoStripeCustomerToRemoveFrom, PromoCodeRequired
from autumn_mock.operations.loading import find_customer
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.operations.rewards.giving import give_discount
from autumn_mock.operations.rewards.legacy import shown_row
from autumn_mock.operations.rewards.loading import find_reward
from autumn_mock.operations.rewards.redeeming import redeem_grant
from autumn_mock.schemas.rewards_legacy import GiveCoupon, TakeCoupon
from autumn_mock.stripe.coupons import set_customer_discount
from autumn_mock.world import World


@operation("POST /customers/{customer_id}/coupons/{reward_id}", body=GiveCoupon())
def give(world: World, body: Body, call: Call) -> Reply:
    """A coupon becomes the customer's discount, in place of any other; a feature grant is redeemed by
    its promo code."""
    customer = find_customer(world, body["customer_id"])
    reward = find_reward(world, body["reward_id"])
    if reward.type == FREE_PRODUCT:
        raise RewardIsFreeProduct(reward_id=body["reward_id"])
    if reward.type == FEATURE_GRANT and not body.get("promo_code"):
        raise PromoCodeRequired

    if reward.type == FEATURE_GRANT:
        _, promo = reward_of_code([reward], body["promo_code"])
        redeem_grant(world, reward, promo, body["customer_id"])
    else:
        give_discount(world, reward, customer)
    customer = world.store.customers.must(customer.internal_id)
    row = customer_row(customer, org=world.org, env=world.env)
    return {"customer": row, "coupon": shown_row(world, reward)}


@operation("DELETE /customers/{customer_id}/coupons", body=TakeCoupon())
def take(world: World, body: Body, call: Call) -> Reply:
    """Take the customer's own discount off."""
    customer = find_customer(world, body["customer_id"])
    if customer.stripe_id is None or customer.stripe_id not in world.store.stripe_customers:
        raise NoStripeCustomerToRemoveFrom

    set_customer_discount(world.store, customer, None)
    return {"customer": customer_row(customer, org=world.org, env=world.env)}
