"""Putting a card on file, and the customer portal's page: cases S84 to S91, S121, S122."""

from typing import Any

import pytest

from autumn_mock.domain.periods import HOUR, from_iso
from tests.billing import catalogue, give_card, invoices, plans_of, state
from tests.checkouts import complete, completed, has_card, page
from tests.conftest import Api

STARTED = from_iso("2026-01-01T00:00:00Z")


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def setup(api: Api, customer_id: str, **more: Any) -> Any:
    return api("billing.setup_payment", customer_id=customer_id, **more)


def payment_method(api: Api, customer_id: str) -> Any:
    return api("customers.get", customer_id=customer_id, expand=["payment_method"])["payment_method"]


def test_s84_an_unknown_customer_is_made_with_a_stripe_customer(api: Api) -> None:
    answer = setup(api, "new1")

    assert set(answer) == {"customer_id", "url"}
    assert answer["url"].startswith("http://localhost/checkout/cs_test_")
    assert state(api, "new1")["stripe_id"].startswith("cus_")
    shown = page(api, answer["url"])
    assert (shown["kind"], shown["mode"], shown["expires_at"]) == ("setup", "setup", STARTED + HOUR)


def test_customer_data_fills_what_is_missing(api: Api) -> None:
    setup(api, "new1", customer_data={"name": "Hal", "email": "hal@example.com"})
    setup(api, "new1", customer_data={"name": "Other"})

    found = state(api, "new1")
    assert (found["name"], found["email"]) == ("Hal", "hal@example.com")


def test_s85_an_unknown_plan_is_told_and_the_customer_is_there_nevertheless(api: Api) -> None:
    refused = api.refused("billing.setup_payment", customer_id="new1", plan_id="ghost")

    assert refused == (404, "product_not_found", "Product ghost not found")
    assert state(api, "new1")["stripe_id"].startswith("cus_")


def test_s85_any_failure_of_attach_is_told(api: Api) -> None:
    api("billing.attach", customer_id="k", plan_id="pro")

    refused = api.refused("billing.setup_payment", customer_id="k", plan_id="pro")

    assert refused[:2] == (409, "plan_already_attached")


def test_s86_completing_puts_the_card_on_file(api: Api) -> None:
    url = setup(api, "new1")["url"]

    completed(api, url)

    assert payment_method(api, "new1")["card"]["last4"] == "4242"
    assert plans_of(api, "new1") == []
    assert invoices(api, "new1") == []


def test_s86_completing_attaches_the_plan_from_then_on(api: Api) -> None:
    url = setup(api, "new1", plan_id="pro")["url"]
    api.advance("20 minutes")

    completed(api, url)

    assert plans_of(api, "new1") == [("pro", "active")]
    assert invoices(api, "new1") == [("paid", 20)]
    assert state(api, "new1")["subscriptions"][0]["started_at"] == from_iso("2026-01-01T00:20:00Z")


def test_completing_takes_quantities_along(api: Api) -> None:
    sent = [{"feature_id": "credits", "quantity": 300}]
    url = setup(api, "new1", plan_id="packs", feature_quantities=sent)["url"]

    completed(api, url)

    assert invoices(api, "new1") == [("paid", 50)]


def test_a_plan_that_came_meanwhile_is_told_and_the_card_stays(api: Api) -> None:
    url = setup(api, "c", plan_id="pro")["url"]
    give_card(api, "c")
    api("billing.attach", customer_id="c", plan_id="pro")
    before = payment_method(api, "c")["id"]

    refused = Api.refusal(complete(api, url, outcome="ok", card="4242424242424242"))

    assert refused[:2] == (409, "plan_already_attached")
    assert payment_method(api, "c")["id"] != before
    assert page(api, url)["status"] == "complete"


def test_a_card_that_declines_is_not_put_on_file(api: Api) -> None:
    url = setup(api, "new1", plan_id="pro")["url"]

    refused = Api.refusal(complete(api, url, outcome="decline:card_declined"))

    assert refused == (402, "payment_failed", "Your card was declined.")
    assert (page(api, url)["status"], has_card(api, "new1")) == ("open", False)


def test_s87_the_entity_is_told_only_if_it_was_given(api: Api) -> None:
    data = {"feature_id": "seats", "name": "Seat"}

    with_entity = setup(api, "c", entity_id="e1", entity_data=data)
    without = setup(api, "c")

    assert list(with_entity) == ["customer_id", "entity_id", "url"]
    assert with_entity["entity_id"] == "e1"
    assert list(without) == ["customer_id", "url"]


