"""Older versions of checks and tracks: cases B165 to B170."""

from typing import Any

import pytest

from tests.balances import PER_USE, balance, busy_ada, events, grant, left
from tests.builders import item, metered, plan
from tests.conftest import Api


@pytest.fixture
def ada(api: Api) -> Api:
    return busy_ada(api)


def asked(api: Api, version: str, feature_id: str = "messages", **more: Any) -> Any:
    body = {"customer_id": "ada", "feature_id": feature_id, **more}
    status, answer = api.request("POST", "/v1/check", body, version=version)
    assert status == 200, answer
    return answer


def test_b165_newer_versions_are_equal(ada: Api) -> None:
    answers = [asked(ada, version) for version in ("2.1.0", "2.2.0", "2.3.0", "")]

    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["balance"]["remaining"] == 20


def test_b166_check_2_0(ada: Api) -> None:
    answer = asked(ada, "2.0.0")

    newest = balance(ada)
    row_id = newest["breakdown"][0]["id"]
    reset = {"interval": "month", "resets_at": newest["next_reset_at"]}
    numbers = {"granted_balance": 25, "purchased_balance": 0, "current_balance": 20, "usage": 5}
    end = {"overage_allowed": False, "max_purchase": None, "reset": reset}
    assert "flag" not in answer
    assert answer["balance"] == {
        "feature_id": "messages",
        "unlimited": False,
        **numbers,
        **end,
        "plan_id": "free",
        "breakdown": [
            {"id": row_id, "plan_id": "free", **numbers, **end, "prepaid_quantity": 0, "expires_at": None}
        ],
    }


def test_b166_kinds_of_balances_in_2_0(ada: Api) -> None:
    posts, dark = asked(ada, "2.0.0", "posts")["balance"], asked(ada, "2.0.0", "dark")["balance"]
    grant(ada, 4)
    several = asked(ada, "2.0.0")["balance"]

    assert (posts["purchased_balance"], posts["current_balance"], posts["overage_allowed"]) == (2, 0, True)
    assert (dark["plan_id"], dark["usage"], dark["reset"], len(dark["breakdown"])) == ("mixed", 0, None, 1)
    assert (several["plan_id"], several["reset"]) == (None, {"interval": "multiple", "resets_at": None})
    assert asked(ada, "2.0.0", "other")["balance"] is None


@pytest.mark.parametrize("version", ["1.2.0", "1.1.0"])
def test_b167_check_1_2(ada: Api, version: str) -> None:
    next_reset_at = balance(ada)["next_reset_at"]

    numbers = {
        "balance": 20, "usage": 5, "included_usage": 25, "next_reset_at": next_reset_at,
    }  # fmt: skip
    every = {"interval": "month", "interval_count": 1}
    row = {**every, **numbers, "expires_at": None, "overage_allowed": False}
    assert asked(ada, version, required_balance=21) == {
        "allowed": False,
        "code": "feature_found",
        "customer_id": "ada",
        "feature_id": "messages",
        "required_balance": 21,
        **every,
        "unlimited": False,
        **numbers,
        "overage_allowed": False,
        "breakdown": [row],
    }


def test_b167_kinds_of_balances_in_1_2(ada: Api) -> None:
    posts, views, dark = (asked(ada, "1.2.0", name) for name in ("posts", "views", "dark"))
    other = asked(ada, "1.2.0", "other")

    assert (posts["balance"], posts["usage"], posts["overage_allowed"]) == (-2, 5, True)
    assert (views["unlimited"], views["usage"], views["interval_count"]) == (True, 0, None)
    assert (dark["allowed"], dark["unlimited"], dark["interval"]) == (True, False, None)
    assert other == {
        "allowed": False,
        "code": "feature_found",
        "customer_id": "ada",
        "feature_id": "other",
        "required_balance": 1,
    }


def test_b167_credit_schema_and_usage_limit_in_1_2(ada: Api) -> None:
    schema = [{"metered_feature_id": "other", "credit_cost": 2}]
    ada("features.create", feature_id="coins", name="Coins", type="credit_system", credit_schema=schema)
    metered(ada, "clips")
    price = PER_USE | {"max_purchase": 4}
    plan(ada, "clipper", item("clips", 10, "month", price=price), add_on=True)
    ada("billing.attach", customer_id="ada", plan_id="clipper")
    grant(ada, 9, feature_id="coins")

    coins, clips = asked(ada, "1.2.0", "other"), asked(ada, "1.2.0", "clips")

    assert (coins["feature_id"], coins["required_balance"]) == ("coins", 2)
    assert coins["credit_schema"] == [{"feature_id": "other", "credit_amount": 2}]
    assert (coins["interval"], coins["interval_count"]) == ("lifetime", 1)
    assert (clips["usage_limit"], clips["overage_allowed"]) == (14, False)
    assert clips["breakdown"][0]["usage_limit"] == 14


@pytest.mark.parametrize(("feature_id", "shown"), [
    ("messages", [{"feature_id": "messages", "required": 1, "balance": 20}]),
    ("dark", [{"feature_id": "dark", "balance": None}]),
    (
        "views",
        [{
            "feature_id": "views", "balance": None, "unlimited": True, "usage_allowed": False,
            "required": None,
        }],
    ),
    (
        "posts",
        [{
            "feature_id": "posts", "balance": -2, "unlimited": False, "usage_allowed": True,
            "required": None,
        }],
    ),
    ("other", []),
])  # fmt: skip
def test_b168_entitled_0_2(ada: Api, feature_id: str, shown: Any) -> None:
    body = {"customer_id": "ada", "feature_id": feature_id}

    _, answer = ada.request("POST", "/v1/entitled", body, version="0.2.0")

    assert answer == {"allowed": feature_id != "other", "balances": shown}


def test_b169_track_2_0_and_1_2(ada: Api) -> None:
    newer = ada("balances.track", customer_id="ada", feature_id="messages", version="2.0.0")
    older = ada("balances.track", customer_id="ada", feature_id="messages", version="1.2.0")

    assert list(newer) == ["customer_id", "value", "balance"]
    assert newer["balance"]["current_balance"] == 19
    assert older == {
        "id": "placeholder",
        "code": "event_received",
        "customer_id": "ada",
        "feature_id": "messages",
    }


@pytest.mark.parametrize(("body", "value"), [
    ({"properties": {"value": "4", "kind": "long"}}, 4),
    ({"properties": {"value": 3, "kind": "long"}}, 3),
    ({"properties": {"value": 9, "kind": "long"}, "value": 2}, 2),
    ({"properties": {"value": "many", "kind": "long"}}, 1),
])  # fmt: skip
def test_b170_the_value_in_the_properties_of_1_2(ada: Api, body: Any, value: float) -> None:
    ada("balances.track", customer_id="ada", feature_id="messages", version="1.2.0", **body)

    assert left(ada) == 20 - value
    assert events(ada)[-1] == ("messages", value, {"kind": "long"})
