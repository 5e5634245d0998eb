"""When usage limits begin to count anew (usage U49 to U51)."""

import pytest

from tests.builders import customer, item, plan
from tests.conftest import Api
from tests.controls import allowed, daily, free_plan, given_customer, set_controls, taken, track, usage


def test_u49_a_utc_day_ends_at_midnight(api: Api) -> None:
    api.freeze("2026-11-25T22:30:00Z")
    given_customer(api, usage_limits=[daily(5, anchor="utc")])
    track(api, 5)

    api.freeze("2026-11-25T23:59:59Z")
    assert not allowed(api)
    api.freeze("2026-11-26T00:00:00Z")

    assert usage(api) == 0
    assert taken(api, 9) == 5


def test_u50_a_day_follows_the_reset_of_the_balance(api: Api) -> None:
    api.freeze("2026-11-10T08:30:00Z")
    given_customer(api, usage_limits=[daily(5)])
    api.freeze("2026-11-25T08:29:00Z")
    track(api, 5)

    api.freeze("2026-11-25T08:30:00Z")
    assert taken(api, 9) == 5
    api.freeze("2026-11-26T08:29:59Z")
    assert not allowed(api)
    api.freeze("2026-11-26T08:30:00Z")

    assert allowed(api, 5)


@pytest.mark.parametrize(
    ("interval", "inside", "after"),
    [
        ("week", "2026-11-29T23:59:59Z", "2026-11-30T00:00:00Z"),
        ("month", "2026-11-30T23:59:59Z", "2026-12-01T00:00:00Z"),
        ("year", "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z"),
    ],
)
def test_utc_windows_are_those_of_the_calendar(api: Api, interval: str, inside: str, after: str) -> None:
    api.freeze("2026-11-25T12:00:00Z")
    given_customer(api, usage_limits=[{**daily(5, anchor="utc"), "interval": interval}])
    track(api, 5)

    api.freeze(inside)
    assert not allowed(api)
    api.freeze(after)

    assert allowed(api, 5)


def test_a_month_follows_the_reset_of_the_balance(api: Api) -> None:
    api.freeze("2026-01-31T08:30:00Z")
    given_customer(api, usage_limits=[{**daily(5), "interval": "month"}])
    track(api, 5)

    api.freeze("2026-02-28T08:29:00Z")
    assert not allowed(api)
    api.freeze("2026-02-28T08:30:00Z")

    assert allowed(api, 5)


def test_u51_a_plan_that_moves_the_reset_begins_a_new_window(api: Api) -> None:
    api.freeze("2026-11-10T08:30:00Z")
    free_plan(api)
    plan(api, "pro", item("messages", 100, "month"), price={"amount": 10, "interval": "month"})
    customer(api, "ada", email="ada@example.com")
    api.request("POST", "/_mock/payment_methods", {"customer_id": "ada"})
    set_controls(api, usage_limits=[daily(5)])
    track(api, 5)

    api.freeze("2026-11-10T10:00:00Z")
    assert not allowed(api)
    api("billing.attach", customer_id="ada", plan_id="pro")

    assert usage(api) == 0


def test_another_interval_begins_a_new_window(api: Api) -> None:
    api.freeze("2026-11-23T12:00:00Z")  # a Monday
    given_customer(api, usage_limits=[daily(5, anchor="utc")])
    track(api, 5)

    api.freeze("2026-11-24T12:00:00Z")
    set_controls(api, usage_limits=[{**daily(5, anchor="utc"), "interval": "week"}])

    assert usage(api) == 0


def test_a_longer_window_that_begins_at_the_same_instant_is_another_one(api: Api) -> None:
    api.freeze("2026-11-23T12:00:00Z")  # a Monday
    given_customer(api, usage_limits=[daily(5, anchor="utc")])
    track(api, 5)

    set_controls(api, usage_limits=[{**daily(9, anchor="utc"), "interval": "week"}])
    assert usage(api) == 0
    set_controls(api, usage_limits=[daily(5, anchor="utc")])

    assert usage(api) == 5


def test_without_a_reset_the_calendar_counts(api: Api) -> None:
    api.freeze("2026-11-25T22:30:00Z")
    free_plan(api, 0)
    customer(api, "ada")
    api("balances.create", customer_id="ada", feature_id="api", included_grant=100)
    set_controls(api, usage_limits=[daily(5, "api")])
    track(api, 5, "api")

    api.freeze("2026-11-26T00:00:00Z")

    assert allowed(api, 5, "api")
