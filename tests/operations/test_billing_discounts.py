"""Discounts that are given with attach, update, several plans and schedules (reference: rewards)."""

from typing import Any

import pytest

from tests.billing import (
    PACK,
    attach,
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
)
from tests.builders import customer, item, plan
from tests.conftest import Api
from tests.discounts import at_work, by_code, by_reward, coming, coupon, give_coupon, names_at_work

NEW_YEAR, APRIL = 1767225600, 1775001600
BASE = "Pro - Base Price (from 01 Jan 2026 to 01 Feb 2026)"
NO_PLAN = (400, "invalid_request", "Promotion code does not apply to any products in this order.")


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def unknown(code: str) -> tuple[int, str, str]:
    return 400, "invalid_request", f'Promotion code not found or inactive: "{code}"'


# One plan


def test_s51_a_share_for_some_months_lowers_the_invoice_and_is_shown(api: Api) -> None:
    coupon(api, "quarter", percent=25, months=3)

    answer = attach(api, "k", "pro", **by_reward("quarter"))

    assert answer["invoice"]["total"] == 15
    (shown,) = at_work(api, "k")
    assert shown.pop("subscription_id").startswith("sub_")
    assert shown == {
        "id": "quarter",
        "name": "Quarter",
        "type": "percentage_discount",
        "discount_value": 25,
        "currency": None,
        "start": NEW_YEAR,
        "end": APRIL,
        "duration_type": "months",
        "duration_value": 3,
    }


def test_s52_an_amount_is_shown_with_its_currency(api: Api) -> None:
    coupon(api, "five", amount=5)

    answer = attach(api, "k", "pro", **by_reward("five"))

    assert answer["invoice"]["total"] == 15
    (shown,) = at_work(api, "k")
    assert (shown["type"], shown["discount_value"], shown["currency"]) == ("fixed_discount", 5, "usd")
    assert (shown["end"], shown["duration_type"], shown["duration_value"]) == (None, "forever", 0)


def test_s49_without_a_stripe_customer_no_rewards_are_shown(api: Api) -> None:
    shown = api("customers.get", customer_id="c", expand=["rewards"])
    customer(api, "s", create_in_stripe=True)

    assert "rewards" not in shown
    assert at_work(api, "s") == []
    assert "rewards" not in state(api, "k")


def test_s50_the_customers_own_discount_names_no_subscription(api: Api) -> None:
    coupon(api, "thanks", percent=30)
    give_coupon(api, "k", "thanks")

    assert at_work(api, "k") == [
        {
            "id": "thanks",
            "name": "Thanks",
            "type": "percentage_discount",
            "discount_value": 30,
            "currency": None,
            "start": NEW_YEAR,
            "end": None,
            "subscription_id": None,
            "duration_type": "forever",
            "duration_value": 0,
        }
    ]


@pytest.mark.parametrize(
    ("facts", "total", "taken"),
    [
        ({"percent": 25}, 15, {"amount_off": 5, "percent_off": 25}),
        ({"percent": 33.3}, 13.34, {"amount_off": 6.66, "percent_off": 33.3}),
        ({"amount": 3}, 17, {"amount_off": 3}),
        ({"amount": 99}, 0, {"amount_off": 20}),
    ],
)
def test_a_preview_tells_what_is_taken_off(
    api: Api, facts: dict[str, Any], total: float, taken: dict[str, Any]
) -> None:
    coupon(api, "less", **facts)

    shown = preview(api, "k", "pro", **by_reward("less"))

    (line,) = shown["line_items"]
    assert line["description"] == f"{BASE} [inc. discount]"
    assert (line["subtotal"], line["total"]) == (20, total)
    assert line["discounts"] == [{**taken, "reward_id": "less", "reward_name": "Less"}]
    assert (shown["subtotal"], shown["total"]) == (20, total)
    assert attach(api, "k", "pro", **by_reward("less"))["invoice"]["total"] == total


def test_a_preview_changes_nothing(api: Api) -> None:
    coupon(api, "half", percent=50, code={"code": "HALF", "global_max_redemption": 1})

    preview(api, "k", "pro", **by_code("HALF"))
    shown = preview(api, "k", "pro", **by_code("HALF"))

    assert (shown["total"], at_work(api, "k")) == (10, [])


