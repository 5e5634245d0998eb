"""Updates that change a plan and end it in one step, and plans that are over (sections 10.2 to 10.4)."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.billing import (
    attach,
    balance,
    cancel,
    catalogue,
    invoices,
    monthly,
    plans_of,
    preview_update,
    quantity,
    refused_update,
    row_of,
    state,
    trial,
    update,
)
from tests.builders import item, plan
from tests.conftest import Api

FEB_1 = from_iso("2026-02-01T00:00:00Z")
NOW, LATER, BACK = "cancel_immediately", "cancel_end_of_cycle", "uncancel"
NO_CYCLE = "Free products do not have billing cycles; use cancel: 'immediately' instead."
MORE_CREDITS = {"customize": {"items": [item("credits", 1500, "month")]}}


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


@pytest.fixture
def fallback(api: Api) -> Api:
    """There is a free default plan."""
    plan(api, "basis", item("credits", 1, "month"), auto_enable=True)
    return api


def id_of(api: Api, plan_id: str) -> str:
    return str(row_of(api, "k", plan_id)["id"])


# A change and an end


@pytest.mark.parametrize(
    ("plan_id", "change", "intent"),
    [
        ("pro", MORE_CREDITS, "update_plan"),
        ("pro", {"customize": monthly(45)}, "update_plan"),
        ("packs", {"feature_quantities": quantity(300)}, "update_quantity"),
    ],
)
def test_what_ends_now_is_not_changed_any_more(
    fallback: Api, plan_id: str, change: dict[str, Any], intent: str
) -> None:
    attach(fallback, "k", plan_id)
    fallback.freeze("2026-01-16T12:00:00Z")
    alone = preview_update(fallback, "k", plan_id, cancel_action=NOW)

    shown = preview_update(fallback, "k", plan_id, cancel_action=NOW, **change)
    answer = update(fallback, "k", plan_id, cancel_action=NOW, **change)

    assert shown == {**alone, "intent": intent}
    assert answer["invoice"]["total"] == shown["total"]
    assert plans_of(fallback, "k") == [("basis", "active")]


def test_with_another_version_it_ends_too(api: Api) -> None:
    attach(api, "k", "pro")
    api("plans.update", plan_id="pro", price={"amount": 30, "interval": "month"})

    answer = update(api, "k", "pro", cancel_action=NOW, version=2)

    assert answer["invoice"]["total"] == -20
    assert plans_of(api, "k") == []


@pytest.mark.parametrize("action", [NOW, LATER, BACK])
@pytest.mark.parametrize(
    ("plan_id", "change", "message"),
    [
        (
            "pro",
            {"customize": monthly(20)},
            "Custom plan configuration is identical to the current subscription; no update is needed",
        ),
        (
            "pro",
            {"customize": {"price": {"amount": 5, "interval": "one_off"}}},
            "Cannot update a subscription from a recurring product to a one-off product",
        ),
        (
            "starter",
            {"customize": {"items": [item("credits", 100, "month")]}},
            "Custom plan configuration is identical to the current subscription; no update is needed",
        ),
        (
            "boost",
            {"feature_quantities": quantity(600)},
            "Cannot update a one-off prepaid quantity alongside other subscription changes. "
            "Update the plan first, then adjust the quantity separately.",
        ),
    ],
)
def test_what_is_wrong_with_the_change_is_told_first(
    api: Api, action: str, plan_id: str, change: dict[str, Any], message: str
) -> None:
    attach(api, "k", plan_id)

    assert refused_update(api, "k", plan_id, cancel_action=action, **change) == (
        400,
        "invalid_request",
        message,
    )


def test_a_free_plan_has_no_cycle_to_end_with_however_it_is_changed(api: Api) -> None:
    attach(api, "k", "starter")

    refusals = [
        refused_update(api, "k", "starter", cancel_action=LATER, **change)
        for change in (MORE_CREDITS, {"customize": monthly(9)})
    ]

    assert refusals == [(400, "invalid_request", NO_CYCLE)] * 2


@pytest.mark.parametrize(
    ("plan_id", "change"),
    [
        ("pro", {"customize": monthly(45)}),
        ("pro", {"customize": monthly(15)}),
        ("packs", {"feature_quantities": quantity(300)}),
        ("pro_t", {"customize": {"free_trial": None}}),
    ],
)
def test_what_ends_later_changes_only_for_nothing(api: Api, plan_id: str, change: dict[str, Any]) -> None:
    attach(api, "k", plan_id)
    message = "Cannot use cancel: 'end_of_cycle' when an invoice will be created"

    refusal = refused_update(api, "k", plan_id, cancel_action=LATER, **change)

    assert refusal == (400, "invalid_request", message)
    assert row_of(api, "k", plan_id)["canceled_at"] is None


@pytest.mark.parametrize("more", [{}, {"proration_behavior": "none", **monthly(45)}])
def test_a_plan_is_changed_and_ends_with_its_cycle(fallback: Api, more: dict[str, Any]) -> None:
    attach(fallback, "k", "pro")
    price = {"price": more.pop("price")} if "price" in more else {}
    customize = {**MORE_CREDITS["customize"], **price}

    shown = preview_update(fallback, "k", "pro", cancel_action=LATER, customize=customize, **more)
    answer = update(fallback, "k", "pro", cancel_action=LATER, customize=customize, **more)

    assert shown["intent"] == "update_plan"
    assert answer == {"customer_id": "k", "payment_url": None}
    assert balance(fallback, "k") == (1500, 1500, 0)
    assert row_of(fallback, "k", "pro")["expires_at"] == FEB_1
    assert row_of(fallback, "k", "basis")["started_at"] == FEB_1
    fallback.advance("1 month")
    assert plans_of(fallback, "k") == [("basis", "active")]
    assert invoices(fallback, "k") == [("paid", 20)]


def test_what_would_have_followed_is_forgotten(fallback: Api) -> None:
    attach(fallback, "k", "premium")
    attach(fallback, "k", "mini")

    update(fallback, "k", "premium", cancel_action=LATER, **MORE_CREDITS)

    assert sorted(plans_of(fallback, "k")) == [("basis", "scheduled"), ("premium", "active")]


def test_a_new_trial_is_where_the_plan_ends(fallback: Api) -> None:
    attach(fallback, "k", "pro_t")
    fallback.freeze("2026-01-05T00:00:00Z")

    update(fallback, "k", "pro_t", cancel_action=LATER, customize=trial(14))

    end = from_iso("2026-01-19T00:00:00Z")
    assert row_of(fallback, "k", "pro_t")["expires_at"] == end
    assert row_of(fallback, "k", "basis")["started_at"] == end


@pytest.mark.parametrize("action", [NOW, LATER])
def test_what_is_to_come_is_forgotten_whatever_else_is_asked(api: Api, action: str) -> None:
    attach(api, "k", "premium")
    attach(api, "k", "pro")

    update(api, "k", "pro", cancel_action=action, customize=monthly(45))

    assert plans_of(api, "k") == [("premium", "active")]
    assert row_of(api, "k", "premium")["expires_at"] is None


# A row that is named itself


def test_a_row_is_named_by_its_internal_id(api: Api) -> None:
    for subscription_id in ("one", "two"):
        attach(api, "k", "extra", subscription_id=subscription_id)
    first, second = api.world.store.subscriptions.find("plan_id", "extra")

    update(api, "k", customer_product_id=second.id, subscription_id="one", cancel_action=NOW)

    left = [each.id for each in api.world.store.subscriptions if each.status == "active"]
    assert left == [first.id]


def test_a_plan_that_is_over_can_be_named_but_not_changed(api: Api) -> None:
    attach(api, "k", "pro")
    row_id = id_of(api, "pro")
    cancel(api, "k", "pro", NOW)
    over = "Subscription for 'Pro' has expired and cannot be updated"

    changed = refused_update(api, "k", customer_product_id=row_id, **MORE_CREDITS)
    ended = refused_update(api, "k", customer_product_id=row_id, cancel_action=NOW)
    taken_back = refused_update(api, "k", customer_product_id=row_id, cancel_action=BACK)

    assert changed == ended == (400, "invalid_request", over)
    assert taken_back == (400, "invalid_request", "Cannot uncancel a subscription that has expired")


def test_what_somebody_else_has_can_not_be_named(api: Api) -> None:
    attach(api, "k", "pro")
    attach(api, "c", "starter")
    row_id = id_of(api, "pro")
    cancel(api, "k", "pro", NOW)

    refusal = refused_update(api, "c", customer_product_id=row_id, cancel_action=NOW)

    assert refusal == (404, "cus_product_not_found", "No active subscription found for customer 'c'")


# A plan whose Stripe subscription is over


@pytest.fixture
def orphaned(api: Api) -> str:
    """K's plan names a Stripe subscription that was cancelled. Answers its id."""
    attach(api, "k", "pro")
    [row] = api.world.store.subscriptions.find("plan_id", "pro")
    cancel(api, "k", "pro", NOW, proration_behavior="none")
    attach(api, "k", "pro", processor_subscription_id=row.stripe_subscription_id)
    return str(row.stripe_subscription_id)


