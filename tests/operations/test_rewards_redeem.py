"""`rewards.redeem`: promo codes of feature grants."""

from typing import Any

import pytest

from autumn_mock.domain.periods import DAY, from_iso
from tests.billing import give_card
from tests.builders import boolean, customer, item, metered, plan
from tests.conftest import Api
from tests.rewards import coupon, feature_grant, granted, granting

NOON = "2026-01-31T12:00:00Z"
USED_UP = (
    400,
    "referral_code_max_redemptions_reached",
    'Promo code "BETA" has reached its maximum redemptions',
)


@pytest.fixture(autouse=True)
def _people(api: Api) -> None:
    api.freeze(NOON)
    metered(api, "credits")
    boolean(api, "sso")
    for name in ("c1", "c2", "c3"):
        customer(api, name)


def redeem(api: Api, code: str, customer_id: str = "c1") -> Any:
    return api("rewards.redeem", code=code, customer_id=customer_id)


def refused(api: Api, code: str, customer_id: str = "c1") -> tuple[int, str, str]:
    return api.refused("rewards.redeem", code=code, customer_id=customer_id)


def row(api: Api, customer_id: str = "c1", position: int = 0) -> Any:
    """One row of the credits of a customer."""
    return api("customers.get", customer_id=customer_id)["balances"]["credits"]["breakdown"][position]


def test_s20_a_code_gives_a_balance(api: Api) -> None:
    feature_grant(api, "beta", granting("credits", 100))

    answer = redeem(api, "BETA")

    assert answer == {
        "reward_id": "beta",
        "entitlements_granted": [{"feature_id": "credits", "balance": 100}],
    }
    credits_ = api("customers.get", customer_id="c1")["balances"]["credits"]
    assert (credits_["granted"], credits_["remaining"]) == (100, 100)
    assert api("balances.check", customer_id="c1", feature_id="credits", required_balance=100)["allowed"]


def test_s21_a_customer_gets_a_reward_once(api: Api) -> None:
    codes = [{"code": "BETA", "max_uses": None}, {"code": "VIP", "max_uses": None}]
    feature_grant(api, "beta", granting("credits", 100), promo_codes=codes)
    redeem(api, "BETA")

    told = (
        400,
        "customer_already_redeemed_referral_code",
        'Customer "c1" has already redeemed this reward',
    )
    assert refused(api, "BETA") == told
    assert refused(api, "VIP") == told
    assert granted(api, "c1") == 100


def test_s22_codes_have_their_case(api: Api) -> None:
    feature_grant(api, "beta", granting("credits", 100))

    assert refused(api, "Beta") == (404, "reward_not_found", 'No reward found for code "Beta"')


def test_s23_a_code_is_used_up_for_everybody(api: Api) -> None:
    codes = [{"code": "BETA", "max_uses": 1}, {"code": "VIP", "max_uses": None}]
    feature_grant(api, "beta", granting("credits", 100), promo_codes=codes)
    redeem(api, "BETA")

    assert refused(api, "BETA", "c2") == USED_UP
    assert refused(api, "BETA", "nobody") == USED_UP
    assert refused(api, "BETA", "c1") == USED_UP
    redeem(api, "VIP", "c2")
    assert granted(api, "c2") == 100


def test_s24_the_customer_must_exist(api: Api) -> None:
    feature_grant(api, "beta", granting("credits", 100))

    assert refused(api, "BETA", "nobody") == (404, "customer_not_found", "Customer nobody not found")


def test_s25_a_coupon_is_not_redeemed(api: Api) -> None:
    coupon(api, "summer", promo_codes=[{"code": "SUMMER20"}])

    assert refused(api, "SUMMER20", "nobody") == (
        400,
        "invalid_reward",
        'Reward "summer" is not a feature grant reward',
    )


@pytest.mark.parametrize(
    ("expiry", "ends"),
    [
        (("day", 10), from_iso(NOON) + 10 * DAY),
        (("week", 2), from_iso(NOON) + 14 * DAY),
        (("month", 1), from_iso("2026-02-28T12:00:00Z")),
        (("year", 1), from_iso("2027-01-31T12:00:00Z")),
        (None, None),
    ],
)
def test_s26_a_grant_lasts_as_long_as_it_says(
    api: Api, expiry: tuple[str, int] | None, ends: int | None
) -> None:
    feature_grant(api, "beta", granting("credits", 40, expiry))

    redeem(api, "BETA")

    shown = row(api)
    assert shown["id"].startswith("reward_BETA_credits_bal_")
    assert (shown["expires_at"], shown["plan_id"], shown["price"]) == (ends, None, None)
    assert shown["reset"] == {"interval": "one_off", "resets_at": None}


