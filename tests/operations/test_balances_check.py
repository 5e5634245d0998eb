"""Checks of balances: cases B1 to B19, B24 to B28, B35 to B39, B197 and B213."""

from typing import Any

import pytest

from tests.balances import allowed, balance, check, grant, left, three, track, update
from tests.builders import boolean, customer, item, metered, plan
from tests.conftest import Api

PER_USE = {"amount": 0.5, "interval": "month", "billing_method": "usage_based", "billing_units": 1}


@pytest.fixture
def ada(api: Api) -> Api:
    """Customer ada on plan `free` with 100 messages a month, which starts by itself."""
    metered(api, "messages", "other")
    plan(api, "free", item("messages", 100, "month"), auto_enable=True)
    customer(api, "ada")
    return api


@pytest.fixture
def payer(api: Api) -> Api:
    """Customer ada with a card, who has no plan yet."""
    metered(api, "messages")
    customer(api, "ada", email="ada@example.com")
    status, _ = api.request("POST", "/_mock/payment_methods", {"customer_id": "ada"})
    assert status == 200
    return api


def test_b1_a_check_shows_the_balance(ada: Api) -> None:
    answer = check(ada)

    shown = answer.pop("balance")
    assert answer == {"allowed": True, "customer_id": "ada", "required_balance": 1, "flag": None}
    assert three(shown) == (100, 100, 0)
    assert (shown["unlimited"], shown["overage_allowed"], shown["max_purchase"]) == (False, False, None)
    assert [row["plan_id"] for row in shown["breakdown"]] == ["free"]


@pytest.mark.parametrize(("used", "required", "answer"), [
    pytest.param(0, 100, True, id="B2"),
    pytest.param(0, 101, False, id="B3"),
    pytest.param(99.5, 1, False, id="B4"),
    pytest.param(99.5, 0.5, True, id="B4 half"),
    pytest.param(100, 0, True, id="B5"),
    pytest.param(100, -5, True, id="B5 negative"),
])  # fmt: skip
def test_b2_to_b5_what_is_left_decides(ada: Api, used: float, required: float, answer: bool) -> None:
    track(ada, used)

    assert allowed(ada, required) is answer
    assert left(ada) == 100 - used


@pytest.mark.parametrize(("asked", "refusal"), [
    pytest.param({"feature_id": "nothing"}, (404, "feature_not_found", "Feature nothing not found"), id="B6"),
    pytest.param(
        {"customer_id": "nobody"}, (404, "customer_not_found", "Customer nobody not found"), id="B7"
    ),
    pytest.param(
        {"customer_id": "nobody", "feature_id": "nothing"},
        (404, "feature_not_found", "Feature nothing not found"), id="B8",
    ),
    pytest.param({"entity_id": "room-1"}, (404, "entity_not_found", "Entity room-1 not found"), id="B9"),
    pytest.param(
        {"customer_id": "nobody", "entity_id": "room-1"},
        (404, "entity_not_found", "Entity room-1 not found"), id="B9 nobody",
    ),
    pytest.param(
        {"product_id": "free"},
        (400, "invalid_inputs", "input: Must provide either product_id or feature_id"), id="B10 both",
    ),
    pytest.param(
        {"feature_id": ""},
        (400, "invalid_inputs", "input: Must provide either product_id or feature_id"), id="B10 neither",
    ),
    pytest.param(
        {"required_balance": "5"},
        (400, "invalid_inputs", "required_balance: must be a number (received string)"), id="B11",
    ),
    pytest.param(
        {"customer_id": None},
        (400, "invalid_inputs", "customer_id: must be a string (received null)"), id="B11 null",
    ),
])  # fmt: skip
def test_b6_to_b11_what_is_refused(ada: Api, asked: Any, refusal: Any) -> None:
    found = ada.refused("balances.check", **{"customer_id": "ada", "feature_id": "messages", **asked})

    assert found == refusal
    assert len(ada.world.store.customers) == 1


@pytest.mark.parametrize("required", [1, 0, -1])
def test_b12_without_a_balance_nothing_is_allowed(ada: Api, required: int) -> None:
    answer = check(ada, required, feature_id="other")

    assert (answer["allowed"], answer["balance"], answer["flag"]) == (False, None, None)


def test_b13_to_b16_boolean_features_are_flags(api: Api) -> None:
    boolean(api, "sso", "SSO")
    boolean(api, "beta")
    plan(api, "free", item("sso"), auto_enable=True)
    customer(api, "ada")

    missing = check(api, feature_id="beta")
    owned = check(api, 500, feature_id="sso")

    assert (missing["allowed"], missing["balance"], missing["flag"]) == (False, None, None)
    assert (owned["allowed"], owned["balance"], owned["required_balance"]) == (True, None, 500)
    assert owned["flag"].pop("id").startswith("cus_ent_")
    assert owned["flag"] == {"plan_id": "free", "expires_at": None, "feature_id": "sso"}
    refused = api.refused("balances.check", customer_id="ada", feature_id="sso", send_event=True)
    assert refused[:2] == (400, "invalid_request")


