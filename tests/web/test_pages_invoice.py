"""The page of an invoice (reference: invoices, hosted_invoice_url)."""

import pytest

from tests.billing import attach, catalogue, invoices, plans_of, state
from tests.builders import customer
from tests.conftest import Api
from tests.pages import page_of, path_in, send, sent, visit


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def open_invoice(api: Api) -> str:
    """The page of an invoice that a declining card left open; a plan waits for it."""
    url: str = attach(api, "d", "pro")["payment_url"]
    return url


def page_behind(api: Api, customer_id: str) -> str:
    """The page that the link of the newest invoice leads to."""
    link = state(api, customer_id)["invoices"][0]["hosted_invoice_url"]
    answer = api.client.get(path_in(link))
    assert answer.status_code == 302
    return str(answer.location)


def test_an_open_invoice_tells_what_is_due(api: Api) -> None:
    shown = visit(api, open_invoice(api))

    assert shown.status == 200
    assert shown.heading.startswith("Invoice ")
    assert shown.heading.endswith("-0001 Open")
    assert shown.rows()[-1] == ("Due", "$20.00")
    assert "Issued 1 January 2026 For D" in shown.main.text
    assert shown.root.one("button", class_="main").text == "Pay $20.00"


def test_paying_it_begins_what_waited_for_it(api: Api) -> None:
    url = open_invoice(api)

    answer = send(api, url)

    assert (answer.status_code, answer.location) == (303, path_in(url))
    assert (invoices(api, "d"), plans_of(api, "d")) == ([("paid", 20)], [("pro", "active")])
    assert visit(api, url).heading.endswith("Paid")


def test_the_link_of_an_invoice_leads_to_its_page(api: Api) -> None:
    attach(api, "k", "packs", feature_quantities=[{"feature_id": "credits", "quantity": 300}])

    shown = visit(api, page_behind(api, "k"))

    assert shown.heading.endswith("Paid")
    assert [amount for _, amount in shown.rows()] == ["$30.00", "$20.00", "$50.00"]
    assert not shown.root.all("form")


def test_a_paid_invoice_is_not_paid_again(api: Api) -> None:
    attach(api, "k", "pro")

    shown = page_of(api.client.post(path_in(page_behind(api, "k"))))

    assert shown.status == 409
    assert invoices(api, "k") == [("paid", 20)]


def test_an_invoice_of_nothing_has_no_lines(api: Api) -> None:
    attach(api, "k", "pro_t")

    shown = visit(api, page_behind(api, "k"))

    assert "There is nothing to charge." in shown.main.text


def test_a_card_that_cannot_be_read_pays_nothing(api: Api) -> None:
    url = open_invoice(api)

    shown = sent(api, url, number="12", cvc="")

    assert shown.status == 422
    assert "not the number of a card" in shown.problem("number")
    assert invoices(api, "d") == [("open", 20)]


def test_an_unknown_invoice_has_no_page(api: Api) -> None:
    assert visit(api, "/invoice/in_unknown").status == 404


def test_a_draft_has_no_page(api: Api) -> None:
    reply = attach(api, "k", "pro", invoice_mode={"enabled": True, "finalize": False})

    assert visit(api, f"/invoice/{reply['invoice']['stripe_id']}").status == 404


def test_an_invoice_that_is_sent_waits_on_its_page(api: Api) -> None:
    customer(api, "s", name="<i>S</i>", email="s@example.com")
    reply = attach(api, "s", "pro", invoice_mode={"enabled": True})

    shown = visit(api, reply["payment_url"])

    assert "For <i>S</i>" in shown.main.text
    assert send(api, reply["payment_url"]).status_code == 303
    assert plans_of(api, "s") == [("pro", "active")]
