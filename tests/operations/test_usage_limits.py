"""Usage limits: what they count and what they stop (usage U29 to U53)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.builders import customer, item, metered, plan
from tests.conftest import Api
from tests.controls import (
    allowed,
    balance,
    daily,
    free_plan,
    given_customer,
    given_entities,
    only_with,
    read_controls,
    set_controls,
    set_entity_controls,
    taken,
    track,
    usage,
)


def test_u29_a_disabled_entry_switches_the_plans_off(api: Api) -> None:
    free_plan(api, controls={"usage_limits": [daily(5)]})
    customer(api, "ada")

    set_controls(api, usage_limits=[daily(5, enabled=False)])

    assert allowed(api, 6)


def test_u30_a_track_is_cut_to_what_is_left(api: Api) -> None:
    given_customer(api, usage_limits=[daily(5)])

    track(api, 3)
    cut = track(api, 5)

    assert cut["value"] == 5
    assert [each["value"] for each in cut["deductions"]] == [2]
    assert cut["balance"]["remaining"] == 95
    assert usage(api) == 5


def test_u31_an_exhausted_limit_refuses_and_the_balance_stays(api: Api) -> None:
    given_customer(api, usage_limits=[daily(5)])
    track(api, 5)

    checked = api("balances.check", customer_id="ada", feature_id="messages")

    assert checked["allowed"] is False
    assert checked["balance"]["remaining"] == 95


@pytest.mark.parametrize(("required", "is_allowed"), [(2, True), (2.5, False), (3, False)])
def test_u32_a_check_compares_with_the_headroom(api: Api, required: float, is_allowed: bool) -> None:
    given_customer(api, usage_limits=[daily(5)])
    track(api, 3)

    assert allowed(api, required) is is_allowed


def test_u33_reject_refuses_beyond_the_limit(api: Api) -> None:
    given_customer(api, usage_limits=[daily(5)])
    track(api, 5)

    refused = api.refused(
        "balances.track", customer_id="ada", feature_id="messages", value=1, overage_behavior="reject"
    )

    assert refused == (400, "insufficient_balance", "Insufficient balance to deduct 1 from feature messages")


def test_u34_overflow_passes_the_limit_and_is_counted(api: Api) -> None:
    given_customer(api, usage_limits=[daily(5)])
    track(api, 5)

    over = track(api, 4, overage_behavior="overflow")

    assert over["balance"]["remaining"] == 91
    assert usage(api) == 9


def test_u35_a_raised_limit_keeps_what_was_counted(api: Api) -> None:
    given_customer(api, usage_limits=[daily(5)])
    track(api, 5)

    set_controls(api, usage_limits=[daily(8)])

    assert usage(api) == 5
    assert allowed(api, 3)
    assert not allowed(api, 4)


def test_u36_use_while_it_is_disabled_is_not_counted(api: Api) -> None:
    given_customer(api, usage_limits=[daily(5)])
    track(api, 5)

    set_controls(api, usage_limits=[daily(5, enabled=False)])
    assert taken(api, 20) == 20
    set_controls(api, usage_limits=[daily(5)])

    assert usage(api) == 5
    assert not allowed(api)


def test_a_limit_that_is_deleted_and_set_again_keeps_its_count(api: Api) -> None:
    given_customer(api, usage_limits=[daily(5)])
    track(api, 4)

    set_controls(api, usage_limits=[])
    track(api, 10)
    set_controls(api, usage_limits=[daily(5)])

    assert usage(api) == 4


def test_u37_a_refund_does_not_lower_the_count(api: Api) -> None:
    given_customer(api, usage_limits=[daily(5)])
    track(api, 5)

    refunded = track(api, -2)

    assert refunded["balance"]["remaining"] == 97
    assert usage(api) == 5


def test_u38_setting_a_balance_does_not_touch_the_count(api: Api) -> None:
    given_customer(api, usage_limits=[daily(5)])
    track(api, 5)

    api("balances.update", customer_id="ada", feature_id="messages", usage=0)

    assert not allowed(api)


def test_u39_u40_a_filter_counts_the_events_that_match(api: Api) -> None:
    given_customer(api, usage_limits=[daily(5, **only_with(key="a"))])

    assert taken(api, 10, properties={"key": "a"}) == 5
    assert taken(api, 3, properties={"key": "b"}) == 3
    assert taken(api, 2) == 2

    assert usage(api) == 5
    assert not allowed(api, properties={"key": "a"})
    assert allowed(api, properties={"key": "b"})
    assert allowed(api)


@pytest.mark.parametrize(
    ("wanted", "sent", "counted"),
    [
        pytest.param({"account": "29384"}, {"account": 29384}, 3, id="u41-number"),
        pytest.param({"account": "29384"}, {"account": 29384.0}, 3, id="whole-number"),
        pytest.param({"trial": "true"}, {"trial": True}, 3, id="boolean"),
        pytest.param({"account": "1.5"}, {"account": 1.5}, 3, id="fraction"),
        pytest.param({"a": "1", "b": "2"}, {"a": "1"}, 0, id="u42-one-of-two"),
        pytest.param({"a": "1", "b": "2"}, {"b": 2, "a": 1, "c": 3}, 3, id="both-of-more"),
        pytest.param({"a": "null"}, {"a": None}, 0, id="null-never"),
        pytest.param({"a": "1"}, {"a": [1]}, 0, id="list-never"),
        pytest.param({"a": "1"}, {"a": {"a": 1}}, 0, id="object-never"),
        pytest.param({"a": "x"}, {"a": "X"}, 0, id="case-matters"),
    ],
)
def test_filters_compare_properties_as_text(
    api: Api, wanted: dict[str, Any], sent: dict[str, Any], counted: int
) -> None:
    given_customer(api, usage_limits=[daily(5, **only_with(**wanted))])

    track(api, 3, properties=sent)

    assert usage(api) == counted


def test_u43_a_filtered_and_an_unfiltered_limit_both_apply(api: Api) -> None:
    given_customer(api, usage_limits=[daily(5, **only_with(key="a")), daily(10)])

    assert taken(api, 5, properties={"key": "a"}) == 5
    assert taken(api, 8, properties={"key": "b"}) == 5

    assert (usage(api, 0), usage(api, 1)) == (5, 10)
    assert not allowed(api)


def given_credits(api: Api, *limits: dict[str, Any]) -> None:
    """Customer ada with 100 credits; text costs 0.2, an image 3."""
    metered(api, "text", "image")
    api(
        "features.create",
        feature_id="credits",
        name="Credits",
        type="credit_system",
        credit_schema=[
            {"metered_feature_id": "text", "credit_cost": 0.2},
            {"metered_feature_id": "image", "credit_cost": 3},
        ],
    )
    plan(api, "free", item("credits", 100, "month"), auto_enable=True)
    customer(api, "ada", billing_controls={"usage_limits": list(limits)})


def test_u44_a_limit_of_the_pool_counts_credits(api: Api) -> None:
    given_credits(api, daily(10, "credits"))

    drawn = track(api, 5, "image")

    assert drawn["value"] == 5
    assert drawn["balance"]["usage"] == 10
    assert usage(api) == 10


def test_u45_a_limit_of_a_member_counts_its_own_units(api: Api) -> None:
    given_credits(api, daily(5, "text"))

    assert track(api, 5, "text")["balance"]["remaining"] == 99
    assert track(api, 1, "text")["balance"]["remaining"] == 99

    assert usage(api) == 5
    assert not allowed(api, feature_id="text")
    assert allowed(api, feature_id="image")


def test_limits_of_a_member_and_of_the_pool_both_apply(api: Api) -> None:
    given_credits(api, daily(5, "text"), daily(11, "credits"))

    assert taken(api, 8, "text") == 1
    assert allowed(api, 3, "image")
    assert not allowed(api, 4, "image")
    assert taken(api, 5, "image") == 10

    assert (usage(api, 0), usage(api, 1)) == (5, 11)
    assert balance(api, "image")["remaining"] == 89


def test_u46_a_limit_of_0_allows_nothing(api: Api) -> None:
    given_customer(api, usage_limits=[daily(0)])

    assert not allowed(api)
    assert taken(api, 3) == 0


def test_u47_the_customers_limit_is_shared_by_its_entities(api: Api) -> None:
    given_customer(api, usage_limits=[daily(10)])
    given_entities(api, "e1", "e2")

    assert taken(api, 6, entity_id="e1") == 6
    assert taken(api, 6, entity_id="e2") == 4


def test_u48_an_entitys_own_limit_replaces_the_customers(api: Api) -> None:
    given_customer(api, usage_limits=[daily(10)])
    given_entities(api, "e1", "e2")
    set_entity_controls(api, "e1", usage_limits=[daily(2)])

    assert taken(api, 5, entity_id="e1") == 2
    assert usage(api) == 0
    assert taken(api, 20, entity_id="e2") == 10

    shown = api("entities.get", customer_id="ada", entity_id="e1")["billing_controls"]
    assert shown["usage_limits"][0]["usage"] == 2


def test_an_entitys_disabled_entry_frees_it_from_the_customers(api: Api) -> None:
    given_customer(api, usage_limits=[daily(1)])
    given_entities(api, "e1")
    set_entity_controls(api, "e1", usage_limits=[daily(1, enabled=False)])

    assert taken(api, 50, entity_id="e1") == 50
    assert not allowed(api, 2)


def test_u52_the_strictest_of_two_plans_counts(api: Api) -> None:
    free_plan(api, 300, controls={"usage_limits": [daily(10)]})
    monthly = {**daily(210), "interval": "month"}
    plan(api, "boost", item("messages", 50, "month"), add_on=True, billing_controls={"usage_limits": [monthly]})
    customer(api, "ada")

    api("billing.attach", customer_id="ada", plan_id="boost")

    (shown,) = read_controls(api)["usage_limits"]
    assert (shown["limit"], shown["source"]) == (210, "plan")
    assert taken(api, 250) == 210


def test_u53_a_check_that_takes_stops_at_the_limit(api: Api) -> None:
    given_customer(api, usage_limits=[daily(5)])
    track(api, 5)

    assert not allowed(api, send_event=True)

    assert usage(api) == 5
    assert balance(api)["remaining"] == 95


def test_an_unlimited_feature_is_never_blocked(api: Api) -> None:
    metered(api, "messages")
    plan(api, "free", item("messages", unlimited=True), auto_enable=True)
    customer(api, "ada", billing_controls={"usage_limits": [daily(1)]})

    assert allowed(api, 1000)
    assert track(api, 50)["balance"]["usage"] == 50


def test_a_lock_counts_when_it_is_taken_and_gives_back(api: Api) -> None:
    given_customer(api, usage_limits=[daily(5)])

    assert allowed(api, 4, lock={"enabled": True, "lock_id": "l1"})
    assert usage(api) == 4
    assert not allowed(api, 2)
    api("balances.finalize", lock_id="l1", action="release")

    assert usage(api) == 0


def test_a_lock_that_takes_less_in_the_end_lowers_the_count(api: Api) -> None:
    given_customer(api, usage_limits=[daily(5)])
    assert allowed(api, 4, lock={"enabled": True, "lock_id": "l1"})

    api("balances.finalize", lock_id="l1", action="confirm", override_value=1)

    assert usage(api) == 1


def test_the_plans_limit_still_holds_for_old_versions(api: Api) -> None:
    free_plan(api, controls={"usage_limits": [daily(5)]})
    customer(api, "ada")

    checked = api(
        "balances.check", customer_id="ada", feature_id="messages", required_balance=6, version="2.0.0"
    )

    assert checked["allowed"] is False


def test_tracks_side_by_side_are_counted_once_each(api: Api) -> None:
    given_customer(api, usage_limits=[daily(30)])

    def track_ten(_: int) -> float:
        caller = Api(api.emulator, api.org)
        return sum(taken(caller, 1) for _ in range(10))

    with ThreadPoolExecutor(8) as callers:
        amounts = list(callers.map(track_ten, range(8)))

    assert sum(amounts) == 30
    assert usage(api) == 30
    assert balance(api)["remaining"] == 70
