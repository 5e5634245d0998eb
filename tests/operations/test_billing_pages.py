"""Checkout pages of the payment provider: cases S72 to S80, S83, L5 to L9, L189."""

from typing import Any

import pytest

from autumn_mock.domain.periods import HOUR, MINUTE, from_iso
from tests.billing import (
    PACK,
    attach,
    balance,
    catalogue,
    invoices,
    monthly,
    pay,
    plans_of,
    preview,
    refused,
    state,
)
from tests.builders import item, plan
from tests.checkouts import complete, completed, expire, has_card, page, pages, settle
from tests.conftest import Api
from tests.rewards import coupon

STARTED = from_iso("2026-01-01T00:00:00Z")
ANN = {"name": "Ann", "email": "ann@example.com"}
PROCESSING = "A checkout session for this customer was just completed and is still being processed"


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def test_s72_a_paid_plan_without_a_card_waits_for_its_page(api: Api) -> None:
    answer = attach(api, "c", "pro")

    assert answer["payment_url"].startswith("http://localhost/checkout/cs_test_")
    assert "invoice" not in answer
    assert plans_of(api, "c") == []
    assert page(api, answer["payment_url"]) == {
        "id": answer["payment_url"].rpartition("/")[2],
        "url": answer["payment_url"],
        "kind": "stripe",
        "mode": "subscription",
        "status": "open",
        "customer_id": "c",
        "operation": "billing.attach",
        "created_at": STARTED,
        "expires_at": STARTED + HOUR,
        "completed_at": None,
        "success_url": "https://useautumn.com",
        "metadata": {},
        "invoice": None,
        "failure": None,
    }


def test_s73_the_same_attach_has_the_same_page_and_another_plan_another(api: Api) -> None:
    first = attach(api, "c", "pro")["payment_url"]
    again = attach(api, "c", "pro")["payment_url"]
    other = attach(api, "c", "premium")["payment_url"]

    assert first == again != other
    assert page(api, first)["status"] == "expired"
    assert page(api, other)["status"] == "open"


@pytest.mark.parametrize(
    "more", [{"success_url": "https://a.example"}, {"metadata": {"k": "v"}}, {"plan_id": "mini"}]
)
def test_s73_any_other_parameter_makes_another_page(api: Api, more: dict[str, Any]) -> None:
    first = attach(api, "c", "pro")["payment_url"]

    other = api("billing.attach", **{"customer_id": "c", "plan_id": "pro", **more})["payment_url"]

    assert other != first
    assert complete(api, first)[0] == 400


def test_s74_completing_the_page_begins_the_plan(api: Api) -> None:
    url = attach(api, "c", "pro")["payment_url"]

    done = completed(api, url)

    assert (done["status"], done["completed_at"]) == ("complete", STARTED)
    assert plans_of(api, "c") == [("pro", "active")]
    assert invoices(api, "c") == [("paid", 20)]
    assert has_card(api, "c")


def test_s75_with_a_card_there_is_no_page(api: Api) -> None:
    answer = attach(api, "k", "pro")

    assert answer["payment_url"] is None
    assert plans_of(api, "k") == [("pro", "active")]
    assert pages(api) == []


def test_s76_s77_a_charge_that_fails_leads_to_the_page_of_its_invoice(api: Api) -> None:
    declined = attach(api, "d", "pro")
    without = attach(api, "c", "pro", redirect_mode="never")

    for answer in (declined, without):
        assert answer["payment_url"] == answer["invoice"]["hosted_invoice_url"]
        assert page(api, answer["payment_url"])["kind"] == "invoice"
        assert page(api, answer["payment_url"])["expires_at"] is None


def test_s78_a_one_off_plan_is_bought_in_a_single_payment(api: Api) -> None:
    url = attach(api, "c", "boost")["payment_url"]

    done = completed(api, url)

    assert done["mode"] == "payment"
    [purchase] = state(api, "c")["purchases"]
    assert purchase["plan_id"] == "boost"
    assert invoices(api, "c") == [("paid", 50)]


