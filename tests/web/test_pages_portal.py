"""The customer portal (reference: billing.open_customer_portal)."""

import pytest

from tests.billing import attach, catalogue, plans_of, state
from tests.builders import customer
from tests.conftest import Api
from tests.discounts import coupon, give_coupon
from tests.pages import Page, page_of, path_in, visit

HOME = "https://app.example/home"


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def portal(api: Api, customer_id: str = "k") -> str:
    url: str = api("billing.open_customer_portal", customer_id=customer_id, return_url=HOME)["url"]
    return url


def submit(api: Api, url: str, **typed: str) -> Page:
    """Send a form of the portal, and follow where it leads."""
    answer = api.client.post(path_in(url), data=typed)
    if answer.status_code == 303:
        return visit(api, str(answer.location))
    return page_of(answer)


def row_of(api: Api, customer_id: str = "k") -> str:
    return str(state(api, customer_id)["subscriptions"][0]["id"])


def card(**more: str) -> dict[str, str]:
    return {"do": "card", "number": "5555555555554444", "expiry": "12/30", "cvc": "123"} | more


def on_file(api: Api) -> str:
    return str(
        api("customers.get", customer_id="k", expand=["payment_method"])["payment_method"]["card"]["last4"]
    )


def test_a_portal_tells_what_a_customer_has(api: Api) -> None:
    attach(api, "k", "pro")
    attach(api, "k", "boost")

    shown = visit(api, portal(api))

    text = shown.main.text
    assert shown.heading == "Your plans and invoices"
    assert "Pro Active $20 per month · Renews on 1 February 2026" in text
    assert "Boost Bought $50 one-off" in text
    assert "The next invoice: $20.00 on 1 February 2026." in text
    assert "Visa ending in 4242" in text
    assert (
        len([each for each in shown.root.all("a") if (each.get("href") or "").startswith("/invoice/in_")]) == 2
    )
    assert shown.main.all("a", href=HOME)


def test_a_portal_of_nobody_s_plans_says_so(api: Api) -> None:
    text = visit(api, portal(api, "c")).main.text

    assert "You have no plan." in text
    assert "There is no card on file." in text
    assert "There is no invoice." in text


def test_a_plan_is_cancelled_after_a_question(api: Api) -> None:
    attach(api, "k", "pro")
    url = portal(api)

    asked = visit(api, f"{url}?cancel={row_of(api)}")
    done = submit(api, url, do="cancel", plan=row_of(api))

    assert "It ends on 1 February 2026. Nothing is charged after that." in asked.main.text
    assert asked.root.one("button", class_="danger").text == "Cancel Pro"
    assert "The plan is cancelled." in done.main.text
    assert "Pro Ending $20 per month · Ends on 1 February 2026" in done.main.text
    assert state(api, "k")["subscriptions"][0]["canceled_at"] is not None


def test_a_cancelled_plan_ends_with_its_cycle(api: Api) -> None:
    attach(api, "k", "pro")
    submit(api, portal(api), do="cancel", plan=row_of(api))

    api.advance("1 month")

    assert plans_of(api, "k") == []


def test_a_cancelled_plan_is_kept_after_all(api: Api) -> None:
    attach(api, "k", "pro")
    url = portal(api)
    submit(api, url, do="cancel", plan=row_of(api))

    done = submit(api, url, do="keep", plan=row_of(api))

    assert "The plan stays." in done.main.text
    assert state(api, "k")["subscriptions"][0]["canceled_at"] is None


def test_a_plan_of_an_entity_is_cancelled_too(api: Api) -> None:
    api("entities.create", customer_id="k", entity_id="e", name="Team E", feature_id="seats")
    attach(api, "k", "pro", entity_id="e")
    entity = api("entities.get", customer_id="k", entity_id="e")
    url = portal(api)

    assert "Team E" in visit(api, url).main.text
    assert "is cancelled" in submit(api, url, do="cancel", plan=entity["subscriptions"][0]["id"]).main.text


@pytest.mark.parametrize("row", ["cus_prod_unknown", ""])
def test_a_plan_that_is_not_there_cannot_be_cancelled(api: Api, row: str) -> None:
    attach(api, "k", "pro")

    shown = submit(api, portal(api), do="cancel", plan=row)

    assert shown.status == 404
    assert shown.alert == "This plan is no longer there. Nothing was changed."


