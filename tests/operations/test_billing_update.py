"""Updating plans: cases L82, L94 to L122, L126 to L134, L139, L140."""

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
    plans_of,
    preview_update,
    quantity,
    refused,
    refused_update,
    state,
    update,
    use,
)
from tests.builders import item, plan
from tests.conftest import Api

A_MONTH_ON = from_iso("2026-02-01T00:00:00Z")
NOTHING_GIVEN = (
    "input: At least one update parameter must be provided (feature_quantities, version, customize, "
    "cancel_action, recalculate_balances, billing_cycle_anchor, or discounts)"
)


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


# Cancelling


@pytest.fixture
def fallback(api: Api) -> Api:
    """`starter` is what customers fall back to."""
    api("plans.update", plan_id="starter", auto_enable=True)
    attach(api, "k", "pro")
    return api


def test_l105_a_plan_that_ends_with_its_cycle_is_followed_by_the_default(fallback: Api) -> None:
    shown = preview_update(fallback, "k", "pro", cancel_action="cancel_end_of_cycle")

    answer = update(fallback, "k", "pro", cancel_action="cancel_end_of_cycle")

    by_plan = {each["plan_id"]: each for each in state(fallback, "k")["subscriptions"]}
    assert answer == {"customer_id": "k", "payment_url": None}
    assert (by_plan["pro"]["canceled_at"], by_plan["pro"]["expires_at"]) == (fallback.world.now(), A_MONTH_ON)
    assert (by_plan["starter"]["status"], by_plan["starter"]["started_at"]) == ("scheduled", A_MONTH_ON)
    assert shown["intent"] == "cancel_end_of_cycle"
    assert (shown["next_cycle"]["starts_at"], shown["next_cycle"]["total"]) == (A_MONTH_ON, 0)
    assert [(each["plan_id"], each["effective_at"], each["expires_at"]) for each in shown["incoming"]] == [
        ("starter", A_MONTH_ON, None),
        ("pro", None, A_MONTH_ON),
    ]
    assert [(each["plan_id"], each["effective_at"]) for each in shown["outgoing"]] == [("pro", A_MONTH_ON)]


def test_l106_without_a_default_it_only_ends(api: Api) -> None:
    attach(api, "k", "pro")

    update(api, "k", "pro", cancel_action="cancel_end_of_cycle")

    assert plans_of(api, "k") == [("pro", "active")]
    assert "next_cycle" not in preview_update(api, "k", "pro", cancel_action="cancel_end_of_cycle")


def test_l107_cancelling_again_changes_nothing(fallback: Api) -> None:
    update(fallback, "k", "pro", cancel_action="cancel_end_of_cycle")

    update(fallback, "k", "pro", cancel_action="cancel_end_of_cycle")

    assert sorted(plans_of(fallback, "k")) == [("pro", "active"), ("starter", "scheduled")]


def test_l108_a_cancellation_is_taken_back(fallback: Api) -> None:
    update(fallback, "k", "pro", cancel_action="cancel_end_of_cycle")

    update(fallback, "k", "pro", cancel_action="uncancel")

    [subscription] = state(fallback, "k")["subscriptions"]
    assert (subscription["plan_id"], subscription["canceled_at"], subscription["expires_at"]) == (
        "pro",
        None,
        None,
    )


def test_l109_taking_back_nothing_is_no_error(api: Api) -> None:
    attach(api, "k", "pro")

    assert update(api, "k", "pro", cancel_action="uncancel") == {"customer_id": "k", "payment_url": None}


def test_l110_ending_now_gives_back_what_is_unused(fallback: Api) -> None:
    answer = update(fallback, "k", "pro", cancel_action="cancel_immediately")

    assert (answer["invoice"]["status"], answer["invoice"]["total"]) == ("paid", -20)
    assert plans_of(fallback, "k") == [("starter", "active")]
    assert balance(fallback, "k") == (100, 100, 0)


def test_use_is_not_billed_when_a_plan_ends_now(api: Api) -> None:
    attach(api, "k", "basic")
    use(api, "k", "calls", 150)
    api.freeze("2026-01-16T12:00:00Z")

    assert update(api, "k", "basic", cancel_action="cancel_immediately")["invoice"]["total"] == -10


def test_l111_without_proration_nothing_is_given_back(api: Api) -> None:
    attach(api, "k", "pro")

    answer = update(api, "k", "pro", cancel_action="cancel_immediately", proration_behavior="none")

    assert answer == {"customer_id": "k", "payment_url": None}
    assert plans_of(api, "k") == []
    assert invoices(api, "k") == [("paid", 20)]


