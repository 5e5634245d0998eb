"""Cards in a browser: declined, asked about at the bank, changed on the portal."""

from typing import Any

import pytest

from tests.billing import attach, plans_of
from tests.browser.conftest import Person
from tests.browser.test_checkout import checkout
from tests.conftest import Api


def last4(api: Api, customer_id: str) -> str:
    shown = api("customers.get", customer_id=customer_id, expand=["payment_method"])
    return str(shown["payment_method"]["card"]["last4"])


def test_a_declined_card_is_told_where_the_person_is(api: Api, person: Person, application: str) -> None:
    page = person.open(checkout(api, success_url=application))

    page.get_by_role("link", name="decline").click()
    page.get_by_text("Is declined: generic decline.").first.wait_for()
    page.get_by_role("button", name="Pay $20.00").click()
    page.get_by_role("alert").wait_for()

    assert "Your card was declined." in page.get_by_role("alert").inner_text()
    assert person.focused() == "alert"
    assert plans_of(api, "c") == []

    page.get_by_label("Card number").fill("4242 4242 4242 4242")
    page.get_by_role("button", name="Pay $20.00").click()
    page.wait_for_url(f"{application}/")
    assert plans_of(api, "c") == [("pro", "active")]


def test_a_card_is_chosen_from_the_list(api: Api, person: Person, application: str) -> None:
    page = person.open(checkout(api, success_url=application))
    page.get_by_label("E-mail").fill("ada@example.com")

    page.get_by_text("Test cards, and what each of them does").click()
    page.get_by_role("button", name="5555 5555 5555 4444").click()
    page.get_by_text("Works: Mastercard.").first.wait_for()

    assert page.get_by_label("Card number").input_value() == "5555 5555 5555 4444"
    assert page.get_by_label("E-mail").input_value() == "ada@example.com"
    page.get_by_role("button", name="Pay $20.00").click()
    page.wait_for_url(f"{application}/")
    assert last4(api, "c") == "4444"


@pytest.mark.parametrize(("answer", "plans"), [("Complete", [("pro", "active")]), ("Fail", [])])
def test_the_bank_is_answered(
    api: Api, person: Person, application: str, answer: str, plans: list[Any]
) -> None:
    page = person.open(checkout(api, success_url=application))
    page.get_by_role("link", name="3-D Secure").click()

    page.get_by_role("button", name="Pay $20.00").click()
    page.get_by_role("heading", name="Is this you?").wait_for()
    page.get_by_role("button", name=answer).click()
    if plans:
        page.wait_for_url(f"{application}/")
    else:
        page.get_by_role("alert").wait_for()

    assert plans_of(api, "c") == plans


def test_an_open_invoice_is_paid(api: Api, person: Person) -> None:
    page = person.open(attach(api, "d", "pro")["payment_url"])

    page.get_by_role("button", name="Pay $20.00").click()
    page.get_by_text("Paid", exact=True).wait_for()

    assert plans_of(api, "d") == [("pro", "active")]
    assert not page.get_by_role("button", name="Pay").count()


def test_the_card_is_changed_on_the_portal(api: Api, person: Person) -> None:
    page = person.open(api("billing.open_customer_portal", customer_id="k")["url"])

    page.get_by_text("Change the card").click()
    page.get_by_label("Card number").fill("378282246310005")
    page.get_by_role("button", name="Save the card").click()
    page.get_by_text("The card is saved.").wait_for()

    assert last4(api, "k") == "0005"
