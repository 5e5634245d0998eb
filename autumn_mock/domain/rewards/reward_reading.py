"""From checked bodies to rewards: coupons, feature grants and their promo codes."""

from typing import Any

from autumn_mock.domain.records import PromoCode, Reward, RewardGrant
from autumn_mock.domain.rewards.kinds import FEATURE_GRANT

Facts = dict[str, Any]


def new_coupon(facts: Facts, *, internal_id: str, now: int) -> Reward:
    """The coupon of a body of `rewards.create`."""
    duration = facts["duration"]
    made = Reward(
        internal_id=internal_id,
        id=facts["id"],
        name=facts["name"],
        type=facts["type"],
        value=facts["value"],
        duration_type=duration["type"],
        duration_length=duration["length"],
        created_at=now,
    )
    return with_coupon_facts(made, facts)


def with_coupon_facts(reward: Reward, facts: Facts) -> Reward:
    """A coupon with its name, plans and codes as given; what is left out stays."""
    changes: Facts = {"name": facts["name"]} if "name" in facts else {}
    if "plan_ids" in facts:
        changes["plan_ids"] = None if facts["plan_ids"] is None else tuple(facts["plan_ids"])
    if "promo_codes" in facts:
        changes["promo_codes"] = tuple(
            PromoCode(
                code=each["code"],
                max_uses=each.get("global_max_redemption"),
                first_time_transaction=each.get("first_time_transaction"),
            )
            for each in facts["promo_codes"]
        )
    return reward.but(**changes)


def new_feature_grant(facts: Facts, *, internal_id: str, now: int) -> Reward:
    """The feature grant of a body of `rewards.create`."""
    made = Reward(
        internal_id=internal_id, id=facts["id"], name=facts["name"], type=FEATURE_GRANT, created_at=now
    )
    return with_grant_facts(made, facts)


def with_grant_facts(reward: Reward, facts: Facts) -> Reward:
    """A feature grant with its name, grants and codes as given; what is left out stays."""
    changes: Facts = {"name": facts["name"]} if "name" in facts else {}
    if "grants" in facts:
        changes["grants"] = tuple(_grant(each) for each in facts["grants"])
    if "promo_codes" in facts:
        changes["promo_codes"] = tuple(
            PromoCode(code=each["code"], max_uses=each["max_uses"]) for each in facts["promo_codes"]
        )
    return reward.but(**changes)


def _grant(facts: Facts) -> RewardGrant:
    expiry = facts["expiry"] or {}
    return RewardGrant(
        feature_id=facts["feature_id"],
        included=facts["included"],
        expiry_type=expiry.get("type"),
        expiry_length=expiry.get("length"),
    )
