"""Redemptions: that a customer asked for a reward, by a promo code or by another customer's code.

Invariant: one of a promo code is given in the same moment, one of a referral code when its program says.
"""

from autumn_mock.domain.records import Customer, PromoCode, Redemption, ReferralCode, ReferralProgram, Reward


def of_promo_code(
    reward: Reward, promo: PromoCode, redeemer: Customer, *, redemption_id: str, now: int
) -> Redemption:
    """Given at once."""
    return _asked(redeemer, reward.internal_id, redemption_id, now).but(
        promo_code=promo.code, triggered=True, applied=True
    )


def of_referral_code(
    program: ReferralProgram, code: ReferralCode, redeemer: Customer, *, redemption_id: str, now: int
) -> Redemption:
    """Not given yet."""
    return _asked(redeemer, program.reward, redemption_id, now).but(
        program=program.internal_id, code=code.code, referrer=code.customer
    )


def _asked(redeemer: Customer, reward: str, redemption_id: str, now: int) -> Redemption:
    return Redemption(
        id=redemption_id, customer=redeemer.internal_id, reward=reward, created_at=now, updated_at=now
    )
