"""Billing controls: what may be given and how it reads back (usage U1 to U29, customers C103 to C106
and C153 to C160)."""

from typing import Any

import pytest

from tests.builders import customer, item, metered, plan
from tests.conftest import Api
from tests.controls import (
    daily,
    free_plan,
    given_customer,
    given_entities,
    only_with,
    read_controls,
    set_controls,
    set_entity_controls,
    track,
)

TOPUP = {"feature_id": "messages", "threshold": 20, "quantity": 100}


def test_u1_a_usage_limit_reads_back_with_its_defaults_and_usage(api: Api) -> None:
    given_customer(api)

    shown = set_controls(api, usage_limits=[daily(5)])

    assert shown == {
        "usage_limits": [
            {"feature_id": "messages", "enabled": True, "limit": 5, "interval": "day", "usage": 0,
             "source": "customer"}
        ]
    }  # fmt: skip


def test_u2_another_list_leaves_the_first_alone(api: Api) -> None:
    given_customer(api, usage_limits=[daily(5)])

    shown = set_controls(api, spend_limits=[{"feature_id": "messages", "overage_limit": 10}])

    assert shown["spend_limits"][0]["enabled"] is False
    assert len(shown["usage_limits"]) == 1


def test_u3_an_empty_list_clears(api: Api) -> None:
    given_customer(api, usage_limits=[daily(5)])

    shown = set_controls(api, usage_limits=[])

    assert shown == {"usage_limits": []}


@pytest.mark.parametrize(
    ("name", "given", "shown"),
    [
        pytest.param(
            "usage_alerts",
            {"feature_id": "messages", "threshold": 80, "threshold_type": "usage_percentage"},
            {"feature_id": "messages", "enabled": True, "threshold": 80, "threshold_type": "usage_percentage"},
            id="u4",
        ),
        pytest.param(
            "overage_allowed",
            {"feature_id": "messages"},
            {"feature_id": "messages", "enabled": False},
            id="u5",
        ),
        pytest.param("auto_topups", TOPUP, {**TOPUP, "enabled": False}, id="u6"),
        pytest.param(
            "auto_topups",
            {**TOPUP, "purchase_limit": {"interval": "month", "limit": 3}},
            {
                **TOPUP,
                "enabled": False,
                "purchase_limit": {"interval": "month", "interval_count": 1, "limit": 3},
            },
            id="u6-limit",
        ),
        pytest.param(
            "spend_limits",
            {"feature_id": "messages", "overage_limit": 1.5, "colour": "red"},
            {"feature_id": "messages", "enabled": False, "overage_limit": 1.5},
            id="unknown-keys-are-dropped",
        ),
    ],
)
def test_defaults_are_filled_in(api: Api, name: str, given: dict[str, Any], shown: dict[str, Any]) -> None:
    given_customer(api)

    controls = set_controls(api, **{name: [given]})

    assert controls == {name: [{**shown, "source": "customer"}]}


