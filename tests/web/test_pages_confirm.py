"""The page on which a change is confirmed (reference: the Autumn checkout page)."""

from typing import Any

import pytest

from tests.billing import attach, catalogue, give_card, invoices, plans_of, state
from tests.conftest import Api
from tests.pages import page_of, path_in, send, sent, visit

DONE = "https://app.example/done"


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def upgrade(api: Api, plan_id: str = "premium", **more: Any) -> str:
    """The link on which customer k confirms to go from pro to another plan."""
    attach(api, "k", "pro")
    url: str = attach(api, "k", plan_id, redirect_mode="always", success_url=DONE, **more)["payment_url"]
    return url


def test_an_upgrade_tells_what_comes_goes_and_is_due(api: Api) -> None:
    shown = visit(api, upgrade(api))

    assert (shown.status, shown.heading) == (200, "Change to Premium")
    assert "New Premium begins now" in shown.main.text
    assert "Until now Pro ends now" in shown.main.text
    assert shown.rows()[-1] == ("Due today", "$30.00")
    assert "Then $50.00 on 1 February 2026." in shown.main.text
    assert "It is charged to Visa ending in 4242." in shown.main.text
    assert plans_of(api, "k") == [("pro", "active")]


def test_s82_confirming_does_it_and_leads_back(api: Api) -> None:
    url = upgrade(api)

    answer = send(api, url)

    assert (answer.status_code, answer.location) == (303, DONE)
    assert plans_of(api, "k") == [("premium", "active")]
    assert invoices(api, "k") == [("paid", 30), ("paid", 20)]


def test_a_confirmed_change_is_not_confirmed_again(api: Api) -> None:
    url = upgrade(api)
    send(api, url)

    for answer in (api.client.get(path_in(url)), api.client.post(path_in(url))):
        shown = page_of(answer)
        assert shown.status == 409
        assert "already been completed" in shown.main.text
    assert invoices(api, "k") == [("paid", 30), ("paid", 20)]


def test_a_change_is_over_after_a_day(api: Api) -> None:
    url = upgrade(api)
    api.advance("25 hours")

    assert visit(api, url).status == 410


@pytest.mark.parametrize("path", ["/c/co_unknown", "/u/co_unknown", "/co/co_unknown"])
def test_s81_an_unknown_link_says_so(api: Api, path: str) -> None:
    assert visit(api, path).status == 404


def test_a_downgrade_begins_later_and_costs_nothing_now(api: Api) -> None:
    shown = visit(api, upgrade(api, "mini"))

    assert "New Mini from 1 February 2026" in shown.main.text
    assert "There is nothing to charge today." in shown.main.text
    assert shown.root.one("button", class_="main").text == "Confirm"


def test_without_a_card_that_works_confirming_leads_on_to_a_payment(api: Api) -> None:
    url = upgrade(api)
    give_card(api, "k", "decline:card_declined")

    answer = send(api, url)

    assert answer.status_code == 303
    assert answer.location.startswith("/invoice/in_")
    waiting = visit(api, url)
    assert (waiting.status, waiting.heading) == (400, "This change waits for its payment")
    assert send(api, answer.location).status_code == 303
    assert plans_of(api, "k") == [("premium", "active")]
    assert visit(api, url).status == 409


def test_an_update_is_confirmed_on_its_own_path(api: Api) -> None:
    attach(api, "k", "packs", feature_quantities=[{"feature_id": "credits", "quantity": 300}])
    quantity = {"feature_id": "credits", "quantity": 500}
    url = api(
        "billing.update",
        customer_id="k",
        plan_id="packs",
        feature_quantities=[quantity],
        redirect_mode="always",
    )["payment_url"]

    shown = visit(api, url)

    assert "/u/co_" in url
    assert shown.heading == "Change to Packs"
    assert send(api, url).status_code == 303
    assert state(api, "k")["balances"]["credits"]["granted"] == 500


def test_a_long_lived_link_leads_to_the_page_that_is_needed(api: Api) -> None:
    url = attach(api, "c", "pro", long_lived_checkout=True, success_url=DONE)["payment_url"]

    answer = api.client.get(path_in(url))

    assert "/co/co_" in url
    assert answer.status_code == 303
    assert answer.location.startswith("/checkout/cs_test_")
    assert send(api, answer.location).location == DONE
    assert plans_of(api, "c") == [("pro", "active")]


def test_a_quantity_that_may_change_is_chosen_and_paid(api: Api) -> None:
    attach(api, "k", "pro")
    quantity = {"feature_id": "credits", "quantity": 700, "adjustable": True}
    url = attach(api, "k", "packs", redirect_mode="always", feature_quantities=[quantity])["payment_url"]

    assert visit(api, url).fields()["quantity.credits"] == "700"
    changed = visit(api, url + "?quantity.credits=300")
    unseen = sent(api, url, quantity__credits="300")
    answer = api.client.post(path_in(url), data=changed.fields())

    assert unseen.status == 409
    assert answer.status_code == 303
    assert f"${invoices(api, 'k')[0][1]:.2f}" == changed.rows()[-1][1]


def test_a_form_of_another_site_confirms_nothing(api: Api) -> None:
    url = upgrade(api)

    assert send(api, url, headers={"Origin": "https://evil.example"}).status_code == 403
    assert plans_of(api, "k") == [("pro", "active")]


def test_what_an_earlier_invoice_left_is_drawn_on(api: Api) -> None:
    attach(api, "k", "premium")
    attach(api, "k", "mini", plan_schedule="immediate")
    url = attach(api, "k", "pro", redirect_mode="always")["payment_url"]

    shown = visit(api, url)

    assert ("Credit from earlier invoices", "-$15.00") in shown.rows()
    assert shown.rows()[-1] == ("Due today", "$0.00")
    assert send(api, url).status_code == 303
    assert plans_of(api, "k") == [("pro", "active")]


def test_what_is_given_back_is_told(api: Api) -> None:
    shown = visit(api, upgrade(api, "mini", plan_schedule="immediate"))

    assert shown.rows()[-2:] == [("Left as credit for later", "$15.00"), ("Due today", "$0.00")]
