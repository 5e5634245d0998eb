"""`rewards.*` but redeeming."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.builders import boolean, metered, plan
from tests.conftest import Api
from tests.rewards import (
    FOREVER,
    ONCE,
    coupon,
    coupon_body,
    feature_grant,
    grant_body,
    granting,
    program,
)

NOON = "2026-01-01T12:00:00Z"
ONE_KIND = "input: Provide exactly one of coupon or feature_grant"
MONTHS = {"type": "months", "length": 3}


def invalid(api: Api, operation: str = "rewards.create", **body: Any) -> str:
    """What a refused body is told."""
    status, code, message = api.refused(operation, **body)
    assert (status, code) == (400, "invalid_inputs")
    return message


def several(*problems: str) -> str:
    return f"[Validation Errors] {'; '.join(problems)}"


# Making


def test_s1_a_coupon_is_made(api: Api) -> None:
    api.freeze(NOON)

    made = api(
        "rewards.create",
        coupon={
            "id": "summer",
            "name": "Summer",
            "type": "percentage_discount",
            "value": 20,
            "duration": {"type": "months", "length": 3},
            "plan_ids": None,
            "promo_codes": [{"code": "SUMMER20"}],
        },
    )

    assert made == {
        "coupon": {
            "id": "summer",
            "name": "Summer",
            "type": "percentage_discount",
            "value": 20,
            "duration": {"type": "months", "length": 3},
            "plan_ids": None,
            "promo_codes": [
                {"code": "SUMMER20", "global_max_redemption": None, "first_time_transaction": False}
            ],
            "created_at": from_iso(NOON),
        }
    }


def test_s2_a_fixed_coupon_for_one_invoice_needs_no_code(api: Api) -> None:
    made = coupon(api, "five", 5, type="fixed_discount", duration=ONCE)

    assert (made["type"], made["value"], made["duration"], made["promo_codes"]) == (
        "fixed_discount", 5, ONCE, [],
    )  # fmt: skip


def test_the_limits_of_a_code_are_shown(api: Api) -> None:
    limited = {"code": "LOYAL", "global_max_redemption": 10, "first_time_transaction": True}

    made = coupon(api, "loyal", 12.5, promo_codes=[limited])

    assert made["value"] == 12.5
    assert made["promo_codes"] == [limited]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"coupon": coupon_body("a"), "feature_grant": grant_body("b", granting("credits", 1))},
    ],
)
def test_s3_a_reward_is_of_one_kind(api: Api, body: dict[str, Any]) -> None:
    assert invalid(api, **body) == ONE_KIND


def test_s4_no_percentage_is_over_100(api: Api) -> None:
    message = invalid(api, coupon=coupon_body("a", 150))

    assert message == several("coupon.value: Percentage discounts must be at most 100", ONE_KIND)
    assert coupon(api, "a", 150, type="fixed_discount")["value"] == 150


@pytest.mark.parametrize(
    "duration",
    [{"type": "months", "length": None}, {"type": "forever", "length": 2}, {"type": "one_off", "length": 1}],
)
def test_s5_months_have_a_length_and_nothing_else_has(api: Api, duration: dict[str, Any]) -> None:
    message = invalid(api, coupon=coupon_body("a", duration=duration))

    rule = "coupon.duration.length: Length is required for months and must otherwise be null"
    assert message == several(rule, ONE_KIND)


def test_s6_codes_and_plans_of_a_coupon_differ(api: Api) -> None:
    twice = coupon_body("a", plan_ids=["x", "x"], promo_codes=[{"code": "ONE"}, {"code": "ONE"}])

    message = invalid(api, coupon=twice)

    assert message == several(
        "coupon.promo_codes: Promo codes must be unique", "coupon.plan_ids: Plan IDs must be unique", ONE_KIND
    )


def test_a_broken_value_does_not_hide_the_rules_of_other_fields(api: Api) -> None:
    twice = [{"code": "ONE"}, {"code": "ONE"}]

    message = invalid(api, coupon=coupon_body("", 101, name="A", promo_codes=twice))

    assert message == several(
        "coupon.id: cannot be empty",
        "coupon.value: Percentage discounts must be at most 100",
        "coupon.promo_codes: Promo codes must be unique",
        ONE_KIND,
    )


def test_a_broken_kind_beside_a_whole_one_leaves_one(api: Api) -> None:
    """A coupon with a problem of value counts as absent, so the rule of one kind holds."""
    message = invalid(api, coupon=coupon_body("a", 0), feature_grant=grant_body("b", granting("credits", 1)))

    assert message == "coupon.value: Too small: expected number to be >0"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("SAVE-10", "Promotional code can only contain letters and numbers (a-z, A-Z, 0-9)"),
        ("SAVE 10", "Promotional code can only contain letters and numbers (a-z, A-Z, 0-9)"),
        ("A" * 501, "Promotional code cannot exceed 500 characters"),
    ],
)
def test_s7_codes_are_letters_and_digits(api: Api, code: str, told: str) -> None:
    refused = api.refused("rewards.create", coupon=coupon_body("a", promo_codes=[{"code": code}]))

    assert refused == (400, "invalid_reward", told)


def test_s8_ids_and_codes_share_one_name_space(api: Api) -> None:
    coupon(api, "summer", promo_codes=[{"code": "SUMMER20"}])

    def refused(reward_id: str, *codes: str) -> tuple[int, str, str]:
        body = coupon_body(reward_id, promo_codes=[{"code": code} for code in codes])
        return api.refused("rewards.create", coupon=body)

    same_id = (400, "duplicate_reward_id", "Reward id {} is already in use")
    same_code = (400, "duplicate_promo_code", "Promo code {} is already in use by another reward")
    assert refused("summer") == (*same_id[:2], same_id[2].format("summer"))
    assert refused("SUMMER20") == (*same_id[:2], same_id[2].format("SUMMER20"))
    assert refused("other", "SUMMER20") == (*same_code[:2], same_code[2].format("SUMMER20"))
    assert refused("other", "NEW", "summer") == (*same_code[:2], same_code[2].format("summer"))
    assert coupon(api, "Summer", promo_codes=[{"code": "summer20"}])["id"] == "Summer"


def test_s9_invoice_credits_can_not_be_made(api: Api) -> None:
    message = invalid(api, coupon=coupon_body("a", type="invoice_credits"))

    assert message == "coupon.type: must be one of: percentage_discount, fixed_discount"


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        (
            {"id": "a", "name": "A", "type": "fixed_discount", "value": 5},
            [
                "coupon.duration: Invalid input: expected object, received undefined",
                "coupon.plan_ids: Invalid input: expected array, received undefined",
                "coupon.promo_codes: Invalid input: expected array, received undefined",
            ],
        ),
        (
            coupon_body("", name="", plan_ids=[]),
            [
                "coupon.id: cannot be empty",
                "coupon.name: cannot be empty",
                "coupon.plan_ids: Too small: expected array to have >=1 items",
                ONE_KIND,
            ],
        ),
        (
            coupon_body("a", 150, type="gift"),
            ["coupon.type: must be one of: percentage_discount, fixed_discount"],
        ),
        (
            coupon_body("a", promo_codes=[{"code": "", "global_max_redemption": 0}]),
            [
                "coupon.promo_codes.0.code: cannot be empty",
                "coupon.promo_codes.0.global_max_redemption: Too small: expected number to be >0",
                ONE_KIND,
            ],
        ),
    ],
)
def test_how_problems_of_a_coupon_combine(api: Api, body: dict[str, Any], problems: list[str]) -> None:
    message = invalid(api, coupon=body)

    assert message == (several(*problems) if len(problems) > 1 else problems[0])


def test_s19_an_unknown_key_is_refused(api: Api) -> None:
    assert invalid(api, coupon=coupon_body("a", foo=1)) == 'coupon: Unrecognized key: "foo"'
    assert invalid(api, coupon=coupon_body("a"), x=1, y=2) == 'input: Unrecognized keys: "x", "y"'
    assert invalid(api, coupon=coupon_body("a", internal_id="rew_1")) == (
        'coupon: Unrecognized key: "internal_id"'
    )


# Feature grants


def test_s10_a_feature_grant_is_made(api: Api) -> None:
    metered(api, "credits")
    api.freeze(NOON)
    codes = [{"code": "BETA", "max_uses": 2}, {"code": "VIP", "max_uses": None}]

    made = feature_grant(api, "beta", granting("credits", 100, ("month", 1)), promo_codes=codes)

    assert made == {
        "id": "beta",
        "name": "Beta",
        "grants": [{"feature_id": "credits", "included": 100, "expiry": {"type": "month", "length": 1}}],
        "promo_codes": codes,
        "created_at": from_iso(NOON),
    }


def test_a_grant_of_nothing_is_one(api: Api) -> None:
    metered(api, "credits")

    made = feature_grant(api, "solo", granting("credits", 0))

    assert made["grants"] == [{"feature_id": "credits", "included": 0, "expiry": None}]


@pytest.mark.parametrize(
    ("feature_id", "included", "told"),
    [
        ("ghost", 1, (404, "feature_not_found", "Feature ghost not found")),
        ("sso", 1, (400, "invalid_reward", "Feature sso must have included set to null")),
        ("credits", None, (400, "invalid_reward", "Feature credits must have a positive included value")),
    ],
)
def test_s11_a_grant_fits_its_feature(
    api: Api, feature_id: str, included: float | None, told: tuple[int, str, str]
) -> None:
    metered(api, "credits")
    boolean(api, "sso")

    refused = api.refused("rewards.create", feature_grant=grant_body("g", granting(feature_id, included)))

    assert refused == told
    assert api.refused("rewards.get", reward_id="g")[0] == 404


@pytest.mark.parametrize(
    ("grants", "codes", "problems"),
    [
        (
            [],
            [],
            [
                "feature_grant.grants: Too small: expected array to have >=1 items",
                "feature_grant.promo_codes: Too small: expected array to have >=1 items",
                ONE_KIND,
            ],
        ),
        (
            [granting("credits", -1, ("hour", 0))],
            [{"code": "G", "max_uses": 0}],
            [
                "feature_grant.grants.0.included: Too small: expected number to be >=0",
                "feature_grant.grants.0.expiry.type: must be one of: day, week, month, year",
                "feature_grant.grants.0.expiry.length: Too small: expected number to be >0",
                "feature_grant.promo_codes.0.max_uses: Too small: expected number to be >0",
            ],
        ),
        (
            [granting("credits", 1), granting("credits", 2)],
            [{"code": "G", "max_uses": None}, {"code": "G", "max_uses": 3}],
            [
                "feature_grant.grants: Feature grants must be unique",
                "feature_grant.promo_codes: Promo codes must be unique",
                ONE_KIND,
            ],
        ),
        (
            [{"feature_id": "credits"}],
            [{"code": "G"}],
            [
                "feature_grant.grants.0.included: must be a number (received undefined)",
                "feature_grant.grants.0.expiry: Invalid input: expected object, received undefined",
                "feature_grant.promo_codes.0.max_uses: must be a number (received undefined)",
            ],
        ),
    ],
)
def test_s12_how_problems_of_a_grant_combine(
    api: Api, grants: list[Any], codes: list[Any], problems: list[str]
) -> None:
    body = grant_body("g", *grants, promo_codes=codes)

    assert invalid(api, feature_grant=body) == several(*problems)


# Reading


def test_s13_get_knows_ids_and_nothing_else(api: Api) -> None:
    made = coupon(api, "summer")

    assert api("rewards.get", reward_id="summer") == {"coupon": made}
    assert api.refused("rewards.get", reward_id="nope") == (404, "reward_not_found", "Reward nope not found")
    assert invalid(api, "rewards.get") == "reward_id: must be a string (received undefined)"
    assert invalid(api, "rewards.get", reward_id="summer", x=1) == 'input: Unrecognized key: "x"'


def test_s14_the_list_is_by_kind_and_newest_first(api: Api) -> None:
    metered(api, "credits")
    api.freeze(NOON)
    assert api("rewards.list") == {"coupons": [], "feature_grants": []}
    first = coupon(api, "first")
    api.advance("1 minute")
    second = coupon(api, "second", duration=MONTHS)
    grant = feature_grant(api, "beta", granting("credits", 1))

    status, listed = api.request("POST", "/v1/rewards.list")

    assert status == 200
    assert listed == {"coupons": [second, first], "feature_grants": [grant]}


# Changing


def test_s15_only_what_is_given_changes(api: Api) -> None:
    before = coupon(api, "summer", promo_codes=[{"code": "SUMMER20"}])

    changed = api("rewards.update", reward_id="summer", coupon={"name": "Sommer"})

    assert changed == {"coupon": before | {"name": "Sommer"}}
    assert api("rewards.get", reward_id="summer") == changed


def test_s15_the_kind_stays(api: Api) -> None:
    metered(api, "credits")
    coupon(api, "summer")
    feature_grant(api, "beta", granting("credits", 1))

    as_grant = api.refused("rewards.update", reward_id="summer", feature_grant={"name": "X"})
    as_coupon = api.refused("rewards.update", reward_id="beta", coupon={"name": "X"})

    assert as_grant == (400, "invalid_request", "Reward summer is a coupon — provide coupon")
    assert as_coupon == (400, "invalid_request", "Reward beta is a feature grant — provide feature_grant")


def test_what_a_coupon_takes_off_can_not_change(api: Api) -> None:
    coupon(api, "summer")

    message = invalid(api, "rewards.update", reward_id="summer", coupon={"value": 30})

    assert message == 'coupon: Unrecognized key: "value"'
    assert invalid(api, "rewards.update", reward_id="summer") == ONE_KIND


def test_s16_a_coupon_is_limited_to_plans_that_exist(api: Api) -> None:
    plan(api, "pro")
    coupon(api, "summer")
    unknown = (404, "product_not_found", "Product ghost not found")

    def limited_to(*plan_ids: str) -> tuple[int, str, str]:
        return api.refused("rewards.update", reward_id="summer", coupon={"plan_ids": list(plan_ids)})

    assert limited_to("ghost", "phantom") == unknown
    assert limited_to("pro", "ghost") == unknown
    assert api.refused("rewards.create", coupon=coupon_body("a", plan_ids=["ghost"])) == unknown


def test_the_plans_of_a_coupon_are_shown_as_given(api: Api) -> None:
    plan(api, "pro")
    plan(api, "team")
    coupon(api, "sale", plan_ids=["pro"])

    def after(plan_ids: list[str] | None) -> Any:
        return api("rewards.update", reward_id="sale", coupon={"plan_ids": plan_ids})["coupon"]["plan_ids"]

    assert after(["team", "pro", "team"]) == ["team", "pro", "team"]
    assert after(None) is None
    assert invalid(api, "rewards.update", reward_id="sale", coupon={"plan_ids": []}) == several(
        "coupon.plan_ids: Too small: expected array to have >=1 items", ONE_KIND
    )


def test_s17_codes_are_replaced_and_free_again(api: Api) -> None:
    coupon(api, "summer", promo_codes=[{"code": "OLD"}])

    api("rewards.update", reward_id="summer", coupon={"promo_codes": [{"code": "NEW"}]})

    assert coupon(api, "winter", promo_codes=[{"code": "OLD"}])["promo_codes"][0]["code"] == "OLD"
    kept = api("rewards.update", reward_id="summer", coupon={"promo_codes": [{"code": "NEW"}]})
    assert kept["coupon"]["promo_codes"][0]["code"] == "NEW"


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        (["TAKEN"], ("duplicate_promo_code", "Promo code TAKEN is already in use by another reward")),
        (["winter"], ("duplicate_promo_code", "Promo code winter is already in use by another reward")),
        (["TWO", "TWO"], ("duplicate_promo_code", "Promo codes must be unique within a reward")),
        (
            ["NO-DASH"],
            ("invalid_reward", "Promotional code can only contain letters and numbers (a-z, A-Z, 0-9)"),
        ),
    ],
)
def test_changed_codes_are_checked(api: Api, codes: list[str], told: tuple[str, str]) -> None:
    coupon(api, "summer")
    coupon(api, "winter", promo_codes=[{"code": "TAKEN"}])
    sent = {"promo_codes": [{"code": code} for code in codes]}

    assert api.refused("rewards.update", reward_id="summer", coupon=sent) == (400, *told)


def test_a_grant_changes_what_it_grants(api: Api) -> None:
    metered(api, "credits")
    feature_grant(api, "beta", granting("credits", 50))

    changed = api(
        "rewards.update", reward_id="beta", feature_grant={"grants": [granting("credits", 75, ("week", 2))]}
    )

    assert changed["feature_grant"]["grants"] == [granting("credits", 75, ("week", 2))]
    unknown = {"grants": [granting("ghost", 1)]}
    assert api.refused("rewards.update", reward_id="beta", feature_grant=unknown)[1] == "feature_not_found"


def test_a_grant_follows_its_feature_when_that_is_renamed(api: Api) -> None:
    metered(api, "credits")
    feature_grant(api, "beta", granting("credits", 50))

    api("features.update", feature_id="credits", new_feature_id="points")

    shown = api("rewards.get", reward_id="beta")["feature_grant"]
    assert shown["grants"] == [granting("points", 50)]


# Removing


def test_s18_a_reward_that_a_program_gives_stays(api: Api) -> None:
    coupon(api, "summer", promo_codes=[{"code": "SUMMER"}])
    program(api, "friends", "summer")
    program(api, "family", "summer")

    refused = api.refused("rewards.delete", reward_id="summer")

    told = "Reward summer is linked to referral programs: friends, family. Delete them first."
    assert refused == (400, "invalid_request", told)


def test_s18_a_deleted_reward_frees_its_names(api: Api) -> None:
    coupon(api, "summer", promo_codes=[{"code": "SUMMER"}])

    assert api("rewards.delete", reward_id="summer") == {"success": True}

    assert api.refused("rewards.delete", reward_id="summer")[:2] == (404, "reward_not_found")
    assert coupon(api, "SUMMER", promo_codes=[{"code": "summer"}])["id"] == "SUMMER"
    assert invalid(api, "rewards.delete") == "reward_id: must be a string (received undefined)"


def test_what_was_granted_outlives_its_reward(api: Api) -> None:
    metered(api, "credits")
    api("customers.get_or_create", customer_id="ann")
    feature_grant(api, "beta", granting("credits", 5))
    api("rewards.redeem", code="BETA", customer_id="ann")

    api("rewards.delete", reward_id="beta")

    assert api("customers.get", customer_id="ann")["balances"]["credits"]["granted"] == 5
    feature_grant(api, "beta", granting("credits", 7))
    api("rewards.redeem", code="BETA", customer_id="ann")
    assert api("customers.get", customer_id="ann")["balances"]["credits"]["granted"] == 12


def test_a_duration_is_shown_with_its_length(api: Api) -> None:
    assert coupon(api, "three", duration=MONTHS)["duration"] == MONTHS
    assert coupon(api, "always", duration=FOREVER)["duration"] == FOREVER
