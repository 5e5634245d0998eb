"""Checkouts that a person confirms: cases S81, S82, L12, L13, and section 7.3 of the reference."""

from typing import Any

import pytest

from autumn_mock.domain.periods import DAY, from_iso
from tests.billing import (
    attach,
    balance,
    catalogue,
    give_card,
    invoices,
    pay,
    plans_of,
    preview,
    state,
)
from tests.builders import item, plan
from tests.checkouts import complete, completed, page, pages, public
from tests.conftest import Api
from tests.rewards import coupon

STARTED = from_iso("2026-01-01T00:00:00Z")
UNAVAILABLE = (
    404,
    "checkout_unavailable",
    "This checkout could not be loaded. Please try again or create a new checkout link.",
)
COMPLETED = (409, "checkout_completed", "This checkout has already been completed.")
EXPIRED = (410, "checkout_expired", "This checkout has expired. Please create a new checkout link.")
NEEDS_PAYMENT = (400, "invalid_request", "Checkout requires payment completion")
NOT_LONG_LIVED = (
    400,
    "invalid_request",
    "Long-lived checkout start only supports long-lived attach checkouts",
)
QUANTITY = {"feature_id": "credits", "quantity": 300}


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def upgrade_link(api: Api, **more: Any) -> str:
    """The link on which customer k confirms to go from pro to premium."""
    attach(api, "k", "pro")
    url: str = attach(api, "k", "premium", redirect_mode="always", **more)["payment_url"]
    return url


def path(url: str, verb: str = "") -> str:
    """What the page of a link asks of the server."""
    return f"/checkouts/{url.rpartition('/')[2]}{verb}"


def show(api: Api, url: str) -> Any:
    status, answer = public(api, "GET", path(url))
    assert status == 200, answer
    return answer


def confirm(api: Api, url: str, **body: Any) -> Any:
    status, answer = public(api, "POST", path(url, "/confirm"), body)
    assert status == 200, answer
    return answer


# Links


def test_s82_an_upgrade_with_a_card_is_confirmed(api: Api) -> None:
    url = upgrade_link(api)
    before = plans_of(api, "k")

    answer = confirm(api, url)

    assert url.startswith("http://localhost/c/co_")
    assert before == [("pro", "active")]
    assert plans_of(api, "k") == [("premium", "active")]
    [invoice, _] = state(api, "k")["invoices"]
    assert list(answer) == [
        "customer_id", "invoice", "payment_url", "success", "checkout_id", "product_id", "invoice_id",
        "success_url",
    ]  # fmt: skip
    assert answer["invoice"]["total"] == 30
    assert {name: answer[name] for name in list(answer)[2:]} == {
        "payment_url": None,
        "success": True,
        "checkout_id": url.rpartition("/")[2],
        "product_id": "premium",
        "invoice_id": invoice["stripe_id"],
        "success_url": "https://useautumn.com",
    }


def test_s82_a_confirmed_checkout_is_over(api: Api) -> None:
    url = upgrade_link(api)
    confirm(api, url)

    for method, verb in (("GET", ""), ("POST", "/preview"), ("POST", "/confirm"), ("GET", "/start")):
        assert Api.refusal(public(api, method, path(url, verb))) == COMPLETED


def test_each_call_makes_a_new_checkout_and_they_stand_beside_each_other(api: Api) -> None:
    first = upgrade_link(api)
    second = attach(api, "k", "premium", redirect_mode="always")["payment_url"]

    assert first != second
    assert {page(api, url)["status"] for url in (first, second)} == {"open"}


@pytest.mark.parametrize("verb", ["", "/confirm"])
def test_a_second_checkout_of_a_plan_that_came_meanwhile_answers_as_attach_does(api: Api, verb: str) -> None:
    first = upgrade_link(api)
    second = attach(api, "k", "premium", redirect_mode="always")["payment_url"]
    confirm(api, first)

    refused = Api.refusal(public(api, "POST" if verb else "GET", path(second, verb)))

    assert refused[:2] == (409, "plan_already_attached")


def test_l12_a_first_plan_goes_to_the_page_of_the_provider_even_with_a_card(api: Api) -> None:
    url = attach(api, "k", "pro", redirect_mode="always")["payment_url"]

    assert "/checkout/cs_test_" in url
    assert plans_of(api, "k") == []


def test_l13_the_preview_says_which_page_it_will_be(api: Api) -> None:
    attach(api, "k", "pro")

    assert preview(api, "k", "premium", redirect_mode="always")["checkout_type"] == "autumn_checkout"


def test_a_free_plan_is_confirmed_if_it_is_asked_for(api: Api) -> None:
    url = attach(api, "c", "starter", redirect_mode="always")["payment_url"]

    answer = confirm(api, url)

    assert "/c/co_" in url
    assert (answer["success"], answer["invoice_id"]) == (True, None)
    assert plans_of(api, "c") == [("starter", "active")]


