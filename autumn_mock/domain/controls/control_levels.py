"""Who decides about a feature: the entity, else the customer, else the customer's plans.

The first level that has an entry decides, whole, also with a disabled one. Among several plans the
strictest entry counts (auto top-ups and alerts: the newest plan's). Invariant: the plans' entries
hold one for each identity, alerts excepted.
"""

from collections.abc import Callable, Hashable, Iterator
from decimal import Decimal

from autumn_mock.domain.billing.subscriptions import COUNTING
from autumn_mock.domain.controls.spend_limits import overage_units
from autumn_mock.domain.controls.usage_filters import filter_key
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import decimal
from autumn_mock.domain.records import JsonObject, Plan, Subscription

ENTITY, CUSTOMER, PLAN = "entity", "customer", "plan"
USAGE_LIMITS, SPEND_LIMITS, OVERAGE_ALLOWED = "usage_limits", "spend_limits", "overage_allowed"
AUTO_TOPUPS, USAGE_ALERTS = "auto_topups", "usage_alerts"

Strictness = Callable[[JsonObject], tuple[bool | int | Decimal, ...]]
"""Orders entries, the strictest first."""

_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_COMMON_DAYS = 15_330
"""A multiple of all lengths, so that rates compare exactly."""
_NO_LIMIT = Decimal("Infinity")


def any_controls(holdings: Holdings) -> bool:
    """Somebody has controls at all; what has none costs next to nothing."""
    if holdings.customer.billing_controls:
        return True
    if holdings.entity is not None and holdings.entity.billing_controls:
        return True
    return any(holdings.controls_of(s) for s in holdings.subscriptions)


def plans_in_force(holdings: Holdings, *, now: int) -> list[Plan]:
    """Plans whose controls count, newest first: the customer's own, and those of the entity that looks."""
    own = holdings.entity.internal_id if holdings.entity else None
    attached = [
        each
        for each in holdings.subscriptions
        if each.status in COUNTING
        and each.started_at <= now
        and (each.ended_at is None or each.ended_at > now)
        and each.entity in {None, own}
    ]
    attached.sort(key=lambda each: (each.created_at, each.id), reverse=True)
    return [_with_own_controls(holdings.plans[each.plan], each) for each in attached]


def _with_own_controls(plan: Plan, attached: Subscription) -> Plan:
    own = attached.billing_controls
    return plan if own is None else plan.but(billing_controls=own)


def levels(kind: str, holdings: Holdings, *, now: int) -> Iterator[tuple[str, list[JsonObject]]]:
    """The entries of each level that has some of this kind, the deciding level first."""
    if holdings.entity is not None and (own := holdings.entity.billing_controls.get(kind)):
        yield ENTITY, own
    if own := holdings.customer.billing_controls.get(kind):
        yield CUSTOMER, own
    if inherited := plan_entries(kind, holdings, now=now):
        yield PLAN, inherited


def deciding(kind: str, holdings: Holdings, feature_id: str, *, now: int) -> JsonObject | None:
    """The entry that decides about a feature."""
    for _, entries in levels(kind, holdings, now=now):
        for entry in entries:
            if entry.get("feature_id") == feature_id:
                return entry
    return None


def identity(kind: str, entry: JsonObject) -> Hashable:
    """What an entry is about: two of the same identity hide one another."""
    feature_id = entry.get("feature_id")
    return (feature_id, filter_key(entry)) if kind == USAGE_LIMITS else feature_id


def plan_entries(kind: str, holdings: Holdings, *, now: int) -> list[JsonObject]:
    """What the plans in force say together, entries of newer plans first."""
    lists = [
        entries for plan in plans_in_force(holdings, now=now) if (entries := plan.billing_controls.get(kind))
    ]
    if len(lists) < 2:
        return lists[0] if lists else []
    candidates: dict[Hashable, list[list[JsonObject]]] = {}
    for entries in lists:
        of_plan: dict[Hashable, list[JsonObject]] = {}
        for entry in entries:
            of_plan.setdefault(identity(kind, entry), []).append(entry)
        for what, found in of_plan.items():
            candidates.setdefault(what, []).append(found)
    if kind == USAGE_ALERTS:
        return [entry for found in candidates.values() for entry in found[0]]
    strictness = _strictness(kind, holdings)
    return [min((each[0] for each in found), key=strictness) for found in candidates.values()]


def _strictness(kind: str, holdings: Holdings) -> Strictness:
    """`min` keeps the first of equals, and newer plans come first."""
    if kind == USAGE_LIMITS:
        return _usage_limit_strictness
    if kind == OVERAGE_ALLOWED:
        return lambda entry: (entry["enabled"],)
    if kind == SPEND_LIMITS:
        return lambda entry: (not entry["enabled"], _units_or_endless(entry, holdings))
    return lambda entry: ()


def _usage_limit_strictness(entry: JsonObject) -> tuple[bool | int | Decimal, ...]:
    """Enabled before disabled, the lower rate per day, the UTC calendar before a billing cycle."""
    rate = decimal(entry["limit"]) * (_COMMON_DAYS // _DAYS[entry["interval"]])
    return not entry["enabled"], rate, entry.get("anchor") != "utc"


def _units_or_endless(entry: JsonObject, holdings: Holdings) -> Decimal:
    units = overage_units(entry, holdings)
    return _NO_LIMIT if units is None else units
