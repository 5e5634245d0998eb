"""Single cases of attaching, told by their numbers: L27, L75, L138, L169, L246 to L261, L267 to L271."""

from typing import Any

import pytest

from autumn_mock.domain.periods import add_interval, from_iso, iso
from tests.billing import (
    PACK,
    attach,
    balance,
    cancel,
    catalogue,
    give_card,
    invoices,
    lines,
    monthly,
    pay,
    plans_of,
    preview,
    refused,
    row_of,
    state,
    trial,
)
from tests.builders import item, plan
from tests.conftest import Api

NOON = from_iso("2026-01-01T00:00:00Z")
A_MONTH_ON = add_interval(NOON, "month")


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def test_l27_a_plan_that_ends_with_its_cycle_is_not_attached_again(api: Api) -> None:
    attach(api, "k", "pro")
    cancel(api, "k", "pro", "cancel_end_of_cycle")

    assert refused(api, "k", "pro")[:2] == (409, "plan_already_attached")
    assert row_of(api, "k", "pro")["expires_at"] == A_MONTH_ON


def test_l75_an_add_on_may_wait_for_the_end_of_the_period(api: Api) -> None:
    attach(api, "k", "pro")
    api.advance("10 days")

    answer = attach(api, "k", "extra", plan_schedule="end_of_cycle")

    assert answer == {"customer_id": "k", "payment_url": None}
    waiting = row_of(api, "k", "extra")
    assert (waiting["status"], waiting["started_at"]) == ("scheduled", A_MONTH_ON)
    assert balance(api, "k") == (1000, 1000, 0)
    api.advance("1 month")
    assert sorted(plans_of(api, "k")) == [("extra", "active"), ("pro", "active")]
    assert invoices(api, "k")[0] == ("paid", 28)


def test_l138_a_trial_that_began_is_among_those_used(api: Api) -> None:
    attach(api, "k", "pro_t")

    shown = api("customers.get", customer_id="k", expand=["trials_used"])

    assert shown["trials_used"] == [{"plan_id": "pro_t", "customer_id": "k", "fingerprint": None}]


def test_l169_a_plan_that_is_to_come_is_not_updated(api: Api) -> None:
    attach(api, "k", "pro", starts_at=add_interval(NOON, "day", 30))

    told = api.refused("billing.update", customer_id="k", plan_id="pro", customize=monthly(15))

    assert told == (
        400,
        "invalid_request",
        "Subscription for 'Pro' is scheduled and cannot be updated until it becomes active",
    )


def test_l246_without_billing_changes_nothing_is_made_at_the_provider(api: Api) -> None:
    answer = attach(api, "c", "pro", no_billing_changes=True)

    assert answer == {"customer_id": "c", "payment_url": None}
    assert state(api, "c")["stripe_id"] is None
    running = row_of(api, "c", "pro")
    assert (running["status"], running["current_period_start"], running["current_period_end"]) == (
        "active", None, None,
    )  # fmt: skip
    attach(api, "c", "premium", no_billing_changes=True)
    assert plans_of(api, "c") == [("premium", "active")]
    assert balance(api, "c") == (5000, 5000, 0)
    cancel(api, "c", "premium", "cancel_immediately", no_billing_changes=True)
    assert plans_of(api, "c") == []
    assert invoices(api, "c") == []


def test_l247_a_plan_begins_while_its_page_is_open(api: Api) -> None:
    url = attach(api, "c", "pro", enable_plan_immediately=True)["payment_url"]

    assert plans_of(api, "c") == [("pro", "active")]
    assert invoices(api, "c") == []
    pay(api, url)
    assert plans_of(api, "c") == [("pro", "active")]
    assert invoices(api, "c") == [("paid", 20)]


def test_l248_never_redirecting_twice_is_answered_alike(api: Api) -> None:
    first = attach(api, "c", "pro", redirect_mode="never")
    second = attach(api, "c", "pro", redirect_mode="never")

    assert first["required_action"] == second["required_action"]
    assert (first["invoice"]["status"], second["invoice"]["status"]) == ("open", "open")
    assert set(first) == set(second)
    assert invoices(api, "c")[-1] == ("open", 20)
    assert plans_of(api, "c") == []


def test_l249_a_start_ten_days_ago_is_charged_in_full(api: Api) -> None:
    began = from_iso("2025-12-22T00:00:00Z")
    shown = preview(api, "k", "pro", starts_at=began)

    attach(api, "k", "pro", starts_at=began)

    assert lines(shown) == [("Pro - Base Price (from 22 Dec 2025 to 22 Jan 2026)", 20)]
    assert iso(shown["next_cycle"]["starts_at"])[:10] == "2026-01-22"
    running = row_of(api, "k", "pro")
    assert (running["started_at"], running["current_period_start"]) == (began, began)
    assert iso(running["current_period_end"])[:10] == "2026-01-22"