@pytest.mark.parametrize(
    ("plan_id", "message"),
    [
        ("starter", "Free products do not have billing cycles; use cancel: 'immediately' instead."),
        ("boost", "One-off products do not have billing cycles; use cancel: 'immediately' instead."),
    ],
    ids=["l112", "l113"],
)
def test_what_has_no_cycle_does_not_end_with_it(api: Api, plan_id: str, message: str) -> None:
    attach(api, "k", plan_id)

    refusal = refused_update(api, "k", plan_id, cancel_action="cancel_end_of_cycle")

    assert refusal == (400, "invalid_request", message)
    assert update(api, "k", plan_id, cancel_action="cancel_immediately")["payment_url"] is None


def test_l115_an_add_on_ends_alone(fallback: Api) -> None:
    attach(fallback, "k", "extra")

    update(fallback, "k", "extra", cancel_action="cancel_end_of_cycle")

    by_plan = {each["plan_id"]: each for each in state(fallback, "k")["subscriptions"]}
    assert by_plan.keys() == {"pro", "extra"}
    assert by_plan["extra"]["expires_at"] == A_MONTH_ON
    assert by_plan["pro"]["expires_at"] is None


def test_l82_a_plan_of_another_group_is_not_touched(api: Api) -> None:
    plan(api, "mail", item("calls", 5, "month"), group="mail", **monthly(15))
    attach(api, "k", "pro")
    attach(api, "k", "mail")

    assert update(api, "k", "mail", cancel_action="cancel_immediately")["invoice"]["total"] == -15
    assert plans_of(api, "k") == [("pro", "active")]


def test_l118_the_last_payment_may_be_refunded(api: Api) -> None:
    attach(api, "k", "pro")
    how = {"cancel_action": "cancel_immediately", "refund_last_payment": "full"}

    shown = preview_update(api, "k", "pro", **how)
    answer = update(api, "k", "pro", **how)

    assert shown["line_items"] == []
    assert shown["refund"]["amount"] == 20
    assert shown["refund"]["invoice"]["current_refunded_amount"] == 0
    assert list(shown).index("refund") < list(shown).index("intent")
    assert answer == {"customer_id": "k", "payment_url": None}
    assert invoices(api, "k") == [("paid", 20)]


def test_l118_or_what_is_unused_of_it(api: Api) -> None:
    attach(api, "k", "pro")
    api.freeze("2026-01-16T12:00:00Z")

    shown = preview_update(api, "k", "pro", cancel_action="cancel_immediately", refund_last_payment="prorated")

    assert shown["refund"]["amount"] == 10


def test_l122_nothing_is_given_back_in_a_trial(api: Api) -> None:
    attach(api, "k", "pro_t")

    answer = update(api, "k", "pro_t", cancel_action="cancel_immediately")

    assert answer == {"customer_id": "k", "payment_url": None}
    assert plans_of(api, "k") == []


def test_l139_a_trial_is_had_once(api: Api) -> None:
    attach(api, "k", "pro_t")
    update(api, "k", "pro_t", cancel_action="cancel_immediately")

    assert attach(api, "k", "pro_t")["invoice"]["total"] == 20
    assert state(api, "k")["subscriptions"][0]["trial_ends_at"] is None


def test_l140_a_cancelled_trial_ends_with_itself(api: Api) -> None:
    attach(api, "k", "pro_t")

    update(api, "k", "pro_t", cancel_action="cancel_end_of_cycle")

    assert state(api, "k")["subscriptions"][0]["expires_at"] == from_iso("2026-01-15T00:00:00Z")


@pytest.mark.parametrize("action", ["cancel_immediately", "cancel_end_of_cycle"])
def test_l72_cancelling_what_is_to_come_keeps_what_is_there(api: Api, action: str) -> None:
    attach(api, "k", "premium")
    attach(api, "k", "pro")

    update(api, "k", "pro", cancel_action=action)

    [subscription] = state(api, "k")["subscriptions"]
    assert (subscription["plan_id"], subscription["expires_at"]) == ("premium", None)


def test_l68_taking_back_a_downgrade(api: Api) -> None:
    attach(api, "k", "premium")
    attach(api, "k", "pro")

    update(api, "k", "premium", cancel_action="uncancel")

    assert plans_of(api, "k") == [("premium", "active")]


def test_what_is_to_come_is_neither_uncancelled_nor_updated(api: Api) -> None:
    attach(api, "k", "premium")
    attach(api, "k", "pro")

    taken_back = refused_update(api, "k", "pro", cancel_action="uncancel")
    changed = refused_update(api, "k", "pro", feature_quantities=[])

    assert taken_back[2] == "Cannot uncancel a subscription that is scheduled"
    assert changed[2] == "Subscription for 'Pro' is scheduled and cannot be updated until it becomes active"


