"""What an update of a plan does not touch: what waits for the next cycle, the link, the trial that was had."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.billing import (
    PACK,
    PER_CALL,
    attach,
    balance,
    cancel,
    catalogue,
    invoices,
    lines,
    monthly,
    plans_of,
    preview_update,
    quantity,
    row_of,
    state,
    trial,
    update,
    use,
)
from tests.builders import item, plan
from tests.conftest import Api

FEB_1, MAR_1 = from_iso("2026-02-01T00:00:00Z"), from_iso("2026-03-01T00:00:00Z")
NOW, BACK = "cancel_immediately", "uncancel"
UNBILLED = {"no_billing_changes": True}


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def slowly(api: Api, **proration: str) -> None:
    """K has 500 credits in packs of 100, whose quantity changes by a rule."""
    plan(api, "slow", item("credits", 0, "month", price=PACK, proration=proration), **monthly(30))
    attach(api, "k", "slow", feature_quantities=quantity(500))


# What waits for the next cycle


@pytest.mark.parametrize(
    ("customize", "base"),
    [
        (monthly(45), 45),
        ({"add_items": [item("sso")]}, 30),
        (trial(3), 30),
    ],
)
def test_a_decrease_still_waits_when_the_plan_changes(api: Api, customize: dict[str, Any], base: int) -> None:
    slowly(api, on_increase="prorate_immediately", on_decrease="none")
    update(api, "k", "slow", feature_quantities=quantity(200))

    update(api, "k", "slow", customize=customize)
    before = balance(api, "k")[0]
    api.advance("1 month")

    assert before == 500
    assert balance(api, "k")[0] == 200
    assert invoices(api, "k")[0] == ("paid", base + 20)


def test_another_quantity_given_with_the_change_forgets_it(api: Api) -> None:
    slowly(api, on_increase="prorate_immediately", on_decrease="none")
    update(api, "k", "slow", feature_quantities=quantity(200))

    update(api, "k", "slow", customize=monthly(45), feature_quantities=quantity(600))
    api.advance("1 month")

    assert balance(api, "k")[0] == 600
    assert invoices(api, "k")[0] == ("paid", 105)


@pytest.mark.parametrize("how", [{"proration_behavior": "none"}, UNBILLED])
def test_a_charge_still_waits_where_nothing_is_settled(api: Api, how: dict[str, Any]) -> None:
    slowly(api, on_increase="bill_next_cycle", on_decrease="prorate_immediately")
    update(api, "k", "slow", feature_quantities=quantity(700))

    update(api, "k", "slow", customize=monthly(45), **how)
    api.advance("1 month")

    assert invoices(api, "k") == [("paid", 45 + 70 + 20), ("paid", 80)]


def test_units_bought_with_a_change_in_the_plans_own_place_are_granted(api: Api) -> None:
    attach(api, "k", "packs", feature_quantities=quantity(250))
    use(api, "k", "credits", 40)

    answer = update(api, "k", "packs", customize=monthly(45), feature_quantities=quantity(500))

    assert answer["invoice"]["total"] == 15 + 20
    assert balance(api, "k") == (500, 460, 40)


# What bills it


def test_a_plan_that_changes_without_billing_is_billed_as_before(api: Api) -> None:
    attach(api, "k", "pro")
    api.advance("10 days")

    shown = preview_update(api, "k", "pro", customize=monthly(45), **UNBILLED)
    answer = update(api, "k", "pro", customize=monthly(45), **UNBILLED)

    assert (shown["line_items"], shown["total"]) == ([], 0)
    assert (shown["next_cycle"]["starts_at"], shown["next_cycle"]["total"]) == (FEB_1, 45)
    assert answer == {"customer_id": "k", "payment_url": None}
    assert row_of(api, "k", "pro")["current_period_end"] == FEB_1
    api.advance("1 month")
    assert invoices(api, "k") == [("paid", 45), ("paid", 20)]


def test_its_cycle_stays_that_of_what_bills_it(api: Api) -> None:
    attach(api, "k", "pro")
    api.advance("10 days")

    shown = preview_update(api, "k", "pro", billing_cycle_anchor="now", **UNBILLED)
    update(api, "k", "pro", billing_cycle_anchor="now", **UNBILLED)

    assert shown["next_cycle"]["starts_at"] == FEB_1
    assert row_of(api, "k", "pro")["current_period_end"] == FEB_1


def test_a_free_plan_that_becomes_paid_without_billing_is_billed_by_nothing(api: Api) -> None:
    attach(api, "k", "starter")

    shown = preview_update(api, "k", "starter", customize=monthly(9), **UNBILLED)
    update(api, "k", "starter", customize=monthly(9), **UNBILLED)
    api.advance("1 month")

    assert "next_cycle" not in shown
    assert row_of(api, "k", "starter")["current_period_end"] is None
    assert invoices(api, "k") == []


# What was


def test_a_trial_that_was_had_stays_had(api: Api) -> None:
    attach(api, "k", "pro_t")
    api.advance("15 days")

    update(api, "k", "pro_t", customize=monthly(45))
    used = api("customers.get", customer_id="k", expand=["trials_used"])["trials_used"]
    cancel(api, "k", "pro_t", NOW)
    answer = attach(api, "k", "pro_t")

    assert [each["plan_id"] for each in used] == ["pro_t"]
    assert answer["invoice"]["total"] == 20


def test_a_plan_changed_in_its_own_place_keeps_it_in_the_list(api: Api) -> None:
    attach(api, "k", "pro")
    api.advance("1 day")
    attach(api, "k", "extra")
    before = plans_of(api, "k")
    api.advance("1 day")

    update(api, "k", "pro", customize=monthly(45))

    assert plans_of(api, "k") == before


def test_an_imported_plan_stays_one(api: Api) -> None:
    api(
        "billing.import",
        customer_id="c",
        billables=[{"plan": {"plan_id": "starter", "started_at": from_iso("2025-12-20T00:00:00Z")}}],
    )

    update(api, "c", "starter", customize={"items": [item("credits", 200, "month")]})

    [row] = [each for each in api.world.store.subscriptions if each.status == "active"]
    assert row.imported


# What the preview says of what follows


def test_taking_a_cancellation_back_leaves_what_was_to_follow_out(api: Api) -> None:
    attach(api, "k", "premium")
    attach(api, "k", "pro")

    alone = preview_update(api, "k", "premium", cancel_action=BACK)
    changed = preview_update(api, "k", "premium", cancel_action=BACK, customize=monthly(60))

    assert [words for words, _ in lines({"line_items": alone["next_cycle"]["line_items"]})] == [
        "Premium - Base Price (from 01 Feb 2026 to 01 Mar 2026)"
    ]
    assert (alone["next_cycle"]["total"], changed["next_cycle"]["total"]) == (50, 60)


def test_what_follows_waits_for_the_moved_end(api: Api) -> None:
    attach(api, "k", "premium")
    attach(api, "k", "pro")
    jan_21 = from_iso("2026-01-21T00:00:00Z")

    shown = preview_update(api, "k", "premium", billing_cycle_anchor=jan_21)
    update(api, "k", "premium", billing_cycle_anchor=jan_21)

    assert (shown["next_cycle"]["starts_at"], shown["next_cycle"]["total"]) == (jan_21, 20)
    assert row_of(api, "k", "premium")["expires_at"] == row_of(api, "k", "pro")["started_at"] == jan_21


def test_the_free_plan_that_takes_over_comes_with_a_change_too(api: Api) -> None:
    plan(api, "basis", item("credits", 1, "month"), auto_enable=True)
    attach(api, "k", "pro")

    shown = preview_update(
        api,
        "k",
        "pro",
        cancel_action="cancel_end_of_cycle",
        customize={"items": [item("credits", 1500, "month")]},
        expand=["incoming.plan"],
    )

    assert [(each["plan_id"], each["effective_at"], each["expires_at"]) for each in shown["incoming"]] == [
        ("basis", FEB_1, None),
        ("pro", None, FEB_1),
    ]
    assert shown["incoming"][0]["plan"]["name"] == "Basis"
    assert state(api, "k")["subscriptions"][0]["canceled_at"] is None


# What was used


@pytest.mark.parametrize(
    ("how", "used_credits", "used_calls", "total"),
    [
        ({}, 30, 150, 0),
        ({"carry_over_usages": {"enabled": True}}, 30, 150, 0),
        ({"carry_over_usages": {"enabled": True, "feature_ids": ["credits"]}}, 30, 0, 25),
        ({"carry_over_usages": {"enabled": False}}, 0, 0, 25),
    ],
)
def test_use_goes_on_unless_it_is_said_of_what_it_does(
    api: Api, how: dict[str, Any], used_credits: int, used_calls: int, total: int
) -> None:
    """What does not go on is billed now, and what is held always goes on."""
    calls = item("calls", 100, "month", price={**PER_CALL, "amount": 0.5})
    plan(api, "all", item("credits", 50, "month"), calls, item("seats", 5), **monthly(20))
    attach(api, "k", "all")
    for feature_id, value in (("credits", 30), ("calls", 150), ("seats", 2)):
        use(api, "k", feature_id, value)
    items = [item("credits", 60, "month"), {**calls, "included": 120}, item("seats", 6)]

    shown = preview_update(api, "k", "all", customize={"items": items}, **how)
    update(api, "k", "all", customize={"items": items}, **how)

    assert shown["total"] == total
    used = [balance(api, "k", feature_id)[2] for feature_id in ("credits", "calls", "seats")]
    assert used == [used_credits, used_calls, 2]


@pytest.mark.parametrize(
    ("how", "charged"), [({}, 8), ({"proration_behavior": "none"}, 8), (UNBILLED, 0)], ids=str
)
def test_units_that_are_paid_once_are_charged_unless_nothing_is(
    api: Api, how: dict[str, Any], charged: int
) -> None:
    """They are never a part of a cycle, so proration is no matter of theirs."""
    once = {"amount": 4, "interval": "one_off", "billing_units": 10, "billing_method": "prepaid"}
    plan(api, "mix", item("calls", price=once), **monthly(3))
    attach(api, "k", "mix")

    shown = preview_update(api, "k", "mix", feature_quantities=quantity(20, "calls"), **how)
    answer = update(api, "k", "mix", feature_quantities=quantity(20, "calls"), **how)

    assert shown["total"] == charged
    assert answer.get("invoice", {}).get("total", 0) == charged
    assert balance(api, "k", "calls")[0] == 20


def test_a_trial_that_is_given_without_billing_is_no_matter_of_what_bills(api: Api) -> None:
    attach(api, "k", "pro")

    update(api, "k", "pro", customize=trial(7), **UNBILLED)
    in_trial = row_of(api, "k", "pro")
    api.advance("10 days")
    after = row_of(api, "k", "pro")
    before_renewal = invoices(api, "k")
    api.advance("1 month")

    assert (in_trial["trial_ends_at"], in_trial["current_period_end"]) == (
        from_iso("2026-01-08T00:00:00Z"),
        FEB_1,
    )
    assert (after["trial_ends_at"], after["current_period_end"]) == (None, FEB_1)
    assert before_renewal == [("paid", 20)]
    assert invoices(api, "k") == [("paid", 20), ("paid", 20)]


def test_a_plan_whose_link_was_taken_away_is_billed_again_when_its_price_changes(api: Api) -> None:
    attach(api, "k", "pro")
    update(api, "k", "pro", processor_subscription_id=None)
    api.advance("2 months")
    unbilled = invoices(api, "k")

    answer = update(api, "k", "pro", customize=monthly(45))

    assert unbilled == [("paid", 20)]
    assert answer["invoice"]["total"] == 45
    assert row_of(api, "k", "pro")["current_period_end"] == from_iso("2026-04-01T00:00:00Z")
