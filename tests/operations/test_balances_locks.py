"""Locks: cases B119 to B134 and B202."""

from typing import Any

import pytest

from tests.balances import balance, check, events, grant, left, rows, track
from tests.builders import boolean, customer, item, metered, plan, seats
from tests.conftest import Api


@pytest.fixture
def ada(api: Api) -> Api:
    """Customer ada with 100 messages a month, 5 seats and a flag."""
    metered(api, "messages")
    seats(api, "seats")
    boolean(api, "sso")
    items = (item("messages", 100, "month"), item("seats", 5), item("sso"))
    plan(api, "free", *items, auto_enable=True)
    customer(api, "ada")
    return api


def hold(api: Api, value: float, lock_id: str = "job-1", **more: Any) -> Any:
    """A check that holds an amount back."""
    lock = {"enabled": True, "lock_id": lock_id} | more.pop("lock", {})
    return check(api, value, lock=lock, **more)


def finalize(api: Api, action: str = "confirm", lock_id: str = "job-1", **more: Any) -> None:
    answer = api("balances.finalize", lock_id=lock_id, action=action, **more)
    assert answer == {"success": True}


NOT_FOUND = (400, "invalid_request", "Lock not found for ID: job-1")


def test_b119_b121_confirmed_once(ada: Api) -> None:
    held = hold(ada, 30)

    assert (held["allowed"], held["balance"]["remaining"]) == (True, 70)
    finalize(ada)
    assert left(ada) == 70
    assert ada.refused("balances.finalize", lock_id="job-1", action="confirm") == NOT_FOUND
    assert [value for _, value, _ in events(ada)] == [30]


def test_b120_an_open_lock_keeps_its_id(ada: Api) -> None:
    hold(ada, 30)

    refused = ada.refused(
        "balances.check",
        customer_id="ada",
        feature_id="messages",
        required_balance=10,
        lock={"enabled": True, "lock_id": "job-1"},
    )

    assert refused == (409, "lock_already_exists", "A lock with this ID already exists")
    assert left(ada) == 70
    finalize(ada, "release")
    assert hold(ada, 10)["allowed"]


def test_b122_released_to_where_it_was(ada: Api) -> None:
    hold(ada, 30, properties={"job": "a"})

    finalize(ada, "release", properties={"why": "failed"})

    assert left(ada) == 100
    assert events(ada) == [("messages", 30, {"job": "a"}), ("messages", -30, {"why": "failed"})]


@pytest.mark.parametrize(("override", "remaining", "recorded"), [
    (12, 88, [30, -18]),
    (50, 50, [30, 20]),
    (0, 100, [30, -30]),
    (500, 0, [30, 470]),
    (30, 70, [30]),
    (-5, 100, [30, -35]),
])  # fmt: skip
def test_b123_confirmed_with_another_amount(
    ada: Api, override: float, remaining: float, recorded: list[float]
) -> None:
    hold(ada, 30)

    finalize(ada, override_value=override)

    assert left(ada) == remaining
    assert [value for _, value, _ in events(ada)] == recorded


def test_b124_what_is_refused_makes_no_lock(ada: Api) -> None:
    assert not hold(ada, 101)["allowed"]
    assert ada.refused("balances.finalize", lock_id="job-1", action="confirm") == NOT_FOUND
    assert (left(ada), events(ada)) == (100, [])


@pytest.mark.parametrize(("feature_id", "lock", "refusal"), [
    pytest.param(
        "messages", {"enabled": True},
        ("invalid_inputs", "lock.lock_id: must be a string (received undefined)"), id="B125",
    ),
    pytest.param(
        "messages", {"enabled": False, "lock_id": "x"},
        ("invalid_inputs", "lock.enabled: Invalid input: expected true"), id="B125 enabled",
    ),
    pytest.param(
        "messages", {"enabled": True, "lock_id": "far", "expires_at": 4_102_444_800_000},
        ("invalid_request", "Lock expires_at cannot be more than 1 day from now"), id="B126",
    ),
    pytest.param(
        "seats", {"enabled": True, "lock_id": "seat"},
        ("invalid_request", "Lock is not supported for allocated features"), id="B127 seats",
    ),
    pytest.param(
        "sso", {"enabled": True, "lock_id": "flag"},
        (
            "invalid_request",
            "send_event cannot be used with boolean features, which are flags rather than usage-tracked.",
        ),
        id="B127 boolean",
    ),
])  # fmt: skip
def test_b125_to_b127_locks_that_are_refused(ada: Api, feature_id: str, lock: Any, refusal: Any) -> None:
    refused = ada.refused("balances.check", customer_id="ada", feature_id=feature_id, lock=lock)

    assert refused == (400, *refusal)
    assert (left(ada), len(ada.world.store.locks)) == (100, 0)


