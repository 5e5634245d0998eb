"""`expand: ["invoice_previews"]`: the invoices that are to come."""

from typing import Any

import pytest

from tests.billing import PER_CALL, attach, catalogue, invoices, use
from tests.builders import item, plan
from tests.conftest import Api
from tests.discounts import by_reward, coming, coupon, give_coupon

JANUARY, FEBRUARY, MARCH = 1_767_225_600_000, 1_769_904_000_000, 1_772_323_200_000
HALF_AN_HOUR = 1_800_000


@pytest.fixture(autouse=True)
def plans(api: Api) -> None:
    catalogue(api)
    price = {**PER_CALL, "amount": 0.5, "billing_units": 10}
    plan(api, "metered", item("calls", 100, "month", price=price), price={"amount": 20, "interval": "month"})


def previews(api: Api, customer_id: str = "k") -> Any:
    shown = api("customers.get", customer_id=customer_id, expand=["invoice_previews"])
    return shown.get("invoice_previews")


def cancel(api: Api, plan_id: str) -> None:
    api("billing.update", customer_id="k", plan_id=plan_id, cancel_action="cancel_end_of_cycle")


def test_s69_the_next_invoice_of_a_plan(api: Api) -> None:
    assert previews(api, "c") is None
    attach(api, "k", "pro")

    assert previews(api) == [
        {
            "plan_ids": ["pro"], "invoice_at": FEBRUARY, "currency": "usd", "subtotal": 20, "total": 20,
            "line_items": [
                {
                    "display_name": "Pro", "description": "Pro - Base Price (from 01 Feb 2026 to 01 Mar 2026)",
                    "subtotal": 20, "total": 20, "discounts": [], "plan_id": "pro", "feature_id": None,
                    "period": {"start": FEBRUARY, "end": MARCH}, "quantity": 1,
                }
            ],
        }
    ]  # fmt: skip


def test_s70_a_cancelled_plan_has_only_its_use_to_come(api: Api) -> None:
    attach(api, "k", "pro")
    cancel(api, "pro")
    assert previews(api) == []

    attach(api, "k", "metered")
    use(api, "k", "calls", 125)
    cancel(api, "metered")

    [invoice] = previews(api)
    [line] = invoice["line_items"]
    assert (invoice["total"], line["total"], line["quantity"]) == (1.5, 1.5, 125)
    assert line["description"] == "Metered - 130 API calls (from 01 Jan 2026 to 01 Feb 2026)"
    assert line["period"] == {"start": JANUARY, "end": FEBRUARY - HALF_AN_HOUR}


def test_a_scheduled_downgrade_is_told_at_its_new_price(api: Api) -> None:
    attach(api, "k", "premium")
    attach(api, "k", "pro")

    [invoice] = previews(api)

    assert (invoice["plan_ids"], invoice["total"], invoice["invoice_at"]) == (["pro"], 20, FEBRUARY)


def test_what_is_told_is_what_comes(api: Api) -> None:
    attach(api, "k", "metered")
    use(api, "k", "calls", 125)
    [told] = previews(api)

    api.advance("1 month")

    [came] = api("invoices.list", customer_id="k", limit=1)["list"]
    assert (told["total"], came["total"], came["created_at"]) == (21.5, 21.5, told["invoice_at"])


def test_a_waiting_plan_is_told_by_the_subscription_that_will_bill_it_alone(api: Api) -> None:
    plan(api, "mail", item("credits", 5, "month"), group="mail", price={"amount": 15, "interval": "month"})
    attach(api, "k", "premium")
    attach(api, "k", "mail", new_billing_subscription=True)
    attach(api, "k", "pro")

    told = sorted((invoice["plan_ids"], invoice["total"]) for invoice in previews(api))
    api.advance("1 month")

    came = api("invoices.list", customer_id="k", limit=2)["list"]
    assert told == [(["mail"], 15), (["pro"], 20)]
    assert sorted(invoice["total"] for invoice in came) == [15, 20]


def test_the_use_of_a_trial_is_not_told_as_something_to_pay(api: Api) -> None:
    given = {"duration_length": 14, "duration_type": "day", "card_required": False}
    attach(api, "k", "metered", customize={"free_trial": given})
    use(api, "k", "calls", 125)
    [told] = previews(api)

    api.advance("14 days")

    [came] = api("invoices.list", customer_id="k", limit=1)["list"]
    assert (told["total"], came["total"], came["created_at"]) == (20, 20, told["invoice_at"])


@pytest.mark.parametrize("follows", [True, False], ids=["another plan follows", "cancelled"])
def test_what_is_held_is_not_told_where_the_plan_is_over_then(api: Api, *, follows: bool) -> None:
    attach(api, "k", "team")
    use(api, "k", "seats", 5)
    going_on = previews(api)
    if follows:
        attach(api, "k", "lite")
    else:
        cancel(api, "team")

    told = previews(api)
    api.advance("1 month")

    assert going_on[0]["total"] == 70
    assert [invoice["total"] for invoice in told or []] == ([12] if follows else [])
    newest = api("customers.get", customer_id="k", expand=["invoices"])["invoices"][0]
    assert newest["total"] == (12 if follows else 40)


