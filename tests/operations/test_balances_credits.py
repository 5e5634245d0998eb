"""Credit systems: cases B91 to B106, B201, B207, B208 and B211."""

from typing import Any

import pytest

from tests.balances import balance, check, grant, left, rows, taken, track
from tests.builders import customer, item, metered, plan
from tests.conftest import Api


def credit_system(api: Api, feature_id: str, **costs: float) -> None:
    schema = [{"metered_feature_id": key, "credit_cost": cost} for key, cost in costs.items()]
    api(
        "features.create", feature_id=feature_id, name=feature_id.capitalize(), type="credit_system",
        credit_schema=schema,
    )  # fmt: skip


@pytest.fixture
def models(api: Api) -> Api:
    """Models that cost 1 and 10 credits; customer ada has none yet."""
    metered(api, "small", "large")
    credit_system(api, "credits", small=1, large=10)
    customer(api, "ada")
    return api


@pytest.fixture
def ada(models: Api) -> Api:
    """The same with 100 credits a month."""
    plan(models, "ai", item("credits", 100, "month"))
    models("billing.attach", customer_id="ada", plan_id="ai")
    return models


@pytest.fixture
def both(models: Api) -> Api:
    """Two uses of `large` of her own, and 50 credits."""
    plan(models, "both", item("large", 2, "month"), item("credits", 50, "month"))
    models("billing.attach", customer_id="ada", plan_id="both")
    return models


def asked(answer: Any) -> tuple[bool, float, str | None]:
    """Allowed, the required balance and the feature that was looked at."""
    shown = answer["balance"]
    return answer["allowed"], answer["required_balance"], shown and shown["feature_id"]


def test_b91_to_b93_a_check_converts_to_credits(ada: Api) -> None:
    assert asked(check(ada, 3, feature_id="large")) == (True, 30, "credits")
    assert asked(check(ada, 11, feature_id="large")) == (False, 110, "credits")
    assert asked(check(ada, 100, feature_id="credits")) == (True, 100, "credits")


def test_b94_to_b96_a_track_pays_in_credits(ada: Api) -> None:
    answer = track(ada, 3, feature_id="large")

    assert answer["value"] == 3
    assert answer["balances"]["large"] is None
    assert answer["balances"]["credits"] == answer["balance"]
    assert [(d["feature_id"], d["value"]) for d in answer["deductions"]] == [("credits", 30)]
    assert track(ada, 5.5, feature_id="small")["balance"]["remaining"] == 64.5
    assert "balances" not in track(ada, 4, feature_id="credits")
    assert track(ada, -1, feature_id="large")["balance"]["remaining"] == 70.5


def test_b97_send_event_pays_in_credits_or_not_at_all(ada: Api) -> None:
    enough = check(ada, 2, feature_id="large", send_event=True)
    short = check(ada, 20, feature_id="large", send_event=True)

    assert asked(enough) == (True, 20, "credits")
    assert enough["balances"] == {"large": None, "credits": enough["balance"]}
    assert asked(short) == (False, 200, "credits")
    assert "balances" not in short
    assert left(ada, feature_id="credits") == 80


def test_b98_to_b102_own_balance_first(both: Api) -> None:
    assert asked(check(both, 1, feature_id="large")) == (True, 1, "large")
    assert asked(check(both, 3, feature_id="large")) == (True, 30, "credits")
    assert asked(check(both, 6, feature_id="large")) == (False, 60, "credits")

    four = track(both, 4, feature_id="large")
    assert (taken(four), four["balance"]["feature_id"]) == ([2, 20], "large")
    one = track(both, 1, feature_id="large")
    assert (one["balance"]["feature_id"], one["balance"]["remaining"]) == ("credits", 20)
    seven = track(both, 7, feature_id="large")
    assert (taken(seven), seven["value"]) == ([20], 7)
    back = track(both, -3, feature_id="large")
    assert taken(back) == [-2, -10]
    assert left(both, feature_id="large") == 2


@pytest.fixture
def metals(api: Api) -> Api:
    """Gold at 2 and silver at 0.5 for each use of `small`."""
    metered(api, "small")
    credit_system(api, "gold", small=2)
    credit_system(api, "silver", small=0.5)
    customer(api, "ada")
    return api


