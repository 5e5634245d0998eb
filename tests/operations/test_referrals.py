"""`referrals.*`, and the `referrals` expand of customers."""

import re

import pytest

from autumn_mock.domain.periods import from_iso
from tests.builders import customer, metered
from tests.conftest import Api
from tests.rewards import (
    applied,
    coupon,
    feature_grant,
    granted,
    granting,
    program,
    refer,
    referral_code,
    referrals,
)

NOON = "2026-01-01T12:00:00Z"
OWN = (400, "customer_cannot_redeem_own_code", "Customer cannot redeem their own code")
FULL = (400, "referral_code_max_redemptions_reached", "Referral code has reached max redemptions")
AGAIN = (
    400,
    "customer_already_redeemed_referral_code",
    "Customer c2 has already redeemed a code in this referral program",
)


@pytest.fixture(autouse=True)
def _people(api: Api) -> None:
    api.freeze(NOON)
    metered(api, "credits")
    feature_grant(api, "bonus", granting("credits", 50))
    for name in ("c1", "c2", "c3"):
        customer(api, name, name=name.upper())


def redeemed(api: Api, code: str, customer_id: str) -> tuple[int, str, str]:
    """A refused redemption."""
    return api.refused("referrals.redeem_code", code=code, customer_id=customer_id)


def test_s38_a_customer_has_one_code_of_a_program(api: Api) -> None:
    program(api, "friends", "bonus")
    first = api("referrals.create_code", customer_id="c1", program_id="friends")
    api.advance("1 day")

    again = api("referrals.create_code", customer_id="c1", program_id="friends")

    assert again == first
    assert re.fullmatch(r"[A-Z0-9]{6}", first["code"])
    assert (first["customer_id"], first["created_at"]) == ("c1", from_iso(NOON))
    assert referral_code(api, "c2", "friends") != first["code"]
    program(api, "family", "bonus")
    assert referral_code(api, "c1", "family") != first["code"]


def test_s39_program_and_customer_must_exist(api: Api) -> None:
    program(api, "friends", "bonus")
    unknown_program = (404, "reward_not_found", "Reward program not found")

    def refused(customer_id: str, program_id: str) -> tuple[int, str, str]:
        return api.refused("referrals.create_code", customer_id=customer_id, program_id=program_id)

    assert refused("c1", "ghost") == unknown_program
    assert refused("ghost", "ghost") == unknown_program
    assert refused("ghost", "friends") == (404, "customer_not_found", "Customer ghost not found")
    missing = api.refused("referrals.create_code", customer_id="c1")
    assert missing == (400, "invalid_inputs", "program_id: must be a string (received undefined)")


def test_s40_both_sides_get_the_grant(api: Api) -> None:
    customer(api, "eve", name="Eve", email="eve@example.com")
    program(api, "friends", "bonus")

    answer = refer(api, "eve", "c2", "friends")

    assert answer["id"].startswith("rr_")
    assert (answer["customer_id"], answer["reward_id"]) == ("c2", "bonus")
    assert answer["referrer"] == {
        "id": "eve", "name": "Eve", "email": "eve@example.com", "created_at": from_iso(NOON),
    }  # fmt: skip
    assert answer["redeemer"] == {"id": "c2", "name": "C2", "email": "", "created_at": from_iso(NOON)}
    assert (granted(api, "eve"), granted(api, "c2")) == (50, 50)
    row = api("customers.get", customer_id="c2")["balances"]["credits"]["breakdown"][0]
    assert row["id"].startswith("referral_friends_credits_bal_")


def test_s41_the_referrer_alone(api: Api) -> None:
    program(api, "friends", "bonus", "referrer")

    refer(api, "c1", "c2", "friends")

    assert (granted(api, "c1"), granted(api, "c2")) == (50, 0)


def test_s42_nobody_refers_itself(api: Api) -> None:
    program(api, "friends", "bonus")
    for name in ("gus", "hal"):
        customer(api, name, fingerprint="device")
    code = referral_code(api, "gus", "friends")

    assert redeemed(api, code, "gus") == OWN
    assert redeemed(api, code, "hal") == OWN
    assert granted(api, "gus") == 0


def test_s43_one_code_of_a_program_is_redeemed(api: Api) -> None:
    program(api, "friends", "bonus")
    refer(api, "c1", "c2", "friends")

    assert redeemed(api, referral_code(api, "c1", "friends"), "c2") == AGAIN
    assert redeemed(api, referral_code(api, "c3", "friends"), "c2") == AGAIN
    assert redeemed(api, referral_code(api, "c2", "friends"), "c2") == AGAIN
    program(api, "family", "bonus")
    refer(api, "c1", "c2", "family")
    assert granted(api, "c2") == 100


def test_s44_the_maximum_is_that_of_a_code(api: Api) -> None:
    program(api, "friends", "bonus", max_redemptions=1)
    customer(api, "c4")
    refer(api, "c1", "c2", "friends")

    assert redeemed(api, referral_code(api, "c1", "friends"), "c3") == FULL
    assert redeemed(api, referral_code(api, "c1", "friends"), "c2") == FULL
    refer(api, "c3", "c4", "friends")
    assert granted(api, "c3") == 50