def test_several_discounts_follow_each_other(api: Api) -> None:
    coupon(api, "half", percent=50)
    coupon(api, "four", amount=4)

    shown = preview(api, "k", "pro", **by_reward("half", "four"))

    assert [each["amount_off"] for each in shown["line_items"][0]["discounts"]] == [10, 4]
    assert shown["total"] == 6
    assert attach(api, "k", "pro", **by_reward("half", "four"))["invoice"]["total"] == 6
    assert names_at_work(api, "k") == ["half", "four"]


def test_an_amount_is_spread_over_the_lines_of_a_plan(api: Api) -> None:
    coupon(api, "nine", amount=9)
    quantities = [{"feature_id": "credits", "quantity": 700}]

    shown = preview(api, "k", "packs", feature_quantities=quantities, **by_reward("nine"))
    answer = attach(api, "k", "packs", feature_quantities=quantities, **by_reward("nine"))

    assert [(line["subtotal"], line["total"]) for line in shown["line_items"]] == [(30, 27), (60, 54)]
    assert answer["invoice"]["total"] == shown["total"] == 81


def test_a_purchase_is_lowered_and_keeps_nothing(api: Api) -> None:
    coupon(api, "half", percent=50)

    answer = attach(api, "k", "boost", **by_reward("half"))

    assert answer["invoice"]["total"] == 25
    assert at_work(api, "k") == []


def test_a_purchase_that_is_free_has_an_invoice_of_nothing(api: Api) -> None:
    coupon(api, "all", percent=100)

    answer = attach(api, "k", "boost", **by_reward("all"))

    assert (answer["invoice"]["status"], answer["invoice"]["total"]) == ("paid", 0)
    assert api.world.store.invoices.must(answer["invoice"]["stripe_id"]).lines[0].discounted == 50


def test_what_was_free_gives_nothing_back(api: Api) -> None:
    coupon(api, "all", percent=100)
    attach(api, "k", "pro", **by_reward("all"))
    api.freeze("2026-01-16T12:00:00Z")

    api("billing.update", customer_id="k", plan_id="pro", cancel_action="cancel_immediately")

    assert invoices(api, "k") == [("paid", 0)]


def test_a_free_plan_keeps_no_discount(api: Api) -> None:
    coupon(api, "half", percent=50)

    answer = attach(api, "k", "starter", **by_reward("half"))

    assert "invoice" not in answer
    assert at_work(api, "k") == []


def test_a_failed_payment_gives_nothing(api: Api) -> None:
    coupon(api, "half", percent=50, code={"code": "HALF", "global_max_redemption": 1})

    answer = attach(api, "d", "pro", **by_code("HALF"))

    assert (answer["invoice"]["status"], answer["invoice"]["total"]) == ("open", 10)
    assert at_work(api, "d") == []
    assert preview(api, "k", "pro", **by_code("HALF"))["total"] == 10


def test_a_failed_payment_that_is_made_up_for_gives_it(api: Api) -> None:
    coupon(api, "half", percent=50, once=True)
    coupon(api, "quarter", percent=25)
    url = attach(api, "d", "pro", **by_reward("half", "quarter"))["payment_url"]

    pay(api, url)

    assert plans_of(api, "d") == [("pro", "active")]
    assert invoices(api, "d") == [("paid", 7.5)]
    assert names_at_work(api, "d") == ["quarter"]


def test_a_page_is_paid_with_the_discount(api: Api) -> None:
    coupon(api, "half", percent=50)
    url = attach(api, "c", "pro", **by_reward("half"))["payment_url"]

    pay(api, url)

    assert invoices(api, "c") == [("paid", 10)]
    assert names_at_work(api, "c") == ["half"]


def test_lines_of_the_request_are_charged_as_they_are(api: Api) -> None:
    coupon(api, "half", percent=50)
    attach(api, "k", "pro", **by_reward("half"))

    own = [{"amount": 10, "description": "Setup"}]
    answer = attach(api, "k", "premium", custom_line_items=own)

    assert answer["invoice"]["total"] == 10


