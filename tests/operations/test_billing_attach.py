"""Attaching a first plan: cases L1 to L30, L53, L58 to L65, L76 to L93, L123 to L132, L165 to L172."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.billing import (
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
    trial,
)
from tests.builders import item, plan
from tests.conftest import Api

STARTED = from_iso("2026-01-01T00:00:00Z")
A_MONTH_ON = from_iso("2026-02-01T00:00:00Z")
BASE = "Pro - Base Price (from 01 Jan 2026 to 01 Feb 2026)"
SAME = (
    409,
    "plan_already_attached",
    "Cannot attach because the customer's current product '{}' is the same as the product being attached",
)


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def same(name: str) -> tuple[int, str, str]:
    return (SAME[0], SAME[1], SAME[2].format(name))


# A first plan


def test_l1_a_free_plan_is_active_at_once(api: Api) -> None:
    answer = attach(api, "c", "starter")

    assert answer == {"customer_id": "c", "payment_url": None}
    assert plans_of(api, "c") == [("starter", "active")]
    assert balance(api, "c") == (100, 100, 0)
    assert state(api, "c")["stripe_id"].startswith("cus_")


def test_l2_the_preview_of_a_free_plan_has_no_lines(api: Api) -> None:
    assert preview(api, "c", "starter") == {
        "customer_id": "c",
        "line_items": [],
        "subtotal": 0,
        "total": 0,
        "currency": "usd",
        "incoming": [
            {
                "plan_id": "starter",
                "feature_quantities": [],
                "effective_at": None,
                "canceled_at": None,
                "expires_at": None,
            }
        ],
        "outgoing": [],
        "redirect_to_checkout": False,
        "checkout_type": None,
    }
    assert state(api, "c")["stripe_id"] is None


def test_l3_a_paid_plan_is_charged_to_the_card(api: Api) -> None:
    answer = attach(api, "k", "pro")

    assert answer["invoice"]["status"] == "paid"
    assert answer["invoice"]["total"] == 20
    assert answer["payment_url"] is None
    [subscription] = state(api, "k")["subscriptions"]
    assert (subscription["started_at"], subscription["current_period_end"]) == (STARTED, A_MONTH_ON)
    assert balance(api, "k") == (1000, 1000, 0)


def test_l4_the_preview_of_a_paid_plan_has_its_base_price(api: Api) -> None:
    shown = preview(api, "k", "pro")

    assert shown["line_items"] == [
        {
            "display_name": "Pro",
            "description": BASE,
            "subtotal": 20,
            "total": 20,
            "discounts": [],
            "plan_id": "pro",
            "feature_id": None,
            "quantity": 1,
            "period": {"start": STARTED, "end": A_MONTH_ON},
        }
    ]
    assert shown["total"] == 20
    assert shown["invoice_credits"] == {"balance": 0, "currency": "usd"}
    assert "next_cycle" not in shown


def test_l5_without_a_card_there_is_a_page_to_pay_and_nothing_changes(api: Api) -> None:
    answer = attach(api, "c", "pro")

    assert answer["payment_url"].startswith("http")
    assert "invoice" not in answer
    assert plans_of(api, "c") == []
    assert state(api, "c")["stripe_id"] is None


def test_l6_paying_the_page_begins_the_plan_as_of_the_attach(api: Api) -> None:
    url = attach(api, "c", "pro")["payment_url"]
    api.advance("30 minutes")

    pay(api, url)

    found = api("customers.get", customer_id="c", expand=["invoices", "payment_method"])
    [subscription] = found["subscriptions"]
    assert subscription["started_at"] == STARTED
    assert subscription["current_period_start"] == from_iso("2026-01-01T00:30:00Z")
    assert found["balances"]["credits"]["next_reset_at"] == A_MONTH_ON
    assert invoices(api, "c") == [("paid", 20)]
    assert "payment_method" in found


def test_a_page_is_paid_once(api: Api) -> None:
    url = attach(api, "c", "pro")["payment_url"]
    pay(api, url)

    again = api.request("POST", "/_mock/checkouts/complete", {"url": url})
    unknown = api.request("POST", "/_mock/checkouts/complete", {"url": "http://nowhere"})

    assert Api.refusal(again) == (400, "invalid_request", f"The checkout page {url} is complete")
    assert Api.refusal(unknown) == (404, "checkout_not_found", "No checkout page http://nowhere")
    assert invoices(api, "c") == [("paid", 20)]


def test_l7_l8_the_same_attach_has_the_same_page_and_another_takes_its_place(api: Api) -> None:
    first = attach(api, "c", "pro")["payment_url"]
    again = attach(api, "c", "pro")["payment_url"]
    other = attach(api, "c", "premium")["payment_url"]

    pay(api, other)

    assert again == first
    assert other != first
    assert plans_of(api, "c") == [("premium", "active")]
    assert api.request("POST", "/_mock/checkouts/complete", {"url": first})[0] == 400


def test_l9_the_preview_says_that_a_page_comes(api: Api) -> None:
    shown = preview(api, "c", "pro")

    assert (shown["redirect_to_checkout"], shown["checkout_type"]) == (True, "stripe_checkout")
    assert shown["total"] == 20


def test_l10_a_declined_card_leaves_an_open_invoice_and_no_plan(api: Api) -> None:
    answer = attach(api, "d", "pro")

    assert answer["invoice"]["status"] == "open"
    assert answer["payment_url"] == answer["invoice"]["hosted_invoice_url"]
    assert answer["required_action"] == {"code": "payment_failed", "reason": "Your card was declined."}
    assert plans_of(api, "d") == []
    assert invoices(api, "d") == [("open", 20)]


def test_paying_the_open_invoice_begins_the_plan(api: Api) -> None:
    url = attach(api, "d", "pro")["payment_url"]

    pay(api, url)

    assert plans_of(api, "d") == [("pro", "active")]
    assert invoices(api, "d") == [("paid", 20)]


def test_l11_never_redirecting_leaves_an_open_invoice(api: Api) -> None:
    answer = attach(api, "c", "pro", redirect_mode="never")

    assert answer["invoice"]["status"] == "open"
    assert answer["required_action"] == {
        "code": "payment_method_required",
        "reason": "No payment method found",
    }
    assert plans_of(api, "c") == []


def test_l12_l13_always_redirecting_asks_first(api: Api) -> None:
    url = attach(api, "k", "pro", redirect_mode="always")["payment_url"]
    before = plans_of(api, "k")
    pay(api, url)

    assert before == []
    assert plans_of(api, "k") == [("pro", "active")]
    assert preview(api, "k", "premium", redirect_mode="always")["checkout_type"] == "autumn_checkout"


@pytest.mark.parametrize(
    ("body", "status", "code", "message"),
    [
        ({"customer_id": "who", "plan_id": "pro"}, 404, "customer_not_found", "Customer who not found"),
        ({"customer_id": "c", "plan_id": "nope"}, 404, "product_not_found", "Product nope not found"),
        (
            {"customer_id": "c", "plan_id": "pro", "version": 9},
            404,
            "product_not_found",
            "Product pro (version 9) not found",
        ),
        (
            {"customer_id": "c", "plan_id": "pro", "entity_id": "ghost"},
            404,
            "entity_not_found",
            "Entity ghost not found",
        ),
    ],
    ids=["l14", "l15", "l16", "l17"],
)
def test_what_is_not_there_is_named(
    api: Api, body: dict[str, Any], status: int, code: str, message: str
) -> None:
    assert api.refused("billing.attach", **body) == (status, code, message)
    assert api.refused("billing.preview_attach", **body) == (status, code, message)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"plan_id": None}, "plan_id: must be a string (received null)"),
        ({"customer_id": 7}, "customer_id: must be a string (received number)"),
        (
            {"feature_quantities": [{"feature_id": "credits", "quantity": -1}]},
            "feature_quantities.0.quantity: quantity must be >= 0",
        ),
        ({"redirect_mode": "sometimes"}, "redirect_mode: must be one of: always, if_required, never"),
        ({"plan_schedule": "later"}, "plan_schedule: must be one of: immediate, end_of_cycle"),
        ({"discounts": [{}]}, "discounts.0: Either reward_id or promotion_code must be provided."),
        (
            {"customize": {}},
            "customize: When using customize, at least one of price, items, add_items, remove_items, "
            "deprecated update_items, free_trial, billing_controls, upsert_licenses, remove_licenses "
            "must be provided",
        ),
        (
            {"customize": {"items": [], "add_items": []}},
            "customize: customize.items (PUT-style) cannot be combined with add_items / remove_items / "
            "deprecated update_items (PATCH-style); pick one approach",
        ),
        ({"invoice_mode": {}}, "invoice_mode.enabled: must be a boolean (received undefined)"),
        ({"billing_cycle_anchor": "later"}, "billing_cycle_anchor: Invalid input"),
        ({"starts_at": 1.5}, "starts_at: Invalid input: expected int, received number"),
        ({"metadata": {"a": 1}}, "metadata.a: must be a string (received number)"),
        ({"currency": "zzz"}, "currency: must be a Stripe-supported currency code"),
    ],
    ids=["l18", "l18b", "l19", "l20", "l20b", "l21", "l22", "l23", "m", "anchor", "start", "meta", "cur"],
)
def test_bad_shapes_are_told(api: Api, given: dict[str, Any], message: str) -> None:
    body = {"customer_id": "c", "plan_id": "pro", **given}

    assert api.refused("billing.attach", **body) == (400, "invalid_inputs", message)


# The same plan


@pytest.mark.parametrize("given", [{}, {"customize": monthly(15)}, {"version": 1}], ids=["l25", "l26", "v"])
def test_the_same_plan_is_refused(api: Api, given: dict[str, Any]) -> None:
    attach(api, "k", "pro")

    assert refused(api, "k", "pro", **given) == same("Pro")


def test_l24_a_free_plan_is_not_attached_twice(api: Api) -> None:
    attach(api, "c", "starter")

    assert refused(api, "c", "starter") == same("Starter")
    assert api.refused("billing.preview_attach", customer_id="c", plan_id="starter") == same("Starter")


def test_l28_the_scheduled_plan_may_be_attached_again_the_running_one_not(api: Api) -> None:
    attach(api, "k", "premium")
    attach(api, "k", "pro")

    attach(api, "k", "pro")

    assert refused(api, "k", "premium") == same("Premium")
    assert sorted(plans_of(api, "k")) == [("premium", "active"), ("pro", "scheduled")]


def test_l29_an_add_on_is_attached_as_often_as_wanted(api: Api) -> None:
    attach(api, "k", "extra")
    attach(api, "k", "extra")

    assert plans_of(api, "k") == [("extra", "active")] * 2


def test_l30_a_purchase_is_made_again(api: Api) -> None:
    attach(api, "k", "boost")
    api.advance("1 minute")

    answer = attach(api, "k", "boost")

    assert answer["invoice"]["total"] == 50
    purchases = state(api, "k")["purchases"]
    assert [each["plan_id"] for each in purchases] == ["boost", "boost"]
    assert purchases[0]["started_at"] > purchases[1]["started_at"]
    assert balance(api, "k") == (1000, 1000, 0)


# Refusals of meaning

PAST, FUTURE = 1000, 4102444800000


@pytest.mark.parametrize(
    ("plan_id", "given", "message"),
    [
        pytest.param(
            "pro",
            {"billing_cycle_anchor": PAST},
            "billing_cycle_anchor cannot be set to a past timestamp. "
            "Use 'now' or a future Unix timestamp in milliseconds.",
            id="l58",
        ),
        pytest.param(
            "boost",
            {"billing_cycle_anchor": "now"},
            "billing_cycle_anchor is not supported for one-off products. "
            "One-off products do not have a recurring billing cycle.",
            id="l59",
        ),
        pytest.param(
            "pro_n",
            {"billing_cycle_anchor": "now"},
            "billing_cycle_anchor cannot be used together with a free trial. "
            "The trial already controls the billing cycle start.",
            id="l60",
        ),
        (
            "pro",
            {"billing_cycle_anchor": "now", "starts_at": FUTURE},
            "billing_cycle_anchor: 'now' cannot be used before the plan starts",
        ),
        (
            "pro",
            {"billing_cycle_anchor": FUTURE, "starts_at": FUTURE},
            "billing_cycle_anchor must be after the plan starts",
        ),
        (
            "pro",
            {"billing_cycle_anchor": FUTURE, "ends_at": FUTURE},
            "billing_cycle_anchor must be before ends_at",
        ),
        pytest.param(
            "starter",
            {"ends_at": FUTURE},
            "ends_at is only supported for paid plans.",
            id="l172",
        ),
        (
            "pro",
            {"ends_at": PAST},
            "ends_at cannot be set to a past timestamp. Use a future Unix timestamp in milliseconds.",
        ),
        (
            "pro",
            {"starts_at": FUTURE, "ends_at": FUTURE},
            "ends_at must be after the plan start timestamp.",
        ),
        pytest.param(
            "starter",
            {"starts_at": PAST},
            "Past starts_at is only supported for paid recurring plans.",
            id="l170",
        ),
        pytest.param(
            "boost",
            {"starts_at": FUTURE},
            "Future starts_at is only supported for paid recurring plans.",
            id="l171",
        ),
        (
            "pro",
            {"starts_at": FUTURE, "plan_schedule": "end_of_cycle"},
            "starts_at cannot be used together with plan_schedule: end_of_cycle.",
        ),
        (
            "pro",
            {"starts_at": FUTURE, "invoice_mode": {"enabled": True}},
            "Future starts_at cannot be used together with invoice mode.",
        ),
        ("pro_n", {"starts_at": FUTURE}, "Future starts_at cannot be used together with a free trial."),
        ("pro_n", {"starts_at": PAST}, "Past starts_at cannot be used together with a free trial."),
        pytest.param(
            "pro",
            {"new_billing_subscription": False},
            "Cannot merge with an existing billing cycle because the customer has no active paid recurring "
            "subscription. Set new_billing_subscription to true to create a new cycle.",
            id="l88",
        ),
        ("pro", {"currency": "eur"}, "Multi-currency is not enabled for this organization"),
        pytest.param(
            "pro",
            {"carry_over_balances": {"enabled": True, "feature_ids": ["sso"]}},
            "carry_over_balances is not supported for boolean features. Feature 'sso' is a boolean (static) "
            "feature and does not have a consumable balance.",
            id="l43",
        ),
        (
            "pro",
            {"carry_over_balances": {"enabled": True, "feature_ids": ["seats"]}},
            "carry_over_balances is not supported for non-consumable features. Feature 'seats' is a "
            "non-consumable feature and does not have a consumable balance to carry over.",
        ),
        (
            "pro",
            {"carry_over_usages": {"enabled": True, "feature_ids": ["sso"]}},
            "carry_over_usages is not supported for boolean features. Feature 'sso' is a boolean (static) "
            "feature and does not have a consumable usage.",
        ),
        pytest.param(
            "pro",
            {"carry_over_usages": {"enabled": True, "feature_ids": ["seats"]}},
            "carry_over_usages is not supported for non-consumable features. Feature 'seats' is a "
            "non-consumable (allocated) feature and does not have a consumable usage to carry over.",
            id="l42",
        ),
        pytest.param(
            "pro",
            {"remove_plan_ids": ["pro"]},
            "Cannot remove plan 'pro' in the same attach that adds it",
            id="l65",
        ),
        pytest.param(
            "pro",
            {"custom_line_items": [{"amount": 5, "description": "x"}]},
            "custom_line_items can only be used when updating an existing subscription "
            "(not creating a new one)",
            id="l62",
        ),
        (
            "pro",
            {"customize": {"free_trial": {"duration_length": 3, "duration_type": "day", "on_end": "revert"}}},
            "Cannot use on_end: 'revert' without an existing paid subscription.",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(api: Api, plan_id: str, given: dict[str, Any], message: str) -> None:
    assert refused(api, "k", plan_id, **given) == (400, "invalid_request", message)
    assert plans_of(api, "k") == []


def test_a_start_too_far_in_the_past_is_refused(api: Api) -> None:
    _, _, message = refused(api, "k", "pro", starts_at=from_iso("2000-01-01T00:00:00Z"))

    assert message == (
        "Past starts_at is too far in the past. Stripe supports backdating only when the first invoice "
        "has at most 250 line items."
    )


def test_a_past_start_needs_a_card(api: Api) -> None:
    _, _, message = refused(api, "c", "pro", starts_at=from_iso("2025-12-01T00:00:00Z"))

    assert message == "Past starts_at cannot be used when Stripe Checkout is required."


def test_l64_a_plan_that_is_not_there_is_not_removed(api: Api) -> None:
    refusal = refused(api, "k", "pro", remove_plan_ids=["starter"])

    assert refusal == (404, "product_not_found", "No active plan 'starter' found on the customer to remove")


def test_a_page_takes_one_interval_only(api: Api) -> None:
    monthly_pack = {"amount": 3, "interval": "month", "billing_method": "prepaid"}
    yearly = {"amount": 100, "interval": "year"}
    plan(api, "mixed", item("credits", 5, "month", price=monthly_pack), price=yearly)

    bought = [{"feature_id": "credits", "quantity": 7}]

    refusal = refused(api, "c", "mixed", feature_quantities=bought)

    assert refusal[2] == (
        "Cannot create Stripe checkout when there are multiple intervals that require payment upfront. "
        "Please use direct billing or separate the purchases."
    )


def test_a_page_takes_two_intervals_of_which_one_is_charged(api: Api) -> None:
    """What is bought none of, and what is tried first, needs no payment upfront."""
    tiers = [{"to": 100, "amount": 1}, {"to": "inf", "amount": 0.5}]
    monthly_pack = {"tiers": tiers, "interval": "month", "billing_method": "prepaid", "billing_units": 1}
    yearly = {"amount": 100, "interval": "year"}
    plan(api, "mixed", item("credits", 5, "month", price=monthly_pack), price=yearly)
    plan(api, "tried", item("credits", 5, "month", price=monthly_pack), price=yearly, **trial(7))
    bought = {"feature_quantities": [{"feature_id": "credits", "quantity": 7}]}

    assert preview(api, "c", "mixed")["checkout_type"] == "stripe_checkout"
    assert preview(api, "c", "tried", **bought)["checkout_type"] == "stripe_checkout"
    assert refused(api, "c", "mixed", **bought)[2].startswith("Cannot create Stripe checkout when")


# Add-ons, purchases, groups, entities


def test_l76_an_add_on_joins_the_subscription(api: Api) -> None:
    attach(api, "k", "pro")

    answer = attach(api, "k", "extra")

    assert answer["invoice"]["total"] == 8
    assert balance(api, "k") == (1010, 1010, 0)
    assert len(api.world.store.stripe_subscriptions) == 1


def test_l77_an_add_on_in_mid_cycle_costs_what_is_left(api: Api) -> None:
    attach(api, "k", "pro")
    api.freeze("2026-01-16T12:00:00Z")

    assert attach(api, "k", "extra")["invoice"]["total"] == 4


def test_l78_a_free_add_on_needs_no_card(api: Api) -> None:
    attach(api, "c", "starter")

    assert attach(api, "c", "bonus") == {"customer_id": "c", "payment_url": None}
    assert balance(api, "c") == (125, 125, 0)


def test_l79_a_purchase_is_paid_once_and_replaces_nothing(api: Api) -> None:
    answer = attach(api, "k", "boost")

    assert answer["invoice"]["total"] == 50
    found = state(api, "k")
    assert found["subscriptions"] == []
    [bought] = found["purchases"]
    assert (bought["plan_id"], bought["quantity"], bought["expires_at"]) == ("boost", 1, None)
    assert found["balances"]["credits"]["next_reset_at"] is None


def test_l80_a_purchase_without_a_card_needs_a_page(api: Api) -> None:
    shown = preview(api, "c", "boost")
    url = attach(api, "c", "boost")["payment_url"]
    pay(api, url)

    assert lines(shown) == [("Boost - Base Price", 50)]
    assert "period" not in shown["line_items"][0]
    assert "next_cycle" not in shown
    assert [each["plan_id"] for each in state(api, "c")["purchases"]] == ["boost"]


def test_l81_plans_of_two_groups_share_a_subscription(api: Api) -> None:
    plan(api, "mail", item("credits", 5, "month"), group="mail", **monthly(15))
    attach(api, "k", "pro")

    assert attach(api, "k", "mail")["invoice"]["total"] == 15
    assert sorted(plans_of(api, "k")) == [("mail", "active"), ("pro", "active")]
    assert len(api.world.store.stripe_subscriptions) == 1


@pytest.fixture
def offices(api: Api) -> Api:
    for entity_id in ("north", "south"):
        api("entities.create", customer_id="k", entity_id=entity_id, feature_id="seats", name=entity_id.title())
    return api


def test_l83_each_entity_has_its_own_plan(offices: Api) -> None:
    first = attach(offices, "k", "pro", entity_id="north")
    offices.freeze("2026-01-16T12:00:00Z")
    second = attach(offices, "k", "pro", entity_id="south")

    assert (first["entity_id"], first["invoice"]["total"]) == ("north", 20)
    assert second["invoice"]["total"] == 10
    assert state(offices, "k")["balances"]["credits"]["granted"] == 2000


def test_l83_lines_of_an_entity_name_it(offices: Api) -> None:
    shown = preview(offices, "k", "pro", entity_id="north")

    assert lines(shown) == [(BASE + " (North)", 20)]


def test_l84_l85_only_that_entity_changes(offices: Api) -> None:
    attach(offices, "k", "pro", entity_id="north")
    attach(offices, "k", "pro", entity_id="south")

    again = refused(offices, "k", "pro", entity_id="north")
    attach(offices, "k", "premium", entity_id="north")

    assert again == same("Pro")
    north = offices("entities.get", customer_id="k", entity_id="north")
    south = offices("entities.get", customer_id="k", entity_id="south")
    assert [each["plan_id"] for each in north["subscriptions"]] == ["premium"]
    assert [each["plan_id"] for each in south["subscriptions"]] == ["pro"]


def test_l86_a_subscription_id_is_given_once(api: Api) -> None:
    attach(api, "k", "pro", subscription_id="a")

    refusal = refused(api, "k", "extra", subscription_id="a")

    assert state(api, "k")["subscriptions"][0]["id"] == "a"
    assert refusal == (
        409,
        "duplicate_subscription_id",
        "subscription_id 'a' is already in use for this customer",
    )


def test_l87_a_subscription_of_its_own_has_its_own_cycle(api: Api) -> None:
    attach(api, "k", "pro")
    api.freeze("2026-01-16T12:00:00Z")

    answer = attach(api, "k", "extra", new_billing_subscription=True)

    assert answer["invoice"]["total"] == 8
    assert len(api.world.store.stripe_subscriptions) == 2


# Prepaid quantities


@pytest.mark.parametrize(
    ("quantity", "granted", "total"),
    [(None, 100, 30), (250, 300, 50), (100, 100, 30), (50, 100, 30), (101, 200, 40)],
    ids=["l89", "l90", "l91", "l92", "l93"],
)
def test_packs_are_bought_above_what_is_included(
    api: Api, quantity: int | None, granted: int, total: int
) -> None:
    sent = [] if quantity is None else [{"feature_id": "credits", "quantity": quantity}]

    answer = attach(api, "k", "packs", feature_quantities=sent)

    assert answer["invoice"]["total"] == total
    assert balance(api, "k")[0] == granted


def test_l90_the_line_of_packs_shows_what_is_granted(api: Api) -> None:
    sent = [{"feature_id": "credits", "quantity": 250}]

    shown = preview(api, "k", "packs", feature_quantities=sent)

    assert shown["line_items"][1]["description"] == "Packs - 300 Credits (from 01 Jan 2026 to 01 Feb 2026)"
    assert shown["line_items"][1]["quantity"] == 300
    assert shown["incoming"][0]["feature_quantities"] == [{"feature_id": "credits", "quantity": 300}]


def test_the_older_form_names_products_and_options(api: Api) -> None:
    body = {"customer_id": "k", "product_id": "packs", "options": [{"feature_id": "credits", "quantity": 300}]}

    answer = api("billing.attach", version="1.2.0", **body)

    assert answer["invoice"]["total"] == 50
    refusal = api.refusal(api.call("billing.attach", {"customer_id": "k", "plan_id": "pro"}, version="1.2.0"))
    assert refusal == (400, "invalid_inputs", "product_id: must be a string (received undefined)")


# Customised


def test_l123_a_price_of_its_own(api: Api) -> None:
    assert attach(api, "k", "pro", customize=monthly(15))["invoice"]["total"] == 15
    assert balance(api, "k")[0] == 1000


def test_l124_no_price_makes_it_free(api: Api) -> None:
    assert attach(api, "c", "pro", customize={"price": None}) == {"customer_id": "c", "payment_url": None}
    assert plans_of(api, "c") == [("pro", "active")]


def test_l125_items_of_its_own(api: Api) -> None:
    answer = attach(api, "k", "pro", customize={"items": [item("credits", 1500, "month")]})

    assert answer["invoice"]["total"] == 20
    assert balance(api, "k")[0] == 1500
    assert api("plans.get", plan_id="pro")["items"][0]["included"] == 1000


def test_items_are_added_to_those_of_the_plan(api: Api) -> None:
    attach(api, "k", "pro", customize={"add_items": [item("sso")]})

    found = state(api, "k")
    assert found["balances"]["credits"]["granted"] == 1000
    assert "sso" in found["flags"]


def test_l130_an_older_version_may_be_attached(api: Api) -> None:
    attach(api, "k", "pro")
    api("plans.update", plan_id="pro", **monthly(30))
    api("customers.get_or_create", customer_id="new")
    give_card(api, "new")

    _, answer = api.call("billing.attach", {"customer_id": "new", "plan_id": "pro", "version": 1})
    assert answer["invoice"]["total"] == 20


def test_l131_a_trial_of_its_own_is_given_whatever_was_used(api: Api) -> None:
    answer = attach(api, "k", "pro", customize=trial(7))

    [subscription] = state(api, "k")["subscriptions"]
    assert answer["invoice"]["total"] == 0
    assert subscription["trial_ends_at"] == from_iso("2026-01-08T00:00:00Z")


def test_l132_a_trial_may_be_left_out(api: Api) -> None:
    assert attach(api, "k", "pro_t", customize={"free_trial": None})["invoice"]["total"] == 20


# By invoice, later, not billed


def test_l165_an_invoice_is_sent_and_paid_later(api: Api) -> None:
    answer = attach(api, "c", "pro", invoice_mode={"enabled": True})
    before = plans_of(api, "c")

    pay(api, answer["payment_url"])

    assert answer["invoice"]["status"] == "open"
    assert answer["required_action"]["code"] == "payment_method_required"
    assert before == []
    assert plans_of(api, "c") == [("pro", "active")]
    assert invoices(api, "c") == [("paid", 20)]


def test_l166_the_plan_may_begin_before_its_invoice_is_paid(api: Api) -> None:
    answer = attach(api, "c", "pro", invoice_mode={"enabled": True, "enable_plan_immediately": True})

    assert answer["invoice"]["status"] == "open"
    assert "required_action" not in answer
    assert plans_of(api, "c") == [("pro", "active")]


def test_l167_an_invoice_may_stay_a_draft(api: Api) -> None:
    mode = {"enabled": True, "finalize": False, "enable_plan_immediately": True}

    answer = attach(api, "c", "pro", invoice_mode=mode)

    assert (answer["invoice"]["status"], answer["payment_url"]) == ("draft", None)
    assert invoices(api, "c") == [("draft", 20)]


def test_the_plan_may_begin_before_its_page_is_paid(api: Api) -> None:
    url = attach(api, "c", "pro", enable_plan_immediately=True)["payment_url"]
    [before] = state(api, "c")["subscriptions"]

    pay(api, url)

    [after] = state(api, "c")["subscriptions"]
    assert (before["status"], before["current_period_start"]) == ("active", None)
    assert (after["id"], after["current_period_start"]) == (before["id"], STARTED)
    assert invoices(api, "c") == [("paid", 20)]


def test_l168_a_plan_may_begin_later(api: Api) -> None:
    later = from_iso("2026-01-31T00:00:00Z")

    answer = attach(api, "k", "pro", starts_at=later)

    [subscription] = state(api, "k")["subscriptions"]
    assert answer == {"customer_id": "k", "payment_url": None}
    assert (subscription["status"], subscription["started_at"]) == ("scheduled", later)
    assert state(api, "k")["balances"] == {}
    shown = preview(api, "d", "pro", starts_at=later)
    assert (shown["line_items"], shown["incoming"][0]["effective_at"]) == ([], later)


@pytest.mark.parametrize(("began", "total"), [("2025-12-22", 20), ("2025-11-22", 40)])
def test_a_plan_dated_back_is_charged_for_every_period_begun(api: Api, began: str, total: int) -> None:
    started = from_iso(began)

    answer = attach(api, "k", "pro", starts_at=started)

    [subscription] = state(api, "k")["subscriptions"]
    assert answer["invoice"]["total"] == total
    assert subscription["started_at"] == started
    assert balance(api, "k") == (1000, 1000, 0)
    assert state(api, "k")["balances"]["credits"]["next_reset_at"] == from_iso("2026-01-22")


def test_l172_a_plan_may_have_an_end(api: Api) -> None:
    attach(api, "k", "pro", ends_at=A_MONTH_ON)

    assert state(api, "k")["subscriptions"][0]["expires_at"] == A_MONTH_ON


def test_a_cycle_may_be_counted_from_a_later_instant(api: Api) -> None:
    anchor = from_iso("2026-01-16T12:00:00Z")

    answer = attach(api, "k", "pro", billing_cycle_anchor=anchor)

    assert answer["invoice"]["total"] == 10
    found = state(api, "k")
    assert found["subscriptions"][0]["current_period_end"] == anchor
    assert found["balances"]["credits"]["next_reset_at"] == anchor


def test_nothing_is_billed_when_it_is_not_wanted(api: Api) -> None:
    answer = attach(api, "c", "pro", no_billing_changes=True)

    found = state(api, "c")
    assert answer == {"customer_id": "c", "payment_url": None}
    assert (found["stripe_id"], found["invoices"]) == (None, [])
    assert found["subscriptions"][0]["current_period_start"] is None
