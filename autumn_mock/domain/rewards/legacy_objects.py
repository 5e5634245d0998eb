"""Rewards, programs and redemptions as the legacy routes show them: the rows as stored.

Invariant: every kind of reward has all keys, whichever of them says something about it.
"""

from collections.abc import Collection, Iterable, Mapping

from autumn_mock.domain.numbers import number
from autumn_mock.domain.records import (
    Feature,
    JsonObject,
    Plan,
    PromoCode,
    Redemption,
    ReferralCode,
    ReferralProgram,
    Reward,
    RewardGrant,
)
from autumn_mock.domain.rewards.kinds import is_coupon


def reward_row(
    reward: Reward, price_ids: Collection[str], features: Mapping[str, Feature], *, org: str, env: str
) -> JsonObject:
    """`price_ids` are those that a coupon is limited to."""
    return {
        "internal_id": reward.internal_id,
        "id": reward.id,
        "org_id": org,
        "env": env,
        "created_at": reward.created_at,
        "name": reward.name,
        "discount_config": _discount_config(reward, price_ids) if is_coupon(reward) else None,
        "free_product_config": reward.legacy.get("free_product_config"),
        "free_product_id": reward.legacy.get("free_product_id"),
        "promo_codes": [_promo_code(each) for each in reward.promo_codes],
        "type": reward.type,
        "entitlements": [_entitlement(each, features.get(each.feature_id)) for each in reward.grants],
    }


def _discount_config(reward: Reward, price_ids: Collection[str]) -> JsonObject:
    return {
        "price_ids": list(price_ids),
        "apply_to_all": reward.plan_ids is None,
        "duration_type": reward.duration_type,
        "discount_value": number(reward.value),
        "duration_value": reward.duration_length or 0,
        "should_rollover": reward.legacy.get("should_rollover", True),
    }


def _promo_code(promo: PromoCode) -> JsonObject:
    told: JsonObject = {"code": promo.code}
    if promo.max_uses is not None:
        told["global_max_redemption"] = promo.max_uses
    if promo.first_time_transaction is not None:
        told["first_time_transaction"] = promo.first_time_transaction
    return told


def _entitlement(grant: RewardGrant, feature: Feature | None) -> JsonObject:
    expiry = None
    if grant.expiry_type is not None:
        expiry = {"duration": grant.expiry_type, "length": grant.expiry_length}
    return {
        "internal_feature_id": feature.internal_id if feature is not None else None,
        "feature_id": grant.feature_id,
        "allowance": None if grant.included is None else number(grant.included),
        "expiry": expiry,
    }


def program_row(program: ReferralProgram, *, org: str, env: str) -> JsonObject:
    return {
        "internal_id": program.internal_id,
        "id": program.id,
        "created_at": program.created_at,
        "internal_reward_id": program.reward,
        "max_redemptions": program.max_redemptions,
        "unlimited_redemptions": False,
        "org_id": org,
        "env": env,
        "when": program.redeem_on,
        "product_ids": list(program.plan_ids),
        "exclude_trial": program.exclude_trial,
        "received_by": program.received_by,
    }


def redemption_row(redemption: Redemption, code: ReferralCode | None) -> JsonObject:
    """A redeemed referral names its program and code, a redeemed promo code its reward."""
    of_referral = redemption.program is not None
    return {
        "id": redemption.id,
        "created_at": redemption.created_at,
        "updated_at": redemption.updated_at,
        "internal_customer_id": redemption.customer,
        "triggered": redemption.triggered,
        "internal_reward_program_id": redemption.program,
        "applied": redemption.applied,
        "redeemer_applied": redemption.redeemer_applied,
        "referral_code_id": code.id if code is not None else None,
        "reward_internal_id": None if of_referral else redemption.reward,
        "promo_code": redemption.promo_code,
    }


def prices_of(plans: Iterable[Plan]) -> dict[str, str]:
    """The ids of the prices of plans, each with the id of its plan."""
    found: dict[str, str] = {}
    for plan in plans:
        if plan.price is not None:
            found[plan.price.id] = plan.id
        found |= {item.price.id: plan.id for item in plan.items if item.price is not None}
    return found