@pytest.mark.parametrize("change", [{}, MORE_CREDITS])
def test_what_is_over_at_stripe_neither_ends_later_nor_goes_on(
    api: Api, orphaned: str, change: dict[str, Any]
) -> None:
    later = refused_update(api, "k", "pro", cancel_action=LATER, **change)
    back = refused_update(api, "k", "pro", cancel_action=BACK, **change)

    gone = f"Subscription {orphaned} is already canceled in Stripe"
    assert later == (400, "invalid_request", f"{gone}; use cancel: 'cancel_immediately' instead.")
    assert back == (
        400,
        "invalid_request",
        f"{gone} and cannot be uncanceled; attach the plan again to start a new subscription.",
    )


def test_it_can_end_now_and_gives_nothing_back(api: Api, orphaned: str) -> None:
    shown = preview_update(api, "k", "pro", cancel_action=NOW)
    answer = cancel(api, "k", "pro", NOW)

    assert (shown["line_items"], shown["total"]) == ([], 0)
    assert answer == {"customer_id": "k", "payment_url": None}
    assert plans_of(api, "k") == []
    assert invoices(api, "k") == [("paid", 20)]


def test_several_updates_mind_it_too(api: Api, orphaned: str) -> None:
    attach(api, "k", "bonus")
    updates = [
        {"plan_id": "bonus", "cancel_action": NOW},
        {"plan_id": "pro", "cancel_action": LATER},
    ]

    told = api.refused("billing.multi_update", customer_id="k", updates=updates)

    assert told[2].startswith(f"Subscription {orphaned} is already canceled in Stripe;")
    assert sorted(plans_of(api, "k")) == [("bonus", "active"), ("pro", "active")]


