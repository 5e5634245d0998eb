"""Cases of events.list and events.aggregate (usage U94 …)."""

import base64
import json
from typing import Any

import pytest

from autumn_mock.domain.periods import DAY, HOUR, from_iso
from tests.builders import customer, item, metered, plan, seats
from tests.conftest import Api

NOW = from_iso("2026-11-25T06:44:59.635Z")
TODAY = from_iso("2026-11-25T00:00:00Z")


@pytest.fixture
def ann(api: Api) -> Api:
    """Ann has 100 messages a month and 50 images, and uses nothing yet."""
    api.freeze(NOW)
    metered(api, "messages", "images")
    plan(api, "free", item("messages", 100, "month"), item("images", 50), auto_enable=True)
    customer(api, "ann")
    return api


def track(api: Api, value: float = 1, feature_id: str = "messages", who: str = "ann", **more: Any) -> None:
    api("balances.track", customer_id=who, feature_id=feature_id, value=value, **more)


def listed(api: Api, **body: Any) -> list[dict[str, Any]]:
    return api("events.list", **({"customer_id": "ann"} | body))["list"]


def values(api: Api, **body: Any) -> list[float]:
    return [event["value"] for event in listed(api, **body)]


def summed(api: Api, **body: Any) -> dict[str, Any]:
    return api("events.aggregate", **({"customer_id": "ann", "feature_id": "messages", "range": "24h"} | body))


def test_u94_newest_first(ann: Api) -> None:
    track(ann, 3)
    ann.advance("1 minute")
    track(ann, 2)

    page = ann("events.list", customer_id="ann")

    assert [(e["value"], e["properties"], e["feature_id"]) for e in page["list"]] == [
        (2, {}, "messages"),
        (3, {}, "messages"),
    ]
    assert page["next_cursor"] is None


def test_u94_an_event_has_seven_keys_in_order(ann: Api) -> None:
    track(ann, 3, properties={"region": "us", "tries": 2})

    (event,) = listed(ann)

    assert list(event) == [
        "id", "timestamp", "feature_id", "customer_id", "value", "properties", "deductions",
    ]  # fmt: skip
    assert event["id"].startswith("evt_")
    assert (event["timestamp"], event["customer_id"]) == (NOW, "ann")
    assert event["properties"] == {"region": "us", "tries": 2}
    (deduction,) = event["deductions"]
    assert list(deduction) == ["balance_id", "feature_id", "plan_id", "reset", "value"]
    assert deduction["reset"] == {"interval": "month", "resets_at": from_iso("2026-12-25T06:44:59.635Z")}


def test_u95_pages_by_cursor(ann: Api) -> None:
    track(ann, 3)
    track(ann, 2)

    first = ann("events.list", customer_id="ann", limit=1)
    second = ann("events.list", customer_id="ann", limit=1, start_cursor=first["next_cursor"])

    assert [e["value"] for e in first["list"] + second["list"]] == [2, 3]
    assert second["next_cursor"] is None


def test_u95_a_cursor_counts_microseconds(ann: Api) -> None:
    track(ann)
    track(ann)

    cursor = ann("events.list", limit=1)["next_cursor"]

    payload = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    assert payload == {"v": 0, "id": listed(ann)[0]["id"], "t": NOW * 1_000}


def test_u95_every_page_together_is_the_list(ann: Api) -> None:
    for value in range(7):
        track(ann, value + 1)
    seen: list[float] = []
    cursor: str | None = ""

    while cursor is not None:
        page = ann("events.list", limit=3, start_cursor=cursor)
        seen += [event["value"] for event in page["list"]]
        cursor = page["next_cursor"]

    assert seen == [7, 6, 5, 4, 3, 2, 1]


def test_u96_filtered_by_feature(ann: Api) -> None:
    track(ann, 3)
    track(ann, 4, "images")

    assert values(ann, feature_id="images") == [4]
    assert values(ann, feature_id=["messages", "images"]) == [4, 3]
    assert values(ann, feature_id="unheard") == []
    assert ann("events.list", customer_id="nobody") == {"list": [], "next_cursor": None}


