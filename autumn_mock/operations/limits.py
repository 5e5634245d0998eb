"""Billing controls around a deduction: what limits it, what it counts towards, what it sets off.

    limits = limits_of(world, holdings, feature_ids, properties)
    … deduct, put the changed rows …
    count_usage(world, holdings, outcome.used, properties)
    after_deduction(world, before, after, limits, Asked(feature_id=…, properties=…, version=call.version))

A plain check calls `after_check` instead of the last two.
"""

from collections.abc import Collection, Mapping
from decimal import Decimal

import msgspec

from autumn_mock.domain.balances.limits import Limits
from autumn_mock.domain.controls import limits_in_force
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import JsonObject
from autumn_mock.operations.topups import look_at_topups
from autumn_mock.operations.watching import Change, tell
from autumn_mock.versions.version import NEWEST, Version
from autumn_mock.world import World


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the call that changed balances was about."""

    feature_id: str
    """The feature that was tracked or checked, not the credit system that paid."""
    properties: JsonObject = {}
    version: Version = NEWEST


def limits_of(world: World, holdings: Holdings, feature_ids: Collection[str], properties: JsonObject) -> Limits:
    """The limits in force for these features, seen by the holdings' entity or the customer."""
    counters = world.store.usage_windows.get
    return limits_in_force.limits_in_force(holdings, feature_ids, properties, counters, now=world.now())


def count_usage(world: World, holdings: Holdings, used: Mapping[str, Decimal], properties: JsonObject) -> None:
    """Count what a deduction took (by feature id, in its units) in the windows of usage limits;
    negative amounts (a lock that gives back) lower them."""
    counters = world.store.usage_windows
    for counter in limits_in_force.counted(holdings, used, properties, counters.get, now=world.now()):
        counters.put(counter)


def after_deduction(world: World, before: Holdings, after: Holdings, limits: Limits, asked: Asked) -> None:
    """Alerts, limit-reached webhooks and auto top-ups that this change of balances sets off.

    `limits` are those that `limits_of` answered before the deduction. Called last, once rows and
    counters are written: what it sets off may change rows again, so answer from `after`.
    """
    old = {row.id: row for row in before.rows}
    changed = [row for row in after.rows if old.get(row.id) is not row]
    tell(world, Change(before, after, limits, asked.properties, changed), asked.feature_id, asked.version)
    after_check(world, after, {asked.feature_id})


def after_check(world: World, holdings: Holdings, feature_ids: Collection[str]) -> None:
    """Auto top-ups that a plain check sets off; the answer shows the balance before them."""
    look_at_topups(world, holdings, feature_ids)