def test_several_free_plans_are_confirmed_together(api: Api) -> None:
    plans = [{"plan_id": "starter"}, {"plan_id": "bonus"}]
    url = api("billing.multi_attach", customer_id="c", plans=plans, redirect_mode="always")["payment_url"]

    answer = confirm(api, url)

    assert "/c/co_" in url
    assert answer["product_id"] == "starter"
    assert plans_of(api, "c") == [("starter", "active"), ("bonus", "active")]


# What is shown


def test_a_checkout_shows_the_change(api: Api) -> None:
    url = upgrade_link(api)

    shown = show(api, url)

    told = shown.pop("preview")
    assert shown == {
        "env": "sandbox",
        "action": "attach",
        "status": "pending",
        "response": None,
        "org": {"name": api.org, "logo": None},
        "customer": {"id": "k", "name": "K", "email": None},
        "adjustable_feature_ids": [],
        "entity": None,
    }
    assert told["total"] == 30
    assert (told["incoming"][0]["plan"]["name"], told["outgoing"][0]["plan"]["name"]) == ("Premium", "Pro")
    assert "object" in told
    assert all({"object", "custom"} <= set(line) for line in told["line_items"])


def test_looking_changes_nothing(api: Api) -> None:
    url = upgrade_link(api)

    assert show(api, url) == show(api, url)
    assert plans_of(api, "k") == [("pro", "active")]
    assert invoices(api, "k") == [("paid", 20)]


def test_the_entity_is_shown(api: Api) -> None:
    api("entities.create", customer_id="k", entity_id="e", name="Eve", feature_id="seats")
    url = attach(api, "k", "starter", entity_id="e", redirect_mode="always")["payment_url"]

    assert show(api, url)["entity"] == {"id": "e", "name": "Eve"}


def test_an_adjustable_quantity_is_previewed_and_confirmed(api: Api) -> None:
    attach(api, "k", "pro")
    sent = [{**QUANTITY, "adjustable": True}]
    url = attach(api, "k", "packs", feature_quantities=sent, redirect_mode="always")["payment_url"]
    more = [{"feature_id": "credits", "quantity": 500}]

    before = show(api, url)
    status, chosen = public(api, "POST", path(url, "/preview"), {"feature_quantities": more})
    unchanged = show(api, url)["preview"]["total"]
    confirm(api, url, feature_quantities=more)

    assert before["adjustable_feature_ids"] == ["credits"]
    assert (before["preview"]["total"], status, chosen["preview"]["total"]) == (30, 200, 50)
    assert unchanged == 30
    assert balance(api, "k") == (500, 500, 0)


@pytest.mark.parametrize("verb", ["/preview", "/confirm"])
def test_a_quantity_that_is_not_adjustable_is_not_changed(api: Api, verb: str) -> None:
    attach(api, "k", "pro")
    url = attach(api, "k", "packs", feature_quantities=[QUANTITY], redirect_mode="always")["payment_url"]

    refused = public(api, "POST", path(url, verb), {"feature_quantities": [QUANTITY]})

    assert Api.refusal(refused)[:2] == (400, "invalid_request")


def test_a_body_of_the_wrong_shape_is_told(api: Api) -> None:
    url = upgrade_link(api)

    refused = public(api, "POST", path(url, "/confirm"), {"feature_quantities": "many"})

    assert Api.refusal(refused)[1] == "invalid_inputs"
    assert plans_of(api, "k") == [("pro", "active")]


# How long


@pytest.mark.parametrize(
    ("method", "verb"), [("GET", ""), ("POST", "/preview"), ("POST", "/confirm"), ("GET", "/start")]
)
def test_s81_an_unknown_checkout_is_unavailable(api: Api, method: str, verb: str) -> None:
    attach(api, "c", "pro")
    [stripe] = [each["id"] for each in pages(api)]

    assert Api.refusal(public(api, method, f"/checkouts/co_unknown{verb}")) == UNAVAILABLE
    assert Api.refusal(public(api, method, f"/checkouts/{stripe}{verb}")) == UNAVAILABLE


def test_a_checkout_is_good_for_a_day(api: Api) -> None:
    url = upgrade_link(api)

    api.advance("23 hours")
    still = show(api, url)["status"]
    api.advance("1 hour")

    assert still == "pending"
    assert page(api, url)["expires_at"] == STARTED + DAY
    assert Api.refusal(public(api, "GET", path(url))) == EXPIRED
    assert Api.refusal(public(api, "POST", path(url, "/confirm"))) == EXPIRED


# A payment that does not go through


