"""Changing plans by attach: cases L31 to L75."""

from decimal import Decimal
from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.billing import (
    PACK,
    attach,
    balance,
    catalogue,
    give_card,
    invoices,
    lines,
    monthly,
    pay,
    plans_of,
    preview,
    refused,
    state,
    use,
)
from tests.builders import item, plan
from tests.conftest import Api

A_MONTH_ON = from_iso("2026-02-01T00:00:00Z")


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


# Upgrades


def test_l31_an_upgrade_happens_at_once_with_fresh_balances(api: Api) -> None:
    attach(api, "k", "pro")
    use(api, "k", "credits", 250)

    answer = attach(api, "k", "premium")

    assert (answer["invoice"]["status"], answer["invoice"]["total"]) == ("paid", 30)
    assert plans_of(api, "k") == [("premium", "active")]
    assert balance(api, "k") == (5000, 5000, 0)
    assert state(api, "k")["subscriptions"][0]["current_period_end"] == A_MONTH_ON


def test_l32_its_preview_shows_what_goes_and_what_comes(api: Api) -> None:
    attach(api, "k", "pro")
    api.freeze("2026-01-01T00:00:02Z")

    shown = preview(api, "k", "premium")

    assert [line["description"] for line in shown["line_items"]] == [
        "Unused 1 × Pro (at $20.00 / month)",
        "Premium - Base Price (from 01 Jan 2026 to 01 Feb 2026)",
    ]
    assert shown["line_items"][0]["total"] == pytest.approx(-19.9999850657, abs=1e-9)
    assert (shown["subtotal"], shown["total"]) == (30, 30)
    assert shown["next_cycle"]["starts_at"] == A_MONTH_ON
    assert shown["next_cycle"]["total"] == 50
    assert [(each["plan_id"], each["effective_at"]) for each in shown["outgoing"]] == [("pro", api.world.now())]
    assert [(each["plan_id"], each["effective_at"]) for each in shown["incoming"]] == [("premium", None)]


@pytest.mark.parametrize(
    ("at", "total"),
    [("2026-01-16T12:00:00Z", 15), ("2026-01-31T00:00:00Z", 0.96)],
    ids=["l33", "l34"],
)
def test_an_upgrade_in_mid_cycle_is_prorated(api: Api, at: str, total: float) -> None:
    attach(api, "k", "pro")
    api.freeze(at)

    assert preview(api, "k", "premium")["total"] == pytest.approx(total, abs=0.011)
    assert attach(api, "k", "premium")["invoice"]["total"] == pytest.approx(total, abs=0.011)


def test_l33_the_lines_of_half_a_cycle(api: Api) -> None:
    attach(api, "k", "pro")
    api.freeze("2026-01-16T12:00:00Z")

    assert lines(preview(api, "k", "premium")) == [
        ("Unused 1 × Pro (at $20.00 / month)", -10),
        ("Premium - Base Price (from 16 Jan 2026 to 01 Feb 2026)", 25),
    ]


def test_l35_from_free_to_paid_a_new_cycle_begins(api: Api) -> None:
    attach(api, "k", "starter")
    api.freeze("2026-01-16T12:00:00Z")

    answer = attach(api, "k", "pro")

    [subscription] = state(api, "k")["subscriptions"]
    assert answer["invoice"]["total"] == 20
    assert (subscription["plan_id"], subscription["started_at"]) == ("pro", api.world.now())


def test_l36_without_a_card_the_free_plan_stays_until_the_page_is_paid(api: Api) -> None:
    attach(api, "c", "starter")
    url = attach(api, "c", "pro")["payment_url"]
    before = plans_of(api, "c")

    pay(api, url)

    assert before == [("starter", "active")]
    assert plans_of(api, "c") == [("pro", "active")]


@pytest.mark.parametrize(("used", "total"), [(150, 85), (80, 60)], ids=["l37", "l38"])
def test_use_beyond_the_grant_is_billed_at_the_switch(api: Api, used: int, total: int) -> None:
    attach(api, "k", "basic")
    use(api, "k", "calls", used)

    assert attach(api, "k", "scale")["invoice"]["total"] == total
    assert balance(api, "k", "calls") == (1000, 1000, 0)


