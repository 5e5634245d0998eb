"""Usage limits, spend limits and overage controls, resolved for the features of one request.

Invariant: a filtered limit stands beside an unfiltered one, never in its place.
"""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from autumn_mock.domain.balances.limits import NO_LIMITS, Limits
from autumn_mock.domain.controls import control_levels
from autumn_mock.domain.controls.spend_limits import overage_units
from autumn_mock.domain.controls.usage_filters import counts_event, filter_key
from autumn_mock.domain.controls.usage_windows import LookUp, Window, counter_id, usage_in, window_of
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import ZERO, decimal
from autumn_mock.domain.records import Entity, JsonObject, UsageWindow


class UsageLimit(msgspec.Struct, frozen=True):
    """An enabled usage limit that applies, with its counter."""

    entry: JsonObject
    counter_id: str
    window: Window
    usage: Decimal

    @property
    def headroom(self) -> Decimal:
        return max(ZERO, decimal(self.entry["limit"]) - self.usage)


def limits_in_force(
    holdings: Holdings,
    feature_ids: Collection[str],
    properties: Mapping[str, Any],
    look_up: LookUp,
    *,
    now: int,
) -> Limits:
    """What limits these features, seen by the holdings' entity or by the customer."""
    if not control_levels.any_controls(holdings):
        return NO_LIMITS
    headroom, spend, overage = {}, {}, {}
    for feature_id in feature_ids:
        applying = list(usage_limits(holdings, feature_id, properties, look_up, now=now))
        if applying:
            headroom[feature_id] = min(limit.headroom for limit in applying)
        units = _spend_units(holdings, feature_id, now)
        if units is not None:
            spend[feature_id] = units
        control = control_levels.deciding(control_levels.OVERAGE_ALLOWED, holdings, feature_id, now=now)
        if control is not None:
            overage[feature_id] = control["enabled"]
    if headroom or spend or overage:
        return Limits(headroom=headroom, spend=spend, overage=overage)
    return NO_LIMITS


def usage_limits(
    holdings: Holdings, feature_id: str, properties: Mapping[str, Any], look_up: LookUp, *, now: int
) -> Iterator[UsageLimit]:
    """The usage limits of a feature that an event with these properties counts towards."""
    decided: dict[str, tuple[JsonObject, Entity | None]] = {}
    for level, entries in control_levels.levels(control_levels.USAGE_LIMITS, holdings, now=now):
        scope = holdings.entity if level == control_levels.ENTITY else None
        for entry in entries:
            if entry["feature_id"] == feature_id:
                decided.setdefault(filter_key(entry), (entry, scope))
    for entry, scope in decided.values():
        if not entry["enabled"] or not counts_event(entry, properties):
            continue
        name = counter_id(entry, holdings, scope)
        window = window_of(entry, holdings, scope, now=now)
        yield UsageLimit(entry, name, window, usage_in(window, look_up(name), now=now))


def counted(
    holdings: Holdings,
    used: Mapping[str, Decimal],
    properties: Mapping[str, Any],
    look_up: LookUp,
    *,
    now: int,
) -> list[UsageWindow]:
    """The counters after a deduction took this much of each feature; never below 0."""
    if not control_levels.any_controls(holdings):
        return []
    return [
        UsageWindow(
            id=limit.counter_id,
            customer=holdings.customer.internal_id,
            starts_at=limit.window.starts_at,
            ends_at=limit.window.ends_at,
            usage=max(ZERO, limit.usage + amount),
        )
        for feature_id, amount in used.items()
        if amount
        for limit in usage_limits(holdings, feature_id, properties, look_up, now=now)
    ]


def _spend_units(holdings: Holdings, feature_id: str, now: int) -> Decimal | None:
    """The overage units that the deciding spend limit allows; entries without a limit are passed over."""
    for _, entries in control_levels.levels(control_levels.SPEND_LIMITS, holdings, now=now):
        for entry in entries:
            if entry.get("feature_id") == feature_id and "overage_limit" in entry:
                return overage_units(entry, holdings) if entry["enabled"] else None
    return None


def skips_overage_billing(holdings: Holdings, feature_id: str, *, now: int) -> bool:
    """Use beyond the grant is not put on invoices, by the deciding spend limit or by the customer's
    own configuration."""
    if holdings.customer.config.get("disable_overage_billing") is True:
        return True
    if not control_levels.any_controls(holdings):
        return False
    entry = control_levels.deciding(control_levels.SPEND_LIMITS, holdings, feature_id, now=now)
    return entry is not None and entry["enabled"] and entry.get("skip_overage_billing") is True