def test_a_card_that_fails_leads_on_to_the_invoice(api: Api) -> None:
    url = upgrade_link(api)
    give_card(api, "k", "decline:card_declined")

    answer = confirm(api, url)

    assert answer["success"] is False
    assert answer["required_action"]["code"] == "payment_failed"
    assert answer["payment_url"] == answer["invoice"]["hosted_invoice_url"]
    assert plans_of(api, "k") == [("pro", "active")]
    for method, verb in (("GET", ""), ("POST", "/confirm")):
        assert Api.refusal(public(api, method, path(url, verb))) == NEEDS_PAYMENT


def test_paying_the_invoice_completes_the_checkout(api: Api) -> None:
    url = upgrade_link(api)
    give_card(api, "k", "decline:card_declined")
    answer = confirm(api, url)

    pay(api, answer["payment_url"])

    assert plans_of(api, "k") == [("premium", "active")]
    assert Api.refusal(public(api, "GET", path(url))) == COMPLETED


# Updates


def update(api: Api, customer_id: str = "k", **more: Any) -> Any:
    return api("billing.update", customer_id=customer_id, redirect_mode="always", **more)


def test_an_update_is_confirmed(api: Api) -> None:
    attach(api, "k", "packs", feature_quantities=[QUANTITY])
    more = [{"feature_id": "credits", "quantity": 500}]

    url = update(api, plan_id="packs", feature_quantities=more)["payment_url"]
    shown = show(api, url)
    before = balance(api, "k")
    answer = confirm(api, url)

    assert "/u/co_" in url
    assert shown["action"] == "update_subscription"
    assert shown["preview"]["intent"] == "update_quantity"
    assert before == (300, 300, 0)
    assert balance(api, "k") == (500, 500, 0)
    assert answer["product_id"] == "packs"
    assert invoices(api, "k")[0] == ("paid", 20)


def test_an_update_that_names_no_plan_is_confirmed(api: Api) -> None:
    attach(api, "k", "pro")

    url = update(api, customize={"price": {"amount": 25, "interval": "month"}})["payment_url"]

    assert confirm(api, url)["product_id"] == "pro"
    assert invoices(api, "k")[0] == ("paid", 5)


def test_the_quantity_of_an_update_may_be_left_open(api: Api) -> None:
    attach(api, "k", "packs", feature_quantities=[QUANTITY])

    url = update(api, feature_quantities=[{**QUANTITY, "adjustable": True}])["payment_url"]
    confirm(api, url, feature_quantities=[{"feature_id": "credits", "quantity": 400}])

    assert balance(api, "k") == (400, 400, 0)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            {"feature_quantities": [QUANTITY]},
            "Cannot create checkout when quantities are not updated or adjustable",
        ),
        (
            {"cancel_action": "cancel_end_of_cycle"},
            "Autumn checkout does not support cancel or uncancel updates",
        ),
        ({}, "Cannot create checkout when no billing changes will happen in this update"),
        (
            {"feature_quantities": [{**QUANTITY, "quantity": 500}], "no_billing_changes": True},
            "Cannot create checkout when no billing changes will happen in this update",
        ),
    ],
)
def test_what_needs_no_page_is_refused(api: Api, body: dict[str, Any], message: str) -> None:
    attach(api, "k", "packs", feature_quantities=[QUANTITY])

    wanted = {"customer_id": "k", "redirect_mode": "always", **body}

    assert api.refused("billing.update", **wanted) == (400, "invalid_request", message)
    assert api.refused("billing.preview_update", **wanted) == (400, "invalid_request", message)


# Long-lived links


def long_lived(api: Api, customer_id: str = "c", **more: Any) -> str:
    url: str = attach(api, customer_id, "pro", long_lived_checkout=True, **more)["payment_url"]
    return url


def started(api: Api, url: str) -> str:
    """Where a long-lived link leads on to."""
    response = api.client.get(path(url, "/start"))
    assert response.status_code == 303
    return response.headers["Location"]


def test_a_long_lived_link_stands_before_the_page_of_the_provider(api: Api) -> None:
    url = long_lived(api)

    assert "/co/co_" in url
    assert page(api, url)["expires_at"] == STARTED + 90 * DAY
    assert show(api, url)["preview"]["total"] == 20
    assert plans_of(api, "c") == []


def test_a_long_lived_link_leads_to_a_fresh_page_each_time_one_is_over(api: Api) -> None:
    url = long_lived(api)

    first, again = started(api, url), started(api, url)
    api.advance("2 hours")
    later = started(api, url)

    assert "/checkout/cs_test_" in first
    assert first == again != later


def test_paying_where_a_long_lived_link_leads_completes_it(api: Api) -> None:
    url = long_lived(api)
    api.advance("40 days")

    completed(api, started(api, url))

    assert plans_of(api, "c") == [("pro", "active")]
    assert Api.refusal(public(api, "GET", path(url, "/start"))) == COMPLETED