# Plans that a coupon is for


def test_a_coupon_for_another_plan_is_accepted_and_takes_nothing(api: Api) -> None:
    coupon(api, "premium_only", percent=50, plan_ids=["premium"])

    shown = preview(api, "k", "pro", **by_reward("premium_only"))

    assert (shown["total"], shown["line_items"][0]["discounts"]) == (20, [])
    assert shown["line_items"][0]["description"] == BASE
    assert attach(api, "k", "pro", **by_reward("premium_only"))["invoice"]["total"] == 20


def test_the_code_of_a_coupon_for_another_plan_is_refused(api: Api) -> None:
    coupon(api, "premium_only", percent=50, plan_ids=["premium"], code="PREMIUM")

    assert refused(api, "k", "pro", **by_code("PREMIUM")) == NO_PLAN
    assert (
        api.refused("billing.preview_attach", customer_id="k", plan_id="pro", **by_code("PREMIUM")) == NO_PLAN
    )
    assert attach(api, "k", "premium", **by_code("PREMIUM"))["invoice"]["total"] == 25


def test_a_coupon_for_purchases_only_counts_once(api: Api) -> None:
    coupon(api, "boosts", percent=50, plan_ids=["boost"])

    attach(api, "k", "pro", **by_reward("boosts"))

    assert [each["duration_type"] for each in at_work(api, "k")] == ["one_off"]


# What is refused


def test_l21_a_discount_must_name_something(api: Api) -> None:
    assert refused(api, "k", "pro", discounts=[{}]) == (
        400,
        "invalid_inputs",
        "discounts.0: Either reward_id or promotion_code must be provided.",
    )


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (by_code("NOPE"), 'Promotion code not found or inactive: "NOPE"'),
        (by_code("half"), 'Promotion code not found or inactive: "half"'),
        (by_reward("nope"), 'Invalid coupon ID: "nope"'),
        (by_reward("HALF"), 'Invalid coupon ID: "HALF"'),
        (by_reward("grant"), 'Invalid coupon ID: "grant"'),
        (by_code("GRANT"), 'Promotion code not found or inactive: "GRANT"'),
    ],
)
@pytest.mark.parametrize("operation", ["billing.attach", "billing.preview_attach"])
def test_l255_unknown_coupons_and_codes(api: Api, operation: str, sent: dict[str, Any], message: str) -> None:
    coupon(api, "half", percent=50, code="HALF")
    grants = [{"feature_id": "credits", "included": 5, "expiry": None}]
    api(
        "rewards.create",
        feature_grant={
            "id": "grant",
            "name": "G",
            "grants": grants,
            "promo_codes": [{"code": "GRANT", "max_uses": None}],
        },
    )

    assert api.refused(operation, customer_id="k", plan_id="pro", **sent) == (400, "invalid_request", message)


def test_a_code_can_be_used_as_often_as_it_says(api: Api) -> None:
    coupon(api, "half", percent=50, code={"code": "HALF", "global_max_redemption": 1})
    attach(api, "k", "pro", **by_code("HALF"))
    customer(api, "o")
    give_card(api, "o")

    assert refused(api, "o", "pro", **by_code("HALF")) == unknown("HALF")
    assert attach(api, "o", "pro", **by_reward("half"))["invoice"]["total"] == 10


def test_a_code_that_changes_nothing_is_not_used(api: Api) -> None:
    coupon(api, "half", percent=50, code={"code": "HALF", "global_max_redemption": 2})
    attach(api, "k", "starter", **by_code("HALF"))
    attach(api, "k", "pro", **by_code("HALF"))

    attach(api, "k", "extra", **by_code("HALF"))

    assert preview(api, "d", "pro", **by_code("HALF"))["total"] == 10
    attach(api, "k", "boost", **by_code("HALF"))
    assert refused(api, "d", "pro", **by_code("HALF")) == unknown("HALF")