def test_without_billing_changes_what_bills_a_plan_goes_on(api: Api) -> None:
    attach(api, "k", "pro")

    cancel(api, "k", "pro", NOW, no_billing_changes=True)

    [shared] = api.world.store.stripe_subscriptions
    assert shared.status == "active"
    assert plans_of(api, "k") == []
    assert invoices(api, "k") == [("paid", 20)]


# Before 2.0


def test_the_older_form_needs_no_product(api: Api) -> None:
    attach(api, "k", "packs", feature_quantities=quantity(250))

    body = {"customer_id": "k", "options": quantity(500)}
    status, answer = api.call("billing.update", body, version="1.2.0")

    assert (status, answer["invoice"]["total"]) == (200, 20)
    assert balance(api, "k")[0] == 500


# Ends that a plan has for other reasons


def test_an_end_from_the_beginning_is_no_cancellation(api: Api) -> None:
    ends_at = from_iso("2026-03-10T00:00:00Z")
    attach(api, "k", "pro", ends_at=ends_at)

    cancel(api, "k", "pro", BACK)

    assert row_of(api, "k", "pro")["expires_at"] == ends_at


@pytest.mark.parametrize(
    ("ends_at", "expires_at"),
    [("2026-01-20T00:00:00Z", "2026-01-20T00:00:00Z"), ("2026-03-10T00:00:00Z", "2026-02-01T00:00:00Z")],
)
def test_a_cancellation_does_not_prolong_a_plan(api: Api, ends_at: str, expires_at: str) -> None:
    attach(api, "k", "pro", ends_at=from_iso(ends_at))

    cancel(api, "k", "pro", LATER)

    assert row_of(api, "k", "pro")["expires_at"] == from_iso(expires_at)


