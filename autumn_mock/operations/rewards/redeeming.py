"""`rewards.redeem`: a promo code of a feature grant (reference: rewards.redeem)."""

from autumn_mock.domain.numbers import number
from autumn_mock.domain.records import PromoCode, Reward
from autumn_mock.domain.rewards.promo_codes import check_code, check_redeemer, reward_of_code
from autumn_mock.domain.rewards.redemptions import of_promo_code
from autumn_mock.operations.loading import find_customer
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.operations.rewards.giving import give_balances
from autumn_mock.schemas.rewards import RedeemReward
from autumn_mock.world import World


@operation("rewards.redeem", body=RedeemReward())
def redeem(world: World, body: Body, call: Call) -> Reply:
    """Give a customer what a promo code grants."""
    reward, promo = reward_of_code(world.store.rewards, body["code"])
    return redeem_grant(world, reward, promo, body["customer_id"])


def redeem_grant(world: World, reward: Reward, promo: PromoCode, customer_id: str) -> Reply:
    """Redeem a code of a reward. Raises what forbids it, in the reference's order."""
    store = world.store
    redemptions = store.redemptions.find("reward", reward.internal_id)
    check_code(reward, promo, redemptions)
    customer = find_customer(world, customer_id)
    invoices = store.invoices.find("customer", customer.internal_id)
    check_redeemer(customer, promo, redemptions, invoices)

    rows = give_balances(world, reward, customer, f"reward_{promo.code}")
    redeemed = of_promo_code(reward, promo, customer, redemption_id=world.make_id("rr_"), now=world.now())
    store.redemptions.put(redeemed)
    granted = [{"feature_id": row.feature_id, "balance": number(row.included)} for row in rows]
    return {"reward_id": reward.id, "entitlements_granted": granted}
