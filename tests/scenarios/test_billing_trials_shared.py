"""Trials of plans that share a Stripe subscription (billing L200 …)."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.billing import attach, catalogue, invoices, monthly, plans_of, preview, state, trial, tried_plans
from tests.builders import item, plan
from tests.conftest import Api

JAN_1 = from_iso("2026-01-01T00:00:00Z")
JAN_4 = from_iso("2026-01-04T00:00:00Z")
JAN_8 = from_iso("2026-01-08T00:00:00Z")
JAN_15 = from_iso("2026-01-15T00:00:00Z")
JAN_18 = from_iso("2026-01-18T00:00:00Z")
FEB_1 = from_iso("2026-02-01T00:00:00Z")
FEB_4 = from_iso("2026-02-04T00:00:00Z")


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    """Beside the common plans those that are tried for one and for two weeks, and two offices of K."""
    catalogue(api)
    tried_plans(api)
    plan(api, "tried_extra", item("credits", 10, "month"), add_on=True, **monthly(8), **trial(7))
    for entity_id in ("e1", "e2"):
        api("entities.create", customer_id="k", entity_id=entity_id, name=entity_id.upper(), feature_id="seats")


def of_entity(api: Api, entity_id: str) -> dict[str, Any]:
    """The one plan of an office."""
    [row] = [
        each
        for each in api("entities.get", customer_id="k", entity_id=entity_id)["subscriptions"]
        if each["scope"] == "entity"
    ]
    return dict(row)


def trial_ends(api: Api) -> tuple[Any, Any]:
    return of_entity(api, "e1")["trial_ends_at"], of_entity(api, "e2")["trial_ends_at"]


def cancel(api: Api, entity_id: str, action: str = "cancel_immediately") -> Any:
    return api("billing.update", customer_id="k", entity_id=entity_id, cancel_action=action)


def update(api: Api, entity_id: str, **more: Any) -> Any:
    return api("billing.update", customer_id="k", entity_id=entity_id, **more)


def shared_statuses(api: Api) -> list[str]:
    return [each.status for each in api.world.store.stripe_subscriptions]


@pytest.fixture
def tried(api: Api) -> Api:
    """Both offices try the plan of a week since the first of January, the second one joined on the 4th."""
    attach(api, "k", "week", entity_id="e1")
    api.advance("3 days")
    attach(api, "k", "week", entity_id="e2")
    return api


@pytest.fixture
def paying(api: Api) -> Api:
    """Both offices pay pro since the first of January."""
    attach(api, "k", "pro", entity_id="e1")
    attach(api, "k", "pro", entity_id="e2")
    return api


def test_l200_who_joins_later_inherits_the_running_trial(tried: Api) -> None:
    assert trial_ends(tried) == (JAN_8, JAN_8)
    assert shared_statuses(tried) == ["trialing"]
    assert set(invoices(tried, "k")) == {("paid", 0)}

    tried.freeze(JAN_8)

    assert trial_ends(tried) == (None, None)
    assert invoices(tried, "k")[0] == ("paid", 40)


def test_l201_an_upgrade_to_a_longer_trial_is_shared(tried: Api) -> None:
    answer = attach(tried, "k", "fortnight", entity_id="e1")

    assert "invoice" not in answer
    assert trial_ends(tried) == (JAN_18, JAN_18)
    tried.freeze(JAN_18)
    assert invoices(tried, "k")[0] == ("paid", 70)


def test_l202_an_upgrade_without_a_trial_ends_it_for_both(tried: Api) -> None:
    shown = preview(tried, "k", "premium", entity_id="e1")

    answer = attach(tried, "k", "premium", entity_id="e1")

    assert answer["invoice"]["total"] == shown["total"] == 70
    assert trial_ends(tried) == (None, None)
    assert state(tried, "k")["invoices"][0]["plan_ids"] == ["premium", "week"]
    tried.freeze(FEB_4)
    assert invoices(tried, "k")[0] == ("paid", 70)


def test_l203_an_upgrade_to_a_trial_gives_back_what_both_paid(paying: Api) -> None:
    paying.freeze("2026-01-16T12:00:00Z")
    shown = preview(paying, "k", "fortnight", entity_id="e1")

    answer = attach(paying, "k", "fortnight", entity_id="e1")

    assert [line["description"] for line in shown["line_items"]] == [
        "Unused 1 × Pro (at $20.00 / month) (E1)",
        "Unused Pro - Base Price (from 01 Jan 2026 to 01 Feb 2026) (E2)",
    ]
    assert answer["invoice"]["total"] == shown["total"] == -20
    ends = from_iso("2026-01-30T12:00:00Z")
    assert trial_ends(paying) == (ends, ends)
    assert shared_statuses(paying) == ["trialing"]


def test_l203_and_the_end_of_that_trial_charges_both(paying: Api) -> None:
    attach(paying, "k", "fortnight", entity_id="e1")

    paying.freeze(JAN_15)

    assert invoices(paying, "k")[0] == ("paid", 70)
    assert of_entity(paying, "e2")["current_period_start"] == JAN_15


def test_l204_an_add_on_has_no_trial_of_its_own(api: Api) -> None:
    attach(api, "k", "pro")

    answer = attach(api, "k", "tried_extra")

    assert answer["invoice"]["total"] == 8
    assert [row["trial_ends_at"] for row in state(api, "k")["subscriptions"]] == [None, None]


def test_l204_an_add_on_joins_the_trial_that_runs(api: Api) -> None:
    attach(api, "k", "fortnight")

    answer = attach(api, "k", "tried_extra")

    assert "invoice" not in answer
    assert [row["trial_ends_at"] for row in state(api, "k")["subscriptions"]] == [JAN_15, JAN_15]


def test_l205_an_office_that_joins_a_paid_subscription_has_no_trial(api: Api) -> None:
    attach(api, "k", "pro", entity_id="e1")

    answer = attach(api, "k", "week", entity_id="e2")

    assert answer["invoice"]["total"] == 20
    assert trial_ends(api) == (None, None)


def test_l218_one_office_leaves_a_trial_and_the_other_goes_on(tried: Api) -> None:
    answer = cancel(tried, "e1")

    assert "invoice" not in answer
    assert plans_of(tried, "k") == [("week", "active")]
    assert of_entity(tried, "e2")["trial_ends_at"] == JAN_8
    assert shared_statuses(tried) == ["trialing"]
    tried.freeze(JAN_8)
    assert invoices(tried, "k")[0] == ("paid", 20)


def test_l218_when_both_leave_the_subscription_is_cancelled(tried: Api) -> None:
    cancel(tried, "e1")
    cancel(tried, "e2")

    assert plans_of(tried, "k") == []
    assert shared_statuses(tried) == ["canceled"]
    tried.advance("1 month")
    assert {total for _, total in invoices(tried, "k")} == {0}


def test_l219_a_trial_that_was_left_is_used(api: Api) -> None:
    attach(api, "k", "week", entity_id="e1")
    cancel(api, "e1")

    answer = attach(api, "k", "week", entity_id="e1")

    assert answer["invoice"]["total"] == 20
    assert of_entity(api, "e1")["trial_ends_at"] is None


def test_l219_the_other_office_still_has_its_own(api: Api) -> None:
    attach(api, "k", "week", entity_id="e1")
    cancel(api, "e1")

    answer = attach(api, "k", "week", entity_id="e2")

    assert answer["invoice"]["total"] == 0
    assert of_entity(api, "e2")["trial_ends_at"] == JAN_8


def test_l221_a_trial_that_is_set_for_one_office_is_that_of_both(tried: Api) -> None:
    given = {"free_trial": {"duration_length": 14, "duration_type": "day"}}

    answer = update(tried, "e1", customize=given)

    assert "invoice" not in answer
    assert trial_ends(tried) == (JAN_18, JAN_18)


def test_l221_set_on_a_paid_subscription_both_are_given_back_what_they_paid(paying: Api) -> None:
    given = {"free_trial": {"duration_length": 14, "duration_type": "day"}}

    answer = update(paying, "e1", customize=given)

    assert answer["invoice"]["total"] == -40
    assert trial_ends(paying) == (JAN_15, JAN_15)


def test_l221_a_trial_that_is_taken_from_one_office_is_over_for_both(tried: Api) -> None:
    shown = tried("billing.preview_update", customer_id="k", entity_id="e1", customize={"free_trial": None})

    answer = update(tried, "e1", customize={"free_trial": None})

    assert answer["invoice"]["total"] == shown["total"] == 40
    assert trial_ends(tried) == (None, None)
    assert of_entity(tried, "e2")["current_period_end"] == FEB_4


def test_a_cycle_that_begins_anew_is_paid_anew_by_both(paying: Api) -> None:
    paying.freeze("2026-01-16T12:00:00Z")

    answer = attach(paying, "k", "premium", entity_id="e1", billing_cycle_anchor="now")

    assert answer["invoice"]["total"] == 50 - 10 + 20 - 10
    ends = from_iso("2026-02-16T12:00:00Z")
    assert {of_entity(paying, each)["current_period_end"] for each in ("e1", "e2")} == {ends}
    paying.freeze(ends)
    assert invoices(paying, "k")[0] == ("paid", 70)


def test_a_cycle_that_begins_later_is_paid_until_then_by_both(paying: Api) -> None:
    paying.freeze("2026-01-16T12:00:00Z")
    later = from_iso("2026-01-21T00:00:00Z")

    answer = attach(paying, "k", "premium", entity_id="e1", billing_cycle_anchor=later)

    part = 4.5 / 31
    assert answer["invoice"]["total"] == pytest.approx(-20 + 70 * part, abs=0.01)
    paying.freeze(later)
    assert invoices(paying, "k")[0] == ("paid", 70)


def test_an_office_that_is_to_leave_pays_nothing_more(tried: Api) -> None:
    cancel(tried, "e2", "cancel_end_of_cycle")

    answer = attach(tried, "k", "premium", entity_id="e1")

    assert answer["invoice"]["total"] == 50
    tried.freeze(JAN_8)
    assert plans_of(tried, "k") == [("premium", "active")]
    assert len([total for _, total in invoices(tried, "k") if total]) == 1