def test_a_plan_of_another_customer_cannot_be_cancelled(api: Api) -> None:
    attach(api, "k", "pro")

    assert submit(api, portal(api, "c"), do="cancel", plan=row_of(api)).status == 404
    assert state(api, "k")["subscriptions"][0]["canceled_at"] is None


def test_the_card_is_changed(api: Api) -> None:
    shown = submit(api, portal(api), **card())

    assert "The card is saved." in shown.main.text
    assert "Mastercard ending in 4444" in shown.main.text
    assert on_file(api) == "4444"


def test_a_card_that_cannot_be_read_is_said_beside_its_field(api: Api) -> None:
    shown = submit(api, portal(api), **card(number="1", expiry="x"))

    assert shown.status == 422
    assert "not the number of a card" in shown.problem("number")
    assert "open" in shown.root.one("details", class_="fold").attributes
    assert on_file(api) == "4242"


def test_a_card_that_its_bank_refuses_is_not_kept(api: Api) -> None:
    shown = submit(api, portal(api), **card(number="4000000000000002"))

    assert shown.status == 402
    assert shown.alert == "Your card was declined. Nothing was changed."
    assert on_file(api) == "4242"


def test_a_card_that_fails_only_when_charged_is_kept(api: Api) -> None:
    submit(api, portal(api), **card(number="4000000000000341"))

    assert on_file(api) == "0341"
    assert attach(api, "k", "pro")["invoice"]["status"] == "open"


@pytest.mark.parametrize(("answer", "last4"), [("complete", "3155"), ("fail", "4242")])
def test_a_card_that_asks_its_holder_is_kept_if_the_bank_agrees(api: Api, answer: str, last4: str) -> None:
    url = portal(api)
    bank = submit(api, url, **card(number="4000002500003155"))
    assert bank.heading == "Is this you?"

    submit(api, url, **bank.fields() | {"authentication": answer})

    assert on_file(api) == last4
    assert attach(api, "k", "pro")["invoice"]["status"] == "paid"


def test_name_and_e_mail_are_changed(api: Api) -> None:
    shown = submit(api, portal(api), do="person", name="Ada <b>", email="ada@example.com")

    assert "Name and e-mail are saved." in shown.main.text
    assert shown.fields()["name"] == "Ada <b>"
    assert (state(api, "k")["name"], state(api, "k")["email"]) == ("Ada <b>", "ada@example.com")


def test_an_e_mail_that_is_none_is_said_beside_its_field(api: Api) -> None:
    shown = submit(api, portal(api), do="person", name="Ada", email="ada")

    assert shown.status == 422
    assert "as in ada@example.com" in shown.problem("email")
    assert state(api, "k")["name"] == "K"


def test_a_portal_is_over_after_an_hour(api: Api) -> None:
    url = portal(api)
    api.advance("61 minutes")

    assert visit(api, url).status == 410
    assert submit(api, url, do="person", name="X").status == 410


def test_an_unknown_portal_says_so(api: Api) -> None:
    assert visit(api, "/portal/bps_unknown").status == 404
    assert submit(api, "/portal/bps_unknown", do="person").status == 404


def test_what_is_not_asked_for_changes_nothing(api: Api) -> None:
    url = portal(api)

    assert submit(api, url, do="delete").status == 200
    assert submit(api, url, do="line\r\nline").status == 200
    assert submit(api, url).status == 200


def test_names_are_told_as_they_are(api: Api) -> None:
    customer(api, "h", name="<script>alert(1)</script>", email="h@example.com")

    shown = visit(api, portal(api, "h"))

    assert shown.fields()["name"] == "<script>alert(1)</script>"
    assert len(shown.root.all("script")) == 1


def test_a_portal_tells_the_next_invoice_with_the_customer_s_own_coupon(api: Api) -> None:
    coupon(api, "half", percent=50)
    attach(api, "k", "pro")
    give_coupon(api, "k", "half")

    text = visit(api, portal(api)).main.text

    assert "The next invoice: $10.00 on 1 February 2026." in text