def test_l107_a_plan_was_cancelled_when_it_was_first(fallback: Api) -> None:
    attach(fallback, "k", "pro")
    cancel(fallback, "k", "pro", LATER)
    before = row_of(fallback, "k", "pro")
    fallback.advance("1 day")

    cancel(fallback, "k", "pro", LATER)

    assert row_of(fallback, "k", "pro") == before
    assert sorted(plans_of(fallback, "k")) == [("basis", "scheduled"), ("pro", "active")]


@pytest.fixture
def scheduled(api: Api) -> Api:
    """K has pro, and premium from the tenth of March on."""
    later = {"starts_at": from_iso("2026-03-10T00:00:00Z"), "plans": [{"plan_id": "premium"}]}
    phases = [{"starts_at": "now", "plans": [{"plan_id": "pro"}]}, later]
    api("billing.create_schedule", customer_id="k", phases=phases)
    return api


def test_a_plan_with_a_phase_to_follow_is_not_cancelled(scheduled: Api) -> None:
    before = state(scheduled, "k")["subscriptions"]

    cancel(scheduled, "k", "pro", BACK)

    assert state(scheduled, "k")["subscriptions"] == before


@pytest.mark.parametrize("action", [NOW, LATER])
def test_without_its_next_phase_a_plan_goes_on(scheduled: Api, action: str) -> None:
    cancel(scheduled, "k", "premium", action)

    assert plans_of(scheduled, "k") == [("pro", "active")]
    assert row_of(scheduled, "k", "pro")["expires_at"] is None


def test_the_default_plan_does_not_follow_beside_another_paid_one(fallback: Api) -> None:
    """Several main plans of one group come by import alone."""
    began = from_iso("2025-12-20T00:00:00Z")
    billables = [{"plan": {"plan_id": plan_id, "started_at": began}} for plan_id in ("pro", "premium")]
    fallback("billing.import", customer_id="c", billables=billables)

    shown = preview_update(fallback, "c", "pro", cancel_action=LATER)
    cancel(fallback, "c", "pro", LATER)

    assert [each["plan_id"] for each in shown["incoming"]] == ["pro"]
    assert sorted(plans_of(fallback, "c")) == [("premium", "active"), ("pro", "active")]


# Pages


@pytest.mark.parametrize("action", [NOW, LATER, BACK])
@pytest.mark.parametrize("change", [{}, {"customize": monthly(45), "proration_behavior": "none"}])
def test_what_is_cancelled_or_taken_back_is_not_confirmed_on_a_page(
    api: Api, action: str, change: dict[str, Any]
) -> None:
    attach(api, "k", "pro")

    refusal = refused_update(api, "k", "pro", cancel_action=action, redirect_mode="always", **change)

    message = "Autumn checkout does not support cancel or uncancel updates"
    assert refusal == (400, "invalid_request", message)
