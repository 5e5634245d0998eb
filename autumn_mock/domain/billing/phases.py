"""Phases of a schedule: when each begins (reference: create_schedule).

Invariant: a phase that comes close to a boundary of the billing cycle begins at that boundary.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from autumn_mock.domain.billing.cycles import cycle_at
from autumn_mock.domain.catalog.pricing import is_paid_recurring, longest_interval
from autumn_mock.domain.periods import HOUR, MINUTE, add_interval
from autumn_mock.domain.records import Plan
from autumn_mock.errors.billing_multi import FirstPhaseNotNow, PastPhaseNotPaid, PhaseOutOfOrder

NOW = "now"
_CLOSE = 12 * HOUR
_ABOUT_NOW = 15 * MINUTE


def phase_starts(phases: Sequence[Mapping[str, Any]], *, now: int) -> list[int]:
    """When each phase begins: at its instant, or so long after the one before. Raises PhaseOutOfOrder,
    which only the clock can tell of some."""
    starts: list[int] = []
    for phase in phases:
        at = phase.get("starts_at")
        if at == NOW:
            starts.append(now)
        elif at is not None:
            starts.append(at)
        else:
            after = phase["starting_after"]
            starts.append(add_interval(starts[-1], after["duration_type"], after["duration_count"]))
    for index, (before, at) in enumerate(pairwise(starts), start=1):
        if at <= before:
            raise PhaseOutOfOrder(index=index)
    return starts


def check_first(at: int, plans: Sequence[Plan], *, now: int, has_schedule: bool) -> None:
    """Raises FirstPhaseNotNow and PastPhaseNotPaid."""
    if at > now + _ABOUT_NOW and not has_schedule:
        raise FirstPhaseNotNow
    if at < now - _ABOUT_NOW and not all(is_paid_recurring(plan) for plan in plans):
        raise PastPhaseNotPaid


def on_boundary(at: int, plan: Plan, anchor: int) -> int:
    """The start of a phase that follows a paid plan: where it is close to a boundary, that one."""
    interval = longest_interval(plan)
    if interval is None:
        return at
    before, after = cycle_at(anchor, *interval, at=at)
    nearest = before if at - before <= after - at else after
    return nearest if abs(at - nearest) <= _CLOSE else at
