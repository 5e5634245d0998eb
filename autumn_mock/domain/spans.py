"""Spans of time in words: `31 days`, `1 month`, `1 month 2 days`."""

from autumn_mock.domain import periods

EXAMPLES = "'31 days', '1 month' or '90 minutes'"
LAST_INSTANT = periods.from_iso("9000-01-01T00:00:00Z")


def move(at: int, span: str, sign: int = 1) -> int:
    """`at` moved by a span, forwards (1) or backwards (-1), in epoch ms. Raises ValueError."""
    words = span.split()
    if not words or len(words) % 2:
        raise ValueError(span)
    for count, unit in zip(words[::2], words[1::2], strict=True):
        if not count.isdecimal():
            raise ValueError(span)
        at = _moved(at, int(count) * sign, unit.lower().removesuffix("s"))
    if not 0 <= at < LAST_INSTANT:
        raise ValueError(span)
    return at


def _moved(at: int, count: int, unit: str) -> int:
    try:
        if unit == "second":
            return at + count * periods.SECOND
        return periods.add_interval(at, unit, count)
    except (KeyError, OverflowError) as error:
        raise ValueError(unit) from error


def instant(value: object) -> int:
    """Epoch ms of an instant given as epoch milliseconds or ISO 8601. Raises ValueError."""
    at = value
    if isinstance(value, str):
        try:
            at = periods.from_iso(value)
        except OverflowError:
            raise ValueError(value) from None
    if isinstance(at, int) and not isinstance(at, bool) and 0 <= at < LAST_INSTANT:
        return at
    raise ValueError(value)