def test_s45_codes_are_known_in_their_case(api: Api) -> None:
    program(api, "friends", "bonus")
    unknown = (404, "referral_code_not_found", "Referral code not found")

    assert redeemed(api, "NOPE00", "c2") == unknown
    assert redeemed(api, "NOPE00", "nobody") == unknown
    code = referral_code(api, "c1", "friends")
    assert redeemed(api, code, "nobody") == (404, "customer_not_found", "Customer nobody not found")


def test_s46_a_coupon_becomes_the_discount_of_the_referrer(api: Api) -> None:
    coupon(api, "thanks", 30)
    program(api, "friends", "thanks", "referrer")
    customer(api, "kim", create_in_stripe=True)

    refer(api, "kim", "c2", "friends")

    assert discounts(api, "kim") == ["thanks"]
    assert applied(api, "kim") == [("c2", True)]
    assert "rewards" not in api("customers.get", customer_id="c2", expand=["rewards"])


def test_a_customer_without_a_stripe_customer_gets_one_for_its_discount(api: Api) -> None:
    coupon(api, "thanks", 30)
    program(api, "friends", "thanks")

    refer(api, "c1", "c2", "friends")

    assert (discounts(api, "c1"), discounts(api, "c2")) == (["thanks"], ["thanks"])


def test_s138_a_discount_is_not_replaced_by_a_referral(api: Api) -> None:
    coupon(api, "old")
    coupon(api, "thanks", 30)
    program(api, "friends", "thanks")
    customer(api, "kim", create_in_stripe=True)
    assert api.request("POST", "/v1/customers/kim/coupons/old", {})[0] == 200

    refer(api, "kim", "c2", "friends")

    assert (discounts(api, "kim"), discounts(api, "c2")) == (["old"], ["thanks"])
    assert applied(api, "kim") == [("c2", False)]


def test_a_discount_that_is_over_makes_room(api: Api) -> None:
    coupon(api, "old", duration={"type": "months", "length": 1})
    coupon(api, "thanks", 30)
    program(api, "friends", "thanks", "referrer")
    customer(api, "kim", create_in_stripe=True)
    assert api.request("POST", "/v1/customers/kim/coupons/old", {})[0] == 200
    api.advance("1 month")

    refer(api, "kim", "c2", "friends")

    assert discounts(api, "kim") == ["thanks"]
    assert applied(api, "kim") == [("c2", True)]


@pytest.mark.parametrize(("in_stripe", "shown"), [(False, None), (True, {"discounts": []})])
def test_s49_discounts_need_a_stripe_customer(
    api: Api, in_stripe: bool, shown: dict[str, list[str]] | None
) -> None:
    customer(api, "ned", create_in_stripe=in_stripe)

    assert api("customers.get", customer_id="ned", expand=["rewards"]).get("rewards") == shown


def test_s53_the_referrer_sees_whom_it_brought(api: Api) -> None:
    program(api, "friends", "bonus")
    assert referrals(api, "c1") == []

    refer(api, "c1", "c2", "friends")

    assert referrals(api, "c1") == [
        {
            "program_id": "friends",
            "customer": {"id": "c2", "name": "C2", "email": ""},
            "reward_applied": True,
            "created_at": from_iso(NOON),
        }
    ]
    assert referrals(api, "c2") == []


def test_a_redeemed_promo_code_is_no_referral(api: Api) -> None:
    api("rewards.redeem", code="BONUS", customer_id="c1")

    assert referrals(api, "c1") == []


def test_at_most_a_hundred_referrals_are_shown(api: Api) -> None:
    program(api, "friends", "bonus", "referrer")
    for number in range(101):
        customer(api, f"f{number}")
        refer(api, "c1", f"f{number}", "friends")

    assert len(referrals(api, "c1")) == 100
    assert granted(api, "c1") == 50 * 101


@pytest.mark.parametrize("gone", ["c1", "c2"])
def test_a_deleted_customer_leaves_no_referral_behind(api: Api, gone: str) -> None:
    program(api, "friends", "bonus")
    code = referral_code(api, "c1", "friends")
    refer(api, "c1", "c2", "friends")

    api("customers.delete", customer_id=gone)

    if gone == "c1":
        assert redeemed(api, code, "c3")[1] == "referral_code_not_found"
    else:
        assert referrals(api, "c1") == []
        customer(api, "c2")
        refer(api, "c1", "c2", "friends")
        assert granted(api, "c1") == 100


def test_a_coupon_for_countless_months_is_given(api: Api) -> None:
    coupon(api, "thanks", duration={"type": "months", "length": 2**53 - 1})
    program(api, "friends", "thanks", "referrer")

    refer(api, "c1", "c2", "friends")

    assert discounts(api, "c1") == ["thanks"]


def discounts(api: Api, customer_id: str) -> list[str]:
    """The coupons of a customer itself."""
    shown = api("customers.get", customer_id=customer_id, expand=["rewards"])["rewards"]["discounts"]
    return [each["id"] for each in shown if each["subscription_id"] is None]
