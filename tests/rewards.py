"""Short ways to make rewards, programs and codes."""

from typing import Any

from tests.conftest import Api

FOREVER = {"type": "forever", "length": None}
ONCE = {"type": "one_off", "length": None}


def coupon_body(reward_id: str, value: float = 20, **facts: Any) -> dict[str, Any]:
    """A percentage for ever on everything, without codes, named as its id with a capital."""
    return {
        "id": reward_id,
        "name": reward_id.capitalize(),
        "type": "percentage_discount",
        "value": value,
        "duration": FOREVER,
        "plan_ids": None,
        "promo_codes": [],
        **facts,
    }


def grant_body(reward_id: str, *grants: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """A feature grant whose code is its id in capitals."""
    codes = [{"code": reward_id.upper(), "max_uses": None}]
    return {
        "id": reward_id, "name": reward_id.capitalize(), "grants": list(grants), "promo_codes": codes, **facts,
    }  # fmt: skip


def granting(
    feature_id: str, included: float | None = None, expiry: tuple[str, int] | None = None
) -> dict[str, Any]:
    """One grant of a feature grant."""
    lasts = {"type": expiry[0], "length": expiry[1]} if expiry else None
    return {"feature_id": feature_id, "included": included, "expiry": lasts}


def coupon(api: Api, reward_id: str, value: float = 20, **facts: Any) -> Any:
    return api("rewards.create", coupon=coupon_body(reward_id, value, **facts))["coupon"]


def feature_grant(api: Api, reward_id: str, *grants: dict[str, Any], **facts: Any) -> Any:
    return api("rewards.create", feature_grant=grant_body(reward_id, *grants, **facts))["feature_grant"]


def program(api: Api, program_id: str, reward_id: str, received_by: str = "all", **facts: Any) -> Any:
    """A program that gives its reward when its code is redeemed."""
    given = {"redeem_on": "customer_creation", "received_by": received_by, **facts}
    return api("referral_programs.create", id=program_id, reward_id=reward_id, **given)


def referral_code(api: Api, customer_id: str, program_id: str) -> str:
    code: str = api("referrals.create_code", customer_id=customer_id, program_id=program_id)["code"]
    return code


def refer(api: Api, referrer: str, redeemer: str, program_id: str) -> Any:
    """One customer redeems the code of another."""
    return api("referrals.redeem_code", code=referral_code(api, referrer, program_id), customer_id=redeemer)


def granted(api: Api, customer_id: str, feature_id: str = "credits") -> Any:
    """What a customer was granted of a feature; 0 without it."""
    balances = api("customers.get", customer_id=customer_id)["balances"]
    return balances.get(feature_id, {"granted": 0})["granted"]


def referrals(api: Api, customer_id: str) -> Any:
    return api("customers.get", customer_id=customer_id, expand=["referrals"])["referrals"]


def applied(api: Api, customer_id: str) -> list[tuple[str, bool]]:
    """Who redeemed the codes of a customer, and whether the reward came of it."""
    return [(each["customer"]["id"], each["reward_applied"]) for each in referrals(api, customer_id)]
