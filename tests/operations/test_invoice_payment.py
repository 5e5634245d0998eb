"""Invoices that a card did not pay: required actions, paying and voiding them, refunds."""

from decimal import Decimal
from typing import Any

import pytest

from autumn_mock.domain.records import Charge, Invoice
from autumn_mock.operations.billing.invoice_payment import Payment, pay_invoice, void_invoice
from autumn_mock.stripe.charges import charge_of, refund
from tests.billing import attach, catalogue, give_card, invoices, pay, plans_of, preview, state
from tests.checkouts import complete
from tests.conftest import Api


@pytest.fixture(autouse=True)
def plans(api: Api) -> None:
    catalogue(api)


def newest(api: Api, customer_id: str) -> Invoice:
    shown = state(api, customer_id)["invoices"][0]
    return api.world.store.invoices.must(shown["stripe_id"])


def paid(api: Api, invoice: Invoice, **how: Any) -> Payment:
    with api.world.lock, api.world.store.transaction():
        return pay_invoice(api.world, invoice, **how)


def voided(api: Api, invoice: Invoice) -> Invoice:
    with api.world.lock, api.world.store.transaction():
        return void_invoice(api.world, invoice)


def charges(api: Api) -> list[Charge]:
    return sorted(api.world.store.charges, key=lambda charge: charge.created_at)


@pytest.mark.parametrize(
    ("outcome", "code", "reason"),
    [
        ("decline:card_declined", "payment_failed", "Your card was declined."),
        ("decline:insufficient_funds", "payment_failed", "Your card has insufficient funds."),
        ("decline:lost_card", "payment_failed", "Your card was declined."),
        ("decline:expired_card", "payment_failed", "Your card has expired."),
        ("decline:incorrect_cvc", "payment_failed", "Your card's security code is incorrect."),
        (
            "decline:processing_error", "payment_failed",
            "An error occurred while processing your card. Try again in a little bit.",
        ),
        ("requires_action", "3ds_required", "This payment needs to be authenticated with 3D Secure."),
        ("expires_in:0 days", "payment_failed", "Your card has expired."),
    ],
)  # fmt: skip
def test_l10_s76_a_card_that_does_not_pay_says_what_is_needed(
    api: Api, outcome: str, code: str, reason: str
) -> None:
    give_card(api, "c", outcome)

    reply = attach(api, "c", "pro")

    assert reply["invoice"]["status"] == "open"
    assert reply["payment_url"] == reply["invoice"]["hosted_invoice_url"]
    assert reply["required_action"] == {"code": code, "reason": reason}
    assert plans_of(api, "c") == []
    assert invoices(api, "c") == [("open", 20)]
    assert newest(api, "c").amount_paid == 0


def test_l11_s77_without_a_card_and_a_page_the_invoice_is_open(api: Api) -> None:
    reply = attach(api, "c", "pro", redirect_mode="never")

    assert reply["required_action"] == {"code": "payment_method_required", "reason": "No payment method found"}
    assert (reply["invoice"]["status"], plans_of(api, "c")) == ("open", [])
    assert charges(api) == [], "nobody was asked"


def test_l235_3d_secure_at_attach_is_completed_on_the_page_with_the_same_card(api: Api) -> None:
    give_card(api, "c", "requires_action")
    page = attach(api, "c", "pro")["payment_url"]

    pay(api, page)

    assert plans_of(api, "c") == [("pro", "active")]
    assert invoices(api, "c") == [("paid", 20)]
    shown = api("customers.get", customer_id="c", expand=["payment_method"])["payment_method"]
    assert shown["card"]["last4"] == "3184"
    assert [charge.outcome for charge in charges(api)] == ["requires_action", "succeed"]


def test_l235_a_card_that_is_set_up_once_pays_from_then_on(api: Api) -> None:
    api.request("POST", "/_mock/payment_methods", {"customer_id": "c", "card": "4000002500003155"})
    pay(api, attach(api, "c", "pro")["payment_url"])

    api.advance("1 month")

    assert plans_of(api, "c") == [("pro", "active")]
    assert invoices(api, "c") == [("paid", 20), ("paid", 20)]


def test_a_card_that_is_typed_on_a_checkout_page_is_authenticated_there(api: Api) -> None:
    page = attach(api, "c", "pro")["payment_url"]

    status, _ = complete(api, page, card="4000002760003184")

    assert status == 200
    assert invoices(api, "c") == [("paid", 20)]
    assert plans_of(api, "c") == [("pro", "active")]


