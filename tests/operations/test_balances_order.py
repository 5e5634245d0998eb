"""The order in which rows are drawn on: cases B76 to B90."""

import pytest

from tests.balances import balance, grant, left, rows, taken, three, track
from tests.builders import customer, item, metered, plan
from tests.conftest import Api

PER_USE = {"amount": 1, "interval": "month", "billing_method": "usage_based", "billing_units": 1}
PREPAID = {"amount": 1, "interval": "month", "billing_method": "prepaid", "billing_units": 1}


@pytest.fixture
def ada(api: Api) -> Api:
    """Customer ada with a card and nothing else."""
    metered(api, "messages")
    customer(api, "ada", email="ada@example.com")
    api.request("POST", "/_mock/payment_methods", {"customer_id": "ada"})
    return api


def attach(api: Api, plan_id: str, **more: object) -> None:
    api("billing.attach", customer_id="ada", plan_id=plan_id, **more)


def test_b76_to_b79_monthly_before_lifetime(ada: Api) -> None:
    plan(ada, "free", item("messages", 10, "month"))
    attach(ada, "free")
    grant(ada, 5, "gift")

    assert (rows(balance(ada)), balance(ada)["granted"]) == ({"free": 10, "gift": 5}, 15)
    twelve = track(ada, 12)
    assert (rows(twelve["balance"]), taken(twelve)) == ({"free": 0, "gift": 3}, [10, 2])
    assert track(ada, 3)["balance"]["granted"] == 15
    assert (balance(ada)["granted"], rows(balance(ada))) == (10, {"free": 0})
    refund = track(ada, -14)
    assert (rows(refund["balance"]), taken(refund)) == ({"free": 10}, [-10])


def test_b80_to_b82_shortest_first_then_expiring(ada: Api) -> None:
    grant(ada, 5, "life")
    grant(ada, 5, "year", every="year")
    grant(ada, 5, "month", every="month")
    grant(ada, 5, "expiring", expires_at=4_102_444_800_000)
    grant(ada, 5, "day", every="day")
    grant(ada, 5, "two-weeks", reset={"interval": "week", "interval_count": 2})

    names = ["day", "two-weeks", "month", "year", "expiring", "life"]
    assert list(rows(balance(ada))) == names
    thirteen = track(ada, 13)["balance"]
    assert rows(thirteen) == dict(zip(names, [0, 0, 2, 5, 5, 5], strict=True))
    nine = track(ada, 9)["balance"]
    assert (nine["granted"], rows(nine)) == (20, {"month": 0, "year": 0, "expiring": 3, "life": 5})
    refund = track(ada, -20)
    assert (refund["balance"]["granted"], taken(refund)) == (10, [-2])
    assert rows(refund["balance"]) == {"expiring": 5, "life": 5}


def test_b83_to_b85_main_plan_before_add_on(ada: Api) -> None:
    plan(ada, "once", item("messages", 4), add_on=True)
    plan(ada, "extra", item("messages", 7, "month"), add_on=True)
    plan(ada, "starter", item("messages", 10, "month"))
    for plan_id in ("once", "extra", "starter"):
        attach(ada, plan_id)

    # The add-on's boundary is the same as the main plan's, or later by what the attaching took.
    assert list(rows(balance(ada))) == ["starter", "extra", "once"]
    assert rows(track(ada, 11)["balance"]) == {"starter": 0, "extra": 6, "once": 4}
    assert rows(track(ada, 8)["balance"]) == {"starter": 0, "extra": 0, "once": 2}
    assert rows(track(ada, -15)["balance"]) == {"starter": 10, "extra": 5, "once": 2}


def test_b86_prepaid_before_pay_per_use_before_loose(ada: Api) -> None:
    plan(
        ada, "mix", item("messages", 10, "month", price=PER_USE), item("messages", 0, "month", price=PREPAID)
    )  # fmt: skip
    attach(ada, "mix", feature_quantities=[{"feature_id": "messages", "quantity": 40}])
    grant(ada, 5, "gift")

    def remaining(value: float) -> list[float]:
        return [row["remaining"] for row in track(ada, value)["balance"]["breakdown"]]

    assert remaining(43) == [0, 7, 5]
    assert remaining(20) == [0, 0, 0]
    assert balance(ada)["usage"] == 58
    assert remaining(-9) == [1, 0]
    assert balance(ada)["granted"] == 50


def test_b87_earlier_expiry_first_though_younger(ada: Api) -> None:
    grant(ada, 5, "late", expires_at=4_102_444_800_000)
    grant(ada, 5, "soon", expires_at=4_002_444_800_000)

    assert rows(track(ada, 7)["balance"]) == {"soon": 0, "late": 3}


def test_b88_b89_prepaid_packs(ada: Api) -> None:
    packs = PREPAID | {"amount": 5, "billing_units": 100}
    plan(
        ada, "pro", item("messages", 100, "month", price=packs), price={"amount": 10, "interval": "month"}
    )  # fmt: skip
    attach(ada, "pro", feature_quantities=[{"feature_id": "messages", "quantity": 250}])

    [row] = balance(ada)["breakdown"]

    assert (row["included_grant"], row["prepaid_grant"], balance(ada)["granted"]) == (100, 200, 300)
    assert three(track(ada, 400)["balance"]) == (300, 0, 300)
    assert left(ada) == 0


def test_b90_all_overage_on_the_first_pay_per_use_row(ada: Api) -> None:
    plan(ada, "main", item("messages", 10, "month", price=PER_USE))
    plan(ada, "extra", item("messages", 5, "month", price=PER_USE), add_on=True)
    attach(ada, "main")
    attach(ada, "extra")

    track(ada, 25)

    old = balance(ada, version="2.0.0")["breakdown"]
    assert [(row["plan_id"], row["purchased_balance"]) for row in old] == [("main", 10), ("extra", 0)]
