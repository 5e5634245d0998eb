"""Rewards and referral programs as the API shows them (reference: rewards, referral programs)."""

from autumn_mock.domain.numbers import number
from autumn_mock.domain.records import (
    Customer,
    JsonObject,
    PromoCode,
    Redemption,
    ReferralProgram,
    Reward,
    RewardGrant,
)
from autumn_mock.domain.rewards.kinds import is_coupon


def reward_object(reward: Reward) -> JsonObject:
    """`{"coupon": …}` or `{"feature_grant": …}`."""
    if is_coupon(reward):
        return {"coupon": coupon_object(reward)}
    return {"feature_grant": feature_grant_object(reward)}


def coupon_object(reward: Reward) -> JsonObject:
    return {
        "id": reward.id,
        "name": reward.name,
        "type": reward.type,
        "value": number(reward.value),
        "duration": {"type": reward.duration_type, "length": reward.duration_length},
        "plan_ids": None if reward.plan_ids is None else list(reward.plan_ids),
        "promo_codes": [_coupon_code(each) for each in reward.promo_codes],
        "created_at": reward.created_at,
    }


def _coupon_code(promo: PromoCode) -> JsonObject:
    return {
        "code": promo.code,
        "global_max_redemption": promo.max_uses,
        "first_time_transaction": bool(promo.first_time_transaction),
    }


def feature_grant_object(reward: Reward) -> JsonObject:
    return {
        "id": reward.id,
        "name": reward.name,
        "grants": [_grant(each) for each in reward.grants],
        "promo_codes": [{"code": each.code, "max_uses": each.max_uses} for each in reward.promo_codes],
        "created_at": reward.created_at,
    }


def _grant(grant: RewardGrant) -> JsonObject:
    expiry = None
    if grant.expiry_type is not None:
        expiry = {"type": grant.expiry_type, "length": grant.expiry_length}
    return {
        "feature_id": grant.feature_id,
        "included": None if grant.included is None else number(grant.included),
        "expiry": expiry,
    }


def program_object(program: ReferralProgram, reward: Reward) -> JsonObject:
    return {
        "id": program.id,
        "reward_id": reward.id,
        "redeem_on": program.redeem_on,
        "received_by": program.received_by,
        "max_redemptions": program.max_redemptions,
        "plan_ids": list(program.plan_ids),
        "exclude_trial": program.exclude_trial,
        "created_at": program.created_at,
    }


def redeemed_object(
    redemption: Redemption, reward: Reward, referrer: Customer, redeemer: Customer
) -> JsonObject:
    """The answer to redeeming a referral code."""
    return {
        "id": redemption.id,
        "customer_id": named(redeemer)["id"],
        "reward_id": reward.id,
        "referrer": {**named(referrer), "created_at": referrer.created_at},
        "redeemer": {**named(redeemer), "created_at": redeemer.created_at},
    }


def referral_object(redemption: Redemption, program: ReferralProgram, redeemer: Customer) -> JsonObject:
    """One entry of the `referrals` expand: seen by the referrer."""
    return {
        "program_id": program.id,
        "customer": named(redeemer),
        "reward_applied": redemption.applied,
        "created_at": redemption.created_at,
    }


def named(customer: Customer) -> JsonObject:
    """Who a customer is; what isn't known reads as an empty text."""
    return {
        "id": customer.id or customer.internal_id,
        "name": customer.name or "",
        "email": customer.email or "",
    }
