"""Billing cycles: which one contains an instant (reference: billing, cycles and calendar).

Invariant: boundary n is the anchor plus n intervals, counted from the anchor, so the 31st comes back
after a short month. A boundary belongs to the cycle that it begins.
"""

from functools import lru_cache

from autumn_mock.domain.catalog.pricing import longest_interval, shortest_interval
from autumn_mock.domain.periods import MINUTE, SECOND, add_interval, minutes_of
from autumn_mock.domain.records import Plan

_CALENDAR = frozenset({"month", "quarter", "semi_annual", "year"})
"""Intervals whose length depends on the calendar: a month of 30 days is 28 to 31."""


@lru_cache(maxsize=1_024)
def cycle_at(anchor: int | None, interval: str, count: int, *, at: int) -> tuple[int, int]:
    """Start and end of the cycle that contains `at`; without an anchor it begins now. An anchor that
    is still to come has cycles before it too."""
    if anchor is None:
        return at, add_interval(at, interval, count)
    passed = _surely_passed(at - anchor, interval, count)
    while add_interval(anchor, interval, count * (passed + 1)) <= at:
        passed += 1
    return add_interval(anchor, interval, count * passed), add_interval(anchor, interval, count * (passed + 1))


def _surely_passed(span: int, interval: str, count: int) -> int:
    """A number of intervals that is not more than those that fit into a span, and nearly as many."""
    length = minutes_of(interval, count) * MINUTE
    if interval not in _CALENDAR:
        return span // length
    return span * 30 // (length * (31 if span >= 0 else 28)) - 1


def whole_second(at: int) -> int:
    """The second that an instant lies in, as the payment provider keeps instants."""
    return at // SECOND * SECOND


def first_period(plan: Plan, anchor: int, *, at: int) -> tuple[int, int] | None:
    """The billing period that a new provider subscription shows: its latest end."""
    return _period(longest_interval(plan), anchor, at)


def running_period(plan: Plan, anchor: int, *, at: int) -> tuple[int, int] | None:
    """The billing period of a provider subscription that was there before: its earliest end."""
    return _period(shortest_interval(plan), anchor, at)


def _period(interval: tuple[str, int] | None, anchor: int, at: int) -> tuple[int, int] | None:
    return None if interval is None else cycle_at(anchor, *interval, at=at)