def test_use_that_is_never_billed_is_not_told(api: Api) -> None:
    attach(api, "k", "metered")
    use(api, "k", "calls", 125)
    limits = [{"feature_id": "calls", "enabled": True, "skip_overage_billing": True}]
    api("customers.update", customer_id="k", billing_controls={"spend_limits": limits})

    [told] = previews(api)
    api.freeze(told["invoice_at"])

    assert [line["feature_id"] for line in told["line_items"]] == [None]
    assert invoices(api, "k")[0] == ("paid", told["total"])


def test_a_plan_that_waits_for_a_longer_cycle_is_told_as_it_is_charged(api: Api) -> None:
    attach(api, "k", "premium")
    plan(api, "weekly", item("credits", 10, "week"), price={"amount": 7, "interval": "week"})
    attach(api, "k", "weekly")

    [told] = previews(api)
    api.freeze(told["invoice_at"])

    assert told["plan_ids"] == ["weekly"]
    assert invoices(api, "k")[0] == ("paid", told["total"])


def test_a_phase_in_the_middle_of_a_cycle_is_told_at_its_own_instant(api: Api) -> None:
    half = JANUARY + 15 * 86_400_000
    phases = [
        {"starts_at": "now", "plans": [{"plan_id": "pro"}]},
        {"starts_at": half, "plans": [{"plan_id": "premium"}]},
    ]
    api("billing.create_schedule", customer_id="k", phases=phases)

    [told] = previews(api)
    api.freeze(told["invoice_at"])

    assert told["invoice_at"] == half
    assert invoices(api, "k")[0] == ("paid", told["total"])


def test_use_of_nothing_is_told_too(api: Api) -> None:
    price = {**PER_CALL, "amount": 0.5}
    plan(api, "only", item("calls", 100, "month", price=price))
    attach(api, "k", "only")

    [told] = previews(api)

    assert (told["invoice_at"], told["total"]) == (FEBRUARY, 0)
    assert [(line["quantity"], line["subtotal"]) for line in told["line_items"]] == [(0, 0)]


def test_what_is_told_does_not_depend_on_a_card_nor_change_anything(api: Api) -> None:
    attach(api, "k", "pro_n")
    api("customers.update", customer_id="k", name="Kay")
    before = {name: dict(table.records) for name, table in api.world.store.tables.items()}

    [told] = previews(api)

    assert (told["plan_ids"], told["total"]) == (["pro_n"], 20)
    assert {name: dict(table.records) for name, table in api.world.store.tables.items()} == before


def test_a_coupon_for_one_invoice_is_told_on_the_first_that_comes(api: Api) -> None:
    coupon(api, "once", amount=7, once=True)
    plan(api, "mail", item("credits", 5, "month"), group="mail", price={"amount": 15, "interval": "month"})
    attach(api, "k", "pro")
    attach(api, "k", "mail", new_billing_subscription=True)
    give_coupon(api, "k", "once")

    told = sorted(invoice["total"] for invoice in previews(api))
    api.advance("1 month")

    assert told == sorted(total for _, total in invoices(api, "k")[:2])


def test_what_a_discount_takes_off_each_line_to_come_adds_up(api: Api) -> None:
    coupon(api, "third", percent=33.33)
    wanted = [{"feature_id": "credits", "quantity": 300}]
    attach(api, "k", "packs", feature_quantities=wanted, **by_reward("third"))

    invoice = coming(api, "k")

    told = [
        (line["subtotal"], line["discounts"][0]["amount_off"], line["total"]) for line in invoice["line_items"]
    ]
    assert told == [(30, 10, 20), (20, 6.66, 13.34)]
    assert invoice["total"] == 33.34


def test_a_plan_that_ends_within_the_cycle_unused_is_no_invoice(api: Api) -> None:
    price = {**PER_CALL, "amount": 0.5}
    plan(api, "yearly", item("calls", 100, "month", price=price), price={"amount": 100, "interval": "year"})
    plan(api, "mail", item("credits", 5, "month"), group="mail", price={"amount": 15, "interval": "month"})
    attach(api, "k", "yearly", ends_at=JANUARY + 10 * 86_400_000)

    foreseen = api("billing.preview_attach", customer_id="k", plan_id="mail")["next_cycle"]
    attach(api, "k", "mail")

    [told] = previews(api)
    assert (told["invoice_at"], told["total"]) == (FEBRUARY, 15)
    assert (foreseen["starts_at"], foreseen["total"]) == (FEBRUARY, 15)


@pytest.mark.parametrize("last", ["pro_n", "mini"], ids=["a trial ends", "a plan begins"])
def test_what_comes_is_dated_in_whole_seconds_as_its_invoice_is(api: Api, last: str) -> None:
    api.freeze(JANUARY + 432)
    for plan_id in ("premium", "mini") if last == "mini" else (last,):
        attach(api, "k", plan_id)
        api.advance("1 second")

    [told] = previews(api)
    api.freeze(told["invoice_at"] + 1_000)

    [newest, *_] = api("invoices.list", customer_id="k", limit=1)["list"]
    assert (newest["created_at"], newest["total"]) == (told["invoice_at"], told["total"])
