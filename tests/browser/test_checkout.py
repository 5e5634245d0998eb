"""A checkout page in a browser: paid, left, sent with something missing."""

from typing import Any

import pytest

from tests.billing import attach, invoices, plans_of
from tests.browser.conftest import PHONE, Person
from tests.builders import customer, plan
from tests.conftest import Api


def checkout(api: Api, plan_id: str = "pro", customer_id: str = "c", **more: Any) -> str:
    url: str = attach(api, customer_id, plan_id, **more)["payment_url"]
    return url


def test_paying_leads_back_to_the_application(api: Api, person: Person, application: str) -> None:
    page = person.open(checkout(api, success_url=f"{application}/done"))
    page.get_by_label("E-mail").fill("ada@example.com")

    page.get_by_role("button", name="Pay $20.00").click()
    page.wait_for_url(f"{application}/done")

    assert plans_of(api, "c") == [("pro", "active")]
    assert invoices(api, "c") == [("paid", 20)]
    assert api("customers.get", customer_id="c")["email"] == "ada@example.com"


def test_enter_in_any_field_pays(api: Api, person: Person, application: str) -> None:
    page = person.open(checkout(api, success_url=application))

    page.get_by_label("Security code").press("Enter")
    page.wait_for_url(f"{application}/")

    assert plans_of(api, "c") == [("pro", "active")]


def test_leaving_changes_nothing(api: Api, person: Person, application: str) -> None:
    params = {"cancel_url": f"{application}/plans"}
    page = person.open(checkout(api, checkout_session_params=params))

    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url(f"{application}/plans")

    assert plans_of(api, "c") == []


def test_what_is_missing_is_said_and_reached_by_its_link(api: Api, person: Person) -> None:
    page = person.open(checkout(api))
    page.get_by_label("Card number").fill("4242")

    page.get_by_role("button", name="Pay $20.00").click()

    alert = page.get_by_role("alert")
    alert.wait_for()
    assert page.get_by_label("Card number").input_value() == "4242"
    alert.get_by_role("link").click()
    assert page.url.endswith("#f-number")
    assert plans_of(api, "c") == []


def test_a_quantity_is_changed_before_it_is_paid(api: Api, person: Person, application: str) -> None:
    quantities = [{"feature_id": "credits", "quantity": 700, "adjustable": True}]
    page = person.open(checkout(api, "packs", feature_quantities=quantities, success_url=application))
    page.get_by_label("E-mail").fill("ada@example.com")

    page.get_by_label("Credits").fill("300")
    page.get_by_role("button", name="Update").click()
    pay = page.get_by_role("button", name="Pay $50.00")
    pay.wait_for()
    assert page.get_by_label("E-mail").input_value() == "ada@example.com"
    pay.click()
    page.wait_for_url(f"{application}/")

    assert invoices(api, "c") == [("paid", 50)]


@pytest.mark.parametrize("scripted", [True], indirect=False)
def test_nothing_is_wider_than_a_phone(api: Api, person: Person, scripted: bool) -> None:
    long = "Unlimitedandunbreakablesupercalifragilisticexpialidocious Gold & Platinum"
    customer(api, "l", name=long * 2)
    plan(api, "l", price={"amount": 12_345_678.9, "interval": "year"})
    api("plans.update", plan_id="l", name=long)
    person.page.set_viewport_size(PHONE)

    page = person.open(checkout(api, "l", "l"))

    assert person.widest() <= 0
    assert page.get_by_role("button", name="Pay $12,345,678.90").is_visible()