def test_l250_an_end_is_no_cancellation(api: Api) -> None:
    ends = from_iso("2027-02-07T00:00:00Z")

    shown = preview(api, "k", "pro", ends_at=ends)
    attach(api, "k", "pro", ends_at=ends)

    running = row_of(api, "k", "pro")
    assert (running["expires_at"], running["canceled_at"]) == (ends, None)
    assert shown["total"] == 20
    api.advance("1 month")
    assert invoices(api, "k") == [("paid", 20), ("paid", 20)]


def test_l251_odd_amounts_add_up_in_cents(api: Api) -> None:
    pack = {"amount": 0.35, "interval": "month", "billing_units": 1, "billing_method": "prepaid"}
    plan(api, "odd", item("credits", 1, "month"), **monthly(9.99))
    plan(api, "odder", item("credits", 3, "month", price=pack), **monthly(19.95))
    attach(api, "k", "odd")
    quantities = [{"feature_id": "credits", "quantity": 10}]
    api.advance("2 seconds")

    shown = preview(api, "k", "odder", feature_quantities=quantities)
    answer = attach(api, "k", "odder", feature_quantities=quantities)

    assert [round(total, 5) for _, total in lines(shown)] == [-9.98999, 19.94999, 2.45]
    assert (shown["total"], answer["invoice"]["total"]) == (12.41, 12.41)


def test_l252_an_archived_plan_is_attached_like_any_other(api: Api) -> None:
    api("plans.update", plan_id="pro", archived=True)

    assert preview(api, "k", "pro")["total"] == 20
    assert attach(api, "k", "pro")["invoice"]["total"] == 20
    assert plans_of(api, "k") == [("pro", "active")]


@pytest.mark.parametrize("feature_id", ["ghost", "credits"])
def test_l253_quantities_of_what_is_not_prepaid_are_ignored(api: Api, feature_id: str) -> None:
    given = [{"feature_id": feature_id, "quantity": 7}]

    answer = attach(api, "k", "pro", feature_quantities=given, no_such_field=1)

    assert answer["invoice"]["total"] == 20
    assert balance(api, "k") == (1000, 1000, 0)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"customer_id": 7}, "customer_id: must be a string (received number)"),
        ({"version": "two"}, "version: must be a number (received string)"),
        ({"invoice_mode": {}}, "invoice_mode.enabled: must be a boolean (received undefined)"),
        (
            {"invoice_mode": {"enabled": True, "net_terms_days": 0}},
            "invoice_mode.net_terms_days: Too small: expected number to be >0",
        ),
        ({"starts_at": -5}, "starts_at: Too small: expected number to be >=0"),
        ({"starts_at": 1.5}, "starts_at: Invalid input: expected int, received number"),
        ({"billing_cycle_anchor": "later"}, "billing_cycle_anchor: Invalid input"),
        ({"metadata": {"a": 1}}, "metadata.a: must be a string (received number)"),
        ({"currency": "zzz"}, "currency: must be a Stripe-supported currency code"),
        (
            {"customize": {"free_trial": {"duration_length": 1, "duration_type": "week"}}},
            "customize.free_trial.duration_type: must be one of: day, month, year",
        ),
    ],
)
def test_l254_shapes_are_told(api: Api, given: dict[str, Any], message: str) -> None:
    body = {"customer_id": "k", "plan_id": "pro", **given}

    assert api.refused("billing.attach", **body) == (400, "invalid_inputs", message)
    assert api.refused("billing.preview_attach", **body) == (400, "invalid_inputs", message)


def test_l254_what_is_no_json_counts_as_empty(api: Api) -> None:
    headers = {"Content-Type": "application/json"}
    answer = api.request("POST", "/v1/billing.attach", raw=b'{"customer_id": ', headers=headers)

    assert api.refusal(answer) == (
        400,
        "invalid_inputs",
        "[Validation Errors] customer_id: must be a string (received undefined); "
        "plan_id: must be a string (received undefined)",
    )


def test_l256_items_of_unknown_features_and_negative_prices_are_refused(api: Api) -> None:
    ghost = {"items": [item("ghost", 5, "month")]}

    assert refused(api, "k", "pro", customize=ghost) == (
        404, "feature_not_found", "Feature ghost not found",
    )  # fmt: skip
    assert refused(api, "k", "pro", customize=monthly(-5))[0] == 400
    assert plans_of(api, "k") == []


