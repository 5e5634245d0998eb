"""Changes from one plan to another: what is carried, what is charged, what waits (billing L223 …)."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.billing import (
    PACK,
    PER_CALL,
    attach,
    balance,
    catalogue,
    invoices,
    lines,
    monthly,
    pay,
    plans_of,
    preview,
    state,
    use,
)
from tests.builders import item, plan
from tests.conftest import Api

JAN_16 = from_iso("2026-01-16T00:00:00Z")
FEB_1 = from_iso("2026-02-01T00:00:00Z")
FEB_10 = from_iso("2026-02-10T00:00:00Z")
DIME = {**PER_CALL, "amount": 0.1}


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)
    plan(api, "dimes", item("calls", 1000, "month", price=DIME), **monthly(20))
    plan(api, "more_dimes", item("calls", 5000, "month", price=DIME), **monthly(50))
    plan(api, "fewer_dimes", item("calls", 100, "month", price=DIME), **monthly(10))


def packs_plan(
    api: Api, plan_id: str, base: float, *, included: int = 0, units: int = 100, amount: float = 10
) -> None:
    price = {**PACK, "billing_units": units, "amount": amount}
    plan(api, plan_id, item("credits", included, "month", price=price), **monthly(base))


def quantity(of: float) -> dict[str, Any]:
    return {"feature_quantities": [{"feature_id": "credits", "quantity": of}]}


def scheduled(api: Api, customer_id: str) -> list[str]:
    return [plan_id for plan_id, status in plans_of(api, customer_id) if status == "scheduled"]


def active(api: Api, customer_id: str) -> list[str]:
    return [plan_id for plan_id, status in plans_of(api, customer_id) if status == "active"]


def totals(api: Api, customer_id: str) -> list[Any]:
    return [total for _, total in invoices(api, customer_id)]


def granted(api: Api, customer_id: str, feature_id: str = "credits") -> list[tuple[Any, Any, Any]]:
    """Plan, what it includes and what was bought, of each part of a balance."""
    shown = api("balances.check", customer_id=customer_id, feature_id=feature_id)["balance"]
    return [(each["plan_id"], each["included_grant"], each["prepaid_grant"]) for each in shown["breakdown"]]


@pytest.mark.parametrize("day", ["2026-01-01T00:00:00Z", "2026-01-15T00:00:00Z", "2026-01-30T09:00:00Z"])
def test_l223_use_beyond_the_grant_is_billed_in_full_on_any_day(api: Api, day: str) -> None:
    attach(api, "k", "dimes")
    use(api, "k", "calls", 1050)
    api.freeze(day)

    shown = preview(api, "k", "more_dimes")
    answer = attach(api, "k", "more_dimes")

    assert [total for words, total in lines(shown) if "1,050 API calls" in words] == [5]
    assert answer["invoice"]["total"] == shown["total"]
    assert balance(api, "k", "calls") == (5000, 5000, 0)


def test_l224_an_upgrade_keeps_the_boundary_and_starts_unused(api: Api) -> None:
    attach(api, "k", "pro")
    use(api, "k", "credits", 400)
    api.freeze(JAN_16)

    attach(api, "k", "premium")

    shown = state(api, "k")["balances"]["credits"]
    assert (shown["usage"], shown["next_reset_at"]) == (0, FEB_1)
    api.freeze(FEB_1)
    assert totals(api, "k")[0] == 50


def test_l225_from_free_to_paid_the_cycle_begins_then(api: Api) -> None:
    attach(api, "k", "starter")
    api.freeze("2026-01-10T00:00:00Z")

    answer = attach(api, "k", "pro")

    [row] = state(api, "k")["subscriptions"]
    assert answer["invoice"]["total"] == 20
    assert row["current_period_end"] == FEB_10
    assert state(api, "k")["balances"]["credits"]["next_reset_at"] == FEB_10
    api.freeze(FEB_10)
    assert totals(api, "k") == [20, 20]


def rolling(api: Api, plan_id: str, included: int, base: float, most: int | None) -> None:
    rollover = {"max": most, "expiry_duration_type": "forever"}
    grant = item("credits", included, "month", **({"rollover": rollover} if most else {}))
    plan(api, plan_id, grant, **monthly(base))


@pytest.mark.parametrize(
    ("most", "left"),
    [(200, 550), (50, 550), (30, 530), (None, 500)],
)
def test_l226_what_rolled_over_moves_up_to_the_new_plans_most(api: Api, most: int | None, left: int) -> None:
    rolling(api, "small", 100, 20, 50)
    rolling(api, "large", 500, 40, most)
    attach(api, "k", "small")
    use(api, "k", "credits", 30)
    api.freeze("2026-02-03T00:00:00Z")
    assert state(api, "k")["balances"]["credits"]["remaining"] == 150

    attach(api, "k", "large")

    assert state(api, "k")["balances"]["credits"]["remaining"] == left


def test_l227_packs_of_both_plans_are_given_back_and_charged(api: Api) -> None:
    packs_plan(api, "small", 20)
    packs_plan(api, "large", 50)
    attach(api, "k", "small", **quantity(200))

    shown = preview(api, "k", "large", **quantity(500))
    answer = attach(api, "k", "large", **quantity(500))

    assert [total for _, total in lines(shown)] == [-20, -20, 50, 50]
    assert answer["invoice"]["total"] == 60
    assert granted(api, "k") == [("large", 0, 500)]


@pytest.mark.parametrize(
    ("old", "bought", "new", "now_granted", "charged"),
    [
        ({"units": 100}, 200, {"units": 50}, (0, 200), 4),
        ({"units": 50}, 150, {"units": 100}, (0, 200), 2),
        ({"units": 100}, 200, {"units": 100, "included": 100}, (100, 100), 1),
        ({"units": 100, "included": 100}, 300, {"units": 100}, (0, 300), 3),
    ],
)
def test_l227_without_a_quantity_what_was_bought_is_taken_over(
    api: Api, old: dict[str, Any], bought: int, new: dict[str, Any], now_granted: tuple[int, int], charged: int
) -> None:
    packs_plan(api, "small", 20, **old)
    packs_plan(api, "large", 50, **new)
    attach(api, "k", "small", **quantity(bought))

    shown = preview(api, "k", "large")
    attach(api, "k", "large")

    assert granted(api, "k") == [("large", *now_granted)]
    assert lines(shown)[-1][1] == charged * 10


def test_l228_a_quantity_of_zero_buys_nothing(api: Api) -> None:
    packs_plan(api, "small", 20)
    packs_plan(api, "large", 50)
    attach(api, "k", "small", **quantity(200))

    answer = attach(api, "k", "large", **quantity(0))

    assert answer["invoice"]["total"] == 50 - 20 - 20
    assert granted(api, "k") == [("large", 0, 0)]


def test_l229_an_add_on_stays_when_its_plan_is_upgraded(api: Api) -> None:
    attach(api, "k", "pro")
    attach(api, "k", "extra")

    answer = attach(api, "k", "premium")

    assert answer["invoice"]["total"] == 30
    assert sorted(active(api, "k")) == ["extra", "premium"]
    assert balance(api, "k")[0] == 5010
    api.freeze(FEB_1)
    assert totals(api, "k")[0] == 58


def test_l229_an_add_on_keeps_the_subscription_when_its_plan_becomes_free(api: Api) -> None:
    attach(api, "k", "pro")
    attach(api, "k", "extra")

    attach(api, "k", "starter")

    api.freeze(FEB_1)
    assert sorted(active(api, "k")) == ["extra", "starter"]
    assert totals(api, "k")[0] == 8
    assert [each.status for each in api.world.store.stripe_subscriptions] == ["active"]
    api.freeze("2026-03-01T00:00:00Z")
    assert totals(api, "k")[0] == 8
    assert balance(api, "k")[0] == 110


def test_l230_the_last_wish_is_the_one_that_waits(api: Api) -> None:
    plan(api, "growth", item("credits", 9000, "month"), **monthly(100))
    attach(api, "k", "growth")

    waiting = []
    for plan_id in ("starter", "pro", "premium", "starter"):
        attach(api, "k", plan_id)
        waiting.append(scheduled(api, "k"))

    assert waiting == [["starter"], ["pro"], ["premium"], ["starter"]]
    assert active(api, "k") == ["growth"]
    api.freeze(FEB_1)
    assert plans_of(api, "k") == [("starter", "active")]
    assert totals(api, "k") == [100]


def test_l231_a_cheaper_paid_plan_waits_in_place_of_the_free_one(api: Api) -> None:
    attach(api, "k", "premium")
    attach(api, "k", "starter")

    attach(api, "k", "pro")

    assert scheduled(api, "k") == ["pro"]
    api.freeze(FEB_1)
    assert plans_of(api, "k") == [("pro", "active")]
    assert totals(api, "k") == [20, 50]


def test_l233_use_beyond_the_grant_is_billed_with_the_cheaper_plans_first_month(api: Api) -> None:
    attach(api, "k", "dimes")
    use(api, "k", "calls", 1100)
    attach(api, "k", "fewer_dimes")

    api.freeze(FEB_1)

    assert totals(api, "k") == [20, 20]
    assert balance(api, "k", "calls") == (100, 100, 0)


def test_l233_and_alone_where_a_free_plan_follows(api: Api) -> None:
    attach(api, "k", "dimes")
    use(api, "k", "calls", 1100)
    attach(api, "k", "starter")

    api.freeze(FEB_1)

    assert totals(api, "k") == [10, 20]
    assert plans_of(api, "k") == [("starter", "active")]
    assert [each.status for each in api.world.store.stripe_subscriptions] == ["canceled"]
    api.advance("2 months")
    assert totals(api, "k") == [10, 20]


def test_l234_an_upgrade_by_invoice_waits_until_it_is_paid(api: Api) -> None:
    attach(api, "k", "pro")

    answer = attach(api, "k", "premium", invoice_mode={"enabled": True})

    assert (answer["invoice"]["status"], answer["invoice"]["total"]) == ("open", 30)
    assert active(api, "k") == ["pro"]
    assert balance(api, "k")[0] == 1000
    pay(api, answer["payment_url"])
    assert active(api, "k") == ["premium"]
    assert balance(api, "k")[0] == 5000
    assert invoices(api, "k")[0] == ("paid", 30)


def test_l234_a_draft_has_no_page(api: Api) -> None:
    attach(api, "k", "pro")

    answer = attach(api, "k", "premium", invoice_mode={"enabled": True, "finalize": False})

    assert (answer["invoice"]["status"], answer["payment_url"]) == ("draft", None)
    assert active(api, "k") == ["pro"]


def keeping(api: Api, plan_id: str, included: int, price: float) -> None:
    """A plan made the older way, whose usage stays when it takes another one's place."""
    items = [
        {"price": price, "interval": "month"},
        {
            "feature_id": "credits", "included_usage": included, "interval": "month",
            "reset_usage_when_enabled": False,
        },
    ]  # fmt: skip
    made = {"id": plan_id, "name": plan_id.capitalize(), "items": items}
    status, answer = api.request("POST", "/v1/products", made, version="1.2.0")
    assert status == 200, answer
    assert [each.get("reset_usage_when_enabled") for each in answer["items"]] == [None, False]


def test_l232_usage_that_is_kept_stays_at_an_immediate_switch(api: Api) -> None:
    keeping(api, "large", 5000, 50)
    attach(api, "k", "pro")
    use(api, "k", "credits", 400)

    attach(api, "k", "large")

    assert balance(api, "k") == (5000, 4600, 400)


def test_l232_at_a_scheduled_switch_it_starts_unused(api: Api) -> None:
    keeping(api, "tiny", 500, 5)
    attach(api, "k", "pro")
    use(api, "k", "credits", 400)
    attach(api, "k", "tiny")

    api.freeze(FEB_1)

    assert plans_of(api, "k") == [("tiny", "active")]
    assert balance(api, "k") == (500, 500, 0)
