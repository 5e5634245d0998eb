"""Deleting balances and taking use anew: cases B160 to B164, B187, B214 and B215."""

from typing import Any

import pytest

from tests.balances import (
    PER_USE,
    allowed,
    balance,
    bare_ada,
    grant,
    refused,
    rows,
    three,
    track,
    with_messages,
)
from tests.builders import item, plan, seats
from tests.conftest import Api

FAR = 4_102_444_800_000


@pytest.fixture
def bare(api: Api) -> Api:
    return bare_ada(api)


@pytest.fixture
def ada(bare: Api) -> Api:
    return with_messages(bare)


def test_b160_deleting(ada: Api) -> None:
    grant(ada, 50, "gift")
    grant(ada, 5, "once")

    ada("balances.delete", customer_id="ada", feature_id="messages", balance_id="gift")

    assert rows(balance(ada)) == {"free": 100, "once": 5}
    unknown = refused(ada, "balances.delete", balance_id="nothing")
    message = "Balance not found for feature messages and customer ada"
    assert unknown == (404, "invalid_request", message)
    anything = ada.refused("balances.delete", customer_id="ada", balance_id="nothing")
    assert anything[2] == "Balance not found for feature undefined and customer ada"
    ada("balances.delete", customer_id="ada")
    assert balance(ada) is None
    assert next(iter(ada.world.store.subscriptions)).custom is True


def test_b161_the_use_of_a_deleted_row_moves_on(ada: Api) -> None:
    grant(ada, 50, "gift")
    track(ada, 130)

    ada(
        "balances.delete", customer_id="ada", feature_id="messages", interval="month", recalculate_balances=True
    )

    assert three(balance(ada)) == (50, 0, 130)


def test_b162_the_last_row_stays_as_a_debt(ada: Api) -> None:
    track(ada, 30)
    [before] = balance(ada)["breakdown"]

    ada("balances.delete", customer_id="ada", feature_id="messages", recalculate_balances=True)

    [debt] = balance(ada)["breakdown"]
    assert (debt["id"], debt["included_grant"], debt["usage"]) == (before["id"], 0, 30)
    assert debt["reset"] == {"interval": "month", "resets_at": None}
    assert balance(ada)["next_reset_at"] is None
    ada("balances.delete", customer_id="ada", feature_id="messages")
    assert balance(ada) is None


def test_recalculating_needs_a_feature(ada: Api) -> None:
    found = ada.refused("balances.delete", customer_id="ada", recalculate_balances=True)

    message = "feature_id is required when recalculate_balances is true"
    assert found == (400, "invalid_request", message)


def test_b163_credit_pays_debt(ada: Api) -> None:
    track(ada, 120, overage_behavior="overflow")
    grant(ada, 50, "gift")
    asked = {"customer_id": "ada", "feature_id": "messages"}

    preview = ada("balances.preview_recalculate", **asked)
    assert rows(balance(ada)) == {"free": 0, "gift": 50}
    ada("balances.recalculate", **asked)

    assert preview["total_usage"] == 120
    assert [(e["before_remaining"], e["after_remaining"]) for e in preview["entitlements"]] == [
        (-20, 0),
        (50, 30),
    ]
    assert rows(balance(ada)) == {"free": 0, "gift": 30}
    assert balance(ada)["usage"] == 120
    unknown = refused(ada, "balances.recalculate", feature_id="nothing")
    message = "Balance not found for feature nothing and customer ada"
    assert unknown == (404, "invalid_request", message)


def test_nothing_to_recalculate_without_debt(ada: Api) -> None:
    grant(ada, 50, "gift")
    track(ada, 20)

    preview = ada("balances.preview_recalculate", customer_id="ada", feature_id="messages")

    assert preview["entitlements"] == []


@pytest.fixture
def payer(bare: Api) -> Api:
    """Ada pays per use, 5 included; she has a seat `red`."""
    seats(bare, "seats")
    bare.request("POST", "/_mock/payment_methods", {"customer_id": "ada"})
    plan(bare, "payg", item("seats", 4), item("messages", 5, "month", price=PER_USE))
    bare("billing.attach", customer_id="ada", plan_id="payg")
    bare("entities.create", customer_id="ada", entity_id="red", feature_id="seats", name="Red")
    return bare


def test_b164_b214_a_paid_row_stays(payer: Api) -> None:
    deleting = refused(payer, "balances.delete")
    expiring = refused(payer, "balances.update", expires_at=FAR)

    message = "Cannot delete paid balance for feature messages and customer ada"
    assert deleting == (409, "invalid_request", message)
    assert expiring == (
        400,
        "invalid_request",
        "expires_at cannot be set on a paid recurring balance (feature messages); "
        "its lifetime follows the billing cycle",
    )


def test_b215_the_grant_of_an_entity_is_deleted(payer: Api) -> None:
    grant(payer, 2, "redgift", entity_id="red")
    asked = {"customer_id": "ada", "feature_id": "messages", "balance_id": "redgift"}

    assert payer.refused("balances.delete", **asked)[0] == 404
    payer("balances.delete", entity_id="red", **asked)

    assert rows(balance(payer, entity_id="red")) == {"payg": 5}


def test_b187_paid_seats_go_below_0(bare: Api) -> None:
    seats(bare, "seats")
    bare.request("POST", "/_mock/payment_methods", {"customer_id": "ada"})
    price = PER_USE | {"amount": 10}
    plan(bare, "team", item("seats", 1, price=price), price={"amount": 20, "interval": "month"})
    bare("billing.attach", customer_id="ada", plan_id="team")

    def usage(value: float) -> Any:
        return track(bare, value, feature_id="seats")["balance"]["usage"]

    assert allowed(bare, 5, feature_id="seats")
    assert [usage(1), usage(2), usage(-1)] == [1, 3, 2]
    assert len(bare.world.store.invoices) == 1
