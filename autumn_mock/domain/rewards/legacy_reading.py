"""From the bodies of the legacy routes to rewards and programs (reference: legacy rewards).

Invariant: the legacy routes make every kind of reward; what an RPC operation would refuse of one they
refuse in their own words.
"""

from collections.abc import Mapping
from typing import Any

from autumn_mock.domain.catalog.features import BOOLEAN
from autumn_mock.domain.records import Feature, PromoCode, Reward, RewardGrant
from autumn_mock.domain.rewards.kinds import COUPONS, FEATURE_GRANT, FREE_PRODUCT
from autumn_mock.errors.rewards_legacy import (
    EntitlementWithoutAllowance,
    EntitlementWithoutFeature,
    FreeProductMissing,
    RewardPricesUnknown,
    RewardUnnamed,
)

Facts = dict[str, Any]
_MONTHS = "months"
_LIMITS = ("apply_to_all", "price_ids", "product_ids")
"""What says of which plans a coupon is; the rest of a discount changes without them."""


def new_reward(
    facts: Facts, features: Mapping[str, Feature], prices: Mapping[str, str], *, internal_id: str, now: int
) -> Reward:
    """The reward of a body. `features` by id and internal id; `prices` the plan of each price.

    Raises InvalidReward, RewardPricesUnknown.
    """
    if not facts.get("id") or not facts.get("name"):
        raise RewardUnnamed
    made = Reward(
        internal_id=internal_id, id=facts["id"], name=facts["name"], type=facts["type"], created_at=now
    )
    return with_facts(made, facts, features, prices)


def with_facts(
    reward: Reward, facts: Facts, features: Mapping[str, Feature], prices: Mapping[str, str]
) -> Reward:
    """A reward with what is given; what is left out stays. Raises as `new_reward` does."""
    changes: Facts = {name: facts[name] for name in ("id", "name", "type") if facts.get(name)}
    if "promo_codes" in facts:
        changes["promo_codes"] = tuple(_promo_code(each) for each in facts["promo_codes"])
    kind = changes.get("type", reward.type)
    if kind in COUPONS and facts.get("discount_config") is not None:
        changes |= _discount(reward, facts["discount_config"], prices)
    if kind == FEATURE_GRANT and facts.get("entitlements") is not None:
        changes["grants"] = tuple(_grant(each, features) for each in facts["entitlements"])
    if kind == FREE_PRODUCT:
        changes["legacy"] = _free_product(reward, facts)
    return reward.but(**changes)


def _promo_code(facts: Facts) -> PromoCode:
    most = facts.get("global_max_redemption")
    return PromoCode(
        code=facts["code"],
        max_uses=facts.get("max_redemptions") if most is None else most,
        first_time_transaction=facts.get("first_time_transaction"),
    )


def _discount(reward: Reward, config: Facts, prices: Mapping[str, str]) -> Facts:
    duration = config.get("duration_type", reward.duration_type)
    length = config.get("duration_value", reward.duration_length) or None
    changes: Facts = {
        "value": config.get("discount_value", reward.value),
        "duration_type": duration,
        "duration_length": length if duration == _MONTHS else None,
        "legacy": reward.legacy | {"should_rollover": config.get("should_rollover", _rolls_over(reward))},
    }
    if not config.keys().isdisjoint(_LIMITS):
        changes["plan_ids"] = _plan_ids(config, prices)
        changes["legacy"]["price_ids"] = config.get("price_ids") or []
    return changes


def _rolls_over(reward: Reward) -> bool:
    """Unless it says otherwise."""
    return bool(reward.legacy.get("should_rollover", True))


def _plan_ids(config: Facts, prices: Mapping[str, str]) -> tuple[str, ...] | None:
    """The plans that a coupon is limited to: as given, else those of its prices."""
    price_ids = config.get("price_ids") or []
    if any(price_id not in prices for price_id in price_ids):
        raise RewardPricesUnknown
    plan_ids = config.get("product_ids") or [prices[price_id] for price_id in price_ids]
    if config.get("apply_to_all", not plan_ids):
        return None
    return tuple(dict.fromkeys(plan_ids))


def _grant(facts: Facts, features: Mapping[str, Feature]) -> RewardGrant:
    feature = features.get(facts.get("internal_feature_id") or "")
    if feature is None:
        raise EntitlementWithoutFeature
    allowance = facts.get("allowance")
    if feature.type == BOOLEAN:
        allowance = None
    elif allowance is None or allowance < 0:
        raise EntitlementWithoutAllowance
    expiry = facts.get("expiry") or {}
    return RewardGrant(
        feature_id=feature.id,
        included=allowance,
        expiry_type=expiry.get("duration"),
        expiry_length=expiry.get("length"),
    )


def _free_product(reward: Reward, facts: Facts) -> Facts:
    plan_id = facts.get("free_product_id") or reward.legacy.get("free_product_id")
    if not plan_id:
        raise FreeProductMissing
    config = facts.get("free_product_config") or reward.legacy.get("free_product_config")
    return {"free_product_id": plan_id, "free_product_config": config}