# Which row, which shape


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"plan_id": "pro"}, "No active subscription found for plan 'pro' on customer 'k'"),
        ({}, "No active subscription found for customer 'k'"),
        (
            {"plan_id": "pro", "subscription_id": "sub_x"},
            "No active subscription found with subscription_id 'sub_x' for customer 'k'",
        ),
    ],
)
def test_l114_a_plan_that_is_not_there_is_not_found(api: Api, given: dict[str, Any], message: str) -> None:
    refusal = refused_update(api, "k", cancel_action="uncancel", **given)

    assert refusal == (404, "cus_product_not_found", message)


def test_l120_nor_is_a_customer(api: Api) -> None:
    refusal = refused_update(api, "nobody", "pro", cancel_action="uncancel")

    assert refusal == (404, "customer_not_found", "Customer nobody not found")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, NOTHING_GIVEN),
        (
            {"cancel_action": "stop"},
            "cancel_action: must be one of: cancel_immediately, cancel_end_of_cycle, uncancel",
        ),
        (
            {"feature_quantities": quantity(-5)},
            f"[Validation Errors] feature_quantities.0.quantity: quantity must be >= 0; {NOTHING_GIVEN}",
        ),
        (
            {"cancel_action": "cancel_end_of_cycle", "refund_last_payment": "full"},
            "input: refund_last_payment requires cancel_action to be 'cancel_immediately'.",
        ),
        (
            {
                "cancel_action": "cancel_immediately",
                "refund_last_payment": "full",
                "proration_behavior": "none",
            },
            "input: Cannot pass both proration_behavior and refund_last_payment. Use proration_behavior for "
            "invoice credits/proration, or refund_last_payment for direct refunds.",
        ),
    ],
    ids=["l116", "l119", "l98", "l117", "both"],
)
def test_bad_shapes_are_told(api: Api, given: dict[str, Any], message: str) -> None:
    assert refused_update(api, "k", "pro", **given) == (400, "invalid_inputs", message)


def test_l121_the_main_paid_plan_is_meant_without_a_name(api: Api) -> None:
    attach(api, "k", "extra")
    attach(api, "k", "pro")
    attach(api, "k", "bonus")

    update(api, "k", cancel_action="cancel_immediately")

    assert sorted(plans_of(api, "k")) == [("bonus", "active"), ("extra", "active")]


def test_a_row_is_named_by_its_own_id(api: Api) -> None:
    attach(api, "k", "pro", subscription_id="main-1")
    attach(api, "k", "extra", subscription_id="extra-1")

    update(api, "k", subscription_id="extra-1", cancel_action="cancel_immediately")

    assert plans_of(api, "k") == [("pro", "active")]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"billing_cycle_anchor": "now", "cancel_action": "uncancel"},
            "billing_cycle_anchor cannot be used together with a cancel action",
        ),
        (
            {"billing_cycle_anchor": "now", "feature_quantities": quantity(5)},
            "billing_cycle_anchor cannot be used together with feature_quantities",
        ),
    ],
)
def test_an_anchor_moves_alone(api: Api, given: dict[str, Any], message: str) -> None:
    attach(api, "k", "pro")

    assert refused_update(api, "k", "pro", **given) == (400, "invalid_request", message)


# Quantities


@pytest.fixture
def packs(api: Api) -> Api:
    attach(api, "k", "packs", feature_quantities=quantity(250))
    return api


def test_l94_more_packs_are_charged_for_the_rest_of_the_cycle(packs: Api) -> None:
    shown = preview_update(packs, "k", "packs", feature_quantities=quantity(500))

    assert lines(shown) == [
        ("Unused 2 × Packs - Credits (Tier 2 at $10.00 / month)", -20),
        ("Packs - 500 Credits (from 01 Jan 2026 to 01 Feb 2026)", 40),
    ]
    assert shown["intent"] == "update_quantity"
    assert shown["next_cycle"]["total"] == 70
    assert shown["outgoing"][0]["feature_quantities"] == quantity(300)
    assert shown["incoming"][0]["feature_quantities"] == quantity(500)


def test_l95_usage_is_kept(packs: Api) -> None:
    use(packs, "k", "credits", 40)

    answer = update(packs, "k", "packs", feature_quantities=quantity(500))

    assert answer["invoice"]["total"] == 20
    assert balance(packs, "k") == (500, 460, 40)