def test_u96_everybody_without_a_customer(ann: Api) -> None:
    customer(ann, "bea")
    track(ann, 1)
    track(ann, 2, who="bea")

    assert [event["customer_id"] for event in ann("events.list")["list"]] == ["bea", "ann"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"limit": 0}, "limit: Too small: expected number to be >=1"),
        ({"limit": 5001}, "limit: Too big: expected number to be <=5000"),
        ({"limit": "ten"}, "limit: must be a number (received NaN)"),
        ({"entity_id": ""}, "entity_id: cannot be empty"),
        ({"feature_id": 7}, "feature_id: Invalid input"),
        ({"feature_id": ""}, "feature_id: Invalid input"),
        ({"filter_by": dict.fromkeys("abcdef", "1")}, "filter_by: filter_by supports a maximum of 5 filters"),
        ({"filter_by": {"a": 1}}, "filter_by.a: must be a string (received number)"),
        (
            {"filter_by": {"a-b": "x"}},
            "Invalid property path. Should only contain alphanumeric and underscore characters.",
        ),
    ],
)
def test_u97_u101_what_a_list_refuses(ann: Api, body: dict[str, Any], text: str) -> None:
    assert ann.refused("events.list", **body) == (400, "invalid_inputs", text)


def test_u97_a_limit_may_be_text(ann: Api) -> None:
    for _ in range(3):
        track(ann)

    assert len(listed(ann, limit="2")) == 2


def test_u98_a_cursor_that_is_none(ann: Api) -> None:
    refused = ann.refused("events.list", start_cursor="abc")

    assert refused == (400, "invalid_cursor", "cursor payload is not valid JSON")


def test_u99_a_range_holds_both_ends(ann: Api) -> None:
    for value in (1, 2, 3):
        track(ann, value)
        ann.advance("1 minute")
    second = NOW + 60_000

    assert values(ann, custom_range={"start": second}) == [3, 2]
    assert values(ann, custom_range={"end": second}) == [2, 1]
    assert values(ann, custom_range={"start": second, "end": second}) == [2]
    assert values(ann, custom_range={"start": 0, "end": 0}) == [3, 2, 1]


def test_u100_before_2_3_pages_go_by_offset(ann: Api) -> None:
    for value in (1, 2, 3):
        track(ann, value)

    whole = ann("events.list", version="2.2.0", customer_id="ann")
    middle = ann("events.list", version="2.2.0", customer_id="ann", offset=1, limit=1)

    assert {key: whole[key] for key in whole if key != "list"} == {
        "has_more": False, "total": 3, "offset": 0, "limit": 100,
    }  # fmt: skip
    assert [event["value"] for event in middle["list"]] == [2]
    assert (middle["has_more"], middle["total"], middle["offset"]) == (True, 1, 1)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"offset": -1}, "offset: Too small: expected number to be >=0"),
        ({"limit": 1001}, "limit: Too big: expected number to be <=1000"),
    ],
)
def test_u100_what_an_offset_page_refuses(ann: Api, body: dict[str, Any], text: str) -> None:
    answer = ann.call("events.list", body, version="2.2.0")

    assert ann.refusal(answer) == (400, "invalid_inputs", text)


def test_u101_filtered_by_properties(ann: Api) -> None:
    track(ann, 1, properties={"region": "US"})
    track(ann, 2, properties={"region": "us-east"})
    track(ann, 3, properties={"region": "us", "team": "red"})
    track(ann, 4, properties={"deep": {"region": "us"}, "team": "blue"})

    assert values(ann, filter_by={"region": "us"}) == [4, 3, 1]
    assert values(ann, filter_by={"region": "us", "team": "red"}) == [3]


def test_u102_an_event_that_took_nothing(ann: Api) -> None:
    track(ann, 100)
    track(ann, 9.5)

    assert [(e["value"], e["deductions"] is None) for e in listed(ann)] == [(9.5, True), (100, False)]


