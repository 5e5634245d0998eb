"""Tracks: cases B41 to B58, B71 to B75, B203 and B204."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.balances import allowed, balance, check, events, grant, left, reject, taken, three, track
from tests.builders import boolean, customer, item, metered, plan, seats
from tests.conftest import Api


@pytest.fixture
def ada(api: Api) -> Api:
    """Customer ada on plan `free` with 100 messages a month, which starts by itself."""
    metered(api, "messages", "other")
    plan(api, "free", item("messages", 100, "month"), auto_enable=True)
    customer(api, "ada")
    return api


def test_b41_a_track_takes_one_by_default(ada: Api) -> None:
    answer = track(ada)

    [deduction] = answer["deductions"]
    [row] = answer["balance"]["breakdown"]
    assert list(answer) == ["customer_id", "value", "balance", "deductions"]
    assert (answer["value"], answer["balance"]["remaining"]) == (1, 99)
    assert deduction == {
        "balance_id": row["id"],
        "feature_id": "messages",
        "plan_id": "free",
        "reset": row["reset"],
        "value": 1,
    }


def test_b42_properties_are_kept_with_the_event(ada: Api) -> None:
    answer = track(ada, 10, properties={"model": "small", "deep": {"n": 4}})

    assert (answer["value"], left(ada)) == (10, 90)
    assert events(ada) == [("messages", 10, {"model": "small", "deep": {"n": 4}})]


def test_b43_nothing_tracked_is_recorded(ada: Api) -> None:
    answer = track(ada, 0)

    assert (answer["value"], answer["deductions"]) == (0, [])
    assert events(ada) == [("messages", 0, {})]
    assert [event.deductions for event in ada.world.store.events] == [None]


def test_b44_b45_what_is_not_there_is_dropped(ada: Api) -> None:
    track(ada, 50)

    most = track(ada, 70)
    nothing = track(ada, 1)

    assert (most["value"], taken(most), three(most["balance"])) == (70, [50], (100, 0, 100))
    assert (nothing["value"], taken(nothing), left(ada)) == (1, [], 0)
    assert [value for _, value, _ in events(ada)] == [50, 70, 1]


def test_b46_b47_reject_takes_all_or_nothing(ada: Api) -> None:
    track(ada, 50)

    message = "Insufficient balance to deduct 51 from feature messages"
    assert reject(ada, 51) == (400, "insufficient_balance", message)
    assert left(ada) == 50
    assert track(ada, 50, overage_behavior="reject")["balance"]["remaining"] == 0
    assert reject(ada, 0.25)[2] == "Insufficient balance to deduct 0.25 from feature messages"
    assert [value for _, value, _ in events(ada)] == [50, 50]


def test_b48_reject_lets_refunds_through(ada: Api) -> None:
    track(ada, 100)

    assert track(ada, -3, overage_behavior="reject")["balance"]["remaining"] == 3
    assert track(ada, -300, overage_behavior="reject")["balance"]["remaining"] == 100


def test_b49_b50_overflow_knows_no_bounds(ada: Api) -> None:
    track(ada, 50)

    below = track(ada, 70, overage_behavior="overflow")
    assert three(below["balance"]) == (100, 0, 120)
    assert balance(ada, version="2.0.0")["breakdown"][0]["purchased_balance"] == 20
    above = track(ada, -150, overage_behavior="overflow")
    assert three(above["balance"]) == (100, 130, -30)


def test_b51_a_refund_stops_at_the_grant(ada: Api) -> None:
    track(ada, 30)

    answers = [track(ada, -12), track(ada, -40), track(ada, -1)]

    assert [a["balance"]["remaining"] for a in answers] == [82, 100, 100]
    assert [taken(a) for a in answers] == [[-12], [-18], []]


def test_b52_b53_numbers_are_exact(ada: Api) -> None:
    track(ada, 0.1)
    assert track(ada, 0.2)["balance"]["remaining"] == 99.7

    answer = track(ada, 1.3333333333333333)

    assert answer["value"] == 1.3333333333333333
    assert taken(answer) == [1.3333333333333]
    assert answer["balance"]["remaining"] == 98.3666666667
    track(ada, 0.00000000004)
    assert left(ada) == 98.3666666666


@pytest.mark.parametrize("value", [1e30, 1e300, -1e300, 1e-30, 2.0**53 + 2, 1.5e15])
def test_numbers_of_any_size_are_answered(ada: Api, value: float) -> None:
    answer = track(ada, value, overage_behavior="overflow")

    assert answer["value"] == value
    assert answer["balance"]["usage"] == pytest.approx(value if abs(value) > 1e-10 else 0)
    assert check(ada, value)["required_balance"] == value


@pytest.mark.parametrize(("asked", "message"), [
    ({}, "input: Either feature_id or event_name must be provided"),
    (
        {"feature_id": "messages", "event_name": "chat"},
        "input: Either feature_id or event_name must be provided",
    ),
    (
        {"event_name": ""},
        "[Validation Errors] event_name: cannot be empty; "
        "input: Either feature_id or event_name must be provided",
    ),
    (
        {"feature_id": "messages", "timestamp": 99_999_999_999_999},
        "timestamp: timestamp cannot be in the future",
    ),
    (
        {"feature_id": "messages", "timestamp": -5},
        "[Validation Errors] timestamp: Too small: expected number to be >=0; "
        "timestamp: Too small: expected number to be >0",
    ),
    (
        {"feature_id": "messages", "timestamp": 1.5},
        "timestamp: Invalid input: expected int, received number",
    ),
    ({"feature_id": "messages", "value": "3"}, "value: must be a number (received string)"),
    ({"feature_id": "messages", "overage_behavior": "explode"}, "overage_behavior: Invalid input"),
    (
        {"feature_id": "messages", "properties": [1]},
        "properties: Invalid input: expected record, received array",
    ),
])  # fmt: skip
def test_b54_b57_bodies_that_are_refused(ada: Api, asked: Any, message: str) -> None:
    assert ada.refused("balances.track", customer_id="ada", **asked) == (400, "invalid_inputs", message)
    assert (left(ada), events(ada)) == (100, [])


@pytest.mark.parametrize(("asked", "refusal"), [
    pytest.param(
        {"event_name": "unknown_event"},
        (404, "invalid_request", "No features found for event name: unknown_event"), id="B55",
    ),
    pytest.param(
        {"customer_id": "nobody", "feature_id": "messages"},
        (404, "customer_not_found", "Customer nobody not found"), id="B56",
    ),
    pytest.param(
        {"customer_id": "nobody", "feature_id": "nothing"},
        (404, "feature_not_found", "Feature nothing not found"), id="B56 both",
    ),
])  # fmt: skip
def test_b55_b56_unknown_names(ada: Api, asked: Any, refusal: Any) -> None:
    assert ada.refused("balances.track", **{"customer_id": "ada", **asked}) == refusal


def test_b57_a_past_timestamp_dates_the_event_alone(ada: Api) -> None:
    track(ada, 5, timestamp=1_700_000_000_000)

    [event] = ada.world.store.events
    assert (event.timestamp, left(ada)) == (1_700_000_000_000, 95)


def test_b58_without_a_balance_it_is_recorded(ada: Api) -> None:
    free = track(ada, 3, feature_id="other")
    strict = track(ada, 3, feature_id="other", overage_behavior="reject")

    assert (free["balance"], free["deductions"]) == (None, [])
    assert (strict["balance"], strict["deductions"]) == (None, [])
    assert [value for _, value, _ in events(ada)] == [3, 3]


@pytest.fixture
def seated(api: Api) -> Api:
    """Customer ada with three free seats."""
    seats(api, "seats")
    plan(api, "team", item("seats", 3), auto_enable=True)
    customer(api, "ada")
    return api


def test_b71_to_b74_free_seats_may_go_below_0(seated: Api) -> None:
    def of_seats(value: float, **more: Any) -> Any:
        return track(seated, value, feature_id="seats", **more)["balance"]

    assert of_seats(2)["remaining"] == 1
    assert reject(seated, 2, feature_id="seats")[:2] == (400, "insufficient_balance")
    over = of_seats(2)
    assert three(over) == (3, 0, 4)
    assert (over["next_reset_at"], over["breakdown"][0]["reset"]) == (None, None)
    assert allowed(seated, 0, feature_id="seats")
    assert not allowed(seated, 1, feature_id="seats")
    assert not check(seated, 1, feature_id="seats", send_event=True)["allowed"]
    assert of_seats(-3)["remaining"] == 2
    assert of_seats(-9)["remaining"] == 3


def test_b75_a_boolean_feature_has_no_balance_to_track(api: Api) -> None:
    boolean(api, "sso")
    plan(api, "free", item("sso"), auto_enable=True)
    customer(api, "ada")

    answer = track(api, feature_id="sso")

    assert (answer["balance"], answer["deductions"]) == (None, [])
    assert check(api, feature_id="sso")["allowed"]


def test_b203_nothing_is_lost_when_many_track_at_once(ada: Api) -> None:
    grant(ada, 64, feature_id="other")
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: track(Api(ada.emulator, ada.org), 1, feature_id="other"), range(64)))
    with ThreadPoolExecutor(16) as pool:
        checks = list(
            pool.map(lambda _: check(Api(ada.emulator, ada.org), 2, send_event=True)["allowed"], range(80))
        )

    assert sorted(a["balance"]["remaining"] for a in answers) == list(range(64))
    assert left(ada, feature_id="other") is None
    assert (sum(checks), left(ada)) == (50, 0)


def test_b204_a_refused_body_changes_nothing(ada: Api) -> None:
    ada.refused("balances.track", customer_id="ada", feature_id="messages", value=None)

    assert (left(ada), events(ada)) == (100, [])