def test_l96_fewer_packs_give_back_what_the_last_change_charged(packs: Api) -> None:
    use(packs, "k", "credits", 40)
    update(packs, "k", "packs", feature_quantities=quantity(500))

    shown = preview_update(packs, "k", "packs", feature_quantities=quantity(200))
    answer = update(packs, "k", "packs", feature_quantities=quantity(200))

    assert lines(shown) == [
        ("Unused Packs - 500 Credits (from 01 Jan 2026 to 01 Feb 2026)", -40),
        ("Packs - 200 Credits (from 01 Jan 2026 to 01 Feb 2026)", 10),
    ]
    assert answer["invoice"]["total"] == -30
    assert balance(packs, "k") == (200, 160, 40)


def test_l97_the_same_quantity_makes_no_invoice(packs: Api) -> None:
    answer = update(packs, "k", "packs", feature_quantities=quantity(300))

    assert answer == {"customer_id": "k", "payment_url": None}
    assert balance(packs, "k")[0] == 300


def test_a_failed_charge_leaves_the_old_quantity(packs: Api) -> None:
    give_card(packs, "k", "decline:card_declined")

    answer = update(packs, "k", "packs", feature_quantities=quantity(500))

    assert answer["invoice"]["status"] == "open"
    assert balance(packs, "k")[0] == 300


@pytest.fixture
def waiting(api: Api) -> Api:
    """500 credits in packs of 100; a decrease waits for the next cycle."""
    proration = {"on_increase": "prorate_immediately", "on_decrease": "none"}
    plan(api, "slow", item("credits", 0, "month", price=PACK, proration=proration), **monthly(30))
    attach(api, "k", "slow", feature_quantities=quantity(500))
    return api


def test_l99_a_decrease_may_wait(waiting: Api) -> None:
    shown = preview_update(waiting, "k", "slow", feature_quantities=quantity(200))

    answer = update(waiting, "k", "slow", feature_quantities=quantity(200))

    assert answer == {"customer_id": "k", "payment_url": None}
    assert balance(waiting, "k")[0] == 500
    assert shown["next_cycle"]["total"] == 80
    assert shown["incoming"][0]["feature_quantities"] == quantity(500)


def test_l99_a_later_increase_forgets_it(waiting: Api) -> None:
    update(waiting, "k", "slow", feature_quantities=quantity(200))

    answer = update(waiting, "k", "slow", feature_quantities=quantity(700))
    waiting.freeze("2026-02-02T00:00:00Z")

    assert answer["invoice"]["total"] == 20
    assert balance(waiting, "k")[0] == 700


def test_l184_the_next_cycle_has_the_lower_quantity(waiting: Api) -> None:
    update(waiting, "k", "slow", feature_quantities=quantity(200))
    use(waiting, "k", "credits", 30)

    waiting.freeze("2026-02-02T00:00:00Z")

    assert balance(waiting, "k") == (200, 200, 0)
    assert invoices(waiting, "k")[0] == ("paid", 50)


@pytest.fixture
def stamps(api: Api) -> Api:
    once = {"amount": 4, "interval": "one_off", "billing_units": 10, "billing_method": "prepaid"}
    plan(api, "mix", item("calls", 0, price=once), item("credits", 50, "month"), **monthly(10))
    attach(api, "k", "mix", feature_quantities=quantity(20, "calls"))
    return api


def test_l104_units_that_are_paid_once_are_added(stamps: Api) -> None:
    shown = preview_update(stamps, "k", "mix", feature_quantities=quantity(30, "calls"))

    answer = update(stamps, "k", "mix", feature_quantities=quantity(30, "calls"))

    assert lines(shown) == [("Mix - 30 API calls", 12)]
    assert (shown["incoming"], shown["outgoing"], shown["next_cycle"]["total"]) == ([], [], 10)
    assert answer["invoice"]["total"] == 12
    assert balance(stamps, "k", "calls") == (50, 50, 0)


def test_a_purchase_has_no_quantities(api: Api) -> None:
    attach(api, "k", "boost")

    refusal = refused_update(api, "k", "boost", feature_quantities=quantity(5))

    assert refusal[2] == "Not allowed to update feature quantity for one off items."


# Price, items, version, trial


def test_l126_the_same_configuration_is_refused(api: Api) -> None:
    own = {**monthly(15), "items": [item("credits", 1500, "month")]}
    attach(api, "k", "pro", customize=own)

    refusal = refused_update(api, "k", "pro", customize=own)

    assert refusal[2] == (
        "Custom plan configuration is identical to the current subscription; no update is needed"
    )