def test_a_code_for_first_purchases(api: Api) -> None:
    coupon(api, "hello", percent=50, code={"code": "HELLO", "first_time_transaction": True})
    attach(api, "k", "boost")
    customer(api, "o")
    give_card(api, "o")

    assert refused(api, "k", "pro", **by_code("HELLO")) == (
        400,
        "invalid_request",
        "This promotion code cannot be redeemed because the associated customer has prior transactions.",
    )
    assert attach(api, "o", "pro", **by_code("HELLO"))["invoice"]["total"] == 10


# Changes


def test_an_upgrade_in_mid_cycle_gives_back_what_was_paid(api: Api) -> None:
    coupon(api, "quarter", percent=25, months=3)
    attach(api, "k", "pro", **by_reward("quarter"))
    api.freeze("2026-01-16T12:00:00Z")

    shown = preview(api, "k", "premium")
    answer = attach(api, "k", "premium")

    assert lines(shown) == [
        ("Unused 1 × Pro (at $20.00 / month) [inc. discount]", -7.5),
        ("Premium - Base Price (from 16 Jan 2026 to 01 Feb 2026) [inc. discount]", 18.75),
    ]
    assert shown["line_items"][1]["subtotal"] == 25
    assert (shown["subtotal"], shown["total"]) == (17.5, 11.25)
    assert shown["next_cycle"]["line_items"][0]["total"] == 37.5
    assert (shown["next_cycle"]["subtotal"], shown["next_cycle"]["total"]) == (50, 37.5)
    assert answer["invoice"]["total"] == 11.25


def test_the_credit_of_a_discounted_change_tells_of_it_once(api: Api) -> None:
    coupon(api, "half", percent=50)
    attach(api, "k", "pro", **by_reward("half"))
    api.freeze("2026-01-16T12:00:00Z")
    attach(api, "k", "premium")

    shown = preview(api, "k", "mini", plan_schedule="immediate")

    assert lines(shown) == [
        ("Unused Premium - Base Price (from 16 Jan 2026 to 01 Feb 2026) [inc. discount]", -12.5),
        ("Mini - Base Price (from 16 Jan 2026 to 01 Feb 2026) [inc. discount]", 1.25),
    ]


def test_a_discount_that_comes_with_an_upgrade_lowers_only_the_new_plan(api: Api) -> None:
    attach(api, "k", "pro")
    coupon(api, "half", percent=50)
    api.freeze("2026-01-16T12:00:00Z")

    answer = attach(api, "k", "premium", **by_reward("half"))

    assert answer["invoice"]["total"] == 2.5
    assert coming(api, "k")["total"] == 25


def test_a_coupon_that_is_there_already_counts_once(api: Api) -> None:
    coupon(api, "half", percent=50)
    attach(api, "k", "pro", **by_reward("half"))

    attach(api, "k", "extra", **by_reward("half"))

    assert invoices(api, "k")[0] == ("paid", 4)
    assert len(at_work(api, "k")) == 1


def test_a_downgrade_brings_its_discount_with_it(api: Api) -> None:
    coupon(api, "half", percent=50, months=1)
    attach(api, "k", "premium")

    shown = preview(api, "k", "pro", **by_reward("half"))
    attach(api, "k", "pro", **by_reward("half"))

    assert shown["next_cycle"]["total"] == 10
    assert at_work(api, "k") == []
    assert coming(api, "k")["total"] == 10
    api.advance("1 month")
    assert invoices(api, "k")[0] == ("paid", 10)
    assert names_at_work(api, "k") == ["half"]
    api.advance("1 month")
    assert invoices(api, "k")[0] == ("paid", 20)


def test_a_plan_that_starts_later_brings_its_discount_with_it(api: Api) -> None:
    coupon(api, "half", percent=50)

    attach(api, "k", "pro", starts_at=(NEW_YEAR + 86_400) * 1_000, **by_reward("half"))
    api.advance("1 day")

    assert invoices(api, "k") == [("paid", 10)]
    assert names_at_work(api, "k") == ["half"]


def test_nothing_at_the_provider_leaves_discounts_alone(api: Api) -> None:
    coupon(api, "half", percent=50)

    attach(api, "k", "pro", no_billing_changes=True, **by_reward("half"))

    assert at_work(api, "k") == []