def test_l37_the_line_of_the_use_stands_between(api: Api) -> None:
    attach(api, "k", "basic")
    use(api, "k", "calls", 150)

    assert lines(preview(api, "k", "scale")) == [
        ("Unused 1 × Basic (at $20.00 / month)", -20),
        ("Basic - 150 API calls (from 01 Jan 2026 to 01 Jan 2026)", 25),
        ("Scale - Base Price (from 01 Jan 2026 to 01 Feb 2026)", 80),
    ]


def test_l39_use_that_is_carried_is_not_billed_now(api: Api) -> None:
    attach(api, "k", "basic")
    use(api, "k", "calls", 150)

    answer = attach(api, "k", "scale", carry_over_usages={"enabled": True})

    assert answer["invoice"]["total"] == 60
    assert balance(api, "k", "calls") == (1000, 850, 150)


def test_l40_use_is_carried(api: Api) -> None:
    attach(api, "k", "pro")
    use(api, "k", "credits", 400)

    attach(api, "k", "premium", carry_over_usages={"enabled": True})

    assert balance(api, "k") == (5000, 4600, 400)


def test_l41_what_is_left_is_carried_until_its_reset(api: Api) -> None:
    attach(api, "k", "pro")
    use(api, "k", "credits", 400)

    attach(api, "k", "premium", carry_over_balances={"enabled": True})

    found = state(api, "k")["balances"]["credits"]
    assert (found["granted"], found["remaining"]) == (5600, 5600)
    assert [(part["plan_id"], part["expires_at"]) for part in found["breakdown"]] == [
        ("premium", None),
        (None, A_MONTH_ON),
    ]


def test_l45_seats_stay_taken_and_are_not_billed_at_the_switch(api: Api) -> None:
    attach(api, "k", "team")
    use(api, "k", "seats", 3)

    answer = attach(api, "k", "company")

    assert answer["invoice"]["total"] == 80
    assert balance(api, "k", "seats") == (10, 7, 3)


def test_l46_a_failed_charge_leaves_the_old_plan(api: Api) -> None:
    attach(api, "k", "pro")
    give_card(api, "k", "decline:card_declined")

    answer = attach(api, "k", "premium")

    assert answer["invoice"]["status"] == "open"
    assert answer["required_action"]["code"] == "payment_failed"
    assert plans_of(api, "k") == [("pro", "active")]


def test_paying_the_open_invoice_makes_the_change(api: Api) -> None:
    attach(api, "k", "pro")
    give_card(api, "k", "decline:insufficient_funds")
    url = attach(api, "k", "premium")["payment_url"]

    pay(api, url)

    assert plans_of(api, "k") == [("premium", "active")]
    assert invoices(api, "k") == [("paid", 30), ("paid", 20)]


def test_l47_an_equal_price_changes_at_once_for_nothing(api: Api) -> None:
    plan(api, "alt", item("credits", 1200, "month"), **monthly(20))
    attach(api, "k", "pro")

    answer = attach(api, "k", "alt")

    assert (answer["invoice"]["status"], answer["invoice"]["total"]) == ("paid", 0)
    assert plans_of(api, "k") == [("alt", "active")]


def test_l48_from_free_to_free_the_resets_go_on(api: Api) -> None:
    plan(api, "basic_free", item("credits", 200, "month"))
    attach(api, "c", "starter")
    use(api, "c", "credits", 30)
    api.freeze("2026-01-10T00:00:00Z")

    attach(api, "c", "basic_free")

    found = state(api, "c")
    assert plans_of(api, "c") == [("basic_free", "active")]
    assert found["subscriptions"][0]["started_at"] == api.world.now()
    assert balance(api, "c") == (200, 200, 0)
    assert found["balances"]["credits"]["next_reset_at"] == A_MONTH_ON


@pytest.mark.parametrize(
    ("first", "second", "total"),
    [("pro", "pro_year", 180), ("pro_year", "premium", -150)],
    ids=["l49", "l50"],
)
def test_intervals_may_change_at_once(api: Api, first: str, second: str, total: int) -> None:
    attach(api, "k", first)

    assert attach(api, "k", second)["invoice"]["total"] == total
    assert plans_of(api, "k") == [(second, "active")]