def test_events_of_an_entity(ann: Api) -> None:
    seats(ann, "seats")
    plan(ann, "desks", item("seats", 5), add_on=True)
    ann("billing.attach", customer_id="ann", plan_id="desks")
    ann("entities.create", customer_id="ann", entity_id="desk", feature_id="seats", name="Desk")
    track(ann, 1)
    track(ann, 4, entity_id="desk")

    assert values(ann, entity_id="desk") == [4]
    assert summed(ann, entity_id="desk")["total"] == {"messages": {"count": 1, "sum": 4}}


def test_a_named_range_since_2_5(ann: Api) -> None:
    track(ann, 1)
    ann.advance("3 days")
    track(ann, 2)

    assert [e["value"] for e in ann("events.list", version="2.5.0", range="24h")["list"]] == [2]
    assert [e["value"] for e in ann("events.list", version="2.5.0", range="7d")["list"]] == [2, 1]


def test_u103_a_week_has_eight_day_bins(ann: Api) -> None:
    track(ann, 3)
    track(ann, 2)

    found = summed(ann, range="7d")

    assert [each["period"] for each in found["list"]] == [TODAY - days * DAY for days in range(7, -1, -1)]
    assert found["list"][-1]["values"] == {"messages": 5}
    assert all(each["values"] == {"messages": 0} for each in found["list"][:-1])
    assert found["total"] == {"messages": {"count": 2, "sum": 5}}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"feature_id": ""}, "feature_id: Invalid input"),
        ({"range": "1y"}, "range: must be one of: 24h, 7d, 30d, 90d, last_cycle, 1bc, 3bc"),
        (
            {"custom_range": {"start": 1, "end": 2}},
            "custom_range.range: Only one of range or custom_range may be provided",
        ),
        ({"custom_range": {"start": 2, "end": 1}}, "custom_range: start must be before end"),
        (
            {"group_by": "region"},
            'group_by: group_by must start with "properties." or be "$customer_id", "$entity_id", '
            '"$plan_id", or "$feature_id"',
        ),
        (
            {"group_by": "$feature_id"},
            'group_by: group_by "$feature_id" requires aggregate_on to be "deducted"',
        ),
        ({"bin_size": "minute"}, "bin_size: must be one of: day, hour, week, month"),
        ({"max_groups": 251}, "max_groups: Too big: expected number to be <=250"),
        ({"max_groups": 0}, "max_groups: Too small: expected number to be >=1"),
        ({"aggregate_on": "counted"}, 'aggregate_on: Invalid input: expected "deducted"'),
        (
            {"group_by": "properties.a-b"},
            "Invalid property path. Should only contain alphanumeric and underscore characters.",
        ),
    ],
)
def test_u104_u105_u107_what_an_aggregate_refuses(ann: Api, body: dict[str, Any], text: str) -> None:
    asked = {"customer_id": "ann", "feature_id": "messages", "range": "24h"} | body

    assert ann.refused("events.aggregate", **asked) == (400, "invalid_inputs", text)


def test_u104_a_range_that_starts_at_0_does_not_count(ann: Api) -> None:
    assert len(summed(ann, custom_range={"start": 0, "end": 2})["list"]) == 2


def test_u106_an_unknown_customer(ann: Api) -> None:
    refused = ann.refused("events.aggregate", customer_id="x", feature_id="messages")

    assert refused == (404, "customer_not_found", "Customer x not found")


def test_u108_grouped_by_a_property(ann: Api) -> None:
    track(ann, 3, properties={"region": "us"})
    track(ann, 2, properties={"region": "eu"})
    track(ann, 7)

    found = summed(ann, group_by="properties.region")

    assert found["list"] == [
        {
            "period": TODAY - DAY,
            "values": {"messages": 0},
            "grouped_values": {"messages": {"eu": 0, "us": 0}},
        },
        {
            "period": TODAY,
            "values": {"messages": 5},
            "grouped_values": {"messages": {"eu": 2, "us": 3}},
        },
    ]
    assert found["total"] == {"messages": {"count": 3, "sum": 12}}


