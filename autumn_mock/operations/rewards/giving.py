"""Giving a reward to a customer: balances, a discount, or a plan without payment.

Invariant: a coupon never takes the place of a discount that a customer has; then nothing is given.
"""

from autumn_mock.domain.billing.discounts import in_force
from autumn_mock.domain.currencies import OWN_CURRENCY
from autumn_mock.domain.records import Balance, Customer, Redemption, ReferralProgram, Reward
from autumn_mock.domain.rewards.kinds import FEATURE_GRANT, FREE_PRODUCT
from autumn_mock.domain.rewards.referrals import ALL
from autumn_mock.domain.rewards.reward_grants import granted_rows
from autumn_mock.operations.rewards.free_products import give_plan
from autumn_mock.stripe.coupons import begin_discount, set_customer_discount
from autumn_mock.stripe.customers import ensure_stripe_customer
from autumn_mock.world import World


def give_referral(world: World, redemption: Redemption, program: ReferralProgram) -> Redemption:
    """Give the reward of a program to the referrer of a redemption and, where the program says so, to
    its redeemer. Answers the triggered redemption, written."""
    customers = world.store.customers
    reward = world.store.rewards.must(program.reward)
    source = f"referral_{program.id}"
    applied = _give(world, reward, customers.must(redemption.referrer or ""), source)
    redeemer_applied = program.received_by == ALL and _give(
        world, reward, customers.must(redemption.customer), source
    )
    given = redemption.but(
        reward=reward.internal_id,
        triggered=True,
        applied=applied,
        redeemer_applied=redeemer_applied,
        updated_at=world.now(),
    )
    world.store.redemptions.put(given)
    return given


def give_balances(world: World, reward: Reward, customer: Customer, source: str) -> list[Balance]:
    """The loose balances of a feature grant, written."""
    rows = granted_rows(
        reward,
        customer,
        world.store.features.records,
        source=source,
        now=world.now(),
        make_id=world.make_id,
    )
    for row in rows:
        world.store.balances.put(row)
    return rows


def give_discount(world: World, reward: Reward, customer: Customer) -> None:
    """A coupon becomes the discount of the customer's Stripe customer, in place of any other."""
    customer = ensure_stripe_customer(world.store, world.ids, customer, now=world.now())
    discount = begin_discount(
        reward, world.ids, currency=OWN_CURRENCY, now=world.now(), plans=world.store.plans
    )
    set_customer_discount(world.store, customer, discount)


def _give(world: World, reward: Reward, customer: Customer, source: str) -> bool:
    """Whether the customer got it."""
    if reward.type == FEATURE_GRANT:
        give_balances(world, reward, customer, source)
        return True
    if reward.type == FREE_PRODUCT:
        return give_plan(world, reward, customer)
    if _has_discount(world, customer):
        return False
    give_discount(world, reward, customer)
    return True


def _has_discount(world: World, customer: Customer) -> bool:
    payer = world.store.stripe_customers.get(customer.stripe_id or "")
    return payer is not None and payer.discount is not None and bool(in_force([payer.discount], at=world.now()))
