"""What old clients make on the way, and old routes: cases B171 to B173, B188 to B190 and B212."""

from typing import Any

import pytest

from tests.balances import balance, busy_ada, left, three
from tests.builders import item, metered, plan, seats
from tests.conftest import Api


@pytest.fixture
def ada(api: Api) -> Api:
    return busy_ada(api)


def test_b171_old_versions_make_the_customer(ada: Api) -> None:
    def statuses(version: str) -> list[int]:
        body = {"customer_id": f"new-{version[0]}", "feature_id": "messages"}
        return [ada.call(f"balances.{verb}", body, version=version)[0] for verb in ("check", "track")]

    assert (statuses("2.1.0"), statuses("2.0.0"), statuses("1.2.0")) == ([404, 404], [200, 200], [200, 200])
    assert left(ada, customer_id="new-1") == 24


def test_b171_the_customer_is_made_with_its_data(ada: Api) -> None:
    body = {
        "customer_id": "newt", "feature_id": "messages",
        "customer_data": {"name": "Newton", "email": "newton@example.com"},
    }  # fmt: skip

    ada.call("balances.check", body, version="2.0.0")

    made = ada("customers.get", customer_id="newt")
    assert (made["name"], made["email"]) == ("Newton", "newton@example.com")


def test_b172_usage_is_set(ada: Api) -> None:
    def usage(**body: Any) -> tuple[int, Any]:
        return ada.request("POST", "/v1/usage", {"customer_id": "ada", "feature_id": "messages", **body})

    assert usage(value=4) == (200, {"success": True})
    assert left(ada) == 21
    assert usage(value=9, customer_id="new")[0] == 200
    assert left(ada, customer_id="new") == 16
    assert usage()[1]["message"] == "value: must be a number (received undefined)"
    assert usage(value=1, feature_id="nothing")[0] == 404


def test_b173_balances_are_set_with_their_grants(ada: Api) -> None:
    def set_to(amount: float, customer_id: str = "ada", feature_id: str = "messages") -> tuple[int, Any]:
        body = {"balances": [{"feature_id": feature_id, "balance": amount}]}
        return ada.request("POST", f"/v1/customers/{customer_id}/balances", body, version="1.2.0")

    ada("balances.update", customer_id="ada", feature_id="messages", usage=0)
    assert set_to(60) == (200, {"success": True})
    assert three(balance(ada)) == (60, 60, 0)
    set_to(5)
    assert three(balance(ada)) == (5, 5, 0)
    assert set_to(5, feature_id="nothing")[0] == 404
    assert set_to(5, customer_id="nobody")[0] == 404


@pytest.fixture
def roomy(api: Api) -> Api:
    """Rooms, and ten units of heat for every new customer."""
    seats(api, "rooms")
    metered(api, "heat")
    plan(api, "house", item("rooms", 3), item("heat", 10, "month"), auto_enable=True)
    return api


def test_b188_to_b190_entities_on_the_way(roomy: Api) -> None:
    body = {"customer_id": "lea", "feature_id": "heat", "entity_id": "attic"}
    data = {"entity_data": {"name": "Attic", "feature_id": "rooms"}}

    made = roomy.call("balances.check", body | data, version="1.2.0")
    missing = roomy.refusal(roomy.call("balances.track", body | {"entity_id": "cellar"}, version="1.2.0"))
    newer = roomy.refusal(roomy.call("balances.check", body | data | {"entity_id": "hall"}))

    assert (made[0], made[1]["entity_id"], made[1]["balance"]) == (200, "attic", 10)
    assert missing[:2] == (400, "invalid_inputs")
    assert missing[2].startswith("Entity with id cellar not found.")
    assert newer == (404, "entity_not_found", "Entity hall not found")


@pytest.mark.parametrize("path", ["check", "entitled", "track", "events"])
def test_b212_old_routes_answer_the_newest_shape(ada: Api, path: str) -> None:
    status, answer = ada.request("POST", f"/v1/{path}", {"customer_id": "ada", "feature_id": "messages"})

    assert status == 200
    assert answer["balance"]["breakdown"][0]["plan_id"] == "free"