def test_an_invoice_in_place_of_a_charge_is_lowered(api: Api) -> None:
    coupon(api, "half", percent=50)

    answer = attach(api, "c", "pro", invoice_mode={"enabled": True}, **by_reward("half"))

    assert (answer["invoice"]["status"], answer["invoice"]["total"]) == ("open", 10)


# Updates


def update(api: Api, **body: Any) -> Any:
    return api("billing.update", customer_id="k", **body)


def test_an_update_can_bring_a_discount_alone(api: Api) -> None:
    coupon(api, "half", percent=50)
    attach(api, "k", "pro")

    shown = api("billing.preview_update", customer_id="k", plan_id="pro", **by_reward("half"))
    answer = update(api, plan_id="pro", **by_reward("half"))

    assert (shown["total"], shown["next_cycle"]["total"], shown["intent"]) == (0, 10, "none")
    assert answer == {"customer_id": "k", "payment_url": None}
    assert coming(api, "k")["total"] == 10


def test_an_update_of_quantities_is_lowered(api: Api) -> None:
    coupon(api, "half", percent=50)
    attach(api, "k", "packs", feature_quantities=[{"feature_id": "credits", "quantity": 200}])
    body = {
        "plan_id": "packs",
        "feature_quantities": [{"feature_id": "credits", "quantity": 400}],
        **by_reward("half"),
    }

    shown = api("billing.preview_update", customer_id="k", **body)
    answer = update(api, **body)

    assert answer["invoice"]["total"] == shown["total"] == 15 - 10
    assert shown["next_cycle"]["total"] == (30 + 30) / 2


def test_an_update_of_the_price_is_lowered(api: Api) -> None:
    coupon(api, "half", percent=50)
    attach(api, "k", "pro")
    body = {
        "plan_id": "pro",
        "customize": {"price": {"amount": 40, "interval": "month"}},
        **by_reward("half"),
    }

    shown = api("billing.preview_update", customer_id="k", **body)
    answer = update(api, **body)

    assert lines(shown)[1][1] == 20
    assert "invoice" not in answer or answer["invoice"]["total"] == shown["total"]
    assert coming(api, "k")["total"] == 20


def test_a_price_that_stays_neither_charges_nor_gives_back(api: Api) -> None:
    coupon(api, "quarter", percent=25)
    attach(api, "k", "pro", **by_reward("quarter"))
    body = {"plan_id": "pro", "customize": {"items": [item("credits", 7, "month")]}}

    shown = api("billing.preview_update", customer_id="k", **body)

    assert (shown["line_items"], shown["total"]) == ([], 0)


@pytest.mark.parametrize("with_it", [{}, {"cancel_action": "cancel_end_of_cycle"}])
def test_an_update_that_bills_nothing_leaves_discounts_alone(api: Api, with_it: dict[str, Any]) -> None:
    coupon(api, "half", percent=50)
    attach(api, "k", "pro")

    update(api, plan_id="pro", no_billing_changes=True, **by_reward("half"), **with_it)

    assert at_work(api, "k") == []


def test_a_plan_that_is_taken_back_can_be_given_a_discount(api: Api) -> None:
    coupon(api, "stay", percent=50)
    attach(api, "k", "pro")
    update(api, plan_id="pro", cancel_action="cancel_end_of_cycle")

    update(api, plan_id="pro", cancel_action="uncancel", **by_reward("stay"))

    assert coming(api, "k")["total"] == 10


def test_an_update_refuses_codes_for_other_plans(api: Api) -> None:
    coupon(api, "premium_only", percent=50, plan_ids=["premium"], code="PREMIUM")
    attach(api, "k", "pro")

    assert api.refused("billing.update", customer_id="k", plan_id="pro", **by_code("PREMIUM")) == NO_PLAN


# Several plans and schedules


def test_an_amount_is_taken_off_several_plans_once(api: Api) -> None:
    coupon(api, "seven", amount=7)
    body = {"customer_id": "k", "plans": [{"plan_id": "pro"}, {"plan_id": "extra"}], **by_reward("seven")}

    shown = api("billing.preview_multi_attach", **body)
    answer = api("billing.multi_attach", **body)

    assert [line["total"] for line in shown["line_items"]] == [15, 6]
    assert answer["invoice"]["total"] == shown["total"] == 21
    assert coming(api, "k")["total"] == 21


