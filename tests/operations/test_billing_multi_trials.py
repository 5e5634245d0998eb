"""Several plans at once of which some may be tried: plans of one Stripe subscription are in one trial."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.billing import attach, catalogue, invoices, lines, monthly, state, trial, tried_plans
from tests.builders import item, plan
from tests.conftest import Api

A_WEEK_ON, TWO_WEEKS_ON = from_iso("2026-01-08T00:00:00Z"), from_iso("2026-01-15T00:00:00Z")


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)
    tried_plans(api)
    plan(api, "mail", item("calls", 300, "month"), group="mail", **monthly(15))
    plan(api, "post", item("calls", 300, "month"), group="mail", **monthly(30), **trial(7))


def body(*plan_ids: str, customer_id: str = "k") -> dict[str, Any]:
    return {"customer_id": customer_id, "plans": [{"plan_id": plan_id} for plan_id in plan_ids]}


def multi_attach(api: Api, *plan_ids: str) -> tuple[Any, Any]:
    """The preview, and the answer."""
    asked = body(*plan_ids)
    return api("billing.preview_multi_attach", **asked), api("billing.multi_attach", **asked)


def trial_ends(api: Api) -> dict[str, Any]:
    return {each["plan_id"]: each["trial_ends_at"] for each in state(api, "k")["subscriptions"]}


def test_what_begins_with_a_tried_plan_is_in_its_trial(api: Api) -> None:
    shown, _ = multi_attach(api, "fortnight", "mail")

    in_trial, begun = trial_ends(api), invoices(api, "k")
    api.advance("14 days")

    assert shown["total"] == 0
    assert (shown["next_cycle"]["starts_at"], shown["next_cycle"]["total"]) == (TWO_WEEKS_ON, 65)
    assert in_trial == {"fortnight": TWO_WEEKS_ON, "mail": TWO_WEEKS_ON}
    assert begun == [("paid", 0)]
    assert invoices(api, "k")[0] == ("paid", 65)


def test_what_begins_with_a_plan_that_is_paid_is_not_tried(api: Api) -> None:
    shown, answer = multi_attach(api, "mail", "fortnight")

    assert (shown["total"], answer["invoice"]["total"]) == (65, 65)
    assert "next_cycle" not in shown
    assert trial_ends(api) == {"mail": None, "fortnight": None}


def test_of_two_trials_that_of_the_first_plan_counts(api: Api) -> None:
    multi_attach(api, "fortnight", "post")

    assert trial_ends(api) == {"fortnight": TWO_WEEKS_ON, "post": TWO_WEEKS_ON}


@pytest.mark.parametrize("plan_ids", [("fortnight", "mail"), ("mail", "fortnight")])
def test_an_upgrade_to_a_tried_plan_brings_all_into_its_trial(api: Api, plan_ids: tuple[str, ...]) -> None:
    attach(api, "k", "pro")

    shown, answer = multi_attach(api, *plan_ids)

    assert lines(shown) == [("Unused 1 × Pro (at $20.00 / month)", -20)]
    assert answer["invoice"]["total"] == -20
    assert trial_ends(api) == {"fortnight": TWO_WEEKS_ON, "mail": TWO_WEEKS_ON}


@pytest.mark.parametrize("plan_ids", [("premium", "mail"), ("mail", "premium")])
def test_an_upgrade_that_ends_the_trial_ends_it_for_all(api: Api, plan_ids: tuple[str, ...]) -> None:
    attach(api, "k", "week")

    shown, answer = multi_attach(api, *plan_ids)

    assert (shown["total"], answer["invoice"]["total"]) == (65, 65)
    assert trial_ends(api) == {"premium": None, "mail": None}


@pytest.mark.parametrize("plan_ids", [("extra", "mail"), ("post",)])
def test_what_upgrades_nothing_joins_the_running_trial(api: Api, plan_ids: tuple[str, ...]) -> None:
    attach(api, "k", "week")

    shown, _ = multi_attach(api, *plan_ids)

    assert shown["total"] == 0
    assert set(trial_ends(api).values()) == {A_WEEK_ON}


def test_a_trial_without_a_card_is_one_for_all(api: Api) -> None:
    answer = api("billing.multi_attach", **body("pro_n", "mail", customer_id="c"))

    assert answer["payment_url"] is None
    assert len(state(api, "c")["subscriptions"]) == 2


def test_what_is_paid_once_and_what_is_free_is_in_no_trial(api: Api) -> None:
    _, answer = multi_attach(api, "fortnight", "boost", "bonus")

    assert answer["invoice"]["total"] == 50
    assert trial_ends(api) == {"fortnight": TWO_WEEKS_ON, "bonus": None}
