"""What tokens cost: the worked examples of the reference, tiers, fall-backs and markups."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.domain.events.token_costs import TOKEN_COUNTS, listed_rates, markup_of, token_cost
from autumn_mock.domain.records import Feature
from autumn_mock.errors.usage import CustomModelNotPriced, ModelNotPriced

PRICES: dict[str, Any] = {
    "openai": {"gpt-4o": {"input": Decimal("2.5"), "output": 10}},
    "anthropic": {
        "claude": {"input": 3, "output": 15, "cache_read": Decimal("0.3"), "cache_write": Decimal("3.75")}
    },
    "google": {
        "long": {"input": 1, "output": 10, "context_over_200k": {"input": 2, "output": 15}},
        "tiers": {
            "input": 1,
            "output": 5,
            "tiers": [{"size": 32_000, "input": 2, "output": 6}, {"size": 128_000, "input": 3, "output": 7}],
        },
    },
}


def ai_feature(**facts: Any) -> Feature:
    return Feature(id="ai", internal_id="fe_1", name="AI", type="ai_credit_system", created_at=0, **facts)


@pytest.mark.parametrize(
    ("facts", "model", "counts", "cost"),
    [
        (
            {"model_markups": {"custom/m": {"input_cost": 3, "output_cost": 15, "markup": 20}}},
            "custom/m",
            {"input_tokens": 1_000, "output_tokens": 500},
            "0.0126",
        ),
        (
            {"default_markup": Decimal(50), "model_markups": {"openai/gpt-4o": {"markup": 0}}},
            "openai/gpt-4o",
            {"input_tokens": 20_000, "output_tokens": 1_000},
            "0.06",
        ),
        (
            {"default_markup": Decimal(50), "provider_markups": {"anthropic": {"markup": 10}}},
            "anthropic/claude",
            {
                "input_tokens": 10_000,
                "output_tokens": 2_000,
                "cache_read_tokens": 50_000,
                "cache_write_tokens": 4_000,
                "reasoning_tokens": 1_000,
            },
            "0.1155",
        ),
        (
            {
                "provider_markups": {"custom": {"markup": 100}},
                "model_markups": {"custom/big": {"input_cost": 10, "output_cost": 30}},
            },
            "custom/big",
            {"input_tokens": 10_000, "output_tokens": 5_000, "reasoning_tokens": 9_000},
            "0.5",
        ),
    ],
)
def test_u113_the_worked_examples(facts: dict[str, Any], model: str, counts: dict[str, int], cost: str) -> None:
    assert token_cost(ai_feature(**facts), model, counts, PRICES).cost == Decimal(cost)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, (0, "none")),
        ({"default_markup": Decimal(5)}, (5, "default")),
        ({"default_markup": Decimal(5), "provider_markups": {"openai": {"markup": 7}}}, (7, "provider")),
        (
            {"provider_markups": {"openai": {"markup": 7}}, "model_markups": {"openai/gpt-4o": {"markup": 0}}},
            (0, "model"),
        ),
        (
            {"default_markup": Decimal(5), "model_markups": {"openai/gpt-4o": {"input_cost": 1}}},
            (5, "default"),
        ),
    ],
)
def test_the_nearest_markup_wins(facts: dict[str, Any], expected: tuple[int, str]) -> None:
    assert markup_of(ai_feature(**facts), "openai", "openai/gpt-4o") == expected


@pytest.mark.parametrize(
    ("model", "context", "rates", "tier_applied"),
    [
        ("long", 200_000, (1, 10), False),
        ("long", 200_001, (2, 15), True),
        ("tiers", 32_000, (1, 5), False),
        ("tiers", 32_001, (2, 6), True),
        ("tiers", 999_999, (3, 7), True),
    ],
)
def test_a_long_context_has_rates_of_its_own(
    model: str, context: int, rates: tuple[int, int], tier_applied: bool
) -> None:
    found, applied = listed_rates(PRICES["google"][model], context)

    assert (found["input"], found["output"]) == rates
    assert applied is tier_applied


def test_rates_that_are_missing_fall_back_to_input_and_output() -> None:
    rates, _ = listed_rates(PRICES["openai"]["gpt-4o"], 10)

    assert {rates[kind] for kind in ("cache_read", "cache_write", "audio_input")} == {Decimal("2.5")}
    assert {rates[kind] for kind in ("audio_output", "reasoning")} == {10}


@pytest.mark.parametrize("model", ["nope/none", "openai/gpt-5o", "plainname", "custom"])
def test_u117_a_model_that_is_not_listed_is_refused(model: str) -> None:
    with pytest.raises(ModelNotPriced):
        token_cost(ai_feature(), model, {}, PRICES)


@pytest.mark.parametrize("entry", [None, {"markup": 10}, {"input_cost": 1}, {"output_cost": 1}])
def test_u116_a_custom_model_needs_both_costs(entry: dict[str, int] | None) -> None:
    markups = {"custom/none": entry} if entry else None

    with pytest.raises(CustomModelNotPriced):
        token_cost(ai_feature(model_markups=markups), "custom/none", {}, PRICES)


_counts = st.fixed_dictionaries({name: st.integers(0, 10**7) for name in TOKEN_COUNTS})


@given(counts=_counts, markup=st.integers(-100, 300))
def test_the_cost_is_the_base_raised_by_the_markup(counts: dict[str, int], markup: int) -> None:
    feature = ai_feature(default_markup=Decimal(markup))

    found = token_cost(feature, "anthropic/claude", counts, PRICES)

    spent = sum(rate * counts[f"{kind}_tokens"] for kind, rate in found.rates.items())
    assert found.base == Decimal(spent) / 1_000_000
    assert found.cost * 100 == found.base * (100 + markup)
