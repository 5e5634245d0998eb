"""When nothing more of a feature is allowed, and what stands in the way (reference: limit reached).

Invariant: it is told at the change that used up the last bit, and not again until more is there.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from msgspec.structs import replace

from autumn_mock.domain.balances.access import answer_check, is_allowed
from autumn_mock.domain.balances.balance_order import takes_overage
from autumn_mock.domain.balances.credit_systems import costs_of, credit_systems_of
from autumn_mock.domain.balances.limits import Limits
from autumn_mock.domain.balances.sight import look
from autumn_mock.domain.controls.limits_in_force import UsageLimit
from autumn_mock.domain.controls.usage_filters import filter_properties
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import ONE
from autumn_mock.domain.records import Feature

A_BIT = Decimal("0.0000001")
"""An amount small enough to tell whether anything at all is left."""

INCLUDED, MAX_PURCHASE, SPEND_LIMIT, USAGE_LIMIT = "included", "max_purchase", "spend_limit", "usage_limit"
LIMIT_REACHED, ALLOWANCE_USED = "limit_reached", "allowance_used"


class Reached(NamedTuple):
    limit_type: str
    filter_properties: Mapping[str, str]


class State(NamedTuple):
    """What somebody holds, and the limits at that moment."""

    holdings: Holdings
    limits: Limits


def is_used_up(feature: Feature, state: State, *, now: int) -> bool:
    """Not even a bit of the feature is allowed."""
    part = look(state.holdings, now=now, feature_ids={feature.id})
    return not is_allowed(part, feature, A_BIT, state.limits)


def reached(feature: Feature, state: State, usage_limits: list[UsageLimit], *, now: int) -> Reached:
    """What refuses a feature that is used up; `usage_limits` are those that apply to the event."""
    for limit in usage_limits:
        if limit.headroom < A_BIT:
            return Reached(USAGE_LIMIT, filter_properties(limit.entry))
    part = look(state.holdings, now=now, feature_ids={feature.id})
    control = state.limits.overage.get(feature.id)
    if control is False or not (control or any(takes_overage(row) for row in part.rows)):
        return Reached(INCLUDED, {})
    return Reached(SPEND_LIMIT if feature.id in state.limits.spend else MAX_PURCHASE, {})


def threshold_reached(feature: Feature, before: State, after: State, *, now: int) -> str | None:
    """The old word: one unit was allowed before and is not any more; or the included amount is used
    up while overage goes on."""
    if _covers_one(feature, before, now) and not _covers_one(feature, after, now):
        return LIMIT_REACHED
    before, after = _without_overage(feature, before), _without_overage(feature, after)
    if _covers_one(feature, before, now) and not _covers_one(feature, after, now):
        return ALLOWANCE_USED
    return None


def _covers_one(feature: Feature, state: State, now: int) -> bool:
    systems = credit_systems_of(feature, state.holdings.features)
    sight = look(state.holdings, now=now, feature_ids=costs_of(feature, systems), first=feature.id)
    return answer_check(sight, feature, systems, ONE, state.limits).allowed


def _without_overage(feature: Feature, state: State) -> State:
    systems = credit_systems_of(feature, state.holdings.features)
    shut: dict[str, Any] = dict.fromkeys(costs_of(feature, systems), False)
    return state._replace(limits=replace(state.limits, overage=shut))
