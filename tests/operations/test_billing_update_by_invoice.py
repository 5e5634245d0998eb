"""Updates whose invoice is sent instead of charged (section 10, invoice_mode)."""

from typing import Any

import pytest

from tests.billing import (
    attach,
    balance,
    catalogue,
    invoices,
    monthly,
    pay,
    preview_update,
    quantity,
    refused_update,
    row_of,
    trial,
    update,
)
from tests.builders import item, plan
from tests.conftest import Api

SENT = {"invoice_mode": {"enabled": True}}
AT_ONCE = {"invoice_mode": {"enabled": True, "enable_plan_immediately": True}}
DRAFT = {"invoice_mode": {"enabled": True, "finalize": False}}
STAMPS = {"amount": 4, "interval": "one_off", "billing_units": 10, "billing_method": "prepaid"}


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


@pytest.fixture
def packs(api: Api) -> Api:
    attach(api, "k", "packs", feature_quantities=quantity(250))
    return api


def test_more_packs_wait_for_the_invoice(packs: Api) -> None:
    answer = update(packs, "k", "packs", feature_quantities=quantity(500), **SENT)
    before = balance(packs, "k")[0]
    pay(packs, answer["payment_url"])

    assert (answer["invoice"]["status"], answer["invoice"]["total"]) == ("open", 20)
    assert "required_action" not in answer
    assert (before, balance(packs, "k")[0]) == (300, 500)
    assert invoices(packs, "k")[0] == ("paid", 20)


@pytest.mark.parametrize(
    ("plan_id", "change", "total"),
    [
        ("packs", {"feature_quantities": quantity(500)}, 20),
        ("pro", {"customize": monthly(45)}, 25),
        ("pro", {"customize": {**monthly(45), "items": [item("credits", 500, "month")]}}, 25),
    ],
)
def test_or_they_do_not_wait(api: Api, plan_id: str, change: dict[str, Any], total: int) -> None:
    attach(api, "k", plan_id, **({"feature_quantities": quantity(250)} if plan_id == "packs" else {}))

    answer = update(api, "k", plan_id, **change, **AT_ONCE)
    granted = balance(api, "k")[0]
    began = row_of(api, "k", plan_id)["started_at"]
    pay(api, answer["payment_url"])

    assert (answer["invoice"]["status"], answer["invoice"]["total"]) == ("open", total)
    assert (balance(api, "k")[0], row_of(api, "k", plan_id)["started_at"]) == (granted, began)
    assert granted == (1000 if change == {"customize": monthly(45)} else 500)
    assert invoices(api, "k")[0] == ("paid", total)


def test_what_does_not_wait_needs_no_action(api: Api) -> None:
    plan(api, "mix", item("calls", price=STAMPS), **monthly(3), **trial(7, card_required=False))
    attach(api, "c", "mix")

    waits = update(api, "c", "mix", feature_quantities=quantity(20, "calls"), **SENT)
    before = balance(api, "c", "calls")[0]
    answer = update(api, "c", "mix", feature_quantities=quantity(20, "calls"), **AT_ONCE)

    assert waits["required_action"]["code"] == "payment_method_required"
    assert answer["invoice"]["total"] == 8
    assert "required_action" not in answer
    assert (before, balance(api, "c", "calls")[0]) == (0, 20)


def test_a_draft_has_no_page(packs: Api) -> None:
    answer = update(packs, "k", "packs", feature_quantities=quantity(500), **DRAFT)

    assert (answer["invoice"]["status"], answer["payment_url"]) == ("draft", None)
    assert balance(packs, "k")[0] == 300


@pytest.mark.parametrize("units", [250, 300])
def test_without_anything_to_charge_there_is_no_invoice_to_send(packs: Api, units: int) -> None:
    refusal = refused_update(packs, "k", "packs", feature_quantities=quantity(units), **SENT)

    assert refusal == (
        400,
        "invalid_request",
        "Cannot create an invoice for this subscription update because there are no billing changes.",
    )


def test_what_is_asked_beside_waits_too(packs: Api) -> None:
    update(packs, "k", "packs", cancel_action="cancel_end_of_cycle")

    answer = update(
        packs,
        "k",
        "packs",
        feature_quantities=quantity(500),
        cancel_action="uncancel",
        status="past_due",
        **SENT,
    )
    waiting = row_of(packs, "k", "packs")
    pay(packs, answer["payment_url"])

    assert (waiting["past_due"], waiting["canceled_at"] is None) == (False, False)
    assert row_of(packs, "k", "packs")["canceled_at"] is None


def test_a_refund_is_a_change_at_the_provider(api: Api) -> None:
    attach(api, "k", "pro")
    how = {
        "cancel_action": "cancel_immediately",
        "refund_last_payment": "full",
        "no_billing_changes": True,
    }

    shown = preview_update(api, "k", "pro", **how)
    update(api, "k", "pro", **how)

    assert "refund" not in shown
    assert [charge.refunded for charge in api.world.store.charges] == [0]


def test_balances_are_evened_out_with_other_quantities_alone(packs: Api) -> None:
    packs("balances.create", customer_id="k", feature_id="credits", included_grant=40)
    controls = {"overage_allowed": [{"feature_id": "credits", "enabled": True}]}
    packs("customers.update", customer_id="k", billing_controls=controls)
    packs("balances.update", customer_id="k", feature_id="credits", remaining=-20)
    before = [row.balance for row in packs.world.store.balances]

    update(packs, "k", "packs", recalculate_balances={"enabled": True})

    assert [row.balance for row in packs.world.store.balances] == before
