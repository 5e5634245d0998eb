"""Alerts and limits reached: which webhooks a change of balances sets off (usage U65 to U80)."""

from typing import Any

import pytest

from tests.builders import customer, item, metered, plan
from tests.conftest import Api
from tests.controls import (
    Entry,
    allowed,
    daily,
    free_plan,
    given_customer,
    given_entities,
    only_with,
    set_controls,
    set_entity_controls,
    track,
    webhooks,
)

ALERT, LIMIT, THRESHOLD = (
    "balances.usage_alert_triggered",
    "balances.limit_reached",
    "customer.threshold_reached",
)


def alert(threshold: float, kind: str = "usage", feature_id: str | None = "messages", **more: Any) -> Entry:
    about = {"feature_id": feature_id} if feature_id else {}
    return {**about, "threshold": threshold, "threshold_type": kind, **more}


def lines(api: Api) -> list[float]:
    """The thresholds of the alerts that fired."""
    return [each["usage_alert"]["threshold"] for each in webhooks(api, ALERT)]


def test_u65_an_alert_fires_as_its_line_is_crossed(api: Api) -> None:
    given_customer(api, usage_alerts=[alert(50)])

    track(api, 49)
    assert webhooks(api, ALERT) == []
    track(api, 1)

    assert webhooks(api, ALERT) == [
        {
            "customer_id": "ada",
            "feature_id": "messages",
            "usage_alert": {"threshold": 50, "threshold_type": "usage"},
        }
    ]


@pytest.mark.parametrize(
    ("watch", "steps", "fires_at"),
    [
        pytest.param(alert(80, "usage_percentage"), [79, 1, 10], 1, id="u66"),
        pytest.param(alert(20, "remaining"), [75, 5, 5], 1, id="u68-remaining"),
        pytest.param(alert(10, "remaining_percentage"), [89, 1, 1], 1, id="u68-share"),
        pytest.param(alert(0, "remaining"), [99, 1, 1], 1, id="nothing-left"),
        pytest.param(alert(60), [99], 0, id="far-beyond"),
    ],
)
def test_an_alert_fires_once_at_the_step_that_crosses(
    api: Api, watch: Entry, steps: list[float], fires_at: int
) -> None:
    given_customer(api, usage_alerts=[watch])

    counts = []
    for step in steps:
        track(api, step)
        counts.append(len(lines(api)))

    assert counts == [0] * fires_at + [1] * (len(steps) - fires_at)


def test_u67_two_lines_crossed_at_once_are_told_in_stored_order(api: Api) -> None:
    given_customer(api, usage_alerts=[alert(80), alert(50), alert(95)])

    track(api, 90)

    assert lines(api) == [80, 50]


def test_u69_crossing_again_fires_again_but_not_within_a_minute(api: Api) -> None:
    api.freeze("2026-11-25T12:00:00Z")
    given_customer(api, usage_alerts=[alert(50)])
    track(api, 60)

    track(api, -20)
    track(api, 20)
    assert lines(api) == [50]
    api.advance("1 minute")
    track(api, -20)
    track(api, 20)

    assert lines(api) == [50, 50]


def test_u70_an_alert_without_a_feature_watches_all(api: Api) -> None:
    given_customer(api, usage_alerts=[alert(5, feature_id=None)])
    api("balances.create", customer_id="ada", feature_id="api", included_grant=50)

    track(api, 6)
    track(api, 6, "api")

    assert [each["feature_id"] for each in webhooks(api, ALERT)] == ["messages", "api"]


def test_u71_the_plans_alerts_count_where_the_customer_has_none(api: Api) -> None:
    free_plan(api, controls={"usage_alerts": [alert(5)]})
    customer(api, "ada", billing_controls={"usage_alerts": [alert(1, feature_id="api")]})

    track(api, 5)

    assert lines(api) == [5]


def test_u71_a_disabled_alert_of_the_customer_hides_the_plans(api: Api) -> None:
    free_plan(api, controls={"usage_alerts": [alert(5)]})
    customer(api, "ada", billing_controls={"usage_alerts": [alert(1, enabled=False)]})

    track(api, 5)

    assert webhooks(api, ALERT) == []


def test_u72_an_entitys_alerts_fire_beside_the_customers(api: Api) -> None:
    given_customer(api, usage_alerts=[alert(5)])
    given_entities(api, "e1", "e2")
    set_entity_controls(api, "e1", usage_alerts=[alert(4)])

    track(api, 6, entity_id="e1")

    assert [(each.get("entity_id"), each["usage_alert"]["threshold"]) for each in webhooks(api, ALERT)] == [
        (None, 5), ("e1", 4)
    ]  # fmt: skip


def test_u73_a_name_is_told_if_there_is_one(api: Api) -> None:
    given_customer(api, usage_alerts=[alert(5, name="five"), alert(6)])

    track(api, 6)

    first, second = webhooks(api, ALERT)
    assert first["usage_alert"] == {"name": "five", "threshold": 5, "threshold_type": "usage"}
    assert "name" not in second["usage_alert"]


def test_an_alert_that_is_passed_already_does_not_fire_when_it_is_set(api: Api) -> None:
    given_customer(api)
    track(api, 60)

    set_controls(api, usage_alerts=[alert(50)])
    track(api, 1)

    assert webhooks(api, ALERT) == []


