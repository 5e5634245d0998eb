"""Bins of an aggregate: hours, days, weeks from Monday and months, in UTC (reference: events, bins).

Invariant: an event lies in exactly one bin of a size, and counts by the full hour that it falls in.
"""

from datetime import UTC, datetime

from autumn_mock.domain.periods import DAY, HOUR, WEEK, add_months

HOURS, DAYS, WEEKS, MONTHS = "hour", "day", "week", "month"
BIN_SIZES = (DAYS, HOURS, WEEKS, MONTHS)
_MONDAY = 4 * DAY
"""The epoch began on a Thursday; the first Monday came four days later."""


def hour_of(at: int) -> int:
    """The full hour that an instant falls in."""
    return at // HOUR * HOUR


def bin_of(at: int, size: str) -> int:
    """Where the bin begins that holds an instant."""
    if size == HOURS:
        return hour_of(at)
    if size == DAYS:
        return at // DAY * DAY
    if size == WEEKS:
        return (at - _MONDAY) // WEEK * WEEK + _MONDAY
    first = datetime.fromtimestamp(at / 1_000, UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return int(first.timestamp()) * 1_000


def bins_between(start: int, end: int, size: str) -> list[int]:
    """All bins from the one that holds `start` to the one that holds `end`."""
    found, at = [], bin_of(start, size)
    while at <= end:
        found.append(at)
        at = _next(at, size)
    return found


def _next(at: int, size: str) -> int:
    if size == MONTHS:
        return add_months(at, 1)
    return at + {HOURS: HOUR, DAYS: DAY, WEEKS: WEEK}[size]
