"""Pushing rewards and referral programs with a catalog, as the official CLI does."""

from typing import Any

import pytest

from tests.catalog import MESSAGES, preview, push, sent_plan
from tests.conftest import Api

EVERYTHING = {"skip_deletions": False, "features": [MESSAGES], "plans": [sent_plan("pro")]}


def coupon(reward_id: str, code: str = "SUMMER", **facts: Any) -> dict[str, Any]:
    whole = {
        "id": reward_id, "name": reward_id.capitalize(), "type": "percentage_discount", "value": 20,
        "duration": {"type": "months", "length": 3}, "plan_ids": None,
        "promo_codes": [{"code": code, "global_max_redemption": None, "first_time_transaction": False}],
    }  # fmt: skip
    return {"coupon": whole | facts}


def grant(reward_id: str, code: str = "GIFT", included: float = 50) -> dict[str, Any]:
    grants = [{"feature_id": "messages", "included": included, "expiry": None}]
    codes = [{"code": code, "max_uses": 5}]
    facts = {"id": reward_id, "name": reward_id.capitalize(), "grants": grants, "promo_codes": codes}
    return {"feature_grant": facts}


def program(program_id: str, reward_id: str, **facts: Any) -> dict[str, Any]:
    whole = {
        "id": program_id, "reward_id": reward_id, "redeem_on": "customer_creation", "received_by": "all",
        "max_redemptions": 10, "plan_ids": None, "exclude_trial": False,
    }  # fmt: skip
    return whole | facts


REWARDS = {
    **EVERYTHING,
    "rewards": [grant("gift"), coupon("summer", plan_ids=["pro"])],
    "referral_programs": [program("friends", "gift")],
}


@pytest.fixture
def pushed(api: Api) -> Api:
    push(api, **REWARDS)
    return api


def changes(told: Any) -> tuple[Any, Any]:
    return tuple(
        {each["id"]: each["action"] for each in told[kind]}
        for kind in ("reward_changes", "referral_program_changes")
    )  # type: ignore[return-value]


def stated(api: Api) -> tuple[set[str], set[str]]:
    """The ids of rewards and programs."""
    listed = api("rewards.list")
    programs = api("referral_programs.list")["list"]
    return {each["id"] for kind in listed.values() for each in kind}, {each["id"] for each in programs}


def refusal(api: Api, **body: Any) -> tuple[int, str, str]:
    """Of a push and of its preview, which change nothing."""
    before = stated(api)
    told = api.refusal(api.call("catalog.preview_update", body, version="2.2.0"))
    assert api.refusal(api.call("catalog.update", body, version="2.2.0")) == told
    assert stated(api) == before
    return told


def test_a_push_makes_rewards_and_programs_and_answers_in_the_order_sent(api: Api) -> None:
    told = preview(api, **REWARDS)
    nothing = stated(api)

    made = push(api, **REWARDS)

    assert changes(told) == ({"gift": "created", "summer": "created"}, {"friends": "created"})
    assert nothing == (set(), set())
    assert made["rewards"] == [
        api("rewards.get", reward_id="gift"), api("rewards.get", reward_id="summer"),
    ]  # fmt: skip
    assert made["referral_programs"] == api("referral_programs.list")["list"]
    assert made["referral_programs"][0]["reward_id"] == "gift"
    assert made["referral_programs"][0]["plan_ids"] == [""]


def test_the_same_push_again_changes_nothing(pushed: Api) -> None:
    before = pushed("rewards.list")

    told = preview(pushed, **REWARDS)
    push(pushed, **REWARDS)

    assert changes(told) == ({"gift": "none", "summer": "none"}, {"friends": "none"})
    assert pushed("rewards.list") == before


def test_what_differs_is_changed_and_what_is_left_out_goes(pushed: Api) -> None:
    made = pushed("rewards.get", reward_id="gift")["feature_grant"]["created_at"]
    body = {
        **EVERYTHING,
        "rewards": [grant("gift", "SUMMER", included=70)],
        "referral_programs": [program("mates", "gift", received_by="referrer")],
    }

    told = preview(pushed, **body)
    answer = push(pushed, **body)

    assert changes(told) == (
        {"gift": "updated", "summer": "deleted"},
        {"mates": "created", "friends": "deleted"},
    )
    assert stated(pushed) == ({"gift"}, {"mates"})
    [gift] = [each["feature_grant"] for each in answer["rewards"]]
    assert (gift["grants"][0]["included"], gift["promo_codes"][0]["code"]) == (70, "SUMMER")
    assert gift["created_at"] == made


