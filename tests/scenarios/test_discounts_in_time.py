"""Discounts as time passes: renewals, ends of trials, changes in mid-cycle, credits (reference: coupons
over time)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from tests.billing import PER_CALL, attach, catalogue, give_card, invoices, lines, monthly, preview, trial, use
from tests.builders import customer, item, plan
from tests.conftest import Api
from tests.discounts import at_work, by_reward, coming, coupon, credits, give_coupon, names_at_work


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def totals(api: Api, customer_id: str = "k") -> list[float]:
    """What was invoiced, oldest first."""
    return [total for _, total in invoices(api, customer_id)][::-1]


def month_by_month(api: Api, months: int) -> None:
    for _ in range(months):
        told = coming(api, "k")["total"]
        api.advance("1 month")
        assert totals(api)[-1] == told


def test_s139_two_months_are_two_invoices(api: Api) -> None:
    coupon(api, "two", percent=25, months=2)

    attach(api, "k", "pro", **by_reward("two"))
    told = coming(api, "k")
    month_by_month(api, 2)

    assert totals(api) == [15, 15, 20]
    assert (told["subtotal"], told["total"]) == (20, 15)
    assert told["line_items"][0]["discounts"] == [
        {"amount_off": 5, "percent_off": 25, "reward_id": "two", "reward_name": "Two"}
    ]
    assert told["line_items"][0]["description"] == "Pro - Base Price (from 01 Feb 2026 to 01 Mar 2026)"
    assert coming(api, "k")["line_items"][0]["discounts"] == []
    assert at_work(api, "k") == []


def test_s140_a_coupon_for_one_invoice_is_used_up_by_the_first(api: Api) -> None:
    coupon(api, "once", amount=6, once=True)

    attach(api, "k", "pro", **by_reward("once"))

    assert coming(api, "k")["total"] == 20
    assert at_work(api, "k") == []
    month_by_month(api, 1)
    assert totals(api) == [14, 20]


def test_s143_the_customers_own_discount_goes_on_forever(api: Api) -> None:
    coupon(api, "ten", percent=10)
    give_coupon(api, "k", "ten")
    plan(api, "gold", **monthly(49))

    attach(api, "k", "gold")
    month_by_month(api, 3)

    assert totals(api) == [44.1] * 4
    assert names_at_work(api, "k") == ["ten"]


def test_the_customers_own_discount_for_one_invoice(api: Api) -> None:
    coupon(api, "once", percent=50, once=True)
    give_coupon(api, "k", "once")

    attach(api, "k", "boost")
    attach(api, "k", "pro")

    assert totals(api) == [25, 20]
    assert at_work(api, "k") == []


def test_the_customers_own_discount_ends_with_its_months(api: Api) -> None:
    coupon(api, "two", percent=50, months=2)
    attach(api, "k", "pro")
    api.freeze("2026-01-15T00:00:00Z")
    give_coupon(api, "k", "two")

    month_by_month(api, 3)

    assert totals(api) == [20, 10, 10, 20]


def test_the_discount_of_a_subscription_stands_in_place_of_the_customers(api: Api) -> None:
    coupon(api, "half", percent=50, months=1)
    coupon(api, "ten", percent=10)
    attach(api, "k", "pro", **by_reward("half"))
    api.freeze("2026-01-15T00:00:00Z")
    give_coupon(api, "k", "ten")

    assert attach(api, "k", "extra", new_billing_subscription=True)["invoice"]["total"] == 7.2
    assert attach(api, "k", "premium")["invoice"]["total"] == 8.23
    api.freeze("2026-02-01T00:00:00Z")

    assert totals(api) == [10, 7.2, 8.23, 45]


def test_a_coupon_for_one_of_two_plans_on_one_subscription(api: Api) -> None:
    coupon(api, "extras", percent=50, plan_ids=["extra"])

    attach(api, "k", "pro")
    attach(api, "k", "extra", **by_reward("extras"))
    told = coming(api, "k")
    month_by_month(api, 1)

    assert totals(api) == [20, 4, 24]
    assert [(line["plan_id"], line["subtotal"], line["total"]) for line in told["line_items"]] == [
        ("pro", 20, 20),
        ("extra", 8, 4),
    ]


def test_a_trial_leaves_a_coupon_for_its_first_payment(api: Api) -> None:
    coupon(api, "once", percent=50, once=True)

    shown = preview(api, "k", "pro_t", **by_reward("once"))
    attach(api, "k", "pro_t", **by_reward("once"))
    named = names_at_work(api, "k")
    told = coming(api, "k")["total"]
    api.advance("14 days")
    api.advance("1 month")

    assert shown["next_cycle"]["total"] == told == 10
    assert named == ["once"]
    assert totals(api) == [0, 10, 20]


def test_months_are_counted_from_the_start_of_a_trial(api: Api) -> None:
    plan(api, "slow", **monthly(20), **trial(1, "month"))
    coupon(api, "one", percent=50, months=1)

    attach(api, "k", "slow", **by_reward("one"))
    told = coming(api, "k")["total"]
    api.advance("1 month")

    assert (told, totals(api)) == (20, [0, 20])


def test_an_upgrade_in_mid_cycle_is_charged_and_given_back_at_what_was_paid(api: Api) -> None:
    coupon(api, "quarter", percent=25, months=2)
    attach(api, "k", "pro", **by_reward("quarter"))
    api.freeze("2026-01-16T12:00:00Z")

    attach(api, "k", "premium")
    api.freeze("2026-02-15T00:00:00Z")
    shown = preview(api, "k", "lite", plan_schedule="immediate")
    attach(api, "k", "lite", plan_schedule="immediate")
    api.advance("1 month")

    assert lines(shown) == [
        ("Unused 1 × Premium (at $50.00 / month) [inc. discount]", -18.75),
        ("Lite - Base Price (from 15 Feb 2026 to 01 Mar 2026) [inc. discount]", 4.5),
    ]
    assert totals(api) == [15, 11.25, 37.5, -14.25, 12]


def test_cancelling_gives_back_what_was_paid(api: Api) -> None:
    coupon(api, "half", percent=50)
    attach(api, "k", "pro", **by_reward("half"))
    api.freeze("2026-01-16T12:00:00Z")

    api("billing.update", customer_id="k", plan_id="pro", cancel_action="cancel_immediately")

    assert totals(api) == [10, -5]
    assert at_work(api, "k") == []


def test_what_was_used_is_lowered_with_the_renewal(api: Api) -> None:
    coupon(api, "half", percent=50)
    attach(api, "k", "basic", **by_reward("half"))

    use(api, "k", "calls", 130)
    told = coming(api, "k")
    month_by_month(api, 1)

    assert [(line["subtotal"], line["total"]) for line in told["line_items"]] == [(20, 10), (15, 7.5)]
    assert totals(api) == [10, 17.5]


def test_what_was_used_of_a_plan_that_ends_is_lowered(api: Api) -> None:
    coupon(api, "half", percent=50)
    attach(api, "k", "basic", **by_reward("half"))
    use(api, "k", "calls", 130)
    api.freeze("2026-01-16T12:00:00Z")

    shown = preview(api, "k", "scale")
    answer = attach(api, "k", "scale")

    assert [line["total"] for line in shown["line_items"]] == [-5, 7.5, 20]
    assert answer["invoice"]["total"] == shown["total"] == 22.5


def test_a_renewal_that_cannot_be_paid_is_lowered_too(api: Api) -> None:
    coupon(api, "half", percent=50)
    attach(api, "k", "pro", **by_reward("half"))
    give_card(api, "k", "decline:card_declined")

    api.advance("1 month")

    assert invoices(api, "k")[0] == ("open", 10)


@pytest.mark.parametrize(("rolls_over", "expected"), [(True, [0, 5, 20]), (False, [0, 20, 20])])
def test_credits_are_drawn_on_until_nothing_is_left(api: Api, rolls_over: bool, expected: list[float]) -> None:
    credits(api, "welcome", 35, rolls_over=rolls_over)
    give_coupon(api, "k", "welcome")

    attach(api, "k", "pro")
    shown = at_work(api, "k")
    month_by_month(api, 2)

    assert [(each["id"], each["discount_value"]) for each in shown] == ([("welcome", 15)] if rolls_over else [])
    assert totals(api) == expected
    assert at_work(api, "k") == []


def test_credits_are_drawn_on_once_beside_a_discount_that_is_given(api: Api) -> None:
    credits(api, "welcome", 35)
    give_coupon(api, "k", "welcome")
    coupon(api, "half", percent=50)

    attach(api, "k", "pro", **by_reward("half"))
    month_by_month(api, 2)

    assert totals(api) == [0, 2.5, 10]
    assert names_at_work(api, "k") == ["half"]


def test_an_amount_beyond_the_invoice_is_lost(api: Api) -> None:
    coupon(api, "much", amount=35)

    attach(api, "k", "pro", **by_reward("much"))
    month_by_month(api, 1)

    assert totals(api) == [0, 0]


def test_plans_of_entities_on_one_subscription(api: Api) -> None:
    coupon(api, "ten", amount=10)
    for entity_id in ("a", "b"):
        api("entities.create", customer_id="k", entity_id=entity_id, feature_id="seats", name=entity_id)
    attach(api, "k", "pro", entity_id="a", **by_reward("ten"))
    attach(api, "k", "pro", entity_id="b")

    month_by_month(api, 1)

    assert totals(api) == [10, 10, 30]


def test_an_auto_topup_is_lowered_by_the_customers_own_discount(api: Api) -> None:
    pack = {"amount": 10, "interval": "one_off", "billing_units": 100, "billing_method": "prepaid"}
    plan(api, "pots", item("credits", 0, price=pack), add_on=True)
    coupon(api, "half", percent=50)
    give_coupon(api, "k", "half")
    attach(api, "k", "pots", feature_quantities=[{"feature_id": "credits", "quantity": 100}])
    entry = {"feature_id": "credits", "enabled": True, "threshold": 20, "quantity": 200}
    api("customers.update", customer_id="k", billing_controls={"auto_topups": [entry]})

    use(api, "k", "credits", 90)
    api.advance("1 hour")

    assert totals(api) == [5, 10]


def test_a_schedule_goes_on_with_its_discount(api: Api) -> None:
    coupon(api, "half", percent=50, months=2)
    phases: list[dict[str, Any]] = [
        {"starts_at": "now", "plans": [{"plan_id": "pro"}]},
        {"starting_after": {"duration_type": "month", "duration_count": 1}, "plans": [{"plan_id": "premium"}]},
    ]

    api("billing.create_schedule", customer_id="k", phases=phases, **by_reward("half"))
    api.advance("1 month")
    api.advance("1 month")

    assert totals(api) == [10, 25, 50]


def test_a_schedule_in_place_of_another_brings_its_discount(api: Api) -> None:
    coupon(api, "half", percent=50, once=True)
    customer(api, "o", create_in_stripe=True)
    give_card(api, "o")
    tomorrow = 1767225600000 + 86_400_000
    attach(api, "o", "mini", starts_at=tomorrow)

    phases = [{"starts_at": tomorrow, "plans": [{"plan_id": "pro"}]}]
    api("billing.create_schedule", customer_id="o", phases=phases, **by_reward("half"))
    api.advance("1 day")
    api.advance("1 month")

    assert totals(api, "o") == [10, 20]


def test_a_yearly_plan_with_a_monthly_price(api: Api) -> None:
    monthly_calls = {**PER_CALL, "amount": 1}
    plan(api, "year", item("calls", 0, "month", price=monthly_calls), price={"amount": 120, "interval": "year"})
    coupon(api, "quarter", percent=25, months=2)

    attach(api, "k", "year", **by_reward("quarter"))
    for _ in range(3):
        use(api, "k", "calls", 8)
        api.advance("1 month")

    assert totals(api) == [90, 6, 8, 8]


prices = st.lists(st.integers(50, 30_000).map(lambda cents: cents / 100), min_size=1, max_size=3)
share = st.integers(1, 1_000).map(lambda tenths: {"percent": tenths / 10})
sum_off = st.integers(1, 20_000).map(lambda cents: {"amount": cents / 100})
lasting = st.sampled_from([{}, {"once": True}, {"months": 1}, {"months": 2}])
limited = st.sampled_from([{}, {"plan_ids": ["p0"]}])
coupons = st.lists(st.tuples(share | sum_off, lasting, limited), max_size=3)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(amounts=prices, facts=coupons, own=st.booleans())
def test_what_is_told_before_is_what_is_charged(
    amounts: list[float], facts: list[tuple[dict[str, Any], ...]], own: bool
) -> None:
    with Emulator(Settings(profile="server", id_seed=7, invariants=True)) as emulator:
        buyer = Api(emulator)
        buyer.freeze("2026-01-01T00:00:00Z")
        customer(buyer, "k")
        give_card(buyer, "k")
        plan_ids = [f"p{index}" for index in range(len(amounts))]
        for plan_id, amount in zip(plan_ids, amounts, strict=True):
            plan(buyer, plan_id, add_on=True, **monthly(amount))
        names = [f"c{index}" for index in range(len(facts))]
        for name, (value, duration, limit) in zip(names, facts, strict=True):
            coupon(buyer, name, **value, **duration, **limit)
        if own:
            coupon(buyer, "own", percent=7)
            give_coupon(buyer, "k", "own")
        body = {"customer_id": "k", "plans": [{"plan_id": plan_id} for plan_id in plan_ids]}

        shown = buyer("billing.preview_multi_attach", **body, **by_reward(*names))
        answer = buyer("billing.multi_attach", **body, **by_reward(*names))
        month_by_month(buyer, 3)

        assert answer["invoice"]["total"] == shown["total"] >= 0
        assert answer["invoice"]["total"] <= shown["subtotal"]