def test_l51_a_cheaper_month_waits_for_the_years_end(api: Api) -> None:
    attach(api, "k", "pro_year")

    attach(api, "k", "lite")

    by_plan = {each["plan_id"]: each for each in state(api, "k")["subscriptions"]}
    assert by_plan["lite"]["status"] == "scheduled"
    assert by_plan["pro_year"]["expires_at"] == from_iso("2027-01-01T00:00:00Z")


def test_l52_without_proration_nothing_is_billed_now(api: Api) -> None:
    attach(api, "k", "pro")

    answer = attach(api, "k", "premium", proration_behavior="none")

    assert answer == {"customer_id": "k", "payment_url": None}
    assert plans_of(api, "k") == [("premium", "active")]
    assert invoices(api, "k") == [("paid", 20)]


def test_l53_a_first_plan_is_charged_all_the_same(api: Api) -> None:
    assert attach(api, "k", "pro", proration_behavior="none")["invoice"]["total"] == 20


def test_l54_without_proration_a_trial_is_not_ended(api: Api) -> None:
    attach(api, "k", "pro_t")

    refusal = refused(api, "k", "premium", proration_behavior="none")

    assert refusal[2] == "Cannot set proration_behavior to 'none' when removing a free trial"


def test_l55_l56_the_schedule_may_be_said(api: Api) -> None:
    attach(api, "k", "pro")

    attach(api, "k", "premium", plan_schedule="end_of_cycle")
    put_off = sorted(plans_of(api, "k"))
    answer = attach(api, "k", "mini", plan_schedule="immediate")

    assert put_off == [("premium", "scheduled"), ("pro", "active")]
    assert (answer["invoice"]["status"], answer["invoice"]["total"]) == ("paid", -15)
    assert plans_of(api, "k") == [("mini", "active")]


def test_what_is_given_back_pays_for_what_comes(api: Api) -> None:
    attach(api, "k", "pro")
    attach(api, "k", "mini", plan_schedule="immediate")

    shown = preview(api, "k", "boost")
    give_card(api, "k", "decline:card_declined")
    too_much = attach(api, "k", "boost")

    assert shown["invoice_credits"] == {"balance": 15, "currency": "usd"}
    assert (shown["subtotal"], shown["total"]) == (50, 35)
    assert too_much["invoice"]["status"] == "open"
    assert attach(api, "k", "extra")["invoice"]["status"] == "paid"
    assert preview(api, "k", "boost")["invoice_credits"]["balance"] == 7


def test_l57_the_cycle_may_begin_anew(api: Api) -> None:
    attach(api, "k", "pro")
    api.freeze("2026-01-16T12:00:00Z")

    answer = attach(api, "k", "premium", billing_cycle_anchor="now")

    assert answer["invoice"]["total"] == 40
    assert state(api, "k")["subscriptions"][0]["current_period_start"] == api.world.now()


def test_l61_lines_may_be_given(api: Api) -> None:
    attach(api, "k", "pro")
    own = [{"amount": 12.5, "description": "Switch fee"}, {"amount": -2, "description": "Goodwill"}]

    shown = preview(api, "k", "premium", custom_line_items=own)
    answer = attach(api, "k", "premium", custom_line_items=own)

    assert shown["line_items"][0] == {
        "display_name": "Switch fee",
        "description": "Switch fee",
        "subtotal": 12.5,
        "total": 12.5,
        "discounts": [],
        "plan_id": "",
        "feature_id": None,
        "quantity": 1,
    }
    assert (shown["total"], answer["invoice"]["total"]) == (10.5, 10.5)


def test_l63_another_plan_may_end_with_it(api: Api) -> None:
    attach(api, "k", "pro")
    attach(api, "k", "extra")

    answer = attach(api, "k", "premium", remove_plan_ids=["extra"])

    assert answer["invoice"]["total"] == 22
    assert plans_of(api, "k") == [("premium", "active")]


