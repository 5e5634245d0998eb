"""Spend limits and overage controls (usage U54 to U64)."""

import pytest

from tests.builders import customer, item, metered, plan
from tests.conftest import Api
from tests.controls import (
    Entry,
    allowed,
    balance,
    free_plan,
    given_customer,
    given_entities,
    read_controls,
    set_controls,
    set_entity_controls,
    taken,
    track,
)


def spend(limit: float, **more: object) -> Entry:
    return {"feature_id": "messages", "enabled": True, "overage_limit": limit, **more}


def overage(enabled: bool) -> Entry:
    return {"feature_id": "messages", "enabled": enabled}


def given_pay_per_use(api: Api, included: int = 100, max_purchase: int | None = None) -> None:
    """Customer ada pays 1 a message above the included ones."""
    metered(api, "messages")
    price = {"amount": 1, "billing_units": 1, "billing_method": "usage_based", "interval": "month"}
    if max_purchase is not None:
        price["max_purchase"] = max_purchase
    plan(api, "payg", item("messages", included, "month", price=price))
    customer(api, "ada", email="ada@example.com")
    api.request("POST", "/_mock/payment_methods", {"customer_id": "ada"})
    api("billing.attach", customer_id="ada", plan_id="payg")


def test_u54_overage_is_cut_at_the_spend_limit(api: Api) -> None:
    given_pay_per_use(api)
    set_controls(api, spend_limits=[spend(20)])

    tracked = track(api, 150)

    assert (tracked["balance"]["usage"], tracked["balance"]["remaining"]) == (120, 0)
    assert not allowed(api)


def test_u55_a_check_knows_the_overage_that_is_left(api: Api) -> None:
    given_pay_per_use(api)
    set_controls(api, spend_limits=[spend(20)])

    track(api, 110)

    assert allowed(api, 10)
    assert not allowed(api, 11)


def test_u56_a_disabled_spend_limit_limits_nothing(api: Api) -> None:
    given_pay_per_use(api)
    set_controls(api, spend_limits=[spend(20, enabled=False)])

    assert track(api, 150)["balance"]["usage"] == 150


def test_u57_a_spend_limit_takes_the_place_of_max_purchase(api: Api) -> None:
    given_pay_per_use(api, included=10, max_purchase=50)
    assert allowed(api, 60)
    assert not allowed(api, 61)

    set_controls(api, spend_limits=[spend(80)])
    assert taken(api, 85) == 85
    assert allowed(api, 5)
    set_controls(api, spend_limits=[spend(80, enabled=False)])

    assert not allowed(api)


def test_u57_a_lower_spend_limit_applies_too(api: Api) -> None:
    given_pay_per_use(api, included=10, max_purchase=50)

    set_controls(api, spend_limits=[spend(20)])

    assert taken(api, 85) == 30


@pytest.mark.parametrize(("percent", "used"), [(50, 150), (120, 220), (0, 100)])
def test_u58_a_percentage_is_one_of_what_the_plan_grants(api: Api, percent: int, used: int) -> None:
    given_pay_per_use(api)

    set_controls(api, spend_limits=[spend(percent, limit_type="usage_percentage")])

    assert track(api, 500)["balance"]["usage"] == used


def test_u59_a_percentage_of_nothing_limits_nothing(api: Api) -> None:
    given_pay_per_use(api, included=0)

    set_controls(api, spend_limits=[spend(50, limit_type="usage_percentage")])

    assert track(api, 500)["balance"]["usage"] == 500


def test_a_percentage_leaves_addons_and_loose_balances_out(api: Api) -> None:
    given_pay_per_use(api)
    plan(api, "boost", item("messages", 50, "month"), add_on=True)
    api("billing.attach", customer_id="ada", plan_id="boost")
    api("balances.create", customer_id="ada", feature_id="messages", included_grant=1000)

    set_controls(api, spend_limits=[spend(10, limit_type="usage_percentage")])

    assert allowed(api, 100 + 50 + 1000 + 10)
    assert not allowed(api, 100 + 50 + 1000 + 11)


def test_u60_an_entitys_spend_limit_overrides_the_customers(api: Api) -> None:
    given_pay_per_use(api)
    given_entities(api, "e1", "e2")
    set_controls(api, spend_limits=[spend(20)])
    set_entity_controls(api, "e1", spend_limits=[spend(5)])

    assert allowed(api, 105, entity_id="e1")
    assert not allowed(api, 106, entity_id="e1")
    assert allowed(api, 120, entity_id="e2")


def test_an_entry_without_a_limit_is_passed_over(api: Api) -> None:
    given_pay_per_use(api)
    given_entities(api, "e1")
    set_controls(api, spend_limits=[spend(20)])
    set_entity_controls(
        api, "e1", spend_limits=[{"feature_id": "messages", "enabled": True, "skip_overage_billing": True}]
    )

    assert not allowed(api, 121, entity_id="e1")


def test_u61_allowed_overage_needs_no_price(api: Api) -> None:
    given_customer(api, overage_allowed=[overage(True)])

    tracked = track(api, 130)["balance"]

    assert (tracked["usage"], tracked["remaining"], tracked["overage_allowed"]) == (130, 0, False)
    assert allowed(api, 1000)


def test_u62_forbidden_overage_caps_at_the_included_amount(api: Api) -> None:
    given_pay_per_use(api)
    set_controls(api, overage_allowed=[overage(False)])

    assert taken(api, 125) == 100
    assert not allowed(api)
    assert balance(api)["overage_allowed"] is True
    set_controls(api, overage_allowed=[])

    assert allowed(api, 1000)


