"""`balances.track_tokens`: tokens of AI models, paid from a balance in dollars (reference: AI credits)."""

import json
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

from autumn_mock.domain.balances.sight import look
from autumn_mock.domain.catalog.features import AI_CREDIT_SYSTEM
from autumn_mock.domain.events.token_costs import TOKEN_COUNTS, Prices, token_cost
from autumn_mock.domain.numbers import ONE
from autumn_mock.domain.records import Feature
from autumn_mock.errors.balances import TimestampInFuture
from autumn_mock.errors.usage import NoAiCreditSystem, NotAnAiCreditSystem, SeveralAiCreditSystems
from autumn_mock.operations.loading import find_feature
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.operations.subjects import find_subject
from autumn_mock.operations.tracking import Tracking, carry_out, in_background
from autumn_mock.schemas.tokens import BatchTrackTokens, track_tokens
from autumn_mock.versions.checks import track_in_version
from autumn_mock.world import World


@operation("balances.track_tokens", body=track_tokens, reply=track_in_version)
def track(world: World, body: Body, call: Call) -> Reply:
    """Use what the tokens of a model cost; answers as `balances.track` of that amount does."""
    return carry_out(world, read_tokens(world, body, call), call)


@operation("balances.batch_track_tokens", body=BatchTrackTokens())
def batch_track(world: World, bodies: Any, call: Call) -> Reply:
    """Many of them, each on its own; all are read before the first is done."""
    for asked in [read_tokens(world, body, call) for body in bodies]:
        in_background(world, asked, call)
    return {"success": True}


def read_tokens(world: World, body: Body, call: Call) -> Tracking:
    """The track that tokens come to.

    Raises FeatureNotFound, NotAnAiCreditSystem, NoAiCreditSystem, SeveralAiCreditSystems,
    ModelNotPriced, CustomModelNotPriced and TimestampInFuture.
    """
    feature = _ai_credits(world, body, call)
    counts = {name: body[name] for name in TOKEN_COUNTS if name in body}
    cost = token_cost(feature, body["model_id"], counts, _prices())
    if body.get("timestamp", 0) > world.now():
        raise TimestampInFuture
    told = {"model": body["model_id"], **counts, **cost.told()}
    free = cost.cost == 0 and world.rules.free_tokens_cost_one
    return Tracking(
        body=body | {"feature_id": feature.id},
        features=[feature],
        value=cost.cost,
        properties={**(body.get("properties") or {}), **told},
        taken=ONE if free else None,
    )


def _ai_credits(world: World, body: Body, call: Call) -> Feature:
    """The AI credit system that pays: the one named, else the only one that the customer has."""
    if body.get("feature_id"):
        feature = find_feature(world, body["feature_id"])
        if feature.type != AI_CREDIT_SYSTEM:
            raise NotAnAiCreditSystem(feature_id=feature.id)
        return feature
    holdings = find_subject(world, body, call)
    features = holdings.features
    rows = look(holdings, now=world.now()).rows
    found = {row.feature_id for row in rows if features[row.feature_id].type == AI_CREDIT_SYSTEM}
    if not found:
        raise NoAiCreditSystem
    if len(found) > 1:
        raise SeveralAiCreditSystems
    return features[found.pop()]


@lru_cache(maxsize=1)
def _prices() -> Prices:
    """The price list that the package carries."""
    text = files("autumn_mock").joinpath("data/model_prices.json").read_text(encoding="utf-8")
    prices: Prices = json.loads(text, parse_float=Decimal)
    return prices