def test_l258_plans_are_shown_whole_when_asked(api: Api) -> None:
    attach(api, "k", "pro")

    shown = preview(api, "k", "premium", expand=["incoming.plan", "outgoing.plan"])

    for side, plan_id in (("incoming", "premium"), ("outgoing", "pro")):
        [entry] = shown[side]
        assert list(entry)[:2] == ["plan_id", "plan"]
        assert entry["plan"]["id"] == plan_id
        assert entry["plan"]["price"]["interval"] == "month"
    assert "plan" not in preview(api, "k", "premium", expand=["incoming.plan"])["outgoing"][0]


@pytest.fixture
def paired(api: Api) -> Api:
    """k is on pro and, by the same subscription, on mail; and on a free add-on."""
    plan(api, "mail", group="mail", **monthly(15))
    for plan_id in ("pro", "mail", "bonus"):
        attach(api, "k", plan_id)
    return api


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"plan_id": "nope", "cancel_action": "cancel_immediately"}, 404),
        ({"plan_id": "bonus", "cancel_action": "cancel_end_of_cycle"}, 400),
    ],
)
def test_l259_one_entry_that_fails_and_nothing_is_done(paired: Api, wrong: Any, status: int) -> None:
    before = state(paired, "k")
    updates = [{"plan_id": "mail", "cancel_action": "cancel_immediately"}, wrong]

    told = paired.refused("billing.multi_update", customer_id="k", updates=updates)

    assert told[0] == status
    assert state(paired, "k") == before


def test_l259_free_plans_have_no_entry_in_the_preview(paired: Api) -> None:
    now = "cancel_immediately"
    updates = [{"plan_id": "mail", "cancel_action": now}, {"plan_id": "bonus", "cancel_action": now}]

    shown = paired("billing.preview_multi_update", customer_id="k", updates=updates)

    assert [each["plan_ids"] for each in shown["subscriptions"]] == [["mail"]]
    assert shown["total"] == -15


def test_l259_both_plans_of_a_subscription_end_by_one_invoice(api: Api) -> None:
    plan(api, "mail", group="mail", **monthly(15))
    attach(api, "k", "pro", subscription_id="one")
    attach(api, "k", "mail", subscription_id="two")
    updates = [{"subscription_id": own, "cancel_action": "cancel_immediately"} for own in ("one", "two")]

    answer = api("billing.multi_update", customer_id="k", updates=updates)

    assert answer["invoice"]["total"] == -35
    newest = state(api, "k")["invoices"][0]
    assert (newest["total"], sorted(newest["plan_ids"])) == (-35, ["mail", "pro"])
    assert plans_of(api, "k") == []


def test_l260_a_plan_may_be_the_customers_and_an_entitys(api: Api) -> None:
    api("entities.create", customer_id="k", entity_id="north", name="North", feature_id="seats")
    attach(api, "k", "pro")
    attach(api, "k", "pro", entity_id="north")

    attach(api, "k", "premium")

    shown = state(api, "k")["subscriptions"]
    assert {(each["plan_id"], each["scope"]) for each in shown} == {
        ("premium", "customer"), ("pro", "entity"),
    }  # fmt: skip
    [of_entity] = [each for each in shown if each["scope"] == "entity"]
    assert of_entity["current_period_end"] is None
    north = api("entities.get", customer_id="k", entity_id="north")
    assert [each["plan_id"] for each in north["subscriptions"]] == ["pro", "premium"]


def test_l261_a_page_sells_packs(api: Api) -> None:
    plan(api, "bare", item("credits", 0, "month", price=PACK))
    url = attach(api, "c", "bare", feature_quantities=[{"feature_id": "credits", "quantity": 300}])[
        "payment_url"
    ]

    pay(api, url)

    assert balance(api, "c")[0] == 300
    assert invoices(api, "c") == [("paid", 30)]


def test_l261_a_page_sells_units_once(api: Api) -> None:
    once = {"amount": 4, "interval": "one_off", "billing_units": 10, "billing_method": "prepaid"}
    plan(api, "stamps", item("credits", 0, price=once))
    url = attach(api, "c", "stamps", feature_quantities=[{"feature_id": "credits", "quantity": 25}])[
        "payment_url"
    ]

    pay(api, url)

    assert balance(api, "c")[0] == 30
    assert invoices(api, "c") == [("paid", 12)]
    assert [each["plan_id"] for each in state(api, "c")["purchases"]] == ["stamps"]