def test_u108_small_groups_are_put_together(ann: Api) -> None:
    for region, value in (("us", 3), ("eu", 2), ("asia", 4)):
        track(ann, value, properties={"region": region})

    found = summed(ann, group_by="properties.region", max_groups=1)

    assert found["list"][-1]["grouped_values"] == {"messages": {"asia": 4, "AUTUMN_RESERVED": 5}}
    assert found["list"][0]["grouped_values"] == {"messages": {"asia": 0, "AUTUMN_RESERVED": 0}}


def test_u108_no_bins_when_nothing_is_in_a_group(ann: Api) -> None:
    track(ann, 3)

    found = summed(ann, group_by="properties.unheard")

    assert found == {"list": [], "total": {"messages": {"count": 1, "sum": 3}}}


def test_u108_grouped_by_customer_and_plan(ann: Api) -> None:
    customer(ann, "bea")
    track(ann, 7)
    track(ann, 5, who="bea")
    ann("balances.create", customer_id="bea", feature_id="images", included_grant=9)
    (free,) = [each for each in ann.world.store.plans if each.id == "free"]

    by_customer = ann("events.aggregate", feature_id="messages", range="24h", group_by="$customer_id")
    by_plan = summed(ann, group_by="$plan_id")

    assert by_customer["list"][-1]["grouped_values"] == {"messages": {"ann": 7, "bea": 5}}
    assert by_plan["list"][-1]["grouped_values"] == {"messages": {free.internal_id: 7}}


@pytest.mark.parametrize(("size", "count"), [("hour", 25), ("day", 2), (None, 2), ("week", 1), ("month", 1)])
def test_u109_bins_of_a_day(ann: Api, size: str | None, count: int) -> None:
    track(ann, 3)

    found = summed(ann, **({"bin_size": size} if size else {}))

    assert len(found["list"]) == count
    assert found["list"][-1]["values"] == {"messages": 3}


def test_u109_the_first_partial_hour_counts_only_in_the_total(ann: Api) -> None:
    track(ann, 1)
    ann.advance("1 hour")
    track(ann, 2)
    ann.freeze(NOW + 24 * HOUR + 1_000)

    found = summed(ann, bin_size="hour")

    assert sum(each["values"]["messages"] for each in found["list"]) == 2
    assert found["total"] == {"messages": {"count": 2, "sum": 3}}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "customer_id is required when aggregate_on is set"),
        (
            {"customer_id": "ann", "group_by": "$plan_id"},
            "group_by $plan_id is not supported when aggregate_on is set — deductions already include "
            "plan_id per balance",
        ),
        (
            {"customer_id": "ann", "filter_by": {"a": "1"}},
            "filter_by is not supported when aggregate_on is set",
        ),
    ],
)
def test_u110_what_deductions_refuse(ann: Api, body: dict[str, Any], text: str) -> None:
    refused = ann.refused("events.aggregate", feature_id="messages", aggregate_on="deducted", **body)

    assert refused == (400, "invalid_request", text)


@pytest.fixture
def credits(api: Api) -> Api:
    """Text costs 2 credits; ann has 10 of her plan and 4 besides, and used 6 texts, gave 1 back."""
    api.freeze(NOW)
    metered(api, "text")
    api(
        "features.create", feature_id="credits", name="Credits", type="credit_system",
        credit_schema=[{"metered_feature_id": "text", "credit_cost": 2}],
    )  # fmt: skip
    plan(api, "free", item("credits", 10, "month"), auto_enable=True)
    customer(api, "ann")
    api("balances.create", customer_id="ann", feature_id="credits", included_grant=4, balance_id="gift")
    track(api, 6, "text")
    track(api, -1, "text")
    track(api, 0.5, "credits")
    return api


def test_u110_what_was_deducted(credits: Api) -> None:
    found = summed(credits, feature_id="text", aggregate_on="deducted")

    (bin_,) = found["deductions"]
    paid = bin_["values"]["credits"]
    assert bin_["period"] == TODAY
    assert (paid["feature_type"], paid["deducted"], paid["events"]) == ("credit_system", 10, 3)
    assert [(b["plan_id"], b["credit_cost"], b["deducted"], b["events"]) for b in paid["balances"]] == [
        ("free", 2, 8, 2),
        (None, 2, 2, 1),
    ]
    assert found["list"][-1]["values"] == {"text": 5}