def test_an_open_card_page_leaves_the_page_of_an_attach_alone(api: Api) -> None:
    paying = api("billing.attach", customer_id="c", plan_id="pro")["payment_url"]
    setup(api, "c")

    assert api("billing.attach", customer_id="c", plan_id="pro")["payment_url"] == paying


def test_the_older_form_names_a_product(api: Api) -> None:
    body = {"customer_id": "new1", "product_id": "pro"}
    status, answer = api.call("billing.setup_payment", body, version="1.2.0")
    assert status == 200, answer

    completed(api, answer["url"])

    assert plans_of(api, "new1") == [("pro", "active")]


# The portal


def test_s88_the_portal_is_for_known_customers(api: Api) -> None:
    unknown = api.refused("billing.open_customer_portal", customer_id="nobody")

    answer = api("billing.open_customer_portal", customer_id="c", return_url="https://app.example/back")

    assert unknown == (404, "customer_not_found", "Customer nobody not found")
    assert answer["customer_id"] == "c"
    assert answer["url"].startswith("http://localhost/portal/bps_")
    assert state(api, "c")["stripe_id"].startswith("cus_")
    shown = page(api, answer["url"])
    assert (shown["kind"], shown["success_url"]) == ("portal", "https://app.example/back")
    assert api.call("customers.get", {"customer_id": "nobody"})[0] == 404


def test_s89_the_customer_must_be_named(api: Api) -> None:
    refused = api.refused("billing.open_customer_portal")

    assert refused == (400, "invalid_inputs", "customer_id: must be a string (received undefined)")


def test_each_portal_page_is_a_new_one(api: Api) -> None:
    urls = {api("billing.open_customer_portal", customer_id="c")["url"] for _ in range(3)}

    assert len(urls) == 3


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            {"return_url": "app.example/back"},
            "(Stripe Error) Invalid URL: An explicit scheme (such as https) must be provided.",
        ),
        ({"configuration_id": "nope"}, "(Stripe Error) No such configuration: 'nope'"),
    ],
)
def test_what_stripe_refuses_of_a_portal(api: Api, more: dict[str, Any], message: str) -> None:
    refused = api.refused("billing.open_customer_portal", customer_id="c", **more)

    assert refused == (400, "stripe_error", message)


def test_a_portal_is_not_a_page_to_complete(api: Api) -> None:
    url = api("billing.open_customer_portal", customer_id="c")["url"]

    assert Api.refusal(complete(api, url)) == (400, "invalid_request", f"The checkout page {url} is portal")


def test_s90_s91_the_card_on_file_is_shown(api: Api) -> None:
    without = has_card(api, "c")

    completed(api, setup(api, "c")["url"])

    card = payment_method(api, "c")
    assert not without
    assert (card["type"], card["card"]["brand"], card["card"]["last4"]) == ("card", "visa", "4242")


# The old routes


def test_s121_the_old_route_answers_customer_and_url_alone(api: Api) -> None:
    body = {"customer_id": "c1", "plan_id": "ghost", "entity_id": "e"}

    status, answer = api.request("POST", "/v1/setup_payment", body, version="1.2.0")

    assert status == 200
    assert set(answer) == {"customer_id", "url"}
    completed(api, answer["url"])
    assert has_card(api, "c1")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_s122_the_old_routes_of_the_portal(api: Api, method: str) -> None:
    path = "/v1/customers/c/billing_portal"

    status, answer = api.request(method, path + "?return_url=https://a.example/", version="1.2.0")
    unknown = api.request(method, "/v1/customers/nope/billing_portal", version="1.2.0")
    bad = api.request(method, path + "?return_url=a.example", version="1.2.0")

    assert (status, set(answer)) == (200, {"customer_id", "url"})
    assert page(api, answer["url"])["success_url"] == "https://a.example/"
    assert Api.refusal(unknown) == (404, "customer_not_found", "Customer nope not found")
    assert Api.refusal(bad)[:2] == (400, "invalid_request")


def test_the_body_of_the_old_portal_route_stands_before_its_query(api: Api) -> None:
    _, answer = api.request(
        "POST",
        "/v1/customers/c/billing_portal?return_url=https://query.example",
        {"return_url": "https://body.example"},
    )

    assert page(api, answer["url"])["success_url"] == "https://body.example"
