"""The window of time that an aggregate of events looks at (reference: events, the window).

Invariant: a window's start is never after its end, and both are whole seconds.
"""

from typing import Any

import msgspec

from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.subscriptions import COUNTING
from autumn_mock.domain.catalog.pricing import is_paid_recurring
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.periods import DAY, HOUR, add_interval
from autumn_mock.domain.records import Balance, Subscription

ONE_CYCLE, THREE_CYCLES, LAST_CYCLE = "1bc", "3bc", "last_cycle"
_DAYS = {"24h": 1, "7d": 7, "30d": 30, "90d": 90}
RANGES = (*_DAYS, LAST_CYCLE, ONE_CYCLE, THREE_CYCLES)


class Cycle(msgspec.Struct, frozen=True, kw_only=True):
    """The running cycle of a customer. `first`: its plan was made in this cycle."""

    start: int
    end: int
    first: bool = False

    @property
    def length(self) -> int:
        return max(0, self.end - self.start)


class Window(msgspec.Struct, frozen=True, kw_only=True):
    start: int
    end: int
    total_from: int
    """Where the totals begin: with ranges of days, the day or hour that `start` lies in."""


def window_of(
    range_: str | None,
    custom: tuple[int, int] | None,
    cycle: Cycle | None,
    *,
    by_day: bool,
    now: int,
) -> Window:
    """`custom` goes before `range_`; with neither it is one cycle. `by_day`: bins are days."""
    if custom is not None:
        return _window(*custom)
    if range_ in _DAYS:
        start = whole_second(now - _DAYS[range_] * DAY)
        unit = DAY if by_day else HOUR
        return Window(start=start, end=whole_second(now), total_from=start // unit * unit)
    if cycle is None:
        return _window(now - DAY, now)
    if range_ != LAST_CYCLE:
        cycles = 3 if range_ == THREE_CYCLES else 1
        return _window(now - cycles * cycle.length, now)
    if cycle.first:
        return _window(cycle.start, cycle.end)
    return _window(cycle.start - cycle.length, cycle.start)


def _window(start: int, end: int) -> Window:
    start, end = whole_second(start), whole_second(end)
    return Window(start=start, end=end, total_from=start)


def running_cycle(holdings: Holdings) -> Cycle | None:
    """The period of the first paid plan; where all plans are free, as the balances show it."""
    running = [s for s in holdings.subscriptions if s.status in COUNTING]
    for subscription in running:
        start, end = subscription.current_period_start, subscription.current_period_end
        if start is not None and end is not None and is_paid_recurring(holdings.plan_of(subscription)):
            return Cycle(start=start, end=end, first=subscription.created_at >= start)
    return _cycle_of_balances(holdings.rows, running)


def _cycle_of_balances(rows: tuple[Balance, ...], running: list[Subscription]) -> Cycle | None:
    """From the start of the first balance to the next reset of the first that has one."""
    plans = {s.id: s for s in running}
    counting = [row for row in rows if row.subscription is None or row.subscription in plans]
    end = next((row.next_reset_at for row in counting if row.next_reset_at is not None), None)
    if end is None:
        return None
    first = counting[0]
    start = _start_of(first)
    plan = plans.get(first.subscription or "")
    made = plan.created_at if plan is not None else first.created_at
    return Cycle(start=start, end=end, first=made >= start)


def _start_of(row: Balance) -> int:
    if row.next_reset_at is None or row.reset is None:
        return row.created_at
    return add_interval(row.next_reset_at, row.reset.interval, -row.reset.interval_count)


def as_range(given: dict[str, Any] | None) -> tuple[int, int] | None:
    """A custom range as it counts: not when a bound is missing or 0."""
    if not given or not given.get("start") or not given.get("end"):
        return None
    return int(given["start"]), int(given["end"])