def test_u110_deductions_by_feature(credits: Api) -> None:
    found = summed(credits, feature_id=["text", "credits"], aggregate_on="deducted", group_by="$feature_id")

    (bin_,) = found["deductions"]
    groups = list(bin_["grouped_values"].values())
    assert groups == [
        {
            "credits": {"deducted": 0.5, "credit_cost": None},
            "text": {"deducted": 8, "credit_cost": 2},
        },
        {"text": {"deducted": 2, "credit_cost": 2}},
    ]
    assert "grouped_values" not in found["list"][-1]
    assert {b["credit_cost"] for b in bin_["values"]["credits"]["balances"]} == {None}


def test_u110_small_groups_of_deductions_are_other(ann: Api) -> None:
    for team, value in (("red", 5), ("blue", 2), ("green", 1)):
        track(ann, value, properties={"team": team})

    found = summed(ann, aggregate_on="deducted", group_by="properties.team", max_groups=1)

    (groups,) = found["deductions"][0]["grouped_values"].values()
    assert groups == {"red": {"deducted": 5}, "Other": {"deducted": 3}}


def test_u111_flat_up_to_2_0(ann: Api) -> None:
    track(ann, 5, properties={"region": "eu"})
    body = {"customer_id": "ann", "feature_id": "messages", "range": "24h"}

    _, plain = ann.request("POST", "/v1/query", body, version="1.2")
    grouped = ann("events.aggregate", version="2.0.0", group_by="properties.region", **body)

    assert plain["list"][-1] == {"period": TODAY, "messages": 5}
    assert grouped["list"][-1] == {"period": TODAY, "messages": {"eu": 5}}
    assert plain["total"] == grouped["total"] == {"messages": {"count": 1, "sum": 5}}


@pytest.mark.parametrize("path", ["/v1/query", "/v1/events/aggregate"])
def test_u111_legacy_routes_equal_the_operation(ann: Api, path: str) -> None:
    track(ann, 5)
    body = {"customer_id": "ann", "feature_id": "messages", "range": "7d"}

    assert ann.request("POST", path, body) == (200, ann("events.aggregate", **body))


def test_u111_the_legacy_list_equals_the_operation(ann: Api) -> None:
    track(ann, 5)

    assert ann.request("POST", "/v1/events/list", {"limit": 3}) == (200, ann("events.list", limit=3))


def test_u112_no_events(ann: Api) -> None:
    found = summed(ann, feature_id=["messages", "unheard"])

    assert all(each["values"] == {"messages": 0, "unheard": 0} for each in found["list"])
    assert found["total"] == {}


def test_a_cycle_back_from_now_without_a_range(ann: Api) -> None:
    found = ann("events.aggregate", customer_id="ann", feature_id="messages")

    assert len(found["list"]) == 31


def test_the_last_cycle_of_a_new_customer_is_the_running_one(ann: Api) -> None:
    track(ann, 3)

    found = summed(ann, range="last_cycle")

    assert found == {"list": [{"period": TODAY, "values": {"messages": 0}}], "total": {}}


def test_the_last_cycle_is_the_one_before(ann: Api) -> None:
    ann.advance("2 hours")
    track(ann, 3)
    ann.advance("33 days")

    found = summed(ann, range="last_cycle")

    assert found["total"] == {"messages": {"count": 1, "sum": 3}}
    assert sum(each["values"]["messages"] for each in found["list"]) == 3


def test_bins_after_now_are_left_out(ann: Api) -> None:
    track(ann, 3)

    found = ann(
        "events.aggregate", feature_id="messages",
        custom_range={"start": TODAY - 2 * DAY, "end": TODAY + 3 * DAY},
    )  # fmt: skip

    assert [each["period"] for each in found["list"]] == [TODAY - 2 * DAY, TODAY - DAY, TODAY]
