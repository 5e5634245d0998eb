"""The plan routes at 2.0: `features`, `granted_balance`, `reset_when_enabled`, `default` (published
reference of 2.0)."""

from typing import Any

import pytest

from tests.billing import attach, balance, give_card, monthly, use
from tests.builders import boolean, customer, item, metered, plan, seats
from tests.conftest import Api

TIERS = [{"to": 100, "amount": 2}, {"to": "inf", "amount": 1}]
PRICE = {"interval": "month", "usage_model": "prepaid", "billing_units": 10}


def post(api: Api, path: str, body: Any, version: str = "2.0.0") -> Any:
    status, answer = api.request("POST", f"/v1{path}", body, version=version)
    assert status == 200, answer
    return answer


@pytest.fixture(autouse=True)
def _features(api: Api) -> None:
    metered(api, "words", "calls")
    seats(api, "seats")
    boolean(api, "flag")


def test_a_plan_is_made_of_features(api: Api) -> None:
    features = [
        {"feature_id": "words", "granted_balance": 50, "price": {**PRICE, "tiers": TIERS}},
        {"feature_id": "calls", "granted_balance": 5, "reset": {"interval": "day"}},
        {"feature_id": "flag"},
    ]

    shown = post(api, "/plans", {"id": "pro", "name": "Pro", "default": False, "features": features})

    made = api("plans.get", plan_id="pro")
    assert [each["feature_id"] for each in shown["features"]] == ["words", "calls", "flag"]
    assert shown["features"][0]["price"]["tiers"] == TIERS
    assert made["items"][0]["included"] == 50
    assert made["items"][0]["price"]["billing_method"] == "prepaid"
    assert [tier["to"] for tier in made["items"][0]["price"]["tiers"]] == [150, "inf"]
    assert made["items"][1]["reset"] == {"interval": "day"}


def test_what_2_0_shows_makes_the_same_plan(api: Api) -> None:
    body = {
        "id": "one",
        "name": "One",
        "price": {"amount": 9, "interval": "month"},
        "default": False,
        "features": [
            {"feature_id": "words", "granted_balance": 50, "price": {**PRICE, "tiers": TIERS}},
            {"feature_id": "calls", "granted_balance": 5, "reset": {"interval": "month"}},
            {"feature_id": "seats", "granted_balance": 3},
        ],
    }
    one = post(api, "/plans", body)
    sent = [{key: value for key, value in each.items() if value is not None} for each in one["features"]]
    for feature in sent:
        feature["price"] = {k: v for k, v in feature.get("price", {}).items() if v is not None}
        if not feature["price"]:
            del feature["price"]

    two = post(api, "/plans", {**body, "id": "two", "features": sent})

    ids = {"entitlement_id", "price_id"}
    assert [{key: value for key, value in each.items() if key not in ids} for each in two["features"]] == [
        {key: value for key, value in each.items() if key not in ids} for each in one["features"]
    ]


def test_use_that_is_not_reset_when_a_plan_begins_goes_on(api: Api) -> None:
    for plan_id, amount, resets in (("small", 5, True), ("keeps", 9, False), ("resets", 15, True)):
        words = {
            "feature_id": "words",
            "granted_balance": 100 * amount,
            "reset": {"interval": "month", "reset_when_enabled": resets},
        }
        shown = post(api, "/plans", {"id": plan_id, "name": plan_id, "features": [words], **monthly(amount)})
        assert shown["features"][0]["reset"]["reset_when_enabled"] is resets
    customer(api, "k")
    give_card(api, "k")

    attach(api, "k", "small")
    use(api, "k", "words", 30)
    attach(api, "k", "keeps")
    kept = balance(api, "k", "words")
    attach(api, "k", "resets")

    assert kept == (900, 870, 30)
    assert balance(api, "k", "words") == (1500, 1500, 0)


def test_a_plan_is_changed_by_its_features(api: Api) -> None:
    plan(api, "pro", item("words", 10, "month"))

    shown = post(
        api, "/plans/pro", {"default": True, "features": [{"feature_id": "calls", "granted_balance": 7}]}
    )

    assert shown["default"] is True
    assert [(each["feature_id"], each["granted_balance"]) for each in shown["features"]] == [("calls", 7)]


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ([{}], "features.0.feature_id: must be a string (received undefined)"),
        (
            [{"feature_id": "words", "price": {"interval": "month", "usage_model": "often", "amount": 1}}],
            "features.0.price.usage_model: must be one of: prepaid, pay_per_use",
        ),
    ],
)
def test_features_of_the_wrong_shape(api: Api, features: Any, message: str) -> None:
    body = {"id": "bad", "name": "Bad", "features": features}

    answer = api.request("POST", "/v1/plans", body, version="2.0.0")

    assert api.refusal(answer) == (400, "invalid_inputs", message)


def test_the_newest_words_are_taken_too(api: Api) -> None:
    newest = post(api, "/plans", {"id": "new", "name": "New", "items": [item("words", 7, "month")]})
    later = post(
        api, "/plans", {"id": "later", "name": "Later", "features": [{"feature_id": "words"}]}, "2.1.0"
    )

    assert newest["features"][0]["granted_balance"] == 7
    assert later["items"] == []
