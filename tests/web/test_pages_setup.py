"""The page on which a card is put on file (reference: billing.setup_payment)."""

import pytest

from tests.billing import catalogue, invoices, plans_of, state
from tests.conftest import Api
from tests.pages import send, sent, visit


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def test_a_card_is_put_on_file(api: Api) -> None:
    url = api("billing.setup_payment", customer_id="c", success_url="https://app.example/done")["url"]

    shown = visit(api, url)
    answer = send(api, url)

    assert shown.heading == "Put a card on file"
    assert "Nothing is charged now." in shown.main.text
    assert shown.root.one("button", class_="main").text == "Save the card"
    assert not shown.root.all("input", name="promotion_code")
    assert answer.location == "https://app.example/done"
    customer = api("customers.get", customer_id="c", expand=["payment_method"])
    assert customer["payment_method"]["card"]["last4"] == "4242"
    assert state(api, "c")["invoices"] == []


def test_s86_a_plan_begins_with_it(api: Api) -> None:
    url = api("billing.setup_payment", customer_id="c", plan_id="pro")["url"]

    shown = visit(api, url)
    answer = send(api, url)

    assert shown.heading == "Subscribe to Pro"
    assert shown.rows()[-1] == ("Due today", "$20.00")
    assert answer.status_code == 303
    assert (plans_of(api, "c"), invoices(api, "c")) == ([("pro", "active")], [("paid", 20)])


def test_a_number_that_is_none_is_not_put_on_file(api: Api) -> None:
    url = api("billing.setup_payment", customer_id="c")["url"]

    assert sent(api, url, number="1").status == 422
    assert "payment_method" not in api("customers.get", customer_id="c", expand=["payment_method"])
