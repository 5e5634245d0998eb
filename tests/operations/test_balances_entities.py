"""Balances of entities: cases B107 to B118, B191 to B194, B198 and B218."""

from typing import Any

import pytest

from tests.balances import allowed, balance, check, grant, left, rows, taken, three, track, update
from tests.builders import boolean, customer, item, metered, plan, seats
from tests.conftest import Api


def entity(api: Api, *ids: str, feature_id: str = "seats") -> None:
    for entity_id in ids:
        api("entities.create", customer_id="ada", entity_id=entity_id, feature_id=feature_id, name=entity_id)


@pytest.fixture
def ada(api: Api) -> Api:
    metered(api, "messages")
    seats(api, "seats")
    return api


@pytest.fixture
def per_seat(ada: Api) -> Api:
    """Ten messages a month for each of ada's seats; she has none yet."""
    plan(
        ada, "team", item("seats", 5), item("messages", 10, "month", entity_feature_id="seats"),
        auto_enable=True,
    )  # fmt: skip
    customer(ada, "ada")
    return ada


@pytest.fixture
def shared(ada: Api) -> Api:
    """Twenty messages a month for ada and her seats s1 and s2; eight more for s1 alone."""
    plan(ada, "team", item("seats", 5), item("messages", 20, "month"), auto_enable=True)
    customer(ada, "ada")
    entity(ada, "s1", "s2")
    grant(ada, 8, entity_id="s1")
    return ada


def test_b107_b108_the_customer_sees_all_seats_together(per_seat: Api) -> None:
    assert three(balance(per_seat)) == (0, 0, 0)

    entity(per_seat, "s1", "s2")

    [row] = balance(per_seat)["breakdown"]
    assert three(balance(per_seat)) == (20, 20, 0)
    assert (row["included_grant"], row["remaining"]) == (20, 20)


def test_b109_to_b111_each_seat_has_its_own(per_seat: Api) -> None:
    entity(per_seat, "s1", "s2")

    assert track(per_seat, 4, entity_id="s2")["balance"]["remaining"] == 6
    assert (left(per_seat, entity_id="s1"), left(per_seat)) == (10, 16)
    assert taken(track(per_seat, 12)) == [12]
    assert (left(per_seat, entity_id="s1"), left(per_seat, entity_id="s2")) == (0, 4)
    assert track(per_seat, -20, entity_id="s1")["balance"]["remaining"] == 10


def test_an_entity_row_in_debt_still_shows_what_others_have(per_seat: Api) -> None:
    entity(per_seat, "s1", "s2")

    track(per_seat, 15, entity_id="s1", overage_behavior="overflow")

    [row] = balance(per_seat, version="2.0.0")["breakdown"]
    assert (row["current_balance"], row["usage"], row["purchased_balance"]) == (10, 15, 5)


def test_b112_to_b115_own_first_then_shared(shared: Api) -> None:
    assert allowed(shared, 28, entity_id="s1")
    assert not allowed(shared, 21, entity_id="s2")
    overall = check(shared, 28)
    assert (overall["allowed"], overall["balance"]["remaining"]) == (False, 28)
    track(shared, 6, entity_id="s1")
    assert list(rows(balance(shared, entity_id="s1")).values()) == [2, 20]
    assert track(shared, 6, entity_id="s2")["balance"]["remaining"] == 14
    track(shared, 30)
    assert list(rows(balance(shared, entity_id="s1")).values()) == [2, 0]


def test_b116_not_its_own_feature(shared: Api) -> None:
    refused = shared.refused(
        "balances.create", customer_id="ada", entity_id="s1", feature_id="seats", included_grant=1
    )

    message = "Cannot give an entity a balance of its own feature type"
    assert refused == (400, "invalid_request", message)


def test_b117_b118_a_plan_on_an_entity(ada: Api) -> None:
    plan(ada, "team", item("seats", 5), auto_enable=True)
    plan(ada, "seat-plan", item("messages", 15, "month"))
    customer(ada, "ada")
    entity(ada, "s1", "s2")
    ada("billing.attach", customer_id="ada", plan_id="seat-plan", entity_id="s1")

    assert left(ada, entity_id="s1") == 15
    assert balance(ada, entity_id="s2") is None
    total = balance(ada)
    assert (three(total), total["breakdown"]) == ((15, 15, 0), [])
    assert taken(track(ada, 3)) == []
    assert left(ada, entity_id="s1") == 15


def test_a_flag_of_an_entity_is_not_the_customers(ada: Api) -> None:
    boolean(ada, "sso")
    plan(ada, "team", item("seats", 5), auto_enable=True)
    customer(ada, "ada")
    entity(ada, "s1")
    ada("balances.create", customer_id="ada", feature_id="sso", entity_id="s1")

    assert check(ada, feature_id="sso", entity_id="s1")["allowed"]
    assert not check(ada, feature_id="sso")["allowed"]
    assert ada("customers.get", customer_id="ada")["flags"] == {}


def test_the_floor_is_under_the_sum_of_entities(shared: Api) -> None:
    grant(shared, 3, entity_id="s2")
    update(shared, remaining=-5, entity_id="s2", interval="one_off")

    assert left(shared) == 20 + 8 - 5


def test_b191_to_b194_updates_of_one_seat_and_of_all(per_seat: Api) -> None:
    entity(per_seat, "attic", "cellar")

    update(per_seat, entity_id="attic", remaining=4)
    update(per_seat, entity_id="cellar", add_to_balance=15)
    assert three(balance(per_seat)) == (20, 29, -9)
    update(per_seat, entity_id="attic", included_grant=25)
    assert three(balance(per_seat, entity_id="attic")) == (25, 4, 21)
    update(per_seat, remaining=6)
    assert [left(per_seat, entity_id=name) for name in ("attic", "cellar")] == [0, 6]
    update(per_seat, usage=0)
    assert three(balance(per_seat)) == (35, 35, 0)


def test_b198_entities_may_be_kept_to_their_own(shared: Api) -> None:
    shared("customers.update", customer_id="ada", config={"disable_pooled_balance": True})

    assert not allowed(shared, 9, entity_id="s1")
    assert balance(shared, entity_id="s1")["granted"] == 8
    assert taken(track(shared, 11, entity_id="s1")) == [8]
    assert left(shared) == 20


def test_b218_a_pool_of_plans_on_entities(ada: Api) -> None:
    plan(ada, "team", item("seats", 5), auto_enable=True)
    plan(ada, "seat-plan", item("messages", 10, "month", pooled=True))
    customer(ada, "ada")
    entity(ada, "m1", "m2")

    def attached(entity_id: str) -> Any:
        ada("billing.attach", customer_id="ada", plan_id="seat-plan", entity_id=entity_id)
        return balance(ada)

    assert attached("m1")["granted"] == 10
    pool = attached("m2")
    assert ([row["plan_id"] for row in pool["breakdown"]], pool["granted"]) == ([None], 20)
    assert allowed(ada, 20, entity_id="m1")
    [deduction] = track(ada, 13, entity_id="m1")["deductions"]
    assert (deduction["plan_id"], deduction["value"]) == (None, 13)
    assert [left(ada), left(ada, entity_id="m1"), left(ada, entity_id="m2")] == [7, 7, 7]
    assert track(ada, -50)["balance"]["remaining"] == 20
    refused = ada.refused("balances.delete", customer_id="ada", feature_id="messages")
    assert refused == (
        409,
        "invalid_request",
        "Cannot delete pooled balance for feature messages and customer ada. "
        "Remove the contributing plans instead.",
    )
