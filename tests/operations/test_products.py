"""Plans made by the legacy routes: cases K95, K137 and K138."""

from typing import Any

import pytest

from tests.builders import boolean, metered
from tests.conftest import Api

OLD = "1.2.0"


def post(api: Api, path: str, body: Any, version: str = "2.3.0") -> tuple[int, Any]:
    return api.request("POST", f"/v1/products{path}", body, version=version)


def posted(api: Api, path: str, body: Any, version: str = "2.3.0") -> Any:
    status, shown = post(api, path, body, version)
    assert status == 200, shown
    return shown


def got(api: Api, plan_id: str) -> Any:
    return api("plans.get", plan_id=plan_id)


def test_k137_an_old_product_makes_the_features_that_it_names(api: Api) -> None:
    metered(api, "words")
    items = [
        {"price": 20, "interval": "month"},
        {"feature_id": "words", "included_usage": 1000, "interval": "month", "price": 0.5,
         "usage_model": "pay_per_use", "billing_units": 1000},
        {"feature_id": "dash_board"},
        {"feature_id": "messages", "included_usage": 10, "interval": "day", "feature_type": "single_use"},
        {"feature_id": "editors", "included_usage": 3, "feature_type": "continuous_use"},
    ]  # fmt: skip
    trial = {"length": 7, "duration": "day", "unique_fingerprint": True, "card_required": False}

    shown = posted(api, "", {"id": "classic", "name": "Classic", "items": items, "free_trial": trial}, OLD)

    features = {each["id"]: (each["name"], each["type"]) for each in api("features.list")["list"]}
    assert features["dash_board"] == ("Dash Board", "boolean")
    assert (features["messages"][1], features["editors"][1]) == ("metered", "metered")
    assert [each["feature_id"] for each in shown["items"]] == [
        None,
        "words",
        "dash_board",
        "editors",
        "messages",
    ]
    newest = got(api, "classic")
    assert newest["price"]["amount"] == 20
    assert newest["free_trial"] == {
        "duration_length": 7, "duration_type": "day", "card_required": False, "on_end": None,
    }  # fmt: skip
    words = newest["items"][0]
    assert (words["included"], words["reset"], words["price"]["billing_units"]) == (
        1000, {"interval": "month"}, 1000,
    )  # fmt: skip


def test_old_tiers_leave_the_included_amount_out(api: Api) -> None:
    metered(api, "clicks")
    sent = [{"to": 400, "amount": 0.2}, {"to": "inf", "amount": 0.1}]
    priced = {"feature_id": "clicks", "included_usage": 100, "interval": "quarter", "tiers": sent,
              "usage_model": "pay_per_use", "usage_limit": 600}  # fmt: skip

    shown = posted(api, "", {"id": "ads", "name": "Ads", "items": [priced]}, OLD)

    assert shown["items"][0]["tiers"] == sent
    [newest] = got(api, "ads")["items"]
    assert newest["price"]["tiers"] == [{"to": 500, "amount": 0.2}, {"to": "inf", "amount": 0.1}]
    assert newest["price"]["max_purchase"] == 500
    assert "tier_behavior" not in newest["price"]
    assert shown["items"][0]["tier_behavior"] == "graduated"


def test_an_old_price_without_interval_is_paid_once(api: Api) -> None:
    shown = posted(api, "", {"id": "one", "name": "One", "items": [{"price": 8, "interval": None}]}, OLD)

    assert shown["properties"] == {
        "is_free": False, "is_one_off": True, "has_trial": False, "updateable": False,
    }  # fmt: skip
    assert got(api, "one")["price"]["interval"] == "one_off"


@pytest.mark.parametrize(
    ("items", "code", "message"),
    [
        (
            [{"interval": "month"}],
            "invalid_product_item",
            "Either 'feature_id', 'price', or both should be set",
        ),
        (
            [{"price": 1, "tiers": [{"to": "inf", "amount": 1}], "interval": "month"}],
            "invalid_product_item",
            "Either 'price' or 'tiers' should be set, not both",
        ),
        (
            [{"feature_id": "words", "price": 1, "interval": "month"}],
            "invalid_inputs",
            "Usage model is required for priced features. Please select one for the feature words",
        ),
        (
            [{"feature_id": "words", "price": 1, "interval": "day", "usage_model": "pay_per_use"}],
            "invalid_inputs",
            "Price can't have day, minute or hour interval",
        ),
        (
            [{"price": 1, "interval": "month"}, {"price": 2, "interval": "month"}],
            "invalid_inputs",
            "Can't have two fixed prices with the same interval",
        ),
        (
            [{"price": 1, "interval": "month"}, {"price": 2, "interval": "year"}],
            "invalid_inputs",
            "Can't have more than one price item in the same product",
        ),
        (
            [{"feature_id": "unknown_thing", "included_usage": 4}],
            "invalid_request",
            "Feature type is required for unknown_thing. Either 'continuous_use' or 'single_use'",
        ),
        (
            [{"feature_id": "words", "feature_type": "continuous_use", "included_usage": 4}],
            "invalid_request",
            "Feature words already exists but is not a continuous_use feature",
        ),
        (
            [{"feature_id": "words", "feature_type": "static"}],
            "invalid_request",
            "Feature words already exists but is not a static feature",
        ),
        ([{"feature_id": "flag"}, {"feature_id": "flag"}], "invalid_inputs", "Feature flag is duplicated"),
    ],
)
def test_k95_k138_old_items_that_are_refused_leave_a_plan_without_them(
    api: Api, items: Any, code: str, message: str
) -> None:
    metered(api, "words")
    boolean(api, "flag")

    answer = api.refusal(post(api, "", {"id": "x", "name": "X", "items": items}, OLD))

    assert answer == (400, code, message)
    assert got(api, "x")["items"] == []
    assert [each["id"] for each in api("features.list")["list"]] == ["words", "flag"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"id": "f 2", "name": "F2"}, "id: must contain only letters, numbers, underscores, hyphens"),
        ({"id": "f3", "name": ""}, "name: name must be a non-empty string"),
        (
            {"id": "f4", "name": "F4", "items": [{"feature_id": "a", "included_usage": "many"}]},
            "items.0.included_usage: Invalid input",
        ),
    ],
)
def test_k138_an_old_body_of_the_wrong_shape(api: Api, body: Any, message: str) -> None:
    assert api.refusal(post(api, "", body, OLD)) == (400, "invalid_inputs", message)