def test_s78_the_card_of_a_single_payment_is_kept_only_if_its_holder_says_so(api: Api) -> None:
    completed(api, attach(api, "c", "boost")["payment_url"])
    forgotten = has_card(api, "c"), preview(api, "c", "boost")["checkout_type"]

    completed(api, attach(api, "c", "boost")["payment_url"], save_card=True)

    assert forgotten == (False, "stripe_checkout")
    assert has_card(api, "c")
    assert attach(api, "c", "boost")["payment_url"] is None


def test_s79_the_page_returns_to_the_success_url(api: Api) -> None:
    given = attach(api, "c", "pro", success_url="https://app.example/done")["payment_url"]
    usual = attach(api, "c", "premium")["payment_url"]

    assert page(api, given)["success_url"] == "https://app.example/done"
    assert page(api, usual)["success_url"] == "https://useautumn.com"


def test_s80_a_trial_that_needs_no_card_needs_no_page(api: Api) -> None:
    free = attach(api, "c", "pro_n")
    asking = attach(api, "k", "pro_t", redirect_mode="always")["payment_url"]

    completed(api, asking)

    assert free["payment_url"] is None
    [subscription] = state(api, "k")["subscriptions"]
    assert subscription["trial_ends_at"] == from_iso("2026-01-15T00:00:00Z")


@pytest.mark.parametrize(
    ("known", "typed", "after"),
    [
        ({}, ANN, ("Ann", "ann@example.com")),
        ({"name": "Bob"}, ANN, ("Bob", "ann@example.com")),
        ({"name": "Bob", "email": "bob@example.com"}, ANN, ("Bob", "bob@example.com")),
        ({}, {}, (None, None)),
    ],
)
def test_s83_what_is_typed_fills_what_is_missing(
    api: Api, known: dict[str, Any], typed: dict[str, Any], after: tuple[Any, Any]
) -> None:
    api("customers.get_or_create", customer_id="n", **known)

    completed(api, attach(api, "n", "pro")["payment_url"], **typed)

    found = state(api, "n")
    assert (found["name"], found["email"]) == after


# How long a page is good for


def test_a_page_is_over_after_an_hour(api: Api) -> None:
    url = attach(api, "c", "pro")["payment_url"]

    api.advance("59 minutes")
    still = attach(api, "c", "pro")["payment_url"]
    api.advance("1 minute")
    late = complete(api, url)
    other = attach(api, "c", "pro")["payment_url"]

    assert still == url
    assert Api.refusal(late) == (400, "invalid_request", f"The checkout page {url} is expired")
    assert other != url
    assert plans_of(api, "c") == []


