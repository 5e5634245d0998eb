"""Cases of AI credits and track_tokens (usage U113 …)."""

import pytest

from tests.builders import customer, item, metered, plan
from tests.conftest import Api

CUSTOM = {"custom/m": {"input_cost": 3, "output_cost": 15, "markup": 20}}


@pytest.fixture
def ai(api: Api) -> Api:
    """Ann has 10 dollars of `ai`."""
    metered(api, "messages")
    api(
        "features.create", feature_id="ai", name="AI", type="ai_credit_system",
        model_markups=CUSTOM | {
            "custom/none": {"markup": 10},
            "custom/free": {"input_cost": 3, "output_cost": 15, "markup": -100},
        },
    )  # fmt: skip
    plan(api, "free", item("ai", 10, "month"), auto_enable=True)
    customer(api, "ann")
    return api


def tokens(api: Api, model_id: str = "custom/m", put_in: int = 1_000, out: int = 500, **more: object) -> dict:
    return api(
        "balances.track_tokens", customer_id="ann", model_id=model_id, input_tokens=put_in,
        output_tokens=out, **more,
    )  # fmt: skip


def refused(api: Api, **body: object) -> tuple[int, str, str]:
    facts = {"customer_id": "ann", "model_id": "custom/m", "input_tokens": 10, "output_tokens": 10}
    return api.refused("balances.track_tokens", **(facts | body))


def test_u113_tokens_become_dollars(ai: Api) -> None:
    done = tokens(ai)

    assert done["value"] == 0.0126
    assert done["balance"]["remaining"] == 9.9874
    assert [(d["feature_id"], d["value"]) for d in done["deductions"]] == [("ai", 0.0126)]


def test_u113_the_event_says_how_the_cost_came_about(ai: Api) -> None:
    tokens(ai, properties={"job": "nightly"}, reasoning_tokens=7)

    (event,) = ai("events.list", customer_id="ann")["list"]

    assert (event["feature_id"], event["value"]) == ("ai", 0.0126)
    assert event["properties"] == {
        "job": "nightly",
        "model": "custom/m",
        "input_tokens": 1_000,
        "output_tokens": 500,
        "reasoning_tokens": 7,
        "cost": 0.0126,
        "base_cost": 0.0105,
        "markup": 20,
        "markup_source": "model",
        "tier_applied": False,
        "rates": {
            "input": 3,
            "output": 15,
            "cache_read": 0,
            "cache_write": 0,
            "audio_input": 0,
            "audio_output": 0,
            "reasoning": 0,
        },
    }


@pytest.mark.parametrize(
    ("model", "cost"),
    [("openai/gpt-4o", 0.0075), ("anthropic/claude-sonnet-4", 0.0105)],
)
def test_u113_listed_models_have_the_rates_of_the_list(ai: Api, model: str, cost: float) -> None:
    assert tokens(ai, model)["value"] == cost


@pytest.mark.parametrize(
    ("feature_id", "expected"),
    [
        ("messages", (400, "invalid_request", "Feature messages is not an AI credit system feature")),
        ("nope", (404, "feature_not_found", "Feature nope not found")),
    ],
)
def test_u114_the_feature_must_be_an_ai_credit_system(
    ai: Api, feature_id: str, expected: tuple[int, str, str]
) -> None:
    assert refused(ai, feature_id=feature_id) == expected


def test_u115_without_ai_credits_there_is_nothing_to_pay_from(ai: Api) -> None:
    metered(ai, "calls")
    customer(ai, "bob", internal_options={"disable_defaults": True})

    assert refused(ai, customer_id="bob") == (
        404,
        "feature_not_found",
        "No AI credit system feature found for this customer",
    )


def test_u115_several_ai_credit_systems_need_to_be_told_apart(ai: Api) -> None:
    ai("features.create", feature_id="ai2", name="AI two", type="ai_credit_system")
    ai("balances.create", customer_id="ann", feature_id="ai2", included_grant=1)

    assert refused(ai) == (
        400,
        "invalid_request",
        "Multiple AI credit system features found for this customer. "
        "Please specify a feature_id to disambiguate.",
    )
    assert tokens(ai, feature_id="ai")["value"] == 0.0126


def test_u115_an_unknown_customer_is_not_found(ai: Api) -> None:
    assert refused(ai, customer_id="nobody")[:2] == (404, "customer_not_found")


def test_u116_a_custom_model_needs_its_costs(ai: Api) -> None:
    assert refused(ai, model_id="custom/none") == (
        400,
        "invalid_request",
        "Custom model custom/none is missing input_cost or output_cost in model_markups",
    )


def test_u117_an_unlisted_model_is_refused(ai: Api) -> None:
    assert refused(ai, model_id="nope/none") == (
        400,
        "invalid_request",
        "Model nope/none not found in models.dev pricing data",
    )


@pytest.mark.parametrize(("profile", "left"), [("server", 9), ("documented", 10)], indirect=["profile"])
@pytest.mark.parametrize("spent", [{"model_id": "custom/free"}, {"put_in": 0, "out": 0}])
def test_u118_a_cost_of_nothing(ai: Api, spent: dict, left: int) -> None:
    done = tokens(ai, **spent)

    assert done["value"] == 0
    assert done["balance"]["remaining"] == left


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (-1, "input_tokens: Too small: expected number to be >=0"),
        (1.5, "input_tokens: Invalid input: expected int, received number"),
    ],
)
def test_u119_tokens_are_whole_and_not_negative(ai: Api, count: float, text: str) -> None:
    assert refused(ai, input_tokens=count) == (400, "invalid_inputs", text)


def test_a_cost_above_the_balance_is_cut_or_refused(ai: Api) -> None:
    done = tokens(ai, put_in=4_000_000, out=0)

    assert (done["value"], done["deductions"][0]["value"]) == (14.4, 10)
    assert refused(ai, overage_behavior="reject", input_tokens=1_000, output_tokens=0) == (
        400,
        "insufficient_balance",
        "Insufficient balance to deduct 0.0036 from feature ai",
    )


def test_a_queued_one_is_answered_before_it_is_done(ai: Api) -> None:
    body = {"customer_id": "ann", "model_id": "custom/m", "input_tokens": 1_000, "output_tokens": 0}

    answer = ai.call("balances.track_tokens", body | {"async": True})

    assert answer == (202, {"customer_id": "ann", "value": 0.0036, "balance": None})
    assert ai("balances.check", customer_id="ann", feature_id="ai")["balance"]["remaining"] == 9.9964


def test_many_at_once(ai: Api) -> None:
    one = {"customer_id": "ann", "model_id": "custom/m", "input_tokens": 1_000, "output_tokens": 0}

    status, done = ai.call("balances.batch_track_tokens", [one, one])

    assert (status, done) == (200, {"success": True})
    assert ai("balances.check", customer_id="ann", feature_id="ai")["balance"]["remaining"] == 9.9928