def test_a_coupon_for_one_of_two_plans(api: Api) -> None:
    coupon(api, "extras", percent=50, plan_ids=["extra"], code="EXTRAS")
    body = {"customer_id": "k", "plans": [{"plan_id": "pro"}, {"plan_id": "extra"}], **by_code("EXTRAS")}

    answer = api("billing.multi_attach", **body)

    assert answer["invoice"]["total"] == 24
    assert coming(api, "k")["total"] == 24


def test_several_plans_refuse_a_code_for_none_of_them(api: Api) -> None:
    coupon(api, "premium_only", percent=50, plan_ids=["premium"], code="PREMIUM")
    plans = [{"plan_id": "pro"}, {"plan_id": "extra"}]

    assert api.refused("billing.multi_attach", customer_id="k", plans=plans, **by_code("PREMIUM")) == NO_PLAN


def test_a_schedule_begins_with_its_discount(api: Api) -> None:
    coupon(api, "half", percent=50, once=True)
    body = {
        "customer_id": "k",
        "phases": [
            {"starts_at": "now", "plans": [{"plan_id": "pro"}]},
            {
                "starting_after": {"duration_type": "month", "duration_count": 1},
                "plans": [{"plan_id": "premium"}],
            },
        ],
        **by_reward("half"),
    }

    shown = api("billing.preview_create_schedule", **body)
    answer = api("billing.create_schedule", **body)

    assert (shown["subtotal"], shown["total"]) == (20, 10)
    assert answer["invoice"]["total"] == 10
    assert at_work(api, "k") == []


# The customer's own discount


def test_s143_the_customers_discount_counts_on_every_invoice(api: Api) -> None:
    plan(api, "gold", **monthly(49))
    coupon(api, "thanks", percent=10)
    give_coupon(api, "k", "thanks")

    shown = preview(api, "k", "gold")
    answer = attach(api, "k", "gold")

    assert answer["invoice"]["total"] == shown["total"] == 44.1
    assert coming(api, "k")["total"] == 44.1
    api.advance("1 month")
    assert invoices(api, "k")[0] == ("paid", 44.1)
    assert attach(api, "k", "boost")["invoice"]["total"] == 45


def test_a_discount_that_is_given_counts_beside_the_customers(api: Api) -> None:
    coupon(api, "thanks", percent=10)
    give_coupon(api, "k", "thanks")
    coupon(api, "half", percent=50)

    answer = attach(api, "k", "pro", **by_reward("half"))

    assert answer["invoice"]["total"] == 9
    assert coming(api, "k")["total"] == 9


def test_old_routes_are_lowered_too(api: Api) -> None:
    coupon(api, "half", percent=50)
    give_coupon(api, "k", "half")

    api.request("POST", "/v1/attach", {"customer_id": "k", "product_id": "pro"}, version="1.2.0")

    assert invoices(api, "k") == [("paid", 10)]


@pytest.mark.parametrize("reward", ["half", "HALF", ["half"]])
def test_the_old_attach_takes_a_reward_by_its_id_or_code(api: Api, reward: Any) -> None:
    coupon(api, "half", percent=50, code="HALF")
    body = {"customer_id": "k", "product_id": "pro", "reward": reward}

    shown = api.request("POST", "/v1/attach/preview", body, version="1.2.0")[1]
    api.request("POST", "/v1/attach", body, version="1.2.0")

    assert shown["total"] == 10
    assert invoices(api, "k") == [("paid", 10)]
    assert names_at_work(api, "k") == ["half"]


def test_units_that_are_bought_beside_a_plan_are_lowered(api: Api) -> None:
    once = {**PACK, "interval": "one_off"}
    plan(api, "pots", item("credits", 0, price=once), **monthly(20))
    coupon(api, "half", percent=50)
    give_coupon(api, "k", "half")
    attach(api, "k", "pots", feature_quantities=[{"feature_id": "credits", "quantity": 100}])

    answer = update(api, plan_id="pots", feature_quantities=[{"feature_id": "credits", "quantity": 300}])

    assert answer["invoice"]["total"] == 15