def test_a_charge_is_given_back_whole_and_once(api: Api) -> None:
    plan(api, "max", item("credits", 1, "month"), **monthly(100))
    attach(api, "k", "pro")
    attach(api, "k", "premium")

    shown = lines(preview(api, "k", "max"))

    assert shown == [
        ("Unused Premium - Base Price (from 01 Jan 2026 to 01 Feb 2026)", -50),
        ("Max - Base Price (from 01 Jan 2026 to 01 Feb 2026)", 100),
    ]


def test_l103_packs_are_taken_over(api: Api) -> None:
    plan(api, "p1", item("credits", 0, "month", price=PACK), **monthly(20))
    price = {**PACK, "amount": 9, "billing_units": 50}
    plan(api, "p2", item("credits", 100, "month", price=price), **monthly(50))
    attach(api, "k", "p1", feature_quantities=[{"feature_id": "credits", "quantity": 200}])

    shown = lines(preview(api, "k", "p2"))
    attach(api, "k", "p2")

    assert [total for _, total in shown] == [-20, -20, 50, 18]
    assert shown[1][0] == "Unused 2 × P1 - Credits (at $10.00 / month)"
    assert balance(api, "k")[0] == 200


def test_units_that_were_paid_once_survive_a_change(api: Api) -> None:
    once = {"amount": 4, "interval": "one_off", "billing_units": 10, "billing_method": "prepaid"}
    plan(api, "mix", item("calls", 0, price=once), **monthly(10))
    attach(api, "k", "mix", feature_quantities=[{"feature_id": "calls", "quantity": 20}])
    use(api, "k", "calls", 5)

    attach(api, "k", "premium")

    found = state(api, "k")["balances"]["calls"]
    assert found["remaining"] == 15
    assert found["breakdown"][0]["plan_id"] is None


# Downgrades


def test_l66_a_downgrade_waits_for_the_end_of_the_cycle(api: Api) -> None:
    attach(api, "k", "premium")

    answer = attach(api, "k", "pro")

    by_plan = {each["plan_id"]: each for each in state(api, "k")["subscriptions"]}
    assert answer == {"customer_id": "k", "payment_url": None}
    assert (by_plan["premium"]["canceled_at"], by_plan["premium"]["expires_at"]) == (
        api.world.now(),
        A_MONTH_ON,
    )
    assert (by_plan["pro"]["status"], by_plan["pro"]["started_at"]) == ("scheduled", A_MONTH_ON)
    assert balance(api, "k") == (5000, 5000, 0)


def test_l67_its_preview_charges_in_the_next_cycle(api: Api) -> None:
    attach(api, "k", "premium")

    shown = preview(api, "k", "pro")

    assert (shown["line_items"], shown["total"]) == ([], 0)
    assert (shown["next_cycle"]["starts_at"], shown["next_cycle"]["total"]) == (A_MONTH_ON, 20)
    assert [(each["plan_id"], each["effective_at"], each["expires_at"]) for each in shown["incoming"]] == [
        ("pro", A_MONTH_ON, None),
        ("premium", None, A_MONTH_ON),
    ]
    assert [(each["plan_id"], each["effective_at"]) for each in shown["outgoing"]] == [("premium", A_MONTH_ON)]


@pytest.mark.parametrize(
    ("third", "left"),
    [
        ("mini", [("mini", "scheduled"), ("premium", "active")]),
        ("max", [("max", "active")]),
    ],
    ids=["l69", "l70"],
)
def test_the_newest_wish_wins(api: Api, third: str, left: list[tuple[str, str]]) -> None:
    plan(api, "max", item("credits", 1, "month"), **monthly(100))
    attach(api, "k", "premium")
    attach(api, "k", "pro")

    attach(api, "k", third)

    assert sorted(plans_of(api, "k")) == left


