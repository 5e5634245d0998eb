"""Invoices that are issued again, refunded and overtaken: no money is given back twice."""

from typing import Any

import pytest

from tests.billing import attach, catalogue, give_card, plans_of
from tests.conftest import Api
from tests.invoices import found


@pytest.fixture(autouse=True)
def known(api: Api) -> None:
    """The customer k has a card and paid 20 for a month."""
    catalogue(api)
    attach(api, "k", "pro")


def newest(api: Api) -> Any:
    return api("invoices.list", customer_id="k")["list"][0]


def refund(api: Api, invoice: Any, **body: Any) -> tuple[int, Any]:
    return api.request("POST", f"/v1/customers/k/invoices/{invoice['stripe_id']}/refund", body)


def credit(api: Api) -> float:
    """What stands to the customer's credit."""
    shown = api("billing.preview_attach", customer_id="k", plan_id="boost")
    balance: float = shown["invoice_credits"]["balance"]
    return balance


def in_mid_cycle(api: Api) -> None:
    """Half of the 31 days of January are over."""
    api.advance("372 hours")


def cancel(api: Api, plan_id: str, **more: Any) -> Any:
    return api("billing.update", customer_id="k", plan_id=plan_id, cancel_action="cancel_immediately", **more)


def test_what_is_issued_again_is_given_back_once(api: Api) -> None:
    paid = api("invoices.reissue", invoice_id=newest(api)["id"])["invoice"]
    assert (paid["status"], credit(api)) == ("paid", 0)
    in_mid_cycle(api)

    answer = cancel(api, "pro")

    assert answer["invoice"]["total"] == -10
    assert credit(api) == 10


def test_a_charge_that_was_credited_and_not_made_again_gives_nothing_back(api: Api) -> None:
    draft = api("invoices.reissue", invoice_id=newest(api)["id"], issue_method="draft")["invoice"]
    assert (draft["status"], credit(api)) == ("draft", 20)
    in_mid_cycle(api)

    answer = cancel(api, "pro")

    assert "invoice" not in answer
    assert credit(api) == 20


def test_the_invoice_of_a_change_is_issued_again_and_gives_back_once(api: Api) -> None:
    in_mid_cycle(api)
    attach(api, "k", "premium")
    original = newest(api)

    again = api("invoices.reissue", invoice_id=original["id"])["invoice"]

    assert [each["amount"] for each in again["items"]] == [-10, 25]
    assert (again["status"], again["total"], again["amount_paid"], credit(api)) == ("paid", 15, 0, 0)
    assert cancel(api, "premium")["invoice"]["total"] == -25
    assert credit(api) == 25


def test_a_change_gives_back_what_was_issued_again(api: Api) -> None:
    """The credit of the change stands for the charge, whichever of its invoices counts."""
    in_mid_cycle(api)
    packs = [{"feature_id": "credits", "quantity": 300}]
    attach(api, "k", "packs", feature_quantities=packs)
    api("invoices.reissue", invoice_id=newest(api)["id"])

    more = [{"feature_id": "credits", "quantity": 500}]
    api("billing.update", customer_id="k", plan_id="packs", feature_quantities=more)
    fewer = api("billing.update", customer_id="k", plan_id="packs", feature_quantities=packs)

    assert fewer["invoice"]["total"] == -10


def test_an_invoice_is_issued_again_once(api: Api) -> None:
    original = newest(api)
    api("invoices.reissue", invoice_id=original["id"])

    answer = api.refused("invoices.reissue", invoice_id=original["id"])

    assert answer == (400, "invalid_request", f"Invoice {original['id']} was issued again already")


def test_what_gave_money_back_is_not_issued_again(api: Api) -> None:
    in_mid_cycle(api)
    cancel(api, "pro")

    answer = api.refused("invoices.reissue", invoice_id=newest(api)["id"])

    assert answer[:2] == (400, "invalid_request")
    assert answer[2].endswith("gave more back than it charged; it cannot be reissued")
    assert credit(api) == 10


@pytest.mark.parametrize("how", ["page", "invoices.pay"])
def test_an_unpaid_change_that_another_overtook_can_not_be_paid(api: Api, how: str) -> None:
    in_mid_cycle(api)
    give_card(api, "k", "decline:card_declined")
    waiting = attach(api, "k", "premium", redirect_mode="never")["invoice"]["stripe_id"]
    invoice_id = newest(api)["id"]
    give_card(api, "k")
    attach(api, "k", "team")

    if how == "page":
        answer = api.request("POST", "/_mock/checkouts/complete", {"url": f"/invoice/{waiting}"})
    else:
        answer = api.call(how, {"invoice_id": invoice_id})

    assert api.refusal(answer) == (
        400,
        "invalid_request",
        f"Invoice {invoice_id} can no longer be paid: what it gives back was given back since",
    )
    assert plans_of(api, "k") == [("team", "active")]
    assert found(api, invoice_id)["status"] == "open"
    assert api("invoices.void", invoice_id=invoice_id)["invoice"]["status"] == "void"


def test_a_refund_of_less_than_a_cent_is_refused(api: Api) -> None:
    answer = api.refusal(refund(api, newest(api), mode="partial", amount=0.001))

    assert answer == (400, "stripe_error", "(Stripe Error) Invalid positive integer")
    assert newest(api)["refunded_amount"] == 0


def test_a_refund_is_rounded_to_cents(api: Api) -> None:
    status, answer = refund(api, newest(api), mode="partial", amount=3.333)

    assert (status, answer["amount"], newest(api)["refunded_amount"]) == (200, 3.33, 3.33)


def test_what_a_credit_note_gave_back_is_not_refunded_again(api: Api) -> None:
    invoice = newest(api)
    api("invoices.issue_credit_note", invoice_id=invoice["id"], amount=15)

    too_much = api.refusal(refund(api, invoice, mode="partial", amount=10))
    rest = cancel(api, "pro", refund_last_payment="full")

    assert too_much[2] == "Refund amount exceeds the refundable balance of 5 USD"
    assert rest["payment_url"] is None
    assert newest(api)["refunded_amount"] == 5
    assert api.refusal(refund(api, invoice, mode="full"))[2] == "This charge has already been fully refunded"


@pytest.mark.parametrize(("asked", "credited"), [(2.505, 2.51), (0.004, None)])
def test_a_credit_is_of_whole_cents(api: Api, asked: float, credited: float | None) -> None:
    invoice = newest(api)

    status, answer = api.call("invoices.issue_credit_note", {"invoice_id": invoice["id"], "amount": asked})

    if credited is None:
        assert (status, answer["message"]) == (400, "The amount to credit must be greater than 0")
    else:
        assert (status, answer["credit_note"]["total"], credit(api)) == (200, credited, credited)


def test_an_amount_beyond_all_cents_is_charged_and_credited(api: Api) -> None:
    huge = {"amount": 10**30, "interval": "month"}
    api("plans.create", plan_id="huge", name="Huge", group="huge", price=huge)

    paid = attach(api, "k", "huge")["invoice"]
    back = api("invoices.issue_credit_note", invoice_id=newest(api)["id"], amount=10**30)["credit_note"]

    assert (paid["status"], paid["total"]) == ("paid", 1e30)
    assert back["credit_amount"] == 1e30
