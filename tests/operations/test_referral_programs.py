"""`referral_programs.*`."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.builders import customer, metered
from tests.conftest import Api
from tests.rewards import coupon, feature_grant, granting, program, refer, referral_code, referrals

NOON = "2026-01-01T12:00:00Z"
NO_PLAN = "plan_ids: At least one plan is required when redeem_on is checkout"
NO_MAXIMUM = "max_redemptions: max_redemptions must be greater than 0 when redeem_on is checkout"
NEEDS_PLAN = "When `Redeem On` is set to `Checkout`, must specify at least one product"
NEEDS_MAXIMUM = "When `Redeem On` is set to `Checkout`, max redemptions must be greater than 0"
UNKNOWN = (404, "reward_program_not_found", "Referral program ghost not found")


@pytest.fixture(autouse=True)
def _reward(api: Api) -> None:
    api.freeze(NOON)
    coupon(api, "summer")


def refused(api: Api, **body: Any) -> tuple[int, str, str]:
    """A refused creation, by default of a program like any other."""
    usual = {"id": "p", "reward_id": "summer", "redeem_on": "customer_creation", "received_by": "all"}
    return api.refused("referral_programs.create", **usual | body)


def change(api: Api, **changes: Any) -> Any:
    return api("referral_programs.update", referral_program_id="friends", **changes)


def not_changed(api: Api, program_id: str = "friends", **changes: Any) -> tuple[int, str, str]:
    return api.refused("referral_programs.update", referral_program_id=program_id, **changes)


def test_s30_a_program_is_made(api: Api) -> None:
    made = program(api, "friends", "summer", max_redemptions=3)

    assert made == {
        "id": "friends",
        "reward_id": "summer",
        "redeem_on": "customer_creation",
        "received_by": "all",
        "max_redemptions": 3,
        "plan_ids": [""],
        "exclude_trial": False,
        "created_at": from_iso(NOON),
    }


def test_what_is_null_is_as_left_out(api: Api) -> None:
    bare = program(api, "bare", "summer")
    nulls = program(api, "nulls", "summer", max_redemptions=None, plan_ids=None, exclude_trial=None)

    assert nulls == bare | {"id": "nulls"}
    assert bare["max_redemptions"] is None


def test_plans_of_a_program_need_not_exist(api: Api) -> None:
    made = program(
        api, "buyers", "summer", redeem_on="checkout", max_redemptions=5, plan_ids=["pro", "team"],
        exclude_trial=True,
    )  # fmt: skip

    assert (made["plan_ids"], made["exclude_trial"]) == (["pro", "team"], True)


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({}, [NO_PLAN, NO_MAXIMUM]),
        ({"plan_ids": ["pro"]}, [NO_MAXIMUM]),
        ({"max_redemptions": 1}, [NO_PLAN]),
        ({"max_redemptions": 1, "plan_ids": []}, [NO_PLAN]),
        ({"max_redemptions": 1, "plan_ids": ["a", "a"]}, ["plan_ids: Plan IDs must be unique"]),
    ],
)
def test_s31_a_checkout_program_needs_plans_and_a_maximum(
    api: Api, body: dict[str, Any], problems: list[str]
) -> None:
    told = problems[0] if len(problems) == 1 else f"[Validation Errors] {'; '.join(problems)}"

    assert refused(api, redeem_on="checkout", **body) == (400, "invalid_inputs", told)


def test_s32_ids_of_programs_differ(api: Api) -> None:
    program(api, "friends", "summer")

    told = "Referral program friends already exists"
    assert refused(api, id="friends", reward_id="ghost") == (400, "invalid_request", told)


def test_s33_the_reward_must_exist(api: Api) -> None:
    assert refused(api, reward_id="nope") == (404, "reward_not_found", "Reward nope not found")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"redeem_on": "signup"}, "redeem_on: must be one of: customer_creation, checkout"),
        ({"received_by": "both"}, "received_by: must be one of: referrer, all"),
        ({"max_redemptions": 0}, "max_redemptions: Too small: expected number to be >0"),
        ({"note": "hi"}, 'input: Unrecognized key: "note"'),
        ({"id": ""}, "id: cannot be empty"),
    ],
)
def test_s34_s37_what_a_program_can_not_be(api: Api, body: dict[str, Any], told: str) -> None:
    assert refused(api, **body) == (400, "invalid_inputs", told)


def test_what_is_missing_is_told_together(api: Api) -> None:
    assert api.refused("referral_programs.create")[2] == (
        "[Validation Errors] id: must be a string (received undefined); "
        "reward_id: must be a string (received undefined); "
        "redeem_on: must be one of: customer_creation, checkout; "
        "received_by: must be one of: referrer, all"
    )


def test_s35_a_changed_program_must_hold_as_a_whole(api: Api) -> None:
    program(api, "friends", "summer")

    needs_maximum = (400, "invalid_request", NEEDS_MAXIMUM)
    assert not_changed(api, redeem_on="checkout") == needs_maximum
    assert not_changed(api, redeem_on="checkout", plan_ids=["pro"]) == needs_maximum
    assert not_changed(api, redeem_on="checkout", plan_ids=[]) == (400, "invalid_request", NEEDS_PLAN)
    changed = change(api, redeem_on="checkout", plan_ids=["pro"], max_redemptions=2)
    assert (changed["redeem_on"], changed["plan_ids"], changed["max_redemptions"]) == ("checkout", ["pro"], 2)


def test_only_what_is_given_changes(api: Api) -> None:
    before = program(api, "friends", "summer")
    coupon(api, "winter")

    changed = change(api, reward_id="winter", received_by="referrer", exclude_trial=True)

    assert changed == before | {"reward_id": "winter", "received_by": "referrer", "exclude_trial": True}
    assert api("referral_programs.get", referral_program_id="friends") == changed


def test_nothing_of_a_program_becomes_null(api: Api) -> None:
    program(api, "friends", "summer")

    told = "max_redemptions: must be a number (received null)"
    assert not_changed(api, max_redemptions=None) == (400, "invalid_inputs", told)
    assert not_changed(api, reward_id="ghost") == (404, "reward_not_found", "Reward ghost not found")


def test_s36_an_unknown_program(api: Api) -> None:
    assert api.refused("referral_programs.get", referral_program_id="ghost") == UNKNOWN
    assert not_changed(api, "ghost", max_redemptions=1) == UNKNOWN
    deleted = api.refused("referral_programs.delete", referral_program_id="ghost")
    assert deleted == (404, "reward_not_found", "Reward program not found")


def test_the_list_is_in_order_of_creation(api: Api) -> None:
    assert api("referral_programs.list") == {"list": []}
    made = []
    for program_id in ("one", "two", "three"):
        made.append(program(api, program_id, "summer"))
        api.advance("1 minute")

    assert api("referral_programs.list") == {"list": made}


def test_a_deleted_program_takes_its_codes_and_redemptions_along(api: Api) -> None:
    metered(api, "credits")
    feature_grant(api, "bonus", granting("credits", 5))
    program(api, "friends", "bonus")
    for name in ("ann", "ben"):
        customer(api, name)
    code = referral_code(api, "ann", "friends")
    redemption = refer(api, "ann", "ben", "friends")
    assert len(referrals(api, "ann")) == 1

    assert api("referral_programs.delete", referral_program_id="friends") == {"success": True}

    assert referrals(api, "ann") == []
    refused_code = api.refused("referrals.redeem_code", code=code, customer_id="ben")
    assert refused_code == (404, "referral_code_not_found", "Referral code not found")
    assert api.request("GET", f"/v1/redemptions/{redemption['id']}")[0] == 404
    assert api("rewards.delete", reward_id="bonus") == {"success": True}
    assert api("referral_programs.list") == {"list": []}
