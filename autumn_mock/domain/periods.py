"""Calendar arithmetic of intervals, in UTC.

Months and longer are calendar ones: same day and time of day, clamped to the month's last day.
Shorter ones are lengths. Invariant: adding an interval always moves forward.
"""

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY

_LENGTHS = {"minute": MINUTE, "hour": HOUR, "day": DAY, "week": WEEK}
_MONTHS = {"month": 1, "quarter": 3, "semi_annual": 6, "year": 12}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = datetime(MINYEAR, 1, 1, tzinfo=UTC), datetime(MAXYEAR, 12, 31, tzinfo=UTC)

INTERVALS = (
    "one_off", "minute", "hour", "day", "week", "month", "quarter", "semi_annual", "year",
)  # fmt: skip
"""Reset intervals, shortest first; `one_off` never comes again."""


def add_interval(at: int, interval: str, count: int = 1) -> int:
    """`at` moved on by `count` intervals (`minute` … `year`), in epoch ms."""
    if interval in _LENGTHS:
        return at + _LENGTHS[interval] * count
    return add_months(at, _MONTHS[interval] * count)


def add_months(at: int, months: int) -> int:
    """`at` moved by calendar months, the day clamped to the month's last one."""
    moment = _from_ms(at)
    years, month = divmod(moment.month - 1 + months, 12)
    year = min(moment.year + years, MAXYEAR)
    day = moment.day if moment.day <= 28 else min(moment.day, monthrange(year, month + 1)[1])
    return _to_ms(moment.replace(year=year, month=month + 1, day=day))


def next_boundary(anchor: int, interval: str, count: int, now: int) -> int:
    """The first `anchor + n × interval` after `now`; n counts from the anchor, so months never drift."""
    if interval in _LENGTHS:
        length = _LENGTHS[interval] * count
        return anchor + length * (max(0, (now - anchor) // length) + 1 if now >= anchor else 1)
    months = _MONTHS[interval] * count
    passed = max(0, (now - anchor) // (31 * DAY * months))
    while (at := add_months(anchor, months * (passed + 1))) <= now:
        passed += 1
    return at


def last_boundary(at: int, interval: str, count: int, now: int) -> int:
    """The last of `at` and the boundaries that follow it, each one counted from the one before, that
    is not after `now`. From the 31st, months so drift to the 28th and stay there."""
    if interval in _LENGTHS:
        length = _LENGTHS[interval] * count
        return at + max(0, (now - at) // length) * length
    while (following := add_interval(at, interval, count)) <= now:
        at = following
    return at


def length_of(interval: str, count: int = 1) -> int | None:
    """How long it is, in ms; None of those whose length depends on the calendar."""
    length = _LENGTHS.get(interval)
    return None if length is None else length * count


def minutes_of(interval: str | None, count: int = 1) -> int:
    """A length to order intervals by, in minutes; none and `one_off` are longest."""
    if interval in _LENGTHS:
        return _LENGTHS[interval] // MINUTE * count
    if interval in _MONTHS:
        return 43_200 * _MONTHS[interval] * count if interval != "year" else 525_600 * count
    return 1_000_000_000


def iso(at: int) -> str:
    """`2026-11-25T09:30:00.000Z`."""
    return _from_ms(at).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at % 1000:03d}Z"


def day_in_words(at: int) -> str:
    """`25 Nov 2026`."""
    return _from_ms(at).strftime("%d %b %Y")


def from_iso(text: str) -> int:
    """Epoch ms of an ISO 8601 instant; without an offset it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return _to_ms(moment)


def _from_ms(at: int) -> datetime:
    """An instant beyond the calendar is at its edge."""
    try:
        return _EPOCH + timedelta(milliseconds=at)
    except OverflowError:
        return _LAST if at > 0 else _FIRST


def _to_ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