@pytest.mark.parametrize(("body", "refusal"), [
    ({"lock_id": "job-1", "action": "release"}, NOT_FOUND[1:]),
    (
        {"lock_id": "job-1", "action": "release", "override_value": 3},
        ("invalid_inputs", "override_value: override_value cannot be provided when action is release"),
    ),
    (
        {"lock_id": "job-1", "action": "undo"},
        ("invalid_inputs", "action: must be one of: confirm, release"),
    ),
    (
        {"action": "confirm"},
        ("invalid_inputs", "lock_id: must be a string (received undefined)"),
    ),
])  # fmt: skip
def test_b128_what_finalize_refuses(ada: Api, body: Any, refusal: Any) -> None:
    assert ada.refused("balances.finalize", **body) == (400, *refusal)


def test_b129_b202_a_lock_of_nothing(ada: Api) -> None:
    assert hold(ada, 0)["allowed"]

    finalize(ada, override_value=4)

    assert left(ada) == 96


def test_b130_last_taken_first_put_back(api: Api) -> None:
    metered(api, "messages")
    customer(api, "ada")
    grant(api, 10, "first", every="month")
    grant(api, 20, "second")

    hold(api, 16)
    finalize(api, override_value=8)

    assert rows(balance(api)) == {"first": 2, "second": 20}


def test_b130_a_row_that_a_lock_drained_comes_back(api: Api) -> None:
    metered(api, "messages")
    customer(api, "ada")
    grant(api, 10, "only")

    hold(api, 10)
    assert balance(api) is None
    finalize(api, "release")

    assert rows(balance(api)) == {"only": 10}


def test_a_row_that_is_gone_is_made_up_for_by_a_refund(api: Api) -> None:
    metered(api, "messages")
    plan(api, "free", item("messages", 10, "month"), auto_enable=True)
    customer(api, "ada")
    grant(api, 20, "gift")
    hold(api, 16)
    api("balances.delete", customer_id="ada", feature_id="messages", balance_id="gift")

    finalize(api, "release")

    assert rows(balance(api)) == {"free": 10}


def test_b132_a_lock_of_an_entity(ada: Api) -> None:
    ada("entities.create", customer_id="ada", entity_id="s1", feature_id="seats", name="One")
    grant(ada, 8, "own", entity_id="s1")

    hold(ada, 5, entity_id="s1")
    assert rows(balance(ada, entity_id="s1")) == {"own": 3, "free": 100}
    finalize(ada, "release")

    assert rows(balance(ada, entity_id="s1")) == {"own": 8, "free": 100}


def test_b133_a_lock_through_a_track(ada: Api) -> None:
    track(ada, 30, lock={"enabled": True, "lock_id": "job-1"})
    assert left(ada) == 70

    finalize(ada, "release")

    assert left(ada) == 100


def test_b133_a_lock_through_a_track_takes_all_or_nothing(ada: Api) -> None:
    refused = ada.refused(
        "balances.track",
        customer_id="ada",
        feature_id="messages",
        value=130,
        lock={"enabled": True, "lock_id": "job-1"},
    )

    assert refused[:2] == (400, "insufficient_balance")
    assert (left(ada), len(ada.world.store.locks)) == (100, 0)


def test_b134_a_lock_that_expires_is_released(ada: Api) -> None:
    ada.freeze("2026-11-25T09:00:00Z")
    hold(ada, 30, lock={"expires_at": ada.world.now() + 60_000})

    ada.advance("30 seconds")
    assert left(ada) == 70
    ada.advance("31 seconds")

    assert left(ada) == 100
    assert ada.refused("balances.finalize", lock_id="job-1", action="confirm") == NOT_FOUND


def test_a_lock_without_expiry_is_forgotten_after_a_day(ada: Api) -> None:
    ada.freeze("2026-11-25T09:00:00Z")
    hold(ada, 30)

    ada.advance("25 hours")

    assert ada.refused("balances.finalize", lock_id="job-1", action="release") == NOT_FOUND
    assert left(ada) == 70
