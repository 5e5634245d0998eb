"""`/_mock/payment_methods`: putting cards on file, listing them, taking them away (S90, S91)."""

from typing import Any

import pytest

from tests.billing import NOON, attach, catalogue, invoices
from tests.builders import customer
from tests.conftest import Api


@pytest.fixture(autouse=True)
def ada(api: Api) -> None:
    api.freeze(NOON)
    customer(api, "ada", name="Ada", email="ada@example.com")


def give(api: Api, **body: Any) -> tuple[int, Any]:
    return api.request("POST", "/_mock/payment_methods", {"customer_id": "ada", **body})


def given(api: Api, **body: Any) -> Any:
    status, answer = give(api, **body)
    assert status == 200, answer
    return answer


def listed(api: Api, query: str = "?customer_id=ada") -> tuple[int, Any]:
    return api.request("GET", f"/_mock/payment_methods{query}")


def shown(api: Api) -> Any:
    return api("customers.get", customer_id="ada", expand=["payment_method"]).get("payment_method")


def test_s90_the_expand_shows_the_card_and_is_absent_without_one(api: Api) -> None:
    assert shown(api) is None

    given(api)

    found = shown(api)
    assert (found["type"], found["card"]["brand"], found["card"]["last4"]) == ("card", "visa", "4242")
    assert (found["card"]["exp_month"], found["card"]["exp_year"]) == (12, 2029)
    assert found["billing_details"]["name"] == "Ada"


def test_s91_a_failing_card_replaces_the_default(api: Api) -> None:
    given(api)

    given(api, outcome="decline:card_declined")

    assert shown(api)["card"]["last4"] == "0341"


@pytest.mark.parametrize(
    ("card", "brand", "last4", "funding", "country"),
    [
        ("4000 0566 5566 5556", "visa", "5556", "debit", "US"),
        ("pm_card_mastercard_prepaid", "mastercard", "5100", "prepaid", "US"),
        ("3566002020360505", "jcb", "0505", "credit", "JP"),
        ("4000002760003184", "visa", "3184", "credit", "DE"),
    ],
)
def test_the_expand_shows_that_very_card(
    api: Api, card: str, brand: str, last4: str, funding: str, country: str
) -> None:
    given(api, card=card)

    found = shown(api)["card"]
    assert (found["brand"], found["last4"], found["funding"], found["country"]) == (
        brand,
        last4,
        funding,
        country,
    )
    assert found["networks"]["available"] == [brand]


def test_the_same_number_has_the_same_fingerprint(api: Api) -> None:
    prints = []
    for card in ("pm_card_visa", "pm_card_amex", "4242424242424242"):
        given(api, card=card)
        prints.append(shown(api)["card"]["fingerprint"])

    assert prints[0] == prints[2] != prints[1]


def test_a_card_that_expires_shows_when(api: Api) -> None:
    told = given(api, outcome="expires_in:40 days")

    assert (told["exp_month"], told["exp_year"], told["next"]) == (2, 2026, "succeed")
    assert (shown(api)["card"]["exp_month"], shown(api)["card"]["exp_year"]) == (2, 2026)

    api.advance("40 days")
    assert listed(api)[1]["list"][0]["next"] == "decline:expired_card"


def test_what_was_given_is_told(api: Api) -> None:
    told = given(api, script=["succeed x2", "decline:lost_card"])

    assert told["script"] == ["succeed", "succeed", "decline:lost_card"]
    assert (told["next"], told["charges"], told["default"]) == ("succeed", 0, True)
    assert told["id"].startswith("pm_")
    assert told["stripe_customer"] == shown(api)["customer"]


def test_cards_are_listed_newest_first_and_the_newest_pays(api: Api) -> None:
    given(api)
    api.advance("1 day")
    given(api, card="pm_card_amex")

    status, answer = listed(api)

    assert status == 200
    assert [(card["brand"], card["default"]) for card in answer["list"]] == [("amex", True), ("visa", False)]


def test_taking_the_default_card_makes_the_newest_left_pay(api: Api) -> None:
    given(api)
    gone = given(api, card="pm_card_amex")["id"]

    assert api.request("DELETE", f"/_mock/payment_methods/{gone}") == (200, {"removed": [gone]})

    assert shown(api)["card"]["brand"] == "visa"
    assert [card["default"] for card in listed(api)[1]["list"]] == [True]


@pytest.mark.parametrize("by", ["outcome", "route"])
def test_without_a_card_a_paid_plan_asks_for_a_page(api: Api, by: str) -> None:
    catalogue(api)
    cards = {given(api)["id"], given(api, card="pm_card_amex")["id"]}

    if by == "outcome":
        status, answer = give(api, outcome="none")
    else:
        status, answer = api.request("DELETE", "/_mock/payment_methods?customer_id=ada")

    assert (status, set(answer["removed"])) == (200, cards)
    assert shown(api) is None
    assert "/checkout/" in attach(api, "ada", "pro")["payment_url"]


def test_a_customer_without_cards_lists_none_and_loses_none(api: Api) -> None:
    assert listed(api) == (200, {"list": []})
    assert give(api, outcome="none") == (200, {"removed": []})


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"card": "4111111111111111"}, "card: must be a test card of the provider"),
        ({"card": ""}, "card: cannot be empty"),
        ({"card": 4242}, "card: must be a string (received number)"),
        ({"outcome": "maybe"}, "outcome: must be 'succeed', 'decline:<code>'"),
        ({"outcome": "decline:no_such_code"}, "outcome: must be 'succeed'"),
        ({"outcome": "expires_in:never"}, "outcome: must be 'succeed'"),
        ({"outcome": "none", "card": "pm_card_visa"}, "card: a card can't be given and taken at once"),
        ({"outcome": "ok", "script": ["ok"]}, "script: can't stand beside outcome"),
        ({"script": []}, "script: must be a list of 'succeed'"),
        ({"script": ["succeed x"]}, "script: must be a list of 'succeed'"),
        ({"script": "succeed"}, "script: "),
        ({"customer_id": 7}, "customer_id: must be a string (received number)"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(api: Api, body: dict[str, Any], text: str) -> None:
    status, code, message = api.refusal(give(api, **body))

    assert (status, code) == (400, "invalid_inputs")
    assert text in message
    assert listed(api) == (200, {"list": []})


def test_whom_and_what_nobody_knows_is_not_found(api: Api) -> None:
    assert api.refusal(give(api, customer_id="bob"))[:2] == (404, "customer_not_found")
    assert api.refusal(listed(api, "?customer_id=bob"))[:2] == (404, "customer_not_found")
    assert api.refusal(api.request("DELETE", "/_mock/payment_methods/pm_1"))[:2] == (
        404, "payment_method_not_found",
    )  # fmt: skip
    assert api.refusal(listed(api, ""))[:2] == (400, "invalid_inputs")
    assert api.refusal(api.request("DELETE", "/_mock/payment_methods"))[:2] == (400, "invalid_inputs")


def test_every_charge_counts_in_a_script(api: Api) -> None:
    catalogue(api)
    given(api, script=["decline:insufficient_funds", "succeed"])

    first = attach(api, "ada", "pro")
    second = attach(api, "ada", "pro")

    assert first["required_action"]["reason"] == "Your card has insufficient funds."
    assert second["invoice"]["status"] == "paid"
    assert invoices(api, "ada") == [("paid", 20), ("open", 20)]
    assert listed(api)[1]["list"][0]["charges"] == 2