def test_a_program_may_come_to_give_a_new_reward_as_its_old_one_goes(pushed: Api) -> None:
    customer = pushed("customers.get_or_create", customer_id="ada")["id"]
    code = pushed("referrals.create_code", customer_id=customer, program_id="friends")["code"]
    body = {
        **EVERYTHING,
        "rewards": [coupon("spring", "SPRING")],
        "referral_programs": [program("friends", "spring")],
    }

    told = preview(pushed, **body)
    push(pushed, **body)

    assert changes(told)[1] == {"friends": "updated"}
    assert stated(pushed) == ({"spring"}, {"friends"})
    again = pushed("referrals.create_code", customer_id=customer, program_id="friends")
    assert again["code"] == code


@pytest.mark.parametrize("left_out", [
    {},
    {"rewards": [coupon("autumn", "AUTUMN")], "skip_deletions": True},
])  # fmt: skip
def test_what_is_not_said_stays(pushed: Api, left_out: dict[str, Any]) -> None:
    body = {**EVERYTHING, **left_out}

    told = preview(pushed, **body)
    push(pushed, **body)

    assert "deleted" not in {**changes(told)[0], **changes(told)[1]}.values()
    assert stated(pushed)[0] >= {"gift", "summer"}
    assert stated(pushed)[1] == {"friends"}


def test_rewards_that_give_a_plan_are_never_touched(pushed: Api) -> None:
    free = {
        "id": "free_pro", "name": "Free", "type": "free_product", "free_product_id": "pro", "promo_codes": [],
    }  # fmt: skip
    status, answer = pushed.request("POST", "/v1/rewards", free)
    assert status == 200, answer

    told = preview(pushed, **EVERYTHING, rewards=[], referral_programs=[])
    push(pushed, **EVERYTHING, rewards=[], referral_programs=[])

    assert changes(told) == ({"gift": "deleted", "summer": "deleted"}, {"friends": "deleted"})
    assert [each.id for each in pushed.world.store.rewards] == ["free_pro"]


MISSING = (
    "Referral program friends references missing reward ghost. "
    "Remove the referral program or restore the reward."
)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"rewards": [grant("gift"), coupon("gift")]},
            "rewards: rewards IDs must be unique",
        ),
        (
            {"referral_programs": [program("a", "gift"), program("a", "gift")]},
            "referral_programs: referral_programs IDs must be unique",
        ),
        ({"referral_programs": [program("friends", "ghost")]}, f"referral_programs.0.reward_id: {MISSING}"),
        (
            {"rewards": [coupon("gift", value=120)]},
            "rewards.0.coupon.value: Percentage discounts must be at most 100; "
            "rewards.0: Provide exactly one of coupon or feature_grant",
        ),
    ],
)
def test_a_body_that_does_not_agree_with_itself(pushed: Api, given: dict[str, Any], message: str) -> None:
    told = refusal(pushed, **{**REWARDS, **given})

    assert told[:2] == (400, "invalid_inputs")
    assert told[2].endswith(message)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"rewards": [coupon("x", plan_ids=["ghost"])]}, (404, "product_not_found", "Product ghost not found")),
        (
            {"rewards": [coupon("x", "A"), coupon("y", "A")]},
            (400, "duplicate_promo_code", "Promo code A is already in use by another reward"),
        ),
        (
            {"rewards": [coupon("x", "no spaces")]},
            (
                400,
                "invalid_reward",
                "Promotional code can only contain letters and numbers (a-z, A-Z, 0-9)",
            ),
        ),
        (
            {"features": [], "skip_deletions": True, "rewards": [
                {"feature_grant": {**grant("x", "X")["feature_grant"], "grants": [
                    {"feature_id": "ghost", "included": 1, "expiry": None},
                ]}},
            ]},
            (404, "feature_not_found", "Feature ghost not found"),
        ),
    ],
)  # fmt: skip
def test_what_making_a_reward_refuses_a_push_refuses(
    pushed: Api, given: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    assert refusal(pushed, **{**REWARDS, "referral_programs": [], **given}) == expected


def test_a_program_needs_a_reward_that_is_there(pushed: Api) -> None:
    told = refusal(pushed, **EVERYTHING, referral_programs=[program("friends", "ghost")])

    assert told == (404, "reward_not_found", "Reward ghost not found")


def test_a_reward_that_a_program_gives_does_not_go_alone(pushed: Api) -> None:
    told = refusal(pushed, **EVERYTHING, rewards=[])

    assert told == (
        400,
        "invalid_request",
        "Reward gift is linked to referral programs: friends. Delete them first.",
    )


@pytest.mark.parametrize("other", [
    coupon("summer", value=30), coupon("summer", duration={"type": "forever", "length": None}),
    grant("summer", "S"),
])  # fmt: skip
def test_what_a_reward_is_can_t_be_changed(pushed: Api, other: dict[str, Any]) -> None:
    told = refusal(pushed, **{**REWARDS, "rewards": [grant("gift"), other]})

    assert told[:2] == (501, "not_emulated")
    assert "reward summer" in told[2]