def test_u63_a_spend_limit_caps_allowed_overage(api: Api) -> None:
    given_customer(api, overage_allowed=[overage(True)])
    track(api, 130)

    set_controls(api, spend_limits=[spend(40)])

    assert allowed(api, 10)
    assert not allowed(api, 11)
    assert taken(api, 30) == 10


def test_u64_an_entity_may_be_forbidden_what_the_customer_may(api: Api) -> None:
    given_customer(api, overage_allowed=[overage(True)])
    given_entities(api, "e1")

    set_entity_controls(api, "e1", overage_allowed=[overage(False)])

    assert allowed(api, 100, entity_id="e1")
    assert not allowed(api, 101, entity_id="e1")
    assert allowed(api, 101)


def test_a_percentage_limits_allowed_overage_too(api: Api) -> None:
    given_customer(api, 60, overage_allowed=[overage(True)])

    set_controls(api, spend_limits=[spend(50, limit_type="usage_percentage")])

    assert track(api, 200)["balance"]["usage"] == 90


def given_two_plans(api: Api, first: dict[str, list[Entry]], second: dict[str, list[Entry]]) -> None:
    free_plan(api, 100, controls=first)
    plan(api, "boost", item("messages", 50, "month"), add_on=True, billing_controls=second)
    customer(api, "ada")
    api("billing.attach", customer_id="ada", plan_id="boost")


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        pytest.param([spend(9)], [spend(30)], 9, id="lower"),
        pytest.param([spend(9, enabled=False)], [spend(30)], 30, id="enabled-first"),
        pytest.param([spend(20, limit_type="usage_percentage")], [spend(30)], 20, id="in-units"),
        pytest.param([{"feature_id": "messages", "enabled": True}], [spend(30)], 30, id="endless-last"),
    ],
)
def test_the_strictest_plans_spend_limit_counts(
    api: Api, first: list[Entry], second: list[Entry], winner: float
) -> None:
    given_two_plans(api, {"spend_limits": first}, {"spend_limits": second})

    (shown,) = read_controls(api)["spend_limits"]

    assert shown["overage_limit"] == winner


def test_a_plan_that_forbids_overage_beats_one_that_allows_it(api: Api) -> None:
    given_two_plans(api, {"overage_allowed": [overage(True)]}, {"overage_allowed": [overage(False)]})

    assert read_controls(api)["overage_allowed"] == [{**overage(False), "source": "plan"}]
    assert not allowed(api, 151)


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        pytest.param({"limit": 70, "interval": "week"}, {"limit": 11, "interval": "day"}, "week", id="rate"),
        pytest.param({"limit": 10, "interval": "day"}, {"limit": 9, "interval": "day"}, "day", id="same"),
        pytest.param(
            {"limit": 70, "interval": "week"}, {"limit": 10, "interval": "day"}, "day", id="newest-of-equals"
        ),
        pytest.param(
            {"limit": 70, "interval": "week", "anchor": "utc"},
            {"limit": 10, "interval": "day"},
            "week",
            id="utc-of-equals",
        ),
        pytest.param(
            {"limit": 1, "interval": "week", "enabled": False},
            {"limit": 10, "interval": "day"},
            "day",
            id="enabled-first",
        ),
        pytest.param({"limit": 400, "interval": "year"}, {"limit": 1, "interval": "day"}, "day", id="year"),
    ],
)
def test_the_strictest_plans_usage_limit_counts(api: Api, first: Entry, second: Entry, winner: str) -> None:
    about = {"feature_id": "messages"}
    given_two_plans(api, {"usage_limits": [about | first]}, {"usage_limits": [about | second]})

    (shown,) = read_controls(api)["usage_limits"]

    assert shown["interval"] == winner


def test_the_newest_plans_topup_and_alerts_count(api: Api) -> None:
    topup = {"feature_id": "messages", "threshold": 1, "quantity": 10}
    alert = {"feature_id": "messages", "threshold": 10, "threshold_type": "usage"}
    remaining = {"threshold": 5, "threshold_type": "remaining"}
    given_two_plans(
        api,
        {"auto_topups": [topup], "usage_alerts": [alert, {**alert, "feature_id": "api"}]},
        {"auto_topups": [{**topup, "quantity": 20}], "usage_alerts": [{**alert, "threshold": 90}, remaining]},
    )

    shown = read_controls(api)

    assert [each["quantity"] for each in shown["auto_topups"]] == [20]
    assert [(each.get("feature_id"), each["threshold"]) for each in shown["usage_alerts"]] == [
        ("messages", 90), (None, 5), ("api", 10)
    ]  # fmt: skip


def invoice_totals(api: Api) -> list[float]:
    """Totals of all invoices that are of something, newest first."""
    shown = api("customers.get", customer_id="ada", expand=["invoices"])["invoices"]
    return [each["total"] for each in shown if each["total"]]


@pytest.mark.parametrize(("enabled", "billed"), [(True, []), (False, [30])])
def test_overage_may_be_left_off_the_invoice(api: Api, enabled: bool, billed: list[float]) -> None:
    api.freeze("2026-11-25T12:00:00Z")
    given_pay_per_use(api)
    set_controls(
        api, spend_limits=[{"feature_id": "messages", "enabled": enabled, "skip_overage_billing": True}]
    )
    assert track(api, 130)["balance"]["usage"] == 130

    api.advance("1 month 1 day")

    assert invoice_totals(api) == billed
    assert balance(api)["usage"] == 0


def test_the_customers_configuration_may_leave_all_overage_off(api: Api) -> None:
    api.freeze("2026-11-25T12:00:00Z")
    given_pay_per_use(api)
    api("customers.update", customer_id="ada", config={"disable_overage_billing": True})
    track(api, 130)

    api.advance("1 month 1 day")

    assert invoice_totals(api) == []
