"""The windows in which usage limits count, and what a counter reads.

A window is phased to a balance's reset or to the UTC calendar. Invariant: windows of one interval
and anchor lie end to end, and a counter of another window than the one that holds now reads 0.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from autumn_mock.domain.controls.usage_filters import filter_key
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.periods import DAY, WEEK, add_months
from autumn_mock.domain.records import Balance, Entity, JsonObject, Subscription, UsageWindow

LookUp = Callable[[str], UsageWindow | None]
"""Finds a counter by its id."""

_LENGTHS = {"day": DAY, "week": WEEK}
_MONTHS = {"month": 1, "year": 12}
_CALENDAR = {"day": 0, "week": 4 * DAY, "month": 0, "year": 0}
"""Instants at which windows of the UTC calendar begin: 1970-01-05 was a Monday."""
_STATUS_ORDER = {"active": 0, "past_due": 1, "scheduled": 2}
_TRIALING = 3


class Window(NamedTuple):
    starts_at: int
    ends_at: int


def window_at(anchor: int | None, interval: str, *, now: int) -> Window:
    """The window that holds now: `anchor` begins one, None means the UTC calendar."""
    begin = _CALENDAR[interval] if anchor is None else anchor
    if interval in _LENGTHS:
        length = _LENGTHS[interval]
        starts = begin + (now - begin) // length * length
        return Window(starts, starts + length)
    months = _MONTHS[interval]
    count = (now - begin) // (31 * DAY * months)
    while add_months(begin, months * count) > now:
        count -= 1
    while add_months(begin, months * (count + 1)) <= now:
        count += 1
    return Window(add_months(begin, months * count), add_months(begin, months * (count + 1)))


def window_of(limit: JsonObject, holdings: Holdings, entity: Entity | None, *, now: int) -> Window:
    """The present window of a usage limit of the entity, or of the customer."""
    anchor = None
    if limit.get("anchor") != "utc":
        anchor = _anchor(limit["feature_id"], holdings, entity, now)
    return window_at(anchor, limit["interval"], now=now)


def counter_id(limit: JsonObject, holdings: Holdings, entity: Entity | None) -> str:
    """The counter of a scope, a feature and a filter; the same however the limit is edited."""
    scope = entity.internal_id if entity else ""
    return f"{holdings.customer.internal_id}|{scope}|{limit['feature_id']}|{filter_key(limit)}"


def usage_in(window: Window, counter: UsageWindow | None, *, now: int) -> Decimal:
    """What a counter has counted in the present window. A day and a month that begin together are
    two windows."""
    if counter is None or counter.ends_at <= now or (counter.starts_at, counter.ends_at) != window:
        return ZERO
    return counter.usage


def _anchor(feature_id: str, holdings: Holdings, entity: Entity | None, now: int) -> int | None:
    """Where windows are laid from: a reset of the balance that the limit stands before."""
    rows = [row for row in holdings.rows if row.expires_at is None or row.expires_at > now]
    capped = {feature_id}
    feature = holdings.features.get(feature_id)
    if feature is not None and feature.type == "metered" and all(r.feature_id != feature_id for r in rows):
        capped = {
            system.id
            for system in holdings.features.values()
            if system.type == "credit_system"
            and any(line.metered_feature_id == feature_id for line in system.credit_schema or ())
        }
    plans = {subscription.id: subscription for subscription in holdings.subscriptions}
    fitting = [
        row for row in rows if row.feature_id in capped and (not row.subscription or row.subscription in plans)
    ]
    own = [row for row in fitting if _belongs_to(row, plans, entity)] or (fitting if entity else [])
    if not own:
        return None
    row = min(own, key=lambda each: _rank(each, plans, now))
    if row.next_reset_at is not None:
        return row.next_reset_at
    return plans[row.subscription].billing_cycle_anchor if row.subscription else None


def _belongs_to(row: Balance, plans: dict[str, Subscription], entity: Entity | None) -> bool:
    wanted = entity.internal_id if entity else None
    owner = row.entity or (plans[row.subscription].entity if row.subscription else None)
    return owner == wanted


def _rank(row: Balance, plans: dict[str, Subscription], now: int) -> tuple[int, bool, bool, int]:
    """Active before past due, scheduled and trialing; plan before loose; main first; oldest."""
    plan = plans[row.subscription] if row.subscription else None
    status = 0 if plan is None else _STATUS_ORDER.get(plan.status, 0)
    if plan is not None and plan.trial_ends_at is not None and plan.trial_ends_at > now:
        status = _TRIALING
    return status, plan is None, row.add_on, row.created_at