def test_s27_a_boolean_grant_gives_the_flag(api: Api) -> None:
    feature_grant(api, "gift", granting("sso"))

    answer = redeem(api, "GIFT")

    assert answer["entitlements_granted"] == [{"feature_id": "sso", "balance": 0}]
    flag = api("customers.get", customer_id="c1")["flags"]["sso"]
    assert flag["id"].startswith("reward_GIFT_sso_bal_")
    assert (flag["plan_id"], flag["expires_at"]) == (None, None)
    checked = api("balances.check", customer_id="c1", feature_id="sso")
    assert (checked["allowed"], checked["balance"]) == (True, None)


def test_s28_a_grant_adds_to_a_plan(api: Api) -> None:
    plan(api, "starter", item("credits", 500, "month"))
    api("billing.attach", customer_id="c1", plan_id="starter")
    feature_grant(api, "beta", granting("credits", 40))

    redeem(api, "BETA")

    credits_ = api("customers.get", customer_id="c1")["balances"]["credits"]
    assert credits_["granted"] == 540
    assert [each["plan_id"] for each in credits_["breakdown"]] == ["starter", None]
    assert credits_["next_reset_at"] == from_iso("2026-02-28T12:00:00Z")


def test_s29_code_and_customer_are_needed(api: Api) -> None:
    assert refused(api, "", "") == (
        400,
        "invalid_inputs",
        "[Validation Errors] code: cannot be empty; customer_id: cannot be empty",
    )


def test_several_grants_are_given_together(api: Api) -> None:
    metered(api, "words")
    feature_grant(api, "both", granting("credits", 3), granting("words", 4))

    answer = redeem(api, "BOTH")

    told = {each["feature_id"]: each["balance"] for each in answer["entitlements_granted"]}
    assert told == {"credits": 3, "words": 4}
    assert (granted(api, "c1"), granted(api, "c1", "words")) == (3, 4)


def test_a_feature_that_is_gone_is_not_granted(api: Api) -> None:
    metered(api, "words")
    feature_grant(api, "both", granting("credits", 3), granting("words", 4))
    api("features.delete", feature_id="words")

    answer = redeem(api, "BOTH")

    assert answer["entitlements_granted"] == [{"feature_id": "credits", "balance": 3}]


def test_a_deleted_customer_gives_its_use_of_a_code_back(api: Api) -> None:
    feature_grant(api, "beta", granting("credits", 9), promo_codes=[{"code": "BETA", "max_uses": 1}])
    redeem(api, "BETA")
    assert refused(api, "BETA", "c2") == USED_UP

    api("customers.delete", customer_id="c1")

    redeem(api, "BETA", "c2")
    assert granted(api, "c2") == 9


def test_a_code_for_first_purchases_only(api: Api) -> None:
    """Only the old route makes such a code for a grant."""
    plan(api, "pro", price={"amount": 20, "interval": "month"})
    body = {
        "id": "beta",
        "name": "Beta",
        "type": "feature_grant",
        "promo_codes": [{"code": "BETA", "first_time_transaction": True}],
        "entitlements": [{"internal_feature_id": "credits", "allowance": 5}],
    }
    assert api.request("POST", "/v1/rewards", body, version="1.2.0")[0] == 200
    give_card(api, "c1")
    api("billing.attach", customer_id="c1", plan_id="pro")

    told = 'Promo code "BETA" is only valid for first-time purchases'
    assert refused(api, "BETA") == (400, "promo_code_first_time_only", told)
    assert redeem(api, "BETA", "c2")["reward_id"] == "beta"


@pytest.mark.parametrize("unit", ["day", "week", "month", "year"])
def test_a_grant_for_all_times_ends_at_the_edge_of_the_calendar(api: Api, unit: str) -> None:
    feature_grant(api, "beta", granting("credits", 1, (unit, 2**53 - 1)))

    redeem(api, "BETA")

    assert row(api)["expires_at"] > from_iso("9990-01-01T00:00:00Z")
    assert granted(api, "c1") == 1
