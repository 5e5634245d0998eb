"""Billing controls around a deduction: what limits it, what it counts towards, what it sets off."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.limits import NO_LIMITS, Limits
from autumn_mock.domain.records import JsonObject
from autumn_mock.world import World


def limits_of(world: World, holdings: Holdings, feature_ids: Collection[str], properties: JsonObject) -> Limits:
    """The limits in force for these features, seen by the holdings' entity or the customer."""
    return NO_LIMITS


def count_usage(world: World, holdings: Holdings, used: Mapping[str, Decimal], properties: JsonObject) -> None:
    """Count what a deduction took (by feature id, in its units) in the windows of usage limits;
    negative amounts (a lock that gives back) lower them."""


def after_deduction(
    world: World,
    before: Holdings,
    after: Holdings,
    feature_ids: Collection[str],
    properties: JsonObject,
) -> None:
    """Alerts, limit-reached webhooks and auto top-ups that this change of balances sets off."""