def test_checkout_session_params_say_when_a_page_is_over_and_add_to_its_metadata(api: Api) -> None:
    params = {"expires_at": (STARTED + 30 * MINUTE) // 1000, "metadata": {"from": "params", "own": "params"}}

    url = attach(api, "c", "pro", checkout_session_params=params, metadata={"own": "body"})["payment_url"]

    assert page(api, url)["expires_at"] == STARTED + 30 * MINUTE
    assert page(api, url)["metadata"] == {"from": "params", "own": "body"}


def test_a_page_that_was_left_changes_nothing(api: Api) -> None:
    url = attach(api, "c", "pro")["payment_url"]

    status, answer = expire(api, url)

    assert (status, answer["checkout"]["status"]) == (200, "expired")
    assert Api.refusal(complete(api, url))[2] == f"The checkout page {url} is expired"
    assert plans_of(api, "c") == []
    assert attach(api, "c", "pro")["payment_url"] != url


def test_a_page_is_completed_once(api: Api) -> None:
    url = attach(api, "c", "pro")["payment_url"]
    completed(api, url)

    assert Api.refusal(complete(api, url)) == (400, "invalid_request", f"The checkout page {url} is complete")
    assert Api.refusal(expire(api, url))[2] == f"The checkout page {url} is complete"
    assert Api.refusal(settle(api, url))[2] == f"The checkout page {url} is complete"
    assert invoices(api, "c") == [("paid", 20)]


# Cards


def test_a_card_that_declines_leaves_the_page_open_with_the_reason(api: Api) -> None:
    url = attach(api, "c", "pro")["payment_url"]

    declined = complete(api, url, outcome="decline:insufficient_funds")

    assert Api.refusal(declined) == (402, "payment_failed", "Your card has insufficient funds.")
    shown = page(api, url)
    assert (shown["status"], shown["failure"]) == ("open", "Your card has insufficient funds.")
    assert (plans_of(api, "c"), invoices(api, "c"), has_card(api, "c")) == ([], [], False)


def test_another_card_pays_after_one_that_declined(api: Api) -> None:
    url = attach(api, "c", "pro")["payment_url"]
    complete(api, url, outcome="decline:card_declined")

    done = completed(api, url)

    assert (done["status"], done["failure"]) == ("complete", None)
    assert invoices(api, "c") == [("paid", 20)]


def test_a_card_on_file_is_used_where_none_is_typed(api: Api) -> None:
    before = api("customers.get", customer_id="k", expand=["payment_method"])["payment_method"]["id"]

    completed(api, attach(api, "k", "pro", redirect_mode="always")["payment_url"])

    after = api("customers.get", customer_id="k", expand=["payment_method"])["payment_method"]["id"]
    assert after == before


def test_the_card_typed_for_a_single_payment_gives_way_to_the_one_before(api: Api) -> None:
    before = api("customers.get", customer_id="d", expand=["payment_method"])["payment_method"]["id"]

    completed(api, attach(api, "d", "boost", redirect_mode="always")["payment_url"])

    after = api("customers.get", customer_id="d", expand=["payment_method"])["payment_method"]["id"]
    assert after == before
    assert invoices(api, "d") == [("paid", 50)]


# What is chosen on the page


def test_an_adjustable_quantity_may_be_changed_on_the_page(api: Api) -> None:
    sent = [{"feature_id": "credits", "quantity": 300, "adjustable": True}]
    url = attach(api, "c", "packs", feature_quantities=sent)["payment_url"]

    completed(api, url, quantities={"credits": 500})

    assert balance(api, "c") == (500, 500, 0)
    assert invoices(api, "c") == [("paid", 70)]


@pytest.mark.parametrize(
    ("adjustable", "quantity", "message"),
    [
        (True, 99, "The quantity of credits must be at least 100"),
        (False, 500, "The quantity of credits cannot be changed on this page"),
    ],
)
def test_a_quantity_is_changed_only_where_it_may_be_and_not_below_what_is_included(
    api: Api, adjustable: bool, quantity: int, message: str
) -> None:
    sent = [{"feature_id": "credits", "quantity": 300, "adjustable": adjustable}]
    url = attach(api, "c", "packs", feature_quantities=sent)["payment_url"]

    wrong = complete(api, url, quantities={"credits": quantity})

    assert Api.refusal(wrong) == (400, "invalid_request", message)
    assert page(api, url)["status"] == "open"
    assert plans_of(api, "c") == []


def test_the_quantity_of_several_plans_is_changed_in_each(api: Api) -> None:
    plan(api, "mail", item("credits", 0, "month", price=PACK), add_on=True, **monthly(4))
    sent = [{"feature_id": "credits", "quantity": 100, "adjustable": True}]
    body = [{"plan_id": "mail", "feature_quantities": sent}, {"plan_id": "extra"}]
    url = api("billing.multi_attach", customer_id="c", plans=body)["payment_url"]

    completed(api, url, quantities={"credits": 200})

    assert balance(api, "c")[0] == 210
    assert invoices(api, "c") == [("paid", 32)]


# Between the payment and what it brings


def test_l189_while_a_paid_page_is_processed_nothing_else_is_attached(api: Api) -> None:
    url = attach(api, "c", "pro")["payment_url"]

    done = completed(api, url, settle=False)

    assert done["status"] == "processing"
    assert plans_of(api, "c") == []
    assert refused(api, "c", "premium") == (423, "lock_already_exists", PROCESSING)
    assert refused(api, "c", "pro") == (423, "lock_already_exists", PROCESSING)
    several = [{"plan_id": "extra"}]
    assert api.refused("billing.multi_attach", customer_id="c", plans=several)[0] == 423
    assert attach(api, "k", "pro")["payment_url"] is None
    assert Api.refusal(complete(api, url))[2] == f"The checkout page {url} is processing"


def test_a_paid_page_is_settled_when_somebody_says_so(api: Api) -> None:
    url = attach(api, "c", "pro")["payment_url"]
    completed(api, url, settle=False)

    status, answer = settle(api, url)

    assert (status, answer["checkout"]["status"]) == (200, "complete")
    assert plans_of(api, "c") == [("pro", "active")]
    assert invoices(api, "c") == [("paid", 20)]


def test_a_paid_page_settles_by_itself_after_some_seconds(api: Api) -> None:
    completed(api, attach(api, "c", "pro")["payment_url"], settle=False)

    api.advance("4 seconds")
    before = plans_of(api, "c")
    api.advance("2 seconds")

    assert before == []
    assert plans_of(api, "c") == [("pro", "active")]
    assert state(api, "c")["subscriptions"][0]["started_at"] == STARTED


def test_a_paid_page_whose_plan_came_another_way_says_why_it_brought_nothing(api: Api) -> None:
    url = attach(api, "c", "pro")["payment_url"]
    completed(api, url, settle=False)
    completed(api, api("billing.setup_payment", customer_id="c", plan_id="pro")["url"])

    api.advance("1 minute")

    assert page(api, url)["status"] == "complete"
    assert page(api, url)["failure"].startswith("Cannot attach because")
    assert plans_of(api, "c") == [("pro", "active")]
    assert invoices(api, "c") == [("paid", 20)]


def test_the_page_of_an_open_invoice_pays_it(api: Api) -> None:
    answer = attach(api, "d", "pro")

    pay(api, answer["payment_url"])

    assert plans_of(api, "d") == [("pro", "active")]
    assert invoices(api, "d") == [("paid", 20)]


# Promotion codes


def test_a_promotion_code_that_is_typed_counts(api: Api) -> None:
    coupon(api, "summer", 25, promo_codes=[{"code": "SUMMER"}])
    url = attach(api, "c", "pro")["payment_url"]

    completed(api, url, promotion_code="SUMMER")

    assert invoices(api, "c") == [("paid", 15)]


def test_a_promotion_code_that_nobody_knows_leaves_the_page_open(api: Api) -> None:
    url = attach(api, "c", "pro")["payment_url"]

    refusal = Api.refusal(complete(api, url, promotion_code="NOPE"))

    assert refusal == (400, "invalid_request", 'Promotion code not found or inactive: "NOPE"')
    assert (page(api, url)["status"], plans_of(api, "c")) == ("open", [])


def test_a_page_whose_request_brought_discounts_takes_no_code(api: Api) -> None:
    coupon(api, "summer", 25, promo_codes=[{"code": "SUMMER"}])
    url = attach(api, "c", "pro", discounts=[{"reward_id": "summer"}])["payment_url"]

    refusal = Api.refusal(complete(api, url, promotion_code="SUMMER"))
    completed(api, url)

    assert refusal == (400, "invalid_request", "This page takes no promotion code")
    assert invoices(api, "c") == [("paid", 15)]


# Meanwhile


def test_a_page_finds_its_customer_under_a_new_id(api: Api) -> None:
    url = attach(api, "c", "pro")["payment_url"]
    card = api("billing.setup_payment", customer_id="d", plan_id="pro")["url"]
    for customer_id in "cd":
        api("customers.update", customer_id=customer_id, new_customer_id=f"{customer_id}2")

    completed(api, url)
    completed(api, card, card="4242424242424242")

    assert plans_of(api, "c2") == plans_of(api, "d2") == [("pro", "active")]


def test_the_pages_of_a_deleted_customer_are_gone(api: Api) -> None:
    url = attach(api, "c", "pro")["payment_url"]

    api("customers.delete", customer_id="c")

    assert Api.refusal(complete(api, url)) == (404, "checkout_not_found", f"No checkout page {url}")
    assert pages(api) == []


def test_a_card_that_asks_for_its_holder_is_paid_with_on_the_page(api: Api) -> None:
    url = attach(api, "c", "pro")["payment_url"]

    completed(api, url, card="4000002760003184")

    assert plans_of(api, "c") == [("pro", "active")]
    assert invoices(api, "c") == [("paid", 20)]


def test_a_plan_that_was_enabled_at_once_and_ended_begins_again_when_its_page_is_paid(api: Api) -> None:
    url = attach(api, "c", "pro", enable_plan_immediately=True)["payment_url"]
    api("billing.update", customer_id="c", plan_id="pro", cancel_action="cancel_immediately")

    completed(api, url)

    assert plans_of(api, "c") == [("pro", "active")]
    assert invoices(api, "c") == [("paid", 20)]
