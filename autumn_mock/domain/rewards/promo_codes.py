"""Promo codes: who may use one on a purchase, and who redeem one of a feature grant (reference:
rewards.redeem, order of checks; promo codes of coupons).

Invariant: a customer gets a reward once, by whichever of its codes, and a code serves no more
customers than it says.
"""

from collections.abc import Iterable

from autumn_mock.domain.invoices.states import OPEN, PAID, UNCOLLECTIBLE
from autumn_mock.domain.records import Customer, Invoice, PromoCode, Redemption, Reward
from autumn_mock.domain.rewards.kinds import FEATURE_GRANT, is_coupon
from autumn_mock.errors.billing_discounts import CodeForFirstPurchase, UnknownPromotionCode
from autumn_mock.errors.rewards import (
    NotAFeatureGrant,
    NothingToGrant,
    PromoCodeFirstTimeOnly,
    PromoCodeUnknown,
    PromoCodeUsedUp,
    RewardRedeemedBefore,
)

_BILLED = frozenset({OPEN, PAID, UNCOLLECTIBLE})


def reward_of_code(rewards: Iterable[Reward], code: str) -> tuple[Reward, PromoCode]:
    """The newest reward with this code. Raises PromoCodeUnknown."""
    for reward in sorted(rewards, key=lambda each: each.created_at, reverse=True):
        for promo in reward.promo_codes:
            if promo.code == code:
                return reward, promo
    raise PromoCodeUnknown(code=code)


def coupon_of_code(rewards: Iterable[Reward], code: str, invoices: Iterable[Invoice]) -> Reward:
    """The coupon of a code, if a customer with these invoices can use it on a purchase.

    Raises UnknownPromotionCode, CodeForFirstPurchase.
    """
    for reward in rewards:
        promo = next((each for each in reward.promo_codes if each.code == code), None)
        if promo is None or not is_coupon(reward) or is_used_up(promo, reward.redeemed.get(code, 0)):
            continue
        if promo.first_time_transaction and has_bought(invoices):
            raise CodeForFirstPurchase
        return reward
    raise UnknownPromotionCode(code=code)


def check_code(reward: Reward, promo: PromoCode, redemptions: Iterable[Redemption]) -> None:
    """Whether anybody may redeem this code; `redemptions` are those of the reward.

    Raises NotAFeatureGrant, NothingToGrant or PromoCodeUsedUp.
    """
    if reward.type != FEATURE_GRANT:
        raise NotAFeatureGrant(reward_id=reward.id)
    if not reward.grants:
        raise NothingToGrant(reward_id=reward.id)
    if is_used_up(promo, sum(each.promo_code == promo.code for each in redemptions)):
        raise PromoCodeUsedUp(code=promo.code)


def check_redeemer(
    customer: Customer, promo: PromoCode, redemptions: Iterable[Redemption], invoices: Iterable[Invoice]
) -> None:
    """Whether this customer may; `redemptions` are those of the reward, `invoices` the customer's.

    Raises RewardRedeemedBefore or PromoCodeFirstTimeOnly.
    """
    mine = (each for each in redemptions if each.customer == customer.internal_id)
    if any(each.promo_code is not None for each in mine):
        raise RewardRedeemedBefore(customer_id=customer.id or customer.internal_id)
    if not promo.first_time_transaction or customer.stripe_id is None:
        return
    if has_bought(invoices):
        raise PromoCodeFirstTimeOnly(code=promo.code)


def is_used_up(promo: PromoCode, uses: int) -> bool:
    """Whether a code was used as often as it may be, by anybody."""
    return promo.max_uses is not None and uses >= promo.max_uses


def has_bought(invoices: Iterable[Invoice]) -> bool:
    """Whether a purchase of a customer with these invoices would not be the first one. The payment provider
    is asked, and knows nothing of what was recorded from elsewhere."""
    return any(invoice.status in _BILLED and not invoice.recorded for invoice in invoices)