def test_a_declining_card_typed_on_the_page_of_an_invoice_leaves_it_open(api: Api) -> None:
    page = attach(api, "d", "pro")["payment_url"]

    answer = complete(api, page, card="4000000000009995")

    assert api.refusal(answer) == (402, "payment_failed", "Your card has insufficient funds.")
    assert (invoices(api, "d"), plans_of(api, "d")) == ([("open", 20)], [])


def test_l235_l46_an_upgrade_waits_for_its_invoice(api: Api) -> None:
    attach(api, "k", "pro")
    give_card(api, "k", "decline:card_declined")
    page = attach(api, "k", "premium")["payment_url"]
    assert plans_of(api, "k") == [("pro", "active")]

    pay(api, page)

    assert plans_of(api, "k") == [("premium", "active")]
    assert invoices(api, "k") == [("paid", 30), ("paid", 20)]


@pytest.mark.parametrize("out_of_band", [True, False])
def test_what_waited_begins_however_the_invoice_is_paid(api: Api, out_of_band: bool) -> None:
    attach(api, "d", "pro")
    give_card(api, "d")

    payment = paid(api, newest(api, "d"), out_of_band=out_of_band)

    assert payment.outcome.paid
    assert plans_of(api, "d") == [("pro", "active")]
    found = newest(api, "d")
    assert (found.status, found.amount_paid, found.paid_out_of_band) == ("paid", 20, out_of_band)
    assert (charge_of(api.world.store, found) is None) == out_of_band


def test_an_invoice_that_its_card_still_refuses_stays_open(api: Api) -> None:
    attach(api, "d", "pro")

    payment = paid(api, newest(api, "d"))

    assert (payment.outcome.code, newest(api, "d").status) == ("payment_failed", "open")
    assert plans_of(api, "d") == []
    assert [charge.amount for charge in charges(api)] == [20, 20]


def test_a_paid_invoice_is_not_paid_twice(api: Api) -> None:
    attach(api, "k", "pro")

    payment = paid(api, newest(api, "k"))

    assert payment.outcome.paid
    assert len(charges(api)) == 1


def test_s130_what_waited_for_a_voided_invoice_never_begins(api: Api) -> None:
    page = attach(api, "d", "pro")["payment_url"]

    assert voided(api, newest(api, "d")).status == "void"

    status, code, _ = api.refusal(complete(api, page))
    assert (status, code) == (400, "invalid_request")
    assert plans_of(api, "d") == []
    assert paid(api, newest(api, "d")).outcome.paid is False


def test_s130_voiding_again_or_what_is_paid_changes_nothing(api: Api) -> None:
    attach(api, "k", "pro")
    attach(api, "d", "pro")
    gone = voided(api, newest(api, "d"))

    assert voided(api, gone) == gone
    assert voided(api, newest(api, "k")).status == "paid"


def test_a_past_due_plan_is_active_again_when_its_invoice_is_voided(api: Api) -> None:
    attach(api, "k", "pro")
    give_card(api, "k", "decline:card_declined")
    api.advance("1 month")
    assert state(api, "k")["subscriptions"][0]["past_due"]

    voided(api, newest(api, "k"))

    assert not state(api, "k")["subscriptions"][0]["past_due"]
    tried = len(charges(api))
    api.advance("20 days")
    assert len(charges(api)) == tried
    assert plans_of(api, "k") == [("pro", "active")]


def test_a_past_due_plan_is_active_again_when_its_invoice_is_paid_elsewhere(api: Api) -> None:
    attach(api, "k", "pro")
    give_card(api, "k", "decline:card_declined")
    api.advance("1 month")

    paid(api, newest(api, "k"), out_of_band=True)

    assert not state(api, "k")["subscriptions"][0]["past_due"]
    assert invoices(api, "k") == [("paid", 20), ("paid", 20)]


def test_an_upgrade_that_declined_does_not_change_what_the_next_try_costs(api: Api) -> None:
    attach(api, "k", "pro")
    give_card(api, "k", "decline:card_declined")
    attach(api, "k", "premium")
    assert preview(api, "k", "premium")["total"] == 30

    give_card(api, "k")
    reply = attach(api, "k", "premium")

    assert reply["invoice"]["total"] == 30
    assert plans_of(api, "k") == [("premium", "active")]