def test_l268_a_plan_of_use_alone_begins_without_an_invoice(api: Api) -> None:
    by_use = {"amount": 0.1, "interval": "month", "billing_units": 1, "billing_method": "usage_based"}
    plan(api, "metered", item("calls", 0, price=by_use))

    shown = preview(api, "c", "metered")
    url = attach(api, "c", "metered")["payment_url"]
    give_card(api, "c")

    assert (shown["line_items"], shown["total"], shown["checkout_type"]) == ([], 0, "stripe_checkout")
    assert attach(api, "c", "metered")["payment_url"] == url
    assert attach(api, "k", "metered") == {"customer_id": "k", "payment_url": None}
    assert (plans_of(api, "k"), invoices(api, "k")) == ([("metered", "active")], [])
    api("balances.track", customer_id="k", feature_id="calls", value=40)
    api.advance("1 month")
    assert invoices(api, "k") == [("paid", 4)]


def test_l269_credits_name_their_interval(api: Api) -> None:
    plan(api, "quarter", price={"amount": 55, "interval": "quarter"})
    plan(api, "week", price={"amount": 7, "interval": "week"})
    plan(api, "half", price={"amount": 100, "interval": "semi_annual"})
    plan(api, "pair", price={"amount": 38, "interval": "month", "interval_count": 2})
    attach(api, "k", "quarter")

    shown = preview(api, "k", "week")

    assert lines(shown)[0] == ("Unused 1 × Quarter (at $55.00 / every 3 months)", -55)
    for plan_id, end in (("half", "2026-07-01"), ("pair", "2026-03-01")):
        attach(api, "k", plan_id, plan_schedule="immediate")
        assert plans_of(api, "k") == [(plan_id, "active")]
        assert iso(row_of(api, "k", plan_id)["current_period_end"])[:10] == end


@pytest.fixture
def yearly(api: Api) -> Api:
    """annual: $120 a year with packs of credits by the month."""
    pack = {"amount": 5, "interval": "month", "billing_units": 10, "billing_method": "prepaid"}
    plan(api, "annual", item("credits", 0, "month", price=pack), price={"amount": 120, "interval": "year"})
    return api


def test_l270_two_intervals_need_a_card(yearly: Api) -> None:
    packs = [{"feature_id": "credits", "quantity": 20}]

    told = refused(yearly, "c", "annual", feature_quantities=packs)
    answer = attach(yearly, "k", "annual", feature_quantities=packs)
    cancel(yearly, "k", "annual", "cancel_end_of_cycle")

    assert told[2].startswith("Cannot create Stripe checkout when there are multiple intervals")
    assert answer["invoice"]["total"] == 130
    assert row_of(yearly, "k", "annual")["expires_at"] == add_interval(NOON, "year")


def test_l271_a_first_cycle_may_end_at_an_instant(api: Api) -> None:
    anchor = from_iso("2026-01-12T16:48:00Z")

    shown = preview(api, "k", "pro", billing_cycle_anchor=anchor)
    answer = attach(api, "k", "pro", billing_cycle_anchor=anchor)

    [(_, total)] = lines(shown)
    assert round(total, 4) == round(20 * 11.7 / 31, 4)
    assert (shown["next_cycle"]["starts_at"], shown["next_cycle"]["total"]) == (anchor, 20)
    assert answer["invoice"]["total"] == round(20 * 11.7 / 31, 2)
    api.advance("12 days")
    assert invoices(api, "k")[0] == ("paid", 20)


def test_l267_a_trial_that_reverts_pauses_the_plan(api: Api) -> None:
    attach(api, "k", "pro")
    api("balances.track", customer_id="k", feature_id="credits", value=5)
    before = row_of(api, "k", "pro")
    trying = trial(7, card_required=False)["free_trial"] | {"on_end": "revert"}

    shown = preview(api, "k", "premium", customize={"free_trial": trying})
    answer = attach(api, "k", "premium", customize={"free_trial": trying})

    ends = add_interval(NOON, "day", 7)
    assert (shown["total"], shown["next_cycle"]["starts_at"]) == (0, ends)
    assert answer == {"customer_id": "k", "payment_url": None}
    assert plans_of(api, "k") == [("premium", "active")]
    assert row_of(api, "k", "premium")["trial_ends_at"] == ends
    assert balance(api, "k") == (5000, 5000, 0)
    api.advance("8 days")
    back = row_of(api, "k", "pro")
    assert back["current_period_end"] == before["current_period_end"]
    assert balance(api, "k") == (1000, 995, 5)
    assert invoices(api, "k") == [("paid", 20)]


def test_l267_ending_such_a_trial_gives_nothing_back_but_the_plan(api: Api) -> None:
    attach(api, "k", "pro")
    trying = trial(7, card_required=False)["free_trial"] | {"on_end": "revert"}
    attach(api, "k", "premium", customize={"free_trial": trying})

    cancel(api, "k", "premium", "cancel_immediately")

    assert plans_of(api, "k") == [("pro", "active")]
    assert invoices(api, "k") == [("paid", 20)]