def test_l71_a_free_plan_is_scheduled_too(api: Api) -> None:
    attach(api, "k", "pro")

    attach(api, "k", "starter")

    assert sorted(plans_of(api, "k")) == [("pro", "active"), ("starter", "scheduled")]
    assert preview(api, "k", "starter")["next_cycle"] == {
        "starts_at": A_MONTH_ON,
        "subtotal": 0,
        "total": 0,
        "line_items": [],
        "usage_line_items": [],
    }


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"invoice_mode": {"enabled": True}},
            "Cannot use invoice mode with deferred activation for downgrades. Downgrades are scheduled for "
            "end of cycle and have no immediate invoice to pay.",
        ),
        (
            {"carry_over_usages": {"enabled": True}},
            "carry_over_usages is only supported for immediate plan switches (upgrades). "
            "It cannot be used with scheduled downgrades.",
        ),
        (
            {"carry_over_balances": {"enabled": True}},
            "carry_over_balances is only supported for immediate plan switches (upgrades). "
            "It cannot be used with scheduled downgrades.",
        ),
        (
            {"billing_cycle_anchor": "now"},
            "billing_cycle_anchor resets are not supported for scheduled switches. "
            "Use an immediate upgrade, or remove billing_cycle_anchor.",
        ),
    ],
    ids=["l73-invoice", "l44-usages", "l44-balances", "l73-anchor"],
)
def test_l73_a_downgrade_refuses_what_happens_at_once(api: Api, given: dict[str, Any], message: str) -> None:
    attach(api, "k", "premium")

    assert refused(api, "k", "pro", **given) == (400, "invalid_request", message)


def test_l73_without_proration_it_is_scheduled_as_usual(api: Api) -> None:
    attach(api, "k", "premium")

    attach(api, "k", "pro", proration_behavior="none")

    assert sorted(plans_of(api, "k")) == [("premium", "active"), ("pro", "scheduled")]


def test_l74_units_that_are_paid_once_are_not_scheduled(api: Api) -> None:
    once = {"amount": 4, "interval": "one_off", "billing_units": 10, "billing_method": "prepaid"}
    plan(api, "mix", item("calls", 0, price=once), **monthly(10))
    attach(api, "k", "premium")

    refusal = refused(api, "k", "mix", feature_quantities=[{"feature_id": "calls", "quantity": 20}])

    assert refusal[2] == (
        "Scheduled switch with one-off prepaid quantities is not yet supported. Either use an immediate "
        "switch, or omit the one-off prepaid quantity (it will default to 0)."
    )


# Trials


def test_l135_a_trial_begins_without_a_charge(api: Api) -> None:
    shown = preview(api, "k", "pro_t")

    answer = attach(api, "k", "pro_t")

    ends = from_iso("2026-01-15T00:00:00Z")
    [subscription] = state(api, "k")["subscriptions"]
    assert (answer["invoice"]["status"], answer["invoice"]["total"]) == ("paid", 0)
    assert (subscription["status"], subscription["trial_ends_at"]) == ("active", ends)
    assert subscription["current_period_end"] == ends
    assert balance(api, "k") == (1000, 1000, 0)
    assert (shown["total"], shown["next_cycle"]["starts_at"], shown["next_cycle"]["total"]) == (0, ends, 20)


def test_l136_without_a_card_the_trial_needs_a_page(api: Api) -> None:
    url = attach(api, "c", "pro_t")["payment_url"]

    pay(api, url)

    [subscription] = state(api, "c")["subscriptions"]
    assert subscription["trial_ends_at"] == from_iso("2026-01-15T00:00:00Z")
    assert invoices(api, "c") == [("paid", 0), ("paid", 0)]


def test_l137_a_trial_that_needs_no_card_begins_at_once(api: Api) -> None:
    answer = attach(api, "c", "pro_n")

    assert answer["payment_url"] is None
    assert state(api, "c")["subscriptions"][0]["trial_ends_at"] == from_iso("2026-02-01T00:00:00Z")


def test_l141_an_upgrade_ends_the_trial(api: Api) -> None:
    attach(api, "k", "pro_t")
    api.freeze("2026-01-05T00:00:00Z")

    answer = attach(api, "k", "premium")

    [subscription] = state(api, "k")["subscriptions"]
    assert answer["invoice"]["total"] == 50
    assert (subscription["trial_ends_at"], subscription["current_period_start"]) == (None, api.world.now())


