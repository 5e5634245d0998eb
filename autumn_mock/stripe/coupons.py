"""Coupons at work: what a reward takes off the invoices of a subscription or of a customer.

Invariant: a customer has at most one discount of its own.
"""

from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.periods import add_interval
from autumn_mock.domain.records import Customer, Discount, Reward
from autumn_mock.ids import Ids
from autumn_mock.store import Store

PERCENTAGE = "percentage_discount"


def begin_discount(
    reward: Reward, ids: Ids, *, currency: str, now: int, promotion_code: str | None = None
) -> Discount:
    """The discount of a coupon from this second on. Not written: it stands with what it discounts."""
    begins = whole_second(now)
    months = reward.duration_length if reward.duration_type == "months" else None
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
        duration_type=reward.duration_type,
        duration_length=months or 0,
        plan_ids=reward.plan_ids,
        promotion_code=promotion_code,
    )


def set_customer_discount(store: Store, customer: Customer, discount: Discount | None) -> None:
    """Put a discount on all invoices of a customer that has a Stripe customer, in place of any other;
    None takes it off. Writes it."""
    payer = store.stripe_customers.must(customer.stripe_id or "")
    store.stripe_customers.put(payer.but(discount=discount))