def test_l127_another_price_changes_the_row_in_its_place(api: Api) -> None:
    attach(api, "k", "pro", customize=monthly(15))
    use(api, "k", "credits", 100)
    [before] = state(api, "k")["subscriptions"]

    shown = preview_update(api, "k", "pro", customize=monthly(45))
    answer = update(api, "k", "pro", customize=monthly(45))

    [after] = state(api, "k")["subscriptions"]
    assert answer["invoice"]["total"] == 30
    assert (shown["incoming"], shown["outgoing"], shown["intent"]) == ([], [], "update_plan")
    assert after["id"] == before["id"]
    assert balance(api, "k") == (1000, 900, 100)


def test_l128_other_items_keep_their_usage(api: Api) -> None:
    attach(api, "k", "pro")
    use(api, "k", "credits", 100)

    answer = update(api, "k", "pro", customize={"items": [item("credits", 2500, "month"), item("sso")]})

    assert answer == {"customer_id": "k", "payment_url": None}
    assert balance(api, "k") == (2500, 2400, 100)
    assert "sso" in state(api, "k")["flags"]


def test_l129_a_newer_version_goes_on_as_the_same_plan(api: Api) -> None:
    attach(api, "k", "pro")
    began = api.world.now()
    api("plans.update", plan_id="pro", **monthly(30))
    api.advance("1 hour")

    again = refused(api, "k", "pro")
    answer = update(api, "k", "pro", version=2)

    [subscription] = state(api, "k")["subscriptions"]
    assert again[1] == "plan_already_attached"
    assert answer["invoice"]["total"] == pytest.approx(10, abs=0.02)
    assert subscription["started_at"] == began


def test_l124_a_price_taken_away_is_given_back(api: Api) -> None:
    attach(api, "k", "pro")
    use(api, "k", "credits", 100)

    answer = update(api, "k", "pro", customize={"price": None})

    [subscription] = state(api, "k")["subscriptions"]
    assert answer["invoice"]["total"] == -20
    assert subscription["current_period_start"] is None
    assert balance(api, "k") == (1000, 900, 100)


def test_l133_a_trial_is_ended(api: Api) -> None:
    attach(api, "k", "pro_t")
    api.freeze("2026-01-05T00:00:00Z")

    answer = update(api, "k", "pro_t", customize={"free_trial": None})

    [subscription] = state(api, "k")["subscriptions"]
    assert answer["invoice"]["total"] == 20
    assert (subscription["trial_ends_at"], subscription["current_period_start"]) == (None, api.world.now())


def test_l134_a_free_plan_is_made_paid_when_its_invoice_is(api: Api) -> None:
    attach(api, "c", "starter")

    answer = update(api, "c", "starter", customize=monthly(9))

    assert (answer["invoice"]["status"], answer["invoice"]["total"]) == ("open", 9)
    assert answer["required_action"]["code"] == "payment_method_required"
    assert state(api, "c")["subscriptions"][0]["current_period_start"] is None


def test_l134_a_trial_is_added_to_a_running_plan(api: Api) -> None:
    attach(api, "k", "pro")
    trial = {"duration_length": 30, "duration_type": "day"}

    answer = update(api, "k", "pro", customize={"free_trial": trial})

    [subscription] = state(api, "k")["subscriptions"]
    assert answer["invoice"]["total"] == -20
    assert subscription["trial_ends_at"] == from_iso("2026-01-31T00:00:00Z")


@pytest.mark.parametrize(
    ("plan_id", "customize", "message"),
    [
        (
            "pro",
            {"price": {"amount": 5, "interval": "one_off"}},
            "Cannot update a subscription from a recurring product to a one-off product",
        ),
        (
            "boost",
            monthly(5),
            "Cannot update a subscription from a one-off product to a recurring product",
        ),
        (
            "boost",
            {"price": {"amount": 60, "interval": "one_off"}},
            "For one-off products, only entitlement changes are allowed; "
            "price and billing changes are not supported",
        ),
        (
            "boost",
            {"free_trial": {"duration_length": 3}},
            "Free trials are not available for one-off products",
        ),
    ],
)
def test_purchases_and_subscriptions_stay_what_they_are(
    api: Api, plan_id: str, customize: dict[str, Any], message: str
) -> None:
    attach(api, "k", plan_id)

    assert refused_update(api, "k", plan_id, customize=customize) == (400, "invalid_request", message)


def test_the_preview_shows_plans_when_asked(api: Api) -> None:
    attach(api, "k", "pro")

    shown = preview_update(api, "k", "pro", cancel_action="cancel_end_of_cycle", expand=["outgoing.plan"])

    assert shown["outgoing"][0]["plan"]["name"] == "Pro"
    assert "plan" not in shown["incoming"][0]