def test_l142_an_upgrade_with_a_trial_of_its_own_begins_afresh(api: Api) -> None:
    plan(
        api,
        "ultra",
        item("credits", 1, "month"),
        free_trial={"duration_length": 1, "duration_type": "month"},
        **monthly(200),
    )
    attach(api, "k", "pro_t")
    api.freeze("2026-01-05T00:00:00Z")

    answer = attach(api, "k", "ultra")

    assert answer == {"customer_id": "k", "payment_url": None}
    assert state(api, "k")["subscriptions"][0]["trial_ends_at"] == from_iso("2026-02-05T00:00:00Z")
    assert invoices(api, "k") == [("paid", 0), ("paid", 0)]


def test_l143_a_downgrade_waits_for_the_trials_end(api: Api) -> None:
    attach(api, "k", "pro_t")

    attach(api, "k", "lite")

    ends = from_iso("2026-01-15T00:00:00Z")
    by_plan = {each["plan_id"]: each for each in state(api, "k")["subscriptions"]}
    assert by_plan["pro_t"]["expires_at"] == ends
    assert (by_plan["lite"]["status"], by_plan["lite"]["started_at"]) == ("scheduled", ends)


def test_l144_an_add_on_joins_the_trial(api: Api) -> None:
    attach(api, "k", "pro_t")

    answer = attach(api, "k", "extra")

    found = state(api, "k")
    assert answer == {"customer_id": "k", "payment_url": None}
    assert {each["trial_ends_at"] for each in found["subscriptions"]} == {from_iso("2026-01-15T00:00:00Z")}
    assert found["invoices"][0]["plan_ids"] == ["pro_t", "extra"]


def test_l149_the_same_fingerprint_gets_the_trial_again(api: Api) -> None:
    for customer_id in ("f1", "f2"):
        api("customers.get_or_create", customer_id=customer_id, fingerprint="device")
        attach(api, customer_id, "pro_n")

    assert state(api, "f2")["subscriptions"][0]["trial_ends_at"] is not None


@pytest.mark.parametrize("profile", ["documented"], indirect=True)
def test_the_same_fingerprint_gets_no_trial_where_the_reference_says_so(api: Api) -> None:
    for customer_id in ("f1", "f2"):
        api("customers.get_or_create", customer_id=customer_id, fingerprint="device")

    first, second = attach(api, "f1", "pro_n"), attach(api, "f2", "pro_n")

    assert first["payment_url"] is None
    assert second["payment_url"].startswith("http")


def test_l150_each_entity_has_its_trial(api: Api) -> None:
    for entity_id in ("north", "south"):
        api("entities.create", customer_id="c", entity_id=entity_id, feature_id="seats")

    attach(api, "c", "pro_n", entity_id="north")
    attach(api, "c", "pro_n", entity_id="south")

    for entity_id in ("north", "south"):
        found = api("entities.get", customer_id="c", entity_id=entity_id)
        assert found["subscriptions"][0]["trial_ends_at"] == from_iso("2026-02-01T00:00:00Z")


def test_a_trial_may_give_the_old_plan_back(api: Api) -> None:
    attach(api, "k", "pro")
    use(api, "k", "credits", 5)
    revert = {"duration_length": 7, "duration_type": "day", "on_end": "revert", "card_required": False}

    answer = attach(api, "k", "premium", customize={"free_trial": revert})
    during = plans_of(api, "k")
    api.freeze("2026-01-09T00:00:00Z")

    assert answer == {"customer_id": "k", "payment_url": None}
    assert during == [("premium", "active")]
    assert plans_of(api, "k") == [("pro", "active")]
    assert balance(api, "k") == (1000, 995, 5)
    assert invoices(api, "k") == [("paid", 20)]


def test_books_agree_with_what_was_paid(api: Api) -> None:
    """What stands to a customer's credit is what its invoices gave back and nobody drew on."""
    attach(api, "k", "pro_year")
    attach(api, "k", "premium")
    attach(api, "k", "boost")

    [payer] = [p for p in api.world.store.stripe_customers if p.credit]
    assert payer.credit == Decimal(100)
