"""The five kinds of rewards: three that discount, one that grants features, one that gives a plan.

Invariant: the RPC operations show discounts as coupons, grants as feature grants, and never a free
product.
"""

from autumn_mock.domain.periods import add_interval
from autumn_mock.domain.records import Reward

PERCENTAGE = "percentage_discount"
FIXED = "fixed_discount"
INVOICE_CREDITS = "invoice_credits"
FEATURE_GRANT = "feature_grant"
FREE_PRODUCT = "free_product"

COUPONS = (PERCENTAGE, FIXED, INVOICE_CREDITS)
KINDS = (*COUPONS, FEATURE_GRANT, FREE_PRODUCT)


def is_coupon(reward: Reward) -> bool:
    return reward.type in COUPONS


def given_until(reward: Reward, *, now: int) -> int | None:
    """When the plan of a free product ends, if the reward says for how many months it is given."""
    config = reward.legacy.get("free_product_config") or {}
    months = config.get("duration_value")
    if config.get("duration_type") != "months" or not isinstance(months, int) or months < 1:
        return None
    return add_interval(now, "month", months)
