"""Trials from their beginning to what they end in (billing L206 …)."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.billing import (
    PACK,
    attach,
    balance,
    catalogue,
    invoices,
    monthly,
    plans_of,
    preview,
    row_of,
    trial,
    tried_plans,
    update,
    use,
)
from tests.builders import item, plan
from tests.conftest import Api

JAN_1 = from_iso("2026-01-01T00:00:00Z")
JAN_8 = from_iso("2026-01-08T00:00:00Z")
JAN_15 = from_iso("2026-01-15T00:00:00Z")
JAN_18 = from_iso("2026-01-18T00:00:00Z")
FEB_1 = from_iso("2026-02-01T00:00:00Z")
FEB_4 = from_iso("2026-02-04T00:00:00Z")


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    """Beside the common plans those that are tried for one and for two weeks."""
    catalogue(api)
    tried_plans(api)
    plan(api, "free_week", item("credits", 200, "month"), **trial(7))


def totals(api: Api, customer_id: str) -> list[Any]:
    return [total for _, total in invoices(api, customer_id)]


def test_l206_a_downgrade_brings_no_trial(api: Api) -> None:
    attach(api, "k", "premium")
    attach(api, "k", "week")
    before = plans_of(api, "k")

    api.freeze(FEB_1)

    assert before == [("premium", "active"), ("week", "scheduled")]
    assert plans_of(api, "k") == [("week", "active")]
    assert row_of(api, "k", "week")["trial_ends_at"] is None
    assert totals(api, "k") == [20, 50]


def test_l207_a_downgrade_in_a_trial_is_charged_at_its_end(api: Api) -> None:
    attach(api, "k", "fortnight")

    answer = attach(api, "k", "pro")

    assert "invoice" not in answer
    assert row_of(api, "k", "fortnight")["expires_at"] == JAN_15
    assert row_of(api, "k", "pro")["started_at"] == JAN_15
    api.freeze(JAN_15)
    assert plans_of(api, "k") == [("pro", "active")]
    assert totals(api, "k") == [20, 0]
    assert row_of(api, "k", "pro")["current_period_end"] == from_iso("2026-02-15T00:00:00Z")


def test_l208_from_a_trial_to_a_free_plan_nothing_is_ever_charged(api: Api) -> None:
    attach(api, "k", "fortnight")

    attach(api, "k", "starter")

    assert plans_of(api, "k") == [("fortnight", "active"), ("starter", "scheduled")]
    assert balance(api, "k") == (5000, 5000, 0)
    api.freeze(JAN_15)
    assert plans_of(api, "k") == [("starter", "active")]
    assert balance(api, "k") == (100, 100, 0)
    api.advance("3 months")
    assert totals(api, "k") == [0]
    assert [each.status for each in api.world.store.stripe_subscriptions] == ["canceled"]


def test_l209_packs_are_had_in_a_trial_and_paid_at_its_end(api: Api) -> None:
    plan(api, "packs_week", item("credits", 100, "month", price=PACK), **monthly(30), **trial(7))
    asked = {"feature_quantities": [{"feature_id": "credits", "quantity": 300}]}
    shown = preview(api, "k", "packs_week", **asked)

    answer = attach(api, "k", "packs_week", **asked)

    assert (shown["total"], shown["next_cycle"]["total"]) == (0, 50)
    assert answer["invoice"]["total"] == 0
    assert balance(api, "k") == (300, 300, 0)
    use(api, "k", "credits", 80)
    api.freeze(JAN_8)
    assert totals(api, "k") == [50, 0]
    assert balance(api, "k") == (300, 300, 0)


def test_l211_the_end_of_a_trial_charges_the_add_on_too(api: Api) -> None:
    plan(api, "twenty", item("credits", 10, "month"), add_on=True, **monthly(20))
    attach(api, "k", "week")

    shown = preview(api, "k", "twenty")
    answer = attach(api, "k", "twenty")

    assert "invoice" not in answer
    assert shown["next_cycle"]["total"] == 40
    api.freeze(JAN_8)
    assert invoices(api, "k")[0] == ("paid", 40)


def test_l212_from_a_paid_plan_to_a_trial_what_was_paid_is_given_back(api: Api) -> None:
    attach(api, "k", "pro")

    answer = attach(api, "k", "fortnight")

    assert (answer["invoice"]["status"], answer["invoice"]["total"]) == ("paid", -20)
    assert sorted(totals(api, "k")) == [-20, 0, 20]
    assert row_of(api, "k", "fortnight")["trial_ends_at"] == JAN_15
    api.freeze(JAN_15)
    assert invoices(api, "k")[0] == ("paid", 50)


def test_l213_an_upgrade_in_a_trial_begins_the_longer_one_afresh(api: Api) -> None:
    attach(api, "k", "week")
    api.advance("3 days")

    answer = attach(api, "k", "fortnight")

    assert "invoice" not in answer
    assert row_of(api, "k", "fortnight")["trial_ends_at"] == JAN_18
    assert set(totals(api, "k")) == {0}
    api.freeze(JAN_18)
    assert totals(api, "k")[0] == 50


def test_l214_a_free_plan_may_be_tried(api: Api) -> None:
    api.freeze("2026-01-01T00:00:00.250Z")

    answer = attach(api, "k", "free_week")

    assert answer == {"customer_id": "k", "payment_url": None}
    row = row_of(api, "k", "free_week")
    assert row["trial_ends_at"] == JAN_8 + 250
    assert (row["current_period_start"], row["current_period_end"]) == (JAN_1 + 250, JAN_8 + 250)


def test_l214_a_free_plan_gives_way_to_one_that_is_tried(api: Api) -> None:
    plan(api, "free_fortnight", item("credits", 300, "month"), **trial(14))
    attach(api, "k", "starter")

    attach(api, "k", "free_fortnight")

    assert plans_of(api, "k") == [("free_fortnight", "active")]
    assert row_of(api, "k", "free_fortnight")["trial_ends_at"] == JAN_15
    assert len(api.world.store.stripe_subscriptions) == 0


def test_l215_from_a_free_trial_to_a_paid_plan_it_is_paid_now(api: Api) -> None:
    attach(api, "k", "free_week")
    api.advance("2 days")

    answer = attach(api, "k", "pro")

    assert (answer["invoice"]["status"], answer["invoice"]["total"]) == ("paid", 20)
    assert plans_of(api, "k") == [("pro", "active")]
    assert row_of(api, "k", "pro")["trial_ends_at"] is None
    assert row_of(api, "k", "pro")["current_period_end"] == from_iso("2026-02-03T00:00:00Z")


def test_l216_without_a_card_a_trial_is_changed_for_nothing(api: Api) -> None:
    plan(
        api, "open_packs", item("credits", 100, "month", price=PACK),
        **monthly(30), **trial(7, card_required=False),
    )  # fmt: skip
    attach(api, "c", "open_packs")

    quantities = [{"feature_id": "credits", "quantity": 300}]
    more = update(api, "c", "open_packs", feature_quantities=quantities)
    dearer = update(api, "c", "open_packs", customize={"price": {"amount": 45, "interval": "month"}})
    added = attach(api, "c", "extra")

    for answer in (more, dearer, added):
        assert answer == {"customer_id": "c", "payment_url": None}
    assert balance(api, "c") == (310, 310, 0)
    assert row_of(api, "c", "open_packs")["trial_ends_at"] == JAN_8
    assert set(totals(api, "c")) == {0}


def test_l216_what_was_changed_is_charged_at_the_trials_end(api: Api) -> None:
    plan(
        api, "open_packs", item("credits", 100, "month", price=PACK),
        **monthly(30), **trial(7, card_required=False),
    )  # fmt: skip
    attach(api, "k", "open_packs")
    update(api, "k", "open_packs", feature_quantities=[{"feature_id": "credits", "quantity": 300}])

    api.freeze(JAN_8)

    assert totals(api, "k")[0] == 50


@pytest.mark.parametrize("default", [True, False])
def test_l217_cancelled_in_a_trial_it_is_never_charged(api: Api, default: bool) -> None:
    per_call = {"amount": 0.5, "interval": "month", "billing_method": "usage_based"}
    plan(api, "calls_week", item("calls", 100, "month", price=per_call), **monthly(20), **trial(7))
    if default:
        plan(api, "basis", item("credits", 1, "month"), auto_enable=True)
    attach(api, "k", "calls_week")
    use(api, "k", "calls", 150)
    asked = {"customer_id": "k", "plan_id": "calls_week", "cancel_action": "cancel_end_of_cycle"}

    shown = api("billing.preview_update", **asked)
    api("billing.update", **asked)

    assert ("next_cycle" in shown) is default
    assert row_of(api, "k", "calls_week")["expires_at"] == JAN_8
    api.advance("2 months")
    assert plans_of(api, "k") == ([("basis", "active")] if default else [])
    assert totals(api, "k") == [0]
    if default:
        assert row_of(api, "k", "basis")["started_at"] == JAN_8


def test_l220_an_update_carries_the_trial_over(api: Api) -> None:
    attach(api, "k", "week")
    api.advance("3 days")

    answer = update(api, "k", "week", customize={"items": [item("credits", 7, "month")]})

    assert "invoice" not in answer
    assert row_of(api, "k", "week")["trial_ends_at"] == JAN_8
    api.freeze(JAN_8)
    assert totals(api, "k")[0] == 20


def test_l220_a_longer_trial_is_counted_from_now(api: Api) -> None:
    attach(api, "k", "week")
    api.advance("3 days")

    answer = update(api, "k", "week", customize={"free_trial": {"duration_length": 14, "duration_type": "day"}})

    assert "invoice" not in answer
    assert row_of(api, "k", "week")["trial_ends_at"] == JAN_18
    api.freeze(JAN_18)
    assert totals(api, "k")[0] == 20


def test_l222_without_its_trial_a_cancelled_plan_is_paid_and_stays_cancelled(api: Api) -> None:
    attach(api, "k", "week")
    api.advance("3 days")
    update(api, "k", "week", cancel_action="cancel_end_of_cycle")

    answer = update(api, "k", "week", customize={"free_trial": None})

    assert (answer["invoice"]["status"], answer["invoice"]["total"]) == ("paid", 20)
    row = row_of(api, "k", "week")
    assert (row["trial_ends_at"], row["canceled_at"]) == (None, from_iso("2026-01-04T00:00:00Z"))
    assert row["expires_at"] == FEB_4
    api.freeze(FEB_4)
    assert plans_of(api, "k") == []
    assert totals(api, "k")[0] == 20


def test_l222_the_default_plan_waits_for_the_end_of_what_was_paid(api: Api) -> None:
    plan(api, "basis", item("credits", 1, "month"), auto_enable=True)
    attach(api, "k", "week")
    api.advance("3 days")
    update(api, "k", "week", cancel_action="cancel_end_of_cycle")

    update(api, "k", "week", customize={"free_trial": None})

    assert row_of(api, "k", "basis")["started_at"] == FEB_4
    api.freeze(JAN_8)
    assert plans_of(api, "k") == [("week", "active"), ("basis", "scheduled")]
    api.freeze(FEB_4)
    assert plans_of(api, "k") == [("basis", "active")]


def test_a_cheaper_plan_that_begins_at_once_goes_on_with_the_trial(api: Api) -> None:
    attach(api, "k", "fortnight")
    api.advance("3 days")

    answer = attach(api, "k", "week", plan_schedule="immediate")

    assert "invoice" not in answer
    assert row_of(api, "k", "week")["trial_ends_at"] == JAN_15
    api.freeze(JAN_15)
    assert totals(api, "k")[0] == 20


def test_a_cheaper_plan_that_begins_at_once_beside_no_trial_has_none(api: Api) -> None:
    attach(api, "k", "premium")

    answer = attach(api, "k", "week", plan_schedule="immediate")

    assert answer["invoice"]["total"] == -30
    assert row_of(api, "k", "week")["trial_ends_at"] is None