ALERT = {"feature_id": "messages", "threshold": 101, "threshold_type": "remaining_percentage"}
OVERAGE = {"feature_id": "messages", "overage_limit": 10}
REFUSED = {
    "u7": (
        {"auto_topups": [TOPUP, TOPUP]},
        "auto_topups.1.feature_id: Only one auto top-up entry is allowed per feature_id",
    ),
    "u8": (
        {"spend_limits": [OVERAGE, OVERAGE]},
        "spend_limits.1.feature_id: Only one spend limit entry is allowed per feature_id",
    ),
    "u9": (
        {"usage_limits": [daily(1), daily(2)]},
        "usage_limits.1.feature_id: Only one usage limit entry is allowed per feature_id and filter",
    ),
    "u11": (
        {"usage_limits": [daily(1, **only_with(k=1)), daily(2, **only_with(k="1"))]},
        "usage_limits.1.feature_id: Only one usage limit entry is allowed per feature_id and filter",
    ),
    "u12-c103": (
        {"overage_allowed": [{"feature_id": "messages"}, {"feature_id": "messages"}]},
        "overage_allowed.1.feature_id: Only one overage_allowed entry is allowed per feature_id",
    ),
    "u14": (
        {"spend_limits": [{"enabled": True, "overage_limit": 10}]},
        "spend_limits.0.feature_id: "
        "feature_id is required when overage_limit or skip_overage_billing is provided",
    ),
    "c104": (
        {"spend_limits": [{"skip_overage_billing": True}]},
        "spend_limits.0.feature_id: "
        "feature_id is required when overage_limit or skip_overage_billing is provided",
    ),
    "u15-c105": (
        {"usage_alerts": [ALERT]},
        "usage_alerts.0.threshold: Threshold must be between 0 and 100 for remaining_percentage",
    ),
    "u16": (
        {"usage_limits": [{**daily(1), "interval": "hour"}]},
        "usage_limits.0.interval: must be one of: day, week, month, year",
    ),
    "u17-none": (
        {"usage_limits": [daily(1, **only_with())]},
        "usage_limits.0.filter.properties: filter.properties must have between 1 and 4 keys",
    ),
    "u17-five": (
        {"usage_limits": [daily(1, **only_with(a=1, b=1, c=1, d=1, e=1))]},
        "usage_limits.0.filter.properties: filter.properties must have between 1 and 4 keys",
    ),
    "u19": (
        {"usage_limits": [daily(-1)]},
        "usage_limits.0.limit: Too small: expected number to be >=0",
    ),
    "u20-c106": (
        {"auto_topups": [{**TOPUP, "quantity": 0}]},
        "auto_topups.0.quantity: Too small: expected number to be >=1",
    ),
    "feature-missing": (
        {"usage_limits": [{"limit": 1, "interval": "day"}]},
        "usage_limits.0.feature_id: must be a string (received undefined)",
    ),
    "first-kind-only": (
        {"usage_limits": [daily(1), daily(2)], "auto_topups": [TOPUP, TOPUP]},
        "auto_topups.1.feature_id: Only one auto top-up entry is allowed per feature_id",
    ),
    "alert-type": (
        {"usage_alerts": [{**ALERT, "threshold_type": "percent"}]},
        "usage_alerts.0.threshold_type: must be one of: "
        "usage, usage_percentage, remaining, remaining_percentage",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_controls_are_refused(api: Api, case: str) -> None:
    controls, message = REFUSED[case]
    given_customer(api)

    refused = api.refused("customers.update", customer_id="ada", billing_controls=controls)

    assert refused == (400, "invalid_inputs", f"billing_controls.{message}")
    assert read_controls(api) == {}


@pytest.mark.parametrize(
    "controls",
    [
        pytest.param({"usage_limits": [daily(1), daily(2, **only_with(k="a"))]}, id="u10"),
        pytest.param({"usage_alerts": [{**ALERT, "threshold": 1}] * 3}, id="u13"),
        pytest.param(
            {"usage_alerts": [{**ALERT, "threshold": 150, "threshold_type": "usage_percentage"}]}, id="u15"
        ),
        pytest.param({"usage_limits": [{**daily(1), "interval": "year"}]}, id="u16"),
        pytest.param({"usage_limits": [daily(0)]}, id="u19"),
        pytest.param({"auto_topups": [{**TOPUP, "threshold": -100}]}, id="u20"),
        pytest.param({"spend_limits": [{}, {"enabled": True}]}, id="spend-limits-of-nothing-may-repeat"),
    ],
)
def test_unusual_controls_are_taken(api: Api, controls: dict[str, Any]) -> None:
    given_customer(api)

    shown = set_controls(api, **controls)

    ((name, entries),) = controls.items()
    assert len(shown[name]) == len(entries)


def test_u18_filter_values_are_kept_as_text(api: Api) -> None:
    given_customer(api)

    shown = set_controls(api, usage_limits=[daily(5, **only_with(n=29384, b=True, f=1.5, w=2.0))])

    assert shown["usage_limits"][0]["filter"] == {
        "properties": {"n": "29384", "b": "true", "f": "1.5", "w": "2"}
    }


def test_u21_a_count_above_its_limit_is_refused(api: Api) -> None:
    given_customer(api)
    limit = {"interval": "month", "limit": 3, "count": 5}

    refused = api.refused(
        "customers.update",
        customer_id="ada",
        billing_controls={"auto_topups": [{**TOPUP, "purchase_limit": limit}]},
    )

    message = "purchase_limit.count (5) cannot exceed purchase_limit.limit (3) for feature messages"
    assert refused == (400, "invalid_request", message)


def test_c154_a_count_above_its_limit_makes_no_customer(api: Api) -> None:
    limit = {"interval": "day", "limit": 4, "count": 5}

    _, code, _ = api.refused(
        "customers.get_or_create",
        customer_id="ada",
        billing_controls={"auto_topups": [{**TOPUP, "purchase_limit": limit}]},
    )

    assert code == "invalid_request"
    assert api.refused("customers.get", customer_id="ada")[0] == 404


def test_u22_c160_a_control_may_name_an_unknown_feature(api: Api) -> None:
    given_customer(api)

    shown = set_controls(api, usage_limits=[daily(5, "ghost")])

    assert shown["usage_limits"] == [{**daily(5, "ghost"), "enabled": True, "source": "customer"}]


def test_c160_usage_is_shown_where_something_is_limited(api: Api) -> None:
    given_customer(api)
    api("features.create", feature_id="sso", name="SSO", type="boolean")

    shown = set_controls(
        api, usage_limits=[daily(5, enabled=False), daily(5, "sso"), daily(5, **only_with(k="a"))]
    )

    assert [each.get("usage") for each in shown["usage_limits"]] == [None, 0, 0]


def test_u23_controls_given_at_creation_are_ignored_later(api: Api) -> None:
    free_plan(api)
    customer(api, "ada", billing_controls={"usage_limits": [daily(5)]})

    again = customer(api, "ada", billing_controls={"usage_limits": [daily(9)]})

    assert again["billing_controls"]["usage_limits"][0]["limit"] == 5


def test_u24_an_entity_has_no_auto_topups(api: Api) -> None:
    given_customer(api)
    given_entities(api, "e1")

    shown = set_entity_controls(api, "e1", auto_topups=[TOPUP], usage_limits=[daily(2)])

    assert shown == {"usage_limits": [{**daily(2), "enabled": True, "usage": 0}]}


def test_u25_an_entity_has_one_usage_limit_for_a_feature(api: Api) -> None:
    given_customer(api)
    given_entities(api, "e1")

    refused = api.refused(
        "entities.update",
        customer_id="ada",
        entity_id="e1",
        billing_controls={"usage_limits": [daily(1, **only_with(a="b")), daily(2)]},
    )

    message = "billing_controls.usage_limits.1.feature_id: Only one usage limit entry is allowed per feature_id"
    assert refused == (400, "invalid_inputs", message)


def test_u26_a_plan_shows_its_controls_as_they_were_given(api: Api) -> None:
    metered(api, "messages")
    controls = {"usage_limits": [daily(5)], "overage_allowed": [{"feature_id": "messages", "enabled": True}]}

    made = plan(api, "capped", item("messages", 100, "month"), billing_controls=controls)

    wanted = {"usage_limits": [{**daily(5), "enabled": True}], "overage_allowed": controls["overage_allowed"]}
    assert made["billing_controls"] == wanted
    assert api("plans.get", plan_id="capped")["billing_controls"] == wanted


def test_a_plan_does_not_count_purchases(api: Api) -> None:
    metered(api, "messages")
    limit = {"interval": "month", "limit": 3, "count": 2}

    made = plan(
        api,
        "capped",
        item("messages", 100),
        billing_controls={"auto_topups": [{**TOPUP, "purchase_limit": limit}]},
    )

    (shown,) = made["billing_controls"]["auto_topups"]
    assert shown["purchase_limit"] == {"interval": "month", "interval_count": 1, "limit": 3}


def test_u27_c155_a_customer_shows_what_its_plan_brings(api: Api) -> None:
    controls = {
        "usage_limits": [daily(40), daily(5, "api")],
        "overage_allowed": [{"feature_id": "messages", "enabled": True}],
    }
    free_plan(api, controls=controls)

    shown = customer(api, "ada")["billing_controls"]

    inherited = {"enabled": True, "source": "plan"}
    assert shown == {
        "usage_limits": [
            {**daily(40), "usage": 0, **inherited},
            {**daily(5, "api"), "usage": 0, **inherited},
        ],
        "overage_allowed": [{"feature_id": "messages", **inherited}],
    }
    assert read_controls(api, version="2.2.0") == {}


def test_u28_c156_c157_an_own_entry_takes_the_place_of_the_plans(api: Api) -> None:
    free_plan(api, controls={"usage_limits": [daily(40), daily(5, "api")]})
    customer(api, "ada")

    shown = set_controls(api, usage_limits=[{**daily(7), "interval": "month"}])

    assert [(each["feature_id"], each["limit"], each["source"]) for each in shown["usage_limits"]] == [
        ("messages", 7, "customer"), ("api", 5, "plan")
    ]  # fmt: skip
    old = read_controls(api, version="2.2.0")
    assert old == {"usage_limits": [{**daily(7), "interval": "month", "enabled": True, "usage": 0}]}


def test_c158_an_empty_list_is_filled_by_the_plan(api: Api) -> None:
    free_plan(api, controls={"usage_limits": [daily(40), daily(5, "api")]})
    customer(api, "ada")

    shown = set_controls(api, usage_limits=[])

    assert [each["source"] for each in shown["usage_limits"]] == ["plan", "plan"]
    (listed,) = api("customers.list")["list"]
    assert listed["billing_controls"] == {"usage_limits": []}


def test_c159_own_alerts_hide_all_alerts_of_the_plan_for_that_feature(api: Api) -> None:
    alert = {"feature_id": "messages", "threshold": 1, "threshold_type": "usage"}
    everywhere = {"threshold": 5, "threshold_type": "remaining"}
    free_plan(api, controls={"usage_alerts": [alert, {**alert, "threshold": 2}, everywhere]})
    customer(api, "ada")

    shown = set_controls(api, usage_alerts=[{**alert, "threshold": 9}])

    assert [(each.get("feature_id"), each["threshold"], each["source"]) for each in shown["usage_alerts"]] == [
        ("messages", 9, "customer"), (None, 5, "plan")
    ]  # fmt: skip


def test_the_list_shows_own_controls_with_usage_and_without_source(api: Api) -> None:
    given_customer(api, usage_limits=[daily(5)])
    track(api, 3)

    (listed,) = api("customers.list")["list"]

    assert listed["billing_controls"] == {"usage_limits": [{**daily(5), "enabled": True, "usage": 3}]}


def test_u92_u93_c153_the_expand_shows_how_often_a_topup_may_buy(api: Api) -> None:
    api.freeze(1_796_000_000_000)
    given_customer(api)
    limit = {"interval": "day", "interval_count": 2, "limit": 4}
    tokens = {"feature_id": "api", "threshold": 1, "quantity": 1}
    expand = ["billing_controls.auto_topups.purchase_limit"]

    set_controls(api, auto_topups=[{**TOPUP, "purchase_limit": {**limit, "count": 3}}, tokens])

    plain, unlimited = read_controls(api)["auto_topups"]
    assert plain["purchase_limit"] == limit
    expanded, same = read_controls(api, expand=expand)["auto_topups"]
    assert expanded["purchase_limit"] == {**limit, "count": 3, "next_reset_at": 1_796_000_000_000 + 172_800_000}
    assert same == unlimited
    set_controls(api, auto_topups=[{**TOPUP, "purchase_limit": limit}])
    (kept,) = read_controls(api, expand=expand)["auto_topups"]
    assert kept["purchase_limit"]["count"] == 3


def test_a_purchase_window_that_is_over_reads_0_and_its_next_end(api: Api) -> None:
    api.freeze(1_796_000_000_000)
    given_customer(api)
    limit = {"interval": "day", "interval_count": 2, "limit": 4, "count": 3}
    set_controls(api, auto_topups=[{**TOPUP, "purchase_limit": limit}])

    api.advance("5 days")

    (entry,) = read_controls(api, expand=["billing_controls.auto_topups.purchase_limit"])["auto_topups"]
    assert entry["purchase_limit"]["count"] == 0
    assert entry["purchase_limit"]["next_reset_at"] == 1_796_000_000_000 + 6 * 86_400_000