def test_b15_expand_shows_the_feature(ada: Api) -> None:
    boolean(ada, "sso", "SSO")
    grant_sso = ada("balances.create", customer_id="ada", feature_id="sso")
    path, body = "/v1/balances.check?expand=", {"customer_id": "ada"}

    _, metered_one = ada.request("POST", path + "balance.feature", body | {"feature_id": "messages"})
    _, flagged = ada.request("POST", path + "flag.feature,balance.feature", body | {"feature_id": "sso"})

    assert grant_sso == {"success": True}
    assert list(metered_one["balance"])[:2] == ["feature_id", "feature"]
    assert metered_one["balance"]["feature"]["name"] == "Messages"
    assert flagged["flag"]["feature"]["type"] == "boolean"


def test_b197_other_words_in_expand_are_refused(ada: Api) -> None:
    body = {"customer_id": "ada", "feature_id": "messages"}

    refused = ada.refusal(ada.request("POST", "/v1/balances.check?expand=nonsense", body))

    text = "expand.0: must be one of: balance.feature, flag.feature"
    assert refused == (400, "invalid_inputs", text)


def test_b17_to_b19_unlimited(api: Api) -> None:
    metered(api, "messages")
    plan(api, "max", item("messages", unlimited=True), auto_enable=True)
    customer(api, "ada")

    assert allowed(api, 1_000_000)
    assert three(balance(api)) == (0, 0, 0)
    assert balance(api)["unlimited"] is True
    assert track(api, 250)["balance"]["usage"] == 250
    assert track(api, -400)["balance"]["usage"] == -150
    grant(api, 10)
    [row] = balance(api)["breakdown"]
    assert (row["plan_id"], row["unlimited"], balance(api)["granted"]) == ("max", True, 0)


def test_b24_publishable_keys_may_only_ask(ada: Api) -> None:
    key = f"am_pk_test_{ada.org}"
    body = {"customer_id": "ada", "feature_id": "messages"}

    status, _ = ada.request("POST", "/v1/check", body, key=key)
    using = ada.refusal(ada.request("POST", "/v1/check", body | {"send_event": True}, key=key))
    by_name = ada.refusal(ada.call("balances.check", body, key=key))
    tracking = ada.refusal(ada.request("POST", "/v1/track", body, key=key))

    assert status == 200
    assert using == (
        400,
        "invalid_request",
        "Can't use send_event: true with a publishable key. Use your secret API key instead.",
    )
    assert by_name[:2] == tracking[:2] == (401, "endpoint_not_public")


def test_b25_b26_pay_per_use_is_always_allowed(payer: Api) -> None:
    plan(payer, "payg", item("messages", 10, "month", price=PER_USE))
    payer("billing.attach", customer_id="ada", plan_id="payg")

    assert allowed(payer, 500)
    answer = track(payer, 25)
    assert three(answer["balance"]) == (10, 0, 25)
    assert allowed(payer, 1)
    assert balance(payer, version="2.0.0")["breakdown"][0]["purchased_balance"] == 15


def test_b27_b28_max_purchase_bounds_the_overage(payer: Api) -> None:
    plan(payer, "payg", item("messages", 10, "month", price=PER_USE | {"max_purchase": 5}))
    payer("billing.attach", customer_id="ada", plan_id="payg")

    assert (allowed(payer, 15), allowed(payer, 16)) == (True, False)
    track(payer, 12)
    assert (allowed(payer, 3), allowed(payer, 4)) == (True, False)
    assert three(track(payer, 9)["balance"]) == (10, 0, 15)


def test_b35_b213_the_old_name_of_required_balance(ada: Api) -> None:
    assert check(ada, required_quantity=9)["required_balance"] == 9
    assert check(ada, 4, required_quantity=9)["required_balance"] == 4


def test_b36_an_expired_balance_is_not_counted(ada: Api) -> None:
    ada.freeze("2026-11-25T09:00:00Z")
    grant(ada, 7, expires_at=ada.world.now() + 1_000)

    assert left(ada) == 107
    ada.advance("1 second")
    assert left(ada) == 100


def test_b37_a_plan_on_trial_counts(payer: Api) -> None:
    plan(
        payer, "pro", item("messages", 50, "month"), price={"amount": 20, "interval": "month"},
        free_trial={"duration_type": "day", "duration_length": 7, "card_required": False},
    )  # fmt: skip
    payer("billing.attach", customer_id="ada", plan_id="pro")

    assert left(payer) == 50
    assert check(payer, feature_id="", product_id="pro")["status"] == "trialing"


@pytest.mark.parametrize(("status", "remaining"), [("scheduled", None), ("past_due", 100)])
def test_b37_b38_only_running_plans_count(ada: Api, status: str, remaining: int | None) -> None:
    store = ada.world.store
    [held] = store.subscriptions
    with store.transaction():
        store.subscriptions.put(held.but(status=status, started_at=ada.world.now() + 60_000))

    assert left(ada) == remaining


def test_b39_features_never_mix(ada: Api) -> None:
    grant(ada, 5, feature_id="other")
    track(ada, 30)
    update(ada, feature_id="other", remaining=2)

    assert (left(ada), left(ada, feature_id="other")) == (70, 2)
