"""What the tokens of a model cost in dollars (reference: AI credits, cost).

Invariant: the cost is the sum of rate × tokens / 1,000,000 over all kinds of tokens, raised by one
markup: the model's, else the provider's, else the default one.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from autumn_mock.domain.numbers import ONE, ZERO, decimal, exact
from autumn_mock.domain.records import Feature, JsonObject
from autumn_mock.errors.usage import CustomModelNotPriced, ModelNotPriced

Prices = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Provider → model → dollars per million tokens, as models.dev lists them."""
Rates = Mapping[str, Decimal]
"""Dollars per million tokens, by kind of token."""

CUSTOM = "custom"
_LONG_CONTEXT = 200_000
_MILLION = Decimal(1_000_000)
_COUNTED_BY = {
    "input": "input_tokens",
    "output": "output_tokens",
    "cache_read": "cache_read_tokens",
    "cache_write": "cache_write_tokens",
    "audio_input": "audio_input_tokens",
    "audio_output": "audio_output_tokens",
    "reasoning": "reasoning_tokens",
}
TOKEN_COUNTS = tuple(_COUNTED_BY.values())
_LISTED_AS = {"audio_input": "input_audio", "audio_output": "output_audio"}
_FALLS_BACK_TO = {
    "cache_read": "input", "cache_write": "input", "audio_input": "input", "audio_output": "output",
    "reasoning": "output",
}  # fmt: skip


class TokenCost(msgspec.Struct, frozen=True, kw_only=True):
    cost: Decimal
    base: Decimal
    markup: Decimal
    """In per cent, at least −100."""
    markup_source: str
    """`model`, `provider`, `default` or `none`."""
    tier_applied: bool
    rates: Rates

    def told(self) -> JsonObject:
        """What the event keeps of it."""
        return {
            "cost": exact(self.cost),
            "base_cost": exact(self.base),
            "markup": exact(self.markup),
            "markup_source": self.markup_source,
            "tier_applied": self.tier_applied,
            "rates": {kind: exact(rate) for kind, rate in self.rates.items()},
        }


def token_cost(feature: Feature, model_id: str, counts: Mapping[str, int], prices: Prices) -> TokenCost:
    """What these tokens cost in an AI credit system. `counts` by the names of TOKEN_COUNTS.

    Raises ModelNotPriced and CustomModelNotPriced.
    """
    provider, _, model = model_id.partition("/")
    if provider == CUSTOM and model:
        rates, tier_applied = _custom_rates(feature, model_id), False
    else:
        listed = prices.get(provider, {}).get(model)
        if listed is None:
            raise ModelNotPriced(model_id=model_id)
        rates, tier_applied = listed_rates(listed, _context(counts))
    spent = (rates[kind] * counts.get(name, 0) for kind, name in _COUNTED_BY.items())
    base = sum(spent, ZERO) / _MILLION
    markup, source = markup_of(feature, provider, model_id)
    return TokenCost(
        cost=base * (ONE + markup / 100),
        base=base,
        markup=markup,
        markup_source=source,
        tier_applied=tier_applied,
        rates=rates,
    )


def markup_of(feature: Feature, provider: str, model_id: str) -> tuple[Decimal, str]:
    """The markup in force, in per cent, and where it comes from."""
    own = (feature.model_markups or {}).get(model_id) or {}
    if own.get("markup") is not None:
        return decimal(own["markup"]), "model"
    of_provider = (feature.provider_markups or {}).get(provider) or {}
    if of_provider.get("markup") is not None:
        return decimal(of_provider["markup"]), "provider"
    if feature.default_markup is not None:
        return feature.default_markup, "default"
    return ZERO, "none"


def listed_rates(listed: Mapping[str, Any], context: int) -> tuple[Rates, bool]:
    """The rates of a listed model for a context of so many input tokens; whether it was a long one."""
    long = _long_context(listed, context)
    effective = {**listed, **(long or {})}
    given = {
        kind: decimal(effective[_LISTED_AS.get(kind, kind)])
        for kind in _COUNTED_BY
        if effective.get(_LISTED_AS.get(kind, kind)) is not None
    }
    rates = {kind: given.get(kind, given.get(_FALLS_BACK_TO.get(kind, kind), ZERO)) for kind in _COUNTED_BY}
    return rates, long is not None


def _long_context(listed: Mapping[str, Any], context: int) -> Mapping[str, Any] | None:
    """The largest tier that the context is beyond; a model without tiers may have one at 200,000."""
    tiers = listed.get("tiers")
    if tiers:
        passed = [tier for tier in tiers if tier["size"] < context]
        return max(passed, key=lambda tier: int(tier["size"]), default=None)
    over: Mapping[str, Any] | None = listed.get("context_over_200k")
    return over if context > _LONG_CONTEXT else None


def _context(counts: Mapping[str, int]) -> int:
    return sum(counts.get(_COUNTED_BY[kind], 0) for kind in ("input", "cache_read", "cache_write"))


def _custom_rates(feature: Feature, model_id: str) -> Rates:
    """A custom model costs what its markup entry says; only input and output cost anything."""
    entry = (feature.model_markups or {}).get(model_id) or {}
    costs = (entry.get("input_cost"), entry.get("output_cost"))
    if costs[0] is None or costs[1] is None:
        raise CustomModelNotPriced(model_id=model_id)
    rates = dict.fromkeys(_COUNTED_BY, ZERO)
    return rates | {"input": decimal(costs[0]), "output": decimal(costs[1])}
