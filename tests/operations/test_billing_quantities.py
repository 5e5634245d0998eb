"""Quantities of running plans by the proration of their items, and updates that wait for their invoice."""

from typing import Any

import pytest

from tests.billing import PACK, attach, balance, catalogue, give_card, invoices, monthly, pay, state, use
from tests.builders import item, plan
from tests.conftest import Api


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    """Months of 30 days: half of one is left after 15."""
    catalogue(api)
    api.freeze("2026-04-01T00:00:00Z")


def sold(api: Api, **proration: str) -> None:
    """k has 300 credits in packs of 100 at 10, beside a base price of 30."""
    how = {"on_increase": "prorate_immediately", "on_decrease": "prorate_immediately"} | proration
    plan(api, "packed", item("credits", 0, "month", price=PACK, proration=how), **monthly(30))
    attach(api, "k", "packed", feature_quantities=quantity(300))
    api.advance("15 days")


def quantity(amount: int) -> list[dict[str, Any]]:
    return [{"feature_id": "credits", "quantity": amount}]


def change(api: Api, amount: int, **more: Any) -> tuple[Any, Any]:
    """The preview of another quantity, and the answer of having it."""
    body = {"customer_id": "k", "plan_id": "packed", "feature_quantities": quantity(amount)}
    return api("billing.preview_update", **body), api("billing.update", **body, **more)


@pytest.mark.parametrize(
    ("how", "waits"), [("prorate_next_cycle", 10), ("bill_next_cycle", 20)], ids=["prorated", "in full"]
)
def test_more_packs_now_are_paid_with_the_next_invoice(api: Api, how: str, waits: int) -> None:
    sold(api, on_increase=how)

    shown, answer = change(api, 500)

    assert (shown["line_items"], shown["total"]) == ([], 0)
    assert answer == {"customer_id": "k", "payment_url": None}
    assert balance(api, "k")[0] == 500
    assert shown["next_cycle"]["total"] == 80 + waits
    [coming] = api("customers.get", customer_id="k", expand=["invoice_previews"])["invoice_previews"]
    assert coming["total"] == 80 + waits
    api.advance("15 days")
    assert invoices(api, "k") == [("paid", 80 + waits), ("paid", 60)]
    api.advance("1 month")
    assert invoices(api, "k")[0] == ("paid", 80)


def test_fewer_packs_now_are_given_back_with_the_next_invoice(api: Api) -> None:
    sold(api, on_decrease="prorate_next_cycle")
    use(api, "k", "credits", 50)

    shown, answer = change(api, 100)

    assert answer == {"customer_id": "k", "payment_url": None}
    assert balance(api, "k") == (100, 50, 50)
    assert shown["next_cycle"]["total"] == 40 - 10
    api.advance("15 days")
    assert invoices(api, "k") == [("paid", 30), ("paid", 60)]


@pytest.mark.parametrize("how", ["none", "no_prorations"])
def test_fewer_packs_may_wait_themselves(api: Api, how: str) -> None:
    sold(api, on_decrease=how)

    shown, _ = change(api, 100)

    assert balance(api, "k")[0] == 300
    assert shown["total"] == 0
    api.advance("15 days")
    assert balance(api, "k")[0] == 100
    assert invoices(api, "k") == [("paid", 40), ("paid", 60)]


def test_more_and_then_fewer_packs_settle_on_one_invoice(api: Api) -> None:
    sold(api, on_increase="prorate_next_cycle", on_decrease="prorate_next_cycle")
    change(api, 500)
    api.advance("6 days")

    change(api, 300)

    api.advance("9 days")
    assert invoices(api, "k") == [("paid", 60 + 20 * 6 / 30), ("paid", 60)]


def test_a_charge_is_given_back_once_however_often_the_quantity_changes(api: Api) -> None:
    sold(api)

    totals = [change(api, amount)[1]["invoice"]["total"] for amount in (500, 300, 500, 100)]

    assert totals == [10, -10, 10, -20]


def test_an_upgrade_settles_what_waited(api: Api) -> None:
    sold(api, on_increase="prorate_next_cycle")
    change(api, 500)
    body = {"customer_id": "k", "plan_id": "scale"}

    shown = api("billing.preview_attach", **body)
    answer = api("billing.attach", **body)

    assert shown["total"] == answer["invoice"]["total"] == 10 - 15 - 25 + 40
    api.advance("15 days")
    assert invoices(api, "k")[0] == ("paid", 80)


def test_ending_at_once_settles_what_waited(api: Api) -> None:
    sold(api, on_increase="bill_next_cycle")
    change(api, 500)

    answer = api("billing.update", customer_id="k", plan_id="packed", cancel_action="cancel_immediately")

    assert answer["invoice"]["total"] == 20 - 15 - 25


def test_the_last_invoice_settles_what_waited(api: Api) -> None:
    sold(api, on_increase="prorate_next_cycle")
    change(api, 500)
    api("billing.update", customer_id="k", plan_id="packed", cancel_action="cancel_end_of_cycle")

    api.advance("2 months")

    assert invoices(api, "k") == [("paid", 10), ("paid", 60)]
    assert state(api, "k")["subscriptions"] == []


def test_packs_are_not_sold_by_the_whole_cycle_at_once(api: Api) -> None:
    whole = {"on_increase": "bill_immediately", "on_decrease": "none"}
    packs = item("credits", 0, "month", price=PACK, proration=whole)
    told = "Bill immediately is not supported for prepaid just yet"

    assert api.refused("plans.create", plan_id="whole", name="Whole", items=[packs])[2].startswith(told)
    attach(api, "k", "pro")
    assert api.refused("billing.update", customer_id="k", plan_id="pro", customize={"items": [packs]})[
        2
    ].startswith(told)


def test_what_an_update_sets_beside_is_set_when_its_invoice_is_paid(api: Api) -> None:
    sold(api)
    give_card(api, "k", "decline:card_declined")
    _, answer = change(
        api, 500, status="past_due", processor_subscription_id="sub_elsewhere",
        recalculate_balances={"enabled": True},
    )  # fmt: skip
    [before] = state(api, "k")["subscriptions"]

    pay(api, answer["payment_url"])

    [after] = state(api, "k")["subscriptions"]
    assert (before["past_due"], balance(api, "k")[0]) == (False, 500)
    assert after["past_due"]
    assert after["current_period_start"] != before["current_period_start"]
