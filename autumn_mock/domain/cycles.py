"""Billing cycles: which one contains an instant (reference: billing, cycles and calendar).

Invariant: boundary n is the anchor plus n intervals, counted from the anchor, so the 31st comes back
after a short month. A boundary belongs to the cycle that it begins.
"""

from autumn_mock.domain.periods import SECOND, add_interval, next_boundary
from autumn_mock.domain.pricing import longest_interval, shortest_interval
from autumn_mock.domain.records import Plan


def cycle_at(anchor: int | None, interval: str, count: int, *, at: int) -> tuple[int, int]:
    """Start and end of the cycle that contains `at`; without a past anchor it begins now."""
    if anchor is None or anchor >= at:
        return at, add_interval(at, interval, count)
    ends = next_boundary(anchor, interval, count, at)
    before, passed = anchor, 1
    while (boundary := add_interval(anchor, interval, count * passed)) < ends:
        before, passed = boundary, passed + 1
    return before, ends


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