def test_unlimited_balances_never_fire(api: Api) -> None:
    metered(api, "messages")
    plan(api, "free", item("messages", unlimited=True), auto_enable=True)
    customer(api, "ada", billing_controls={"usage_alerts": [alert(5)]})

    track(api, 50)

    assert webhooks(api, ALERT, LIMIT) == []


def test_a_check_that_takes_and_a_lock_fire_too(api: Api) -> None:
    given_customer(api, usage_alerts=[alert(5), alert(8)])

    allowed(api, 6, send_event=True)
    allowed(api, 3, lock={"enabled": True, "lock_id": "l1"})

    assert lines(api) == [5, 8]


def test_u74_the_last_unit_is_told_once(api: Api) -> None:
    given_customer(api, 5)

    track(api, 5)
    track(api, 1)

    assert webhooks(api, LIMIT) == [{"customer_id": "ada", "feature_id": "messages", "limit_type": "included"}]


def test_a_refund_lets_the_limit_be_reached_again(api: Api) -> None:
    given_customer(api, 5)
    track(api, 5)

    track(api, -2)
    track(api, 2)

    assert len(webhooks(api, LIMIT)) == 2


def test_u75_a_spend_limit_is_named(api: Api) -> None:
    given_customer(
        api,
        5,
        overage_allowed=[{"feature_id": "messages", "enabled": True}],
        spend_limits=[{"feature_id": "messages", "enabled": True, "overage_limit": 3}],
    )

    track(api, 7)
    assert webhooks(api, LIMIT) == []
    track(api, 1)

    assert [each["limit_type"] for each in webhooks(api, LIMIT)] == ["spend_limit"]


def given_pay_per_use(api: Api, max_purchase: int | None) -> None:
    metered(api, "messages")
    price: dict[str, Any] = {
        "amount": 1, "billing_units": 1, "billing_method": "usage_based", "interval": "month"
    }  # fmt: skip
    if max_purchase:
        price["max_purchase"] = max_purchase
    plan(api, "payg", item("messages", 5, "month", price=price))
    customer(api, "ada", email="ada@example.com")
    api.request("POST", "/_mock/payment_methods", {"customer_id": "ada"})
    api("billing.attach", customer_id="ada", plan_id="payg")


def test_u75_max_purchase_is_named(api: Api) -> None:
    given_pay_per_use(api, 2)

    track(api, 7)

    assert [each["limit_type"] for each in webhooks(api, LIMIT)] == ["max_purchase"]


def test_u75_u76_a_usage_limit_is_named_with_its_filter(api: Api) -> None:
    given_customer(api, usage_limits=[daily(5, **only_with(key="a")), daily(9)])

    track(api, 5, properties={"key": "a"})
    track(api, 9)

    told = {"customer_id": "ada", "feature_id": "messages", "limit_type": "usage_limit"}
    assert webhooks(api, LIMIT) == [{**told, "filter": {"properties": {"key": "a"}}}, told]


def test_u77_an_entitys_limit_names_the_entity(api: Api) -> None:
    given_customer(api)
    given_entities(api, "e1")
    set_entity_controls(api, "e1", usage_limits=[daily(7)])

    track(api, 9, entity_id="e1")

    assert [each["entity_id"] for each in webhooks(api, LIMIT)] == ["e1"]


def test_u78_overage_without_end_is_never_reached(api: Api) -> None:
    given_pay_per_use(api, None)

    track(api, 50)

    assert webhooks(api, LIMIT) == []


def test_u79_old_callers_are_told_in_their_own_words(api: Api) -> None:
    given_customer(api, 5, usage_limits=[daily(50)])

    track(api, 5, version="2.0.0")

    (told,) = webhooks(api, THRESHOLD)
    assert told["threshold_type"] == "limit_reached"
    assert told["feature"] == api("features.get", feature_id="messages", version="2.0.0")
    assert told["customer"] == api("customers.get", customer_id="ada", version="2.0.0")


@pytest.mark.parametrize("version", ["2.1.0", "2.3.0"])
def test_u79_newer_callers_are_not(api: Api, version: str) -> None:
    given_customer(api, 5)

    track(api, 5, version=version)

    assert webhooks(api, THRESHOLD) == []


def test_u80_the_included_amount_is_used_up_while_overage_goes_on(api: Api) -> None:
    given_pay_per_use(api, None)

    api.call("balances.track", {"customer_id": "ada", "feature_id": "messages", "value": 5}, version="1.2")

    assert [each["threshold_type"] for each in webhooks(api, THRESHOLD)] == ["allowance_used"]


def test_webhooks_come_in_their_order(api: Api) -> None:
    given_customer(api, 5, usage_alerts=[alert(5)])

    track(api, 5, version="2.0.0")

    _, answer = api.request("GET", "/_mock/webhooks")
    assert [each["type"] for each in answer["list"]][-3:] == [ALERT, LIMIT, THRESHOLD]


def test_a_refused_track_tells_nothing(api: Api) -> None:
    given_customer(api, 5, usage_alerts=[alert(5)])

    api.refused("balances.track", customer_id="ada", feature_id="messages", value=6, overage_behavior="reject")

    assert webhooks(api, ALERT, LIMIT) == []


def test_tags_name_who_it_is_about(api: Api) -> None:
    free_plan(api, 5)
    customer(api, "a:b")

    api("balances.track", customer_id="a:b", feature_id="messages", value=5)

    _, answer = api.request("GET", "/_mock/webhooks")
    (told,) = [each for each in answer["list"] if each["type"] == LIMIT]
    assert told["tags"] == ["customer_id.a_b"]
