"""The legacy routes of features: cases K40 to K44, K172 and K173."""

from typing import Any

import pytest

from tests.builders import boolean, metered
from tests.conftest import Api


def rest(api: Api, path: str, body: Any = None, version: str = "2.3.0") -> tuple[int, Any]:
    return api.request("POST", f"/v1/features{path}", body, version=version)


@pytest.mark.parametrize(
    ("kind", "shown", "consumable"),
    [
        ("single_use", "single_use", True),
        ("continuous_use", "continuous_use", False),
        ("static", "boolean", False),
    ],
)
def test_k40_k41_old_bodies_name_the_usage_kind(api: Api, kind: str, shown: str, consumable: bool) -> None:
    status, made = rest(api, "", {"id": "sms", "name": "SMS", "type": kind, "display": None}, "1.2.0")

    assert (status, made["type"]) == (200, shown)
    assert api("features.get", feature_id="sms")["consumable"] is consumable


def test_k42_a_legacy_feature_needs_a_name(api: Api) -> None:
    answer = api.refusal(rest(api, "", {"id": "sms", "type": "single_use"}, "1.2.0"))

    assert answer == (400, "invalid_inputs", "name: Features must have a name")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            {"id": "fax", "type": "metered"},
            "consumable: Please specify whether the feature is consumable "
            "(eg. API tokens, credits, etc.) or not.",
        ),
        (
            {"id": "fax line", "type": "metered", "consumable": True},
            "id: must contain only letters, numbers, underscores, hyphens",
        ),
    ],
)
def test_k43_k44_the_newest_route_is_stricter_than_the_operation(api: Api, body: Any, message: str) -> None:
    assert api.refusal(rest(api, "", {"name": "Fax", **body})) == (400, "invalid_inputs", message)


def test_k172_an_old_update_forgets_the_usage_kind_and_can_not_archive(api: Api) -> None:
    metered(api, "mms")

    _, renamed = rest(api, "/mms", {"name": "Picture messages"}, "1.2.0")
    _, again = rest(api, "/mms", {"type": "single_use", "archived": True}, "1.2.0")

    assert (renamed["name"], renamed["type"]) == ("Picture messages", "continuous_use")
    assert (again["type"], again["archived"]) == ("single_use", False)


def test_an_old_update_leaves_a_boolean_feature_alone(api: Api) -> None:
    boolean(api, "sso")

    status, shown = rest(api, "/sso", {"name": "Sign-on"}, "1.2.0")

    assert (status, shown["type"], shown["name"]) == (200, "boolean", "Sign-on")


def test_k173_old_updates_know_no_metered_type(api: Api) -> None:
    metered(api, "x")

    message = (
        "type: must be one of: static, boolean, single_use, continuous_use, credit_system, ai_credit_system"
    )
    assert api.refusal(rest(api, "/x", {"type": "metered"}, "1.2.0")) == (400, "invalid_inputs", message)


def test_the_newest_update_route_renames_by_id(api: Api) -> None:
    metered(api, "mms")

    status, shown = rest(api, "/mms", {"id": "picture", "archived": True, "event_names": ["sent"]})

    assert (status, shown["id"], shown["archived"]) == (200, "picture", True)
    assert api.request("GET", "/v1/features/mms")[0] == 404
    assert api.request("GET", "/v1/features")[1]["list"] == [shown]
    assert api.request("DELETE", "/v1/features/picture") == (200, {"success": True})