def test_b103_b104_the_first_system_that_would_do(metals: Api) -> None:
    assert asked(check(metals, 4, feature_id="small")) == (False, 8, None)
    grant(metals, 10, feature_id="silver")
    assert asked(check(metals, 4, feature_id="small")) == (True, 2, "silver")
    grant(metals, 6, feature_id="gold")
    assert asked(check(metals, 4, feature_id="small")) == (False, 8, "gold")
    assert asked(check(metals, 3, feature_id="small")) == (True, 6, "gold")


def test_b105_tracks_draw_in_the_order_of_rows(metals: Api) -> None:
    grant(metals, 10, feature_id="silver")
    grant(metals, 6, feature_id="gold")

    nine = track(metals, 9, feature_id="small")
    forty = track(metals, 40, feature_id="small")

    assert {key: shown and shown["remaining"] for key, shown in nine["balances"].items()} == {
        "small": None,
        "gold": 6,
        "silver": 5.5,
    }
    assert (taken(forty), forty["balance"]["feature_id"]) == ([5.5, 6], "gold")


def test_b106_without_any_balance(models: Api) -> None:
    assert asked(check(models, 2, feature_id="large")) == (False, 20, None)
    assert asked(check(models, 2, feature_id="large", send_event=True)) == (False, 2, None)
    answer = track(models, 2, feature_id="large")
    assert (answer["balance"], answer["balances"]) == (None, {"large": None, "credits": None})
    assert answer["deductions"] == []


def test_b201_a_lock_is_confirmed_in_units_of_the_feature(api: Api) -> None:
    metered(api, "small")
    credit_system(api, "wallet", small=0.5)
    customer(api, "ada")
    grant(api, 100, feature_id="wallet")

    held = check(api, 60, feature_id="small", lock={"enabled": True, "lock_id": "job"})
    api("balances.finalize", lock_id="job", action="confirm", override_value=20)

    assert (held["required_balance"], held["balance"]["remaining"]) == (30, 70)
    assert left(api, feature_id="wallet") == 90


def test_b207_ai_credits_are_dollars(api: Api) -> None:
    api("features.create", feature_id="ai", name="AI", type="ai_credit_system")
    plan(api, "ai", item("ai", 5, "month"), auto_enable=True)
    customer(api, "ada")

    def of(required: float, **more: Any) -> bool:
        return bool(check(api, required, feature_id="ai", **more)["allowed"])

    assert (of(0.25), of(5.01)) == (True, False)
    assert track(api, 1.2345, feature_id="ai")["balance"]["remaining"] == 3.7655
    assert of(3.7655, send_event=True)
    assert left(api, feature_id="ai") == 0
    assert not of(0.0001)


def test_b208_a_track_draws_on_both_and_a_check_on_one(api: Api) -> None:
    metered(api, "words")
    credit_system(api, "coins", words=0.003)
    customer(api, "ada")
    grant(api, 4.5, feature_id="coins")
    grant(api, 100, feature_id="words")

    assert asked(check(api, 1550, feature_id="words")) == (False, 4.65, "coins")
    used = check(api, 1550, feature_id="words", send_event=True)
    assert (asked(used), used["balance"]["remaining"]) == ((True, 4.65, "words"), 0)
    assert used["balances"]["coins"]["remaining"] == 0.15
    back = track(api, -20, feature_id="words")
    assert (back["balances"]["words"], back["balances"]["coins"]["remaining"]) == (None, 0.21)


def test_b211_one_event_of_two_features_paid_from_one_pool(api: Api) -> None:
    for feature_id in ("cheap", "dear"):
        api(
            "features.create", feature_id=feature_id, name=feature_id, type="metered", consumable=True,
            event_names=["call"],
        )  # fmt: skip
    credit_system(api, "credits", cheap=1, dear=4)
    plan(api, "free", item("credits", 20, "month"), auto_enable=True)
    customer(api, "ada")

    two = track(api, 2, event_name="call")
    three = track(api, 3, event_name="call")
    old = api("balances.track", customer_id="ada", event_name="call", value=-1, version="1.2.0")

    assert (taken(two), two["balances"]["credits"]["remaining"]) == ([10], 10)
    assert (taken(three), three["balance"]["remaining"]) == ([10], 0)
    assert (old["event_name"], old["feature_id"]) == ("call", "credits")


def test_a_free_use_counts_one(models: Api) -> None:
    metered(models, "gratis")
    credit_system(models, "pool", gratis=0)
    grant(models, 10, feature_id="pool")

    assert rows(track(models, 4, feature_id="gratis")["balances"]["pool"]).popitem()[1] == 6
    assert balance(models, feature_id="pool")["usage"] == 4
