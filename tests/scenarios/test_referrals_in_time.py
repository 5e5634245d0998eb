"""Checkout programs, and grants that run out."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from autumn_mock.emulator import Emulator
from tests.billing import give_card, monthly, pay, trial
from tests.builders import customer, item, metered, plan
from tests.conftest import Api
from tests.rewards import applied, feature_grant, granted, granting, program, refer

NOON = "2026-01-01T12:00:00Z"


@pytest.fixture(autouse=True)
def _people(api: Api) -> None:
    people(api)


def people(api: Api) -> None:
    """Ann hands out codes, Ben and Cat buy: Ben with a card, Cat without one."""
    api.freeze(NOON)
    metered(api, "credits", "calls")
    plan(api, "pro", item("calls", 100, "month"), **monthly(20))
    plan(api, "pro_t", item("calls", 100, "month"), **monthly(20), **trial(7))
    plan(api, "extra", add_on=True, **monthly(5))
    plan(api, "free", item("calls", 5, "month"))
    feature_grant(api, "bonus", granting("credits", 60))
    for name in ("ann", "ben", "cat"):
        customer(api, name)
    give_card(api, "ben")


def buyers(api: Api, *plan_ids: str, received_by: str = "all", **facts: Any) -> None:
    """A program that waits for a purchase of one of the plans."""
    given = {"max_redemptions": 5, **facts}
    program(api, "buyers", "bonus", received_by, redeem_on="checkout", plan_ids=list(plan_ids), **given)


def attach(api: Api, customer_id: str, plan_id: str, **more: Any) -> Any:
    return api("billing.attach", customer_id=customer_id, plan_id=plan_id, **more)


def test_s47_s54_the_purchase_of_a_plan_of_the_program_gives_the_reward(api: Api) -> None:
    buyers(api, "pro")

    refer(api, "ann", "ben", "buyers")
    assert (granted(api, "ann"), applied(api, "ann")) == (0, [("ben", False)])
    attach(api, "ben", "extra")
    assert (granted(api, "ann"), applied(api, "ann")) == (0, [("ben", False)])
    attach(api, "ben", "pro")

    assert (granted(api, "ann"), granted(api, "ben")) == (60, 60)
    assert applied(api, "ann") == [("ben", True)]
    assert granted(api, "ben", "calls") == 100


def test_a_reward_is_given_for_the_first_purchase_only(api: Api) -> None:
    buyers(api, "pro", "extra")
    refer(api, "ann", "ben", "buyers")

    attach(api, "ben", "pro")
    attach(api, "ben", "extra")
    api.advance("2 months")

    assert (granted(api, "ann"), granted(api, "ben")) == (60, 60)


def test_the_referrer_alone(api: Api) -> None:
    buyers(api, "pro", received_by="referrer")
    refer(api, "ann", "ben", "buyers")

    attach(api, "ben", "pro")

    assert (granted(api, "ann"), granted(api, "ben")) == (60, 0)


def test_a_free_plan_is_no_purchase(api: Api) -> None:
    buyers(api, "free")
    refer(api, "ann", "ben", "buyers")

    attach(api, "ben", "free")

    assert (granted(api, "ann"), applied(api, "ann")) == (0, [("ben", False)])


def test_a_paid_page_is_a_purchase(api: Api) -> None:
    buyers(api, "pro")
    refer(api, "ann", "cat", "buyers")
    page = attach(api, "cat", "pro")["payment_url"]
    assert granted(api, "ann") == 0

    pay(api, page)

    assert (granted(api, "ann"), granted(api, "cat")) == (60, 60)


def test_a_failed_payment_is_none_until_its_page_is_paid(api: Api) -> None:
    buyers(api, "pro")
    give_card(api, "cat", "decline:card_declined")
    refer(api, "ann", "cat", "buyers")

    page = attach(api, "cat", "pro")["payment_url"]
    assert granted(api, "ann") == 0
    pay(api, page)

    assert granted(api, "ann") == 60


def test_a_renewal_is_a_purchase(api: Api) -> None:
    """Who redeems a code as a customer of the plan already waits for the next invoice."""
    buyers(api, "pro")
    attach(api, "ben", "pro")
    api.advance("1 day")
    refer(api, "ann", "ben", "buyers")
    assert granted(api, "ann") == 0

    api.advance("1 month")

    assert applied(api, "ann") == [("ben", True)]
    row = api.world.store.balances.find("feature_id", "credits")[0]
    assert row.created_at == from_iso("2026-02-01T12:00:00Z")


def test_the_maximum_is_met_when_the_reward_is_given(api: Api) -> None:
    buyers(api, "pro", max_redemptions=1)
    give_card(api, "cat")
    refer(api, "ann", "ben", "buyers")
    refer(api, "ann", "cat", "buyers")

    attach(api, "cat", "pro")
    attach(api, "ben", "pro")

    assert granted(api, "ann") == 60
    assert sorted(applied(api, "ann")) == [("ben", False), ("cat", True)]


def test_s48_a_trial_counts_unless_the_program_excludes_it(api: Api) -> None:
    for program_id, excluded in (("strict", True), ("loose", False)):
        more = {"max_redemptions": 5, "plan_ids": ["pro_t"], "exclude_trial": excluded}
        program(api, program_id, "bonus", "referrer", redeem_on="checkout", **more)
        refer(api, "ann", "ben", program_id)

    attach(api, "ben", "pro_t")

    shown = api("customers.get", customer_id="ann", expand=["referrals"])["referrals"]
    assert {each["program_id"]: each["reward_applied"] for each in shown} == {"strict": False, "loose": True}
    assert granted(api, "ann") == 60
    row = api("customers.get", customer_id="ann")["balances"]["credits"]["breakdown"][0]
    assert row["id"].startswith("referral_loose_credits_bal_")


def test_s141_after_the_trial_the_first_payment_counts(api: Api) -> None:
    buyers(api, "pro_t", exclude_trial=True)
    refer(api, "ann", "ben", "buyers")
    attach(api, "ben", "pro_t")
    api.advance("6 days")
    assert (granted(api, "ann"), applied(api, "ann")) == (0, [("ben", False)])

    api.advance("1 day")

    assert (granted(api, "ann"), granted(api, "ben")) == (60, 60)
    assert applied(api, "ann") == [("ben", True)]
    paid = api("customers.get", customer_id="ben", expand=["invoices"])["invoices"]
    assert [(each["status"], each["total"]) for each in paid] == [("paid", 20), ("paid", 0)]


def test_a_trial_that_nobody_pays_for_gives_nothing(api: Api) -> None:
    buyers(api, "pro_t", exclude_trial=True)
    refer(api, "ann", "ben", "buyers")
    attach(api, "ben", "pro_t")
    give_card(api, "ben", "decline:card_declined")

    api.advance("8 days")

    assert (granted(api, "ann"), applied(api, "ann")) == (0, [("ben", False)])


def test_a_retried_payment_counts(api: Api) -> None:
    buyers(api, "pro_t", exclude_trial=True)
    refer(api, "ann", "ben", "buyers")
    attach(api, "ben", "pro_t")
    give_card(api, "ben", "decline:card_declined")
    api.advance("8 days")
    give_card(api, "ben")

    api.advance("3 days")

    assert (granted(api, "ann"), granted(api, "ben")) == (60, 60)


@pytest.mark.parametrize(("later", "left"), [("40 days", 60), ("42 days", 0)])
def test_what_happens_in_a_jump_happens_at_its_instant(api: Api, later: str, left: int) -> None:
    """The reward of the renewal on 1 February lasts from then on, however far the clock jumps."""
    grants = [granting("credits", 60, ("day", 10))]
    api("rewards.update", reward_id="bonus", feature_grant={"grants": grants})
    buyers(api, "pro")
    attach(api, "ben", "pro")
    refer(api, "ann", "ben", "buyers")

    api.advance(later)

    assert (granted(api, "ann"), granted(api, "ben")) == (left, left)
    assert applied(api, "ann") == [("ben", True)]


def test_s142_a_grant_runs_out(api: Api) -> None:
    feature_grant(api, "brief", granting("credits", 25, ("month", 1)))
    api("rewards.redeem", code="BRIEF", customer_id="ann")
    api.advance("30 days")
    assert api("balances.check", customer_id="ann", feature_id="credits")["allowed"] is True

    api.advance("1 day")

    checked = api("balances.check", customer_id="ann", feature_id="credits")
    assert (checked["allowed"], checked["balance"]) == (False, None)
    assert "credits" not in api("customers.get", customer_id="ann")["balances"]


def test_walking_through_time_gives_what_a_jump_gives(emulator: Emulator) -> None:
    def after(*steps: str) -> Any:
        api = Api(emulator)
        people(api)
        grants = {"grants": [granting("credits", 60, ("month", 1))]}
        api("rewards.update", reward_id="bonus", feature_grant=grants)
        buyers(api, "pro_t", exclude_trial=True)
        refer(api, "ann", "ben", "buyers")
        attach(api, "ben", "pro_t")
        for step in steps:
            api.advance(step)
        rows = api("customers.get", customer_id="ben")["balances"]["credits"]["breakdown"]
        return applied(api, "ann"), [(row["included_grant"], row["expires_at"]) for row in rows]

    walked, jumped = after(*["1 day"] * 30), after("30 days")

    assert walked == jumped
    assert jumped == ([("ben", True)], [(60, from_iso("2026-02-08T12:00:00Z"))])
