"""Setting balances: cases B145 to B159, B185, B195 and B200."""

from typing import Any

import pytest

from tests.balances import balance, bare_ada, grant, left, refused, rows, three, track, update, with_messages
from tests.conftest import Api

FAR = 4_102_444_800_000


@pytest.fixture
def bare(api: Api) -> Api:
    return bare_ada(api)


@pytest.fixture
def ada(bare: Api) -> Api:
    return with_messages(bare)


@pytest.mark.parametrize(("fields", "shown"), [
    pytest.param({"remaining": 40}, (100, 40, 60), id="B145"),
    pytest.param({"current_balance": 40}, (100, 40, 60), id="B145 old name"),
    pytest.param({"usage": 10}, (100, 90, 10), id="B147"),
    pytest.param({"remaining": -20}, (100, 0, 120), id="B148"),
    pytest.param({"included_grant": 150, "remaining": 70}, (150, 70, 80), id="B152"),
    pytest.param({"remaining": 30, "add_to_balance": 5}, (100, 30, 70), id="B158"),
    pytest.param({"remaining": 50, "usage": 10}, (100, 90, 10), id="B158 usage"),
    pytest.param({"add_to_balance": -7, "usage": 20}, (100, 80, 20), id="B159"),
    pytest.param({"usage": 20, "included_grant": 200}, (200, 80, 120), id="B159 grant"),
])  # fmt: skip
def test_b145_to_b159_numbers_are_set(ada: Api, fields: Any, shown: Any) -> None:
    update(ada, **fields)

    assert three(balance(ada)) == shown


def test_b146_adding_passes_the_grant(ada: Api) -> None:
    update(ada, remaining=40)

    update(ada, add_to_balance=85)

    assert three(balance(ada)) == (100, 125, -25)


def test_b149_a_debt_is_healed_first(ada: Api) -> None:
    update(ada, remaining=-20)

    assert three(track(ada, -10)["balance"]) == (100, 0, 110)


def test_b150_b151_b200_the_grant_is_the_ceiling_of_refunds(ada: Api) -> None:
    track(ada, 30)

    update(ada, included_grant=150)
    assert three(balance(ada)) == (150, 70, 80)
    assert track(ada, -500)["balance"]["remaining"] == 150
    update(ada, included_grant=120, remaining=90)
    update(ada, included_grant=100)
    assert three(balance(ada)) == (100, 90, 10)
    assert track(ada, -500)["balance"]["remaining"] == 100


def test_b153_selectors_pick_rows(ada: Api) -> None:
    grant(ada, 50, "gift")
    internal_id = next(row.id for row in ada.world.store.balances if row.plan_id == "free")

    update(ada, balance_id="gift", remaining=7)
    update(ada, interval="month", remaining=60)
    assert rows(balance(ada)) == {"free": 60, "gift": 7}
    update(ada, customer_entitlement_id=internal_id, add_to_balance=1)
    update(ada, interval="one_off", add_to_balance=1)
    assert rows(balance(ada)) == {"free": 61, "gift": 8}


def test_b154_over_several_rows(ada: Api) -> None:
    grant(ada, 50, "gift")

    update(ada, remaining=30)
    assert rows(balance(ada)) == {"free": 0, "gift": 30}
    update(ada, remaining=200)
    assert rows(balance(ada)) == {"free": 170, "gift": 30}
    update(ada, remaining=-10)
    assert rows(balance(ada)) == {"free": 0}
    assert balance(ada)["usage"] == 110


def test_b155_b185_an_unknown_balance_id_changes_nothing(ada: Api) -> None:
    update(ada, balance_id="nothing", remaining=5)

    assert left(ada) == 100


def test_b156_next_reset_at(ada: Api) -> None:
    grant(ada, 50, "gift")
    grant(ada, 5, "yearly", feature_id="other", every="year")

    update(ada, feature_id="other", next_reset_at=FAR)

    lifetime = refused(ada, "balances.update", interval="one_off", next_reset_at=FAR)
    assert lifetime == (
        400,
        "invalid_request",
        "Cannot update next reset at for lifetime balance (feature messages, customer ada)",
    )
    assert balance(ada, feature_id="other")["next_reset_at"] == FAR


@pytest.mark.parametrize(("fields", "message"), [
    ({"included_grant": 5}, "No balances to update for feature other, customer ada"),
    ({"next_reset_at": FAR}, "No balances found for feature other, customer ada"),
    ({"expires_at": FAR}, "No balances found for feature other, customer ada"),
])  # fmt: skip
def test_b157_without_rows(ada: Api, fields: Any, message: str) -> None:
    update(ada, feature_id="other", remaining=5)

    found = refused(ada, "balances.update", feature_id="other", **fields)

    assert found == (404, "invalid_request", message)


@pytest.mark.parametrize(("body", "refusal"), [
    ({"feature_id": "nothing"}, (404, "feature_not_found", "Feature nothing not found")),
    ({"customer_id": "nobody"}, (404, "customer_not_found", "Customer nobody not found")),
    ({"entity_id": "e9"}, (404, "entity_not_found", "Entity e9 not found")),
    ({"expires_at": 1_000}, (400, "invalid_request", "expires_at must be in the future")),
])  # fmt: skip
def test_what_update_refuses(ada: Api, body: Any, refusal: Any) -> None:
    assert refused(ada, "balances.update", **{"remaining": 5} | body) == refusal


def test_expires_at_goes_to_the_row_that_expires_first(ada: Api) -> None:
    grant(ada, 5, "late", expires_at=FAR)

    update(ada, expires_at=FAR - 1)

    expiries = [row["expires_at"] for row in balance(ada)["breakdown"]]
    assert sorted(expiries, key=str) == [FAR - 1, None]


def test_add_to_balance_heals_before_it_lifts(ada: Api) -> None:
    grant(ada, 50, "gift")
    update(ada, balance_id="gift", remaining=-10)

    update(ada, add_to_balance=15)

    assert rows(balance(ada)) == {"free": 105}


def test_b195_the_counter_of_an_unlimited_row(bare: Api) -> None:
    bare("balances.create", customer_id="ada", feature_id="messages", unlimited=True)

    def usage(**fields: float) -> Any:
        update(bare, **fields)
        return balance(bare)["usage"]

    assert [usage(usage=40), usage(remaining=9), usage(add_to_balance=5)] == [40, -9, -14]
    grant(bare, 30)
    assert usage(usage=12) == -18
