"""Coupons at work: what a reward takes off the invoices of a subscription or of a customer.

Invariant: a customer has at most one discount of its own.
"""

from collections.abc import Iterable

from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.discounts import FOREVER, MONTHS, ONCE
from autumn_mock.domain.catalog.pricing import plan_prices
from autumn_mock.domain.periods import add_interval
from autumn_mock.domain.records import Customer, Discount, Plan, Reward
from autumn_mock.domain.rewards.kinds import INVOICE_CREDITS, PERCENTAGE
from autumn_mock.ids import Ids
from autumn_mock.store import Store


def begin_discount(
    reward: Reward,
    ids: Ids,
    *,
    currency: str,
    now: int,
    promotion_code: str | None = None,
    plans: Iterable[Plan] = (),
) -> Discount:
    """The discount of a coupon from this second on. Not written: it stands with what it discounts.
    `plans` are those of the catalogue, where the coupon is for some of them."""
    begins = whole_second(now)
    lasts = _duration(reward, plans)
    months = reward.duration_length if lasts == MONTHS else None
    by_share = reward.type == PERCENTAGE
    return Discount(
        id=ids.stripe("di_"),
        reward=reward.internal_id,
        coupon_id=reward.id,
        name=reward.name,
        starts_at=begins,
        ends_at=add_interval(begins, "month", months) if months else None,
        percent_off=reward.value if by_share else None,
        amount_off=None if by_share else reward.value,
        currency=None if by_share else currency,
        duration_type=lasts,
        duration_length=months or 0,
        plan_ids=reward.plan_ids,
        promotion_code=promotion_code,
        rolls_over=reward.type == INVOICE_CREDITS and reward.legacy.get("should_rollover", True),
    )


def _duration(reward: Reward, plans: Iterable[Plan]) -> str:
    """What is paid once can be discounted once only, and credits are given once."""
    named = reward.plan_ids or ()
    prices = [price for plan in plans if plan.id in named for price in plan_prices(plan)]
    if prices and not any(price.recurring for price in prices):
        return ONCE
    return ONCE if reward.type == INVOICE_CREDITS and reward.duration_type == FOREVER else reward.duration_type


def set_customer_discount(store: Store, customer: Customer, discount: Discount | None) -> None:
    """Put a discount on all invoices of a customer that has a Stripe customer, in place of any other;
    None takes it off. Writes it."""
    payer = store.stripe_customers.must(customer.stripe_id or "")
    store.stripe_customers.put(payer.but(discount=discount))