def test_a_long_lived_link_of_a_customer_with_a_card_leads_to_confirming(api: Api) -> None:
    url = long_lived(api)
    give_card(api, "c")

    leads_to = started(api, url)
    confirm(api, url)

    assert leads_to == url.replace("/co/", "/c/")
    assert plans_of(api, "c") == [("pro", "active")]


def test_confirming_a_long_lived_link_without_a_card_leads_to_paying(api: Api) -> None:
    url = long_lived(api)

    answer = confirm(api, url)
    waiting = public(api, "GET", path(url))
    completed(api, answer["payment_url"])

    assert (answer["success"], "/checkout/cs_test_" in answer["payment_url"]) == (False, True)
    assert Api.refusal(waiting) == NEEDS_PAYMENT
    assert Api.refusal(public(api, "GET", path(url))) == COMPLETED
    assert plans_of(api, "c") == [("pro", "active")]


def test_a_customer_with_a_card_needs_no_long_lived_link(api: Api) -> None:
    answer = attach(api, "k", "pro", long_lived_checkout=True)

    assert answer["payment_url"] is None
    assert plans_of(api, "k") == [("pro", "active")]


def test_a_plan_that_is_enabled_at_once_is_billed_where_its_long_lived_link_leads(api: Api) -> None:
    url = long_lived(api, enable_plan_immediately=True)
    before = plans_of(api, "c"), invoices(api, "c")

    completed(api, started(api, url))

    assert before == ([("pro", "active")], [])
    assert (plans_of(api, "c"), invoices(api, "c")) == ([("pro", "active")], [("paid", 20)])


def test_other_checkouts_are_not_started(api: Api) -> None:
    url = upgrade_link(api)

    assert Api.refusal(public(api, "GET", path(url, "/start"))) == NOT_LONG_LIVED


# Completing them as any other page


def test_completing_an_autumn_checkout_confirms_it(api: Api) -> None:
    url = upgrade_link(api)

    done = completed(api, url)

    assert (done["kind"], done["status"]) == ("autumn", "complete")
    assert plans_of(api, "k") == [("premium", "active")]
    assert Api.refusal(complete(api, url))[2] == f"The checkout page {url} is complete"


def test_completing_a_long_lived_link_pays_where_it_leads(api: Api) -> None:
    url = long_lived(api)

    declined = complete(api, url, outcome="decline:card_declined")
    done = completed(api, url, name="Ann")

    assert Api.refusal(declined)[0] == 402
    assert done["status"] == "complete"
    assert plans_of(api, "c") == [("pro", "active")]
    assert invoices(api, "c") == [("paid", 20)]


def test_a_customized_plan_is_confirmed_as_it_was_asked_for(api: Api) -> None:
    plan(api, "tiny", item("credits", 1, "month"), price={"amount": 1, "interval": "month"})
    attach(api, "k", "tiny")

    customize = {"price": {"amount": 31, "interval": "month"}}
    url = attach(api, "k", "premium", customize=customize, redirect_mode="always")["payment_url"]
    confirm(api, url)

    assert invoices(api, "k")[0] == ("paid", 30)


def test_a_checkout_finds_its_customer_under_a_new_id(api: Api) -> None:
    url = upgrade_link(api)
    api("customers.update", customer_id="k", new_customer_id="k2")

    shown = show(api, url)
    answer = confirm(api, url)

    assert shown["preview"]["customer_id"] == answer["customer_id"] == "k2"
    assert plans_of(api, "k2") == [("premium", "active")]


def test_discounts_are_chosen_when_it_is_confirmed(api: Api) -> None:
    coupon(api, "half", 50)
    url = upgrade_link(api)
    chosen = {"discounts": [{"reward_id": "half"}]}

    _, before = public(api, "POST", path(url, "/preview"), chosen)
    answer = confirm(api, url, **chosen)

    assert show_total(before) == answer["invoice"]["total"] < 30


def test_a_checkout_whose_request_brought_discounts_takes_no_others(api: Api) -> None:
    coupon(api, "half", 50)
    url = upgrade_link(api, discounts=[{"reward_id": "half"}])

    refused = public(api, "POST", path(url, "/confirm"), {"discounts": [{"reward_id": "half"}]})

    assert Api.refusal(refused) == (400, "invalid_request", "This page takes no promotion code")


def show_total(shown: Any) -> Any:
    return shown["preview"]["total"]


def test_a_confirmed_link_may_be_confirmed_again_when_nobody_paid_in_time(api: Api) -> None:
    url = long_lived(api)
    first = confirm(api, url)["payment_url"]

    api.advance("2 hours")
    second = confirm(api, url)["payment_url"]
    completed(api, second)

    assert first != second
    assert plans_of(api, "c") == [("pro", "active")]
    assert Api.refusal(public(api, "GET", path(url))) == COMPLETED