def test_a_charge_notes_who_was_asked_for_what(api: Api) -> None:
    attach(api, "k", "pro")

    [charge] = charges(api)
    found = newest(api, "k")
    assert charge.id.startswith("ch_")
    assert (charge.invoice, charge.customer, charge.amount) == (found.id, found.customer, 20)
    assert charge.payment_method in api.world.store.payment_methods
    assert (charge.outcome, charge.refunded, charge.created_at) == ("succeed", 0, api.world.now())


def test_l118_l245_the_last_payment_is_refunded_to_its_charge(api: Api) -> None:
    attach(api, "k", "pro")
    cancel = {"customer_id": "k", "plan_id": "pro", "cancel_action": "cancel_immediately"}
    shown = api("billing.preview_update", **cancel, refund_last_payment="full")["refund"]

    api("billing.update", **cancel, refund_last_payment="full")

    assert shown["amount"] == 20
    assert (charges(api)[0].refunded, newest(api, "k").refunded) == (20, 20)
    assert newest(api, "k").total == 20


def test_l245_an_earlier_refund_caps_it(api: Api) -> None:
    attach(api, "k", "pro")
    cancel = {"customer_id": "k", "plan_id": "pro", "cancel_action": "cancel_immediately"}
    with api.world.store.transaction():
        refund(api.world.store, charges(api)[0], Decimal(15))
    shown = api("billing.preview_update", **cancel, refund_last_payment="full")["refund"]

    api("billing.update", **cancel, refund_last_payment="full")

    assert (shown["amount"], shown["invoice"]["current_refunded_amount"]) == (5, 15)
    assert charges(api)[0].refunded == 20


def test_a_prorated_refund_is_rounded_to_cents(api: Api) -> None:
    attach(api, "k", "pro")
    api.advance("10 days")
    cancel = {"customer_id": "k", "plan_id": "pro", "cancel_action": "cancel_immediately"}
    shown = api("billing.preview_update", **cancel, refund_last_payment="prorated")["refund"]

    api("billing.update", **cancel, refund_last_payment="prorated")

    assert shown["amount"] == pytest.approx(20 * 21 / 31)
    assert charges(api)[0].refunded == Decimal("13.55")


def test_what_credit_paid_is_not_refunded_to_a_card(api: Api) -> None:
    attach(api, "k", "premium")
    api("billing.update", customer_id="k", plan_id="premium", cancel_action="cancel_immediately")
    attach(api, "k", "pro")
    cancel = {"customer_id": "k", "plan_id": "pro", "cancel_action": "cancel_immediately"}

    shown = api("billing.preview_update", **cancel, refund_last_payment="full")
    api("billing.update", **cancel, refund_last_payment="full")

    assert shown["refund"]["amount"] == 0
    assert sum(charge.refunded for charge in charges(api)) == 0


@pytest.mark.parametrize("amount", ["0", "-1", "20.01"])
def test_a_refund_of_nothing_or_too_much_is_refused(api: Api, amount: str) -> None:
    attach(api, "k", "pro")

    with pytest.raises(ValueError, match="which is of 20"), api.world.store.transaction():
        refund(api.world.store, charges(api)[0], Decimal(amount))


def test_a_charge_that_failed_has_nothing_to_refund(api: Api) -> None:
    attach(api, "d", "pro")

    assert charge_of(api.world.store, newest(api, "d")) is None
    with pytest.raises(ValueError, match="0 refunded"), api.world.store.transaction():
        refund(api.world.store, charges(api)[0], Decimal(1))


def test_an_upgrade_while_3d_secure_is_needed_can_be_completed_too(api: Api) -> None:
    attach(api, "k", "pro")
    give_card(api, "k", "requires_action")
    reply = attach(api, "k", "premium")
    assert reply["required_action"]["code"] == "3ds_required"

    pay(api, reply["payment_url"])

    assert plans_of(api, "k") == [("premium", "active")]


def test_a_quantity_change_waits_for_its_invoice_and_does_not_undo_a_recovery(api: Api) -> None:
    attach(api, "k", "packs", feature_quantities=[{"feature_id": "credits", "quantity": 200}])
    give_card(api, "k", "decline:card_declined")
    api.advance("1 month")
    give_card(api, "k")
    assert state(api, "k")["subscriptions"][0]["past_due"]

    more = [{"feature_id": "credits", "quantity": 500}]
    api("billing.update", customer_id="k", plan_id="packs", feature_quantities=more)

    assert not state(api, "k")["subscriptions"][0]["past_due"]
