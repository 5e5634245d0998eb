"""Test cards on pages: what each does, and the step at the bank."""

import pytest

from autumn_mock.domain.payments.cards import TEST_CARDS
from tests.billing import attach, catalogue, give_card, invoices, plans_of, state
from tests.conftest import Api
from tests.pages import page_of, path_in, send, sent, visit

DECLINE, ASKS, ASKS_ONCE, WORKS = "4000000000000002", "4000002760003184", "4000002500003155", "4242424242424242"


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def checkout(api: Api, plan_id: str = "pro") -> str:
    url: str = attach(api, "c", plan_id)["payment_url"]
    return url


def card_on_file(api: Api, customer_id: str = "c") -> str | None:
    shown = api("customers.get", customer_id=customer_id, expand=["payment_method"]).get("payment_method")
    return shown and str(shown["card"]["last4"])


def test_a_page_offers_every_test_card_and_says_what_it_does(api: Api) -> None:
    shown = visit(api, checkout(api))

    offered = [each["value"].replace(" ", "") for each in shown.root.all("button", name="card")]
    assert sorted(offered) == sorted(card.number for card in TEST_CARDS)
    assert [each.text for each in shown.root.all("h3")] == [
        "These work",
        "These ask for 3-D Secure",
        "These are declined",
    ]
    assert "Is declined: insufficient funds." in shown.main.text


@pytest.mark.parametrize(
    ("word", "number", "effect"),
    [
        ("works", "4242 4242 4242 4242", "Works: Visa."),
        ("3-D Secure", "4000 0025 0000 3155", "Asks for 3-D Secure the first time."),
        ("decline", "4000 0000 0000 0002", "Is declined: generic decline."),
    ],
)
def test_the_banner_fills_a_card_in(api: Api, word: str, number: str, effect: str) -> None:
    url = checkout(api)
    link = next(each for each in visit(api, url).root.one("aside").all("a") if each.text == word)

    shown = visit(api, url + link["href"])

    assert shown.root.one("input", name="number")["value"] == number
    assert effect in shown.problem("number")


def test_choosing_a_card_keeps_what_was_typed(api: Api) -> None:
    shown = visit(api, checkout(api) + f"?email=ada%40example.com&number=1&card={DECLINE}")

    assert shown.fields()["email"] == "ada@example.com"
    assert shown.fields()["number"] == "4000 0000 0000 0002"


def test_a_declined_card_is_told_at_the_top_and_changes_nothing(api: Api) -> None:
    url = checkout(api)

    shown = sent(api, url, number=DECLINE, email="ada@example.com")

    assert shown.status == 402
    assert shown.alert == "Your card was declined. Nothing was charged. Try another card."
    assert "autofocus" in shown.root.one(role="alert").attributes
    assert shown.fields()["email"] == "ada@example.com"
    assert (plans_of(api, "c"), invoices(api, "c"), card_on_file(api)) == ([], [], None)
    assert visit(api, url).alert == shown.alert  # it is still told when the page is loaded anew


def test_after_a_decline_another_card_pays(api: Api) -> None:
    url = checkout(api)
    sent(api, url, number=DECLINE)

    assert send(api, url, number="5555 5555 5555 4444").status_code == 303
    assert (plans_of(api, "c"), card_on_file(api)) == ([("pro", "active")], "4444")


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("4000000000009995", "Your card has insufficient funds."),
        ("4000000000000069", "Your card has expired."),
        ("4000000000000127", "Your card's security code is incorrect."),
    ],
)
def test_a_page_tells_why_a_card_was_declined(api: Api, number: str, reason: str) -> None:
    assert reason in (sent(api, checkout(api), number=number).alert or "")


@pytest.mark.parametrize("number", [ASKS, ASKS_ONCE])
def test_a_card_that_asks_its_holder_leads_to_the_bank_first(api: Api, number: str) -> None:
    url = checkout(api)

    bank = sent(api, url, number=number, email="ada@example.com")

    assert (bank.status, bank.heading) == (200, "Is this you?")
    assert "a payment of $20.00 to" in bank.main.text
    assert [each.text for each in bank.root.all("button")] == ["Fail", "Complete"]
    assert plans_of(api, "c") == []
    assert (bank.fields()["email"], bank.fields()["number"]) == ("ada@example.com", number)


@pytest.mark.parametrize("number", [ASKS, ASKS_ONCE])
def test_completing_at_the_bank_pays(api: Api, number: str) -> None:
    url = checkout(api)
    bank = sent(api, url, number=number)

    answer = api.client.post(path_in(url), data=bank.fields() | {"authentication": "complete"})

    assert answer.status_code == 303
    assert (plans_of(api, "c"), invoices(api, "c")) == ([("pro", "active")], [("paid", 20)])


def test_failing_at_the_bank_changes_nothing(api: Api) -> None:
    url = checkout(api)
    bank = sent(api, url, number=ASKS)

    shown = page_of(api.client.post(path_in(url), data=bank.fields() | {"authentication": "fail"}))

    assert shown.status == 402
    assert "was not confirmed at the bank" in (shown.alert or "")
    assert plans_of(api, "c") == []


def test_a_card_that_asks_nobody_ignores_an_answer(api: Api) -> None:
    assert send(api, checkout(api), authentication="fail").status_code == 303


def test_only_test_cards_are_taken(api: Api) -> None:
    shown = sent(api, checkout(api), number="4111 1111 1111 1111")

    assert shown.status == 422
    assert "Only test cards are taken here." in shown.problem("number")


@pytest.mark.parametrize(("save", "kept"), [({}, None), ({"save": "on"}, "4242")])
def test_one_payment_keeps_the_card_if_its_holder_says_so(
    api: Api, save: dict[str, str], kept: str | None
) -> None:
    assert send(api, checkout(api, "boost"), **save).status_code == 303
    assert card_on_file(api) == kept


def test_an_invoice_is_paid_with_another_card(api: Api) -> None:
    url = attach(api, "d", "pro")["payment_url"]

    refused = sent(api, url, number=DECLINE)
    bank = sent(api, url, number=ASKS)
    paid = api.client.post(path_in(url), data=bank.fields() | {"authentication": "complete"})

    assert (refused.status, refused.alert) == (
        402,
        "Your card was declined. Nothing was charged. Try another card.",
    )
    assert paid.status_code == 303
    assert (invoices(api, "d"), plans_of(api, "d")) == ([("paid", 20)], [("pro", "active")])


def test_a_renewal_that_could_not_be_charged_is_paid_on_its_page(api: Api) -> None:
    attach(api, "k", "pro")
    give_card(api, "k", "decline:card_declined")
    api.advance("32 days")
    assert past_due(api)
    link = state(api, "k")["invoices"][0]["hosted_invoice_url"]
    url = str(api.client.get(path_in(link)).location)

    assert send(api, url).status_code == 303
    assert not past_due(api)
    assert invoices(api, "k") == [("paid", 20), ("paid", 20)]


def past_due(api: Api) -> bool:
    return bool(state(api, "k")["subscriptions"][0]["past_due"])
