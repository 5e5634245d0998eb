"""The purchase window of an auto top-up: how often it may buy, and until when that counts.

Invariant: only successful top-ups are counted; a count that is over reads 0.
"""

from typing import Any

from autumn_mock.domain.periods import add_interval
from autumn_mock.domain.records import JsonObject, TopupState


def with_count(state: TopupState, purchase_limit: JsonObject, count: int | float, *, now: int) -> TopupState:
    """The state after a request set the count; a window that is over or of another length begins now."""
    return in_window(state, purchase_limit, now=now).but(purchases=count)


def in_window(state: TopupState, purchase_limit: JsonObject, *, now: int) -> TopupState:
    """The state with the window that holds now; a new one begins now when there is none."""
    interval, length = purchase_limit["interval"], purchase_limit["interval_count"]
    same = (state.interval, state.interval_count) == (interval, length)
    if same and state.purchases_until is not None and state.purchases_until > now:
        return state
    return state.but(
        purchases=0,
        purchases_until=_moved(now, interval, length),
        interval=interval,
        interval_count=length,
    )


def shown_limit(purchase_limit: JsonObject | None, state: TopupState, *, now: int) -> JsonObject:
    """`purchase_limit` as expand shows it once a counter exists."""
    ends_at, count = state.purchases_until, state.purchases
    if ends_at is not None and ends_at <= now:
        count = 0
        while ends_at <= now:
            ends_at = _moved(ends_at, state.interval or "month", state.interval_count or 1)
    limit: dict[str, Any] = purchase_limit or {}
    return {
        "interval": limit.get("interval"),
        "interval_count": limit.get("interval_count"),
        "limit": limit.get("limit"),
        "count": count,
        "next_reset_at": ends_at,
    }


def _moved(at: int, interval: str, length: int | float) -> int:
    return add_interval(at, interval, max(1, int(length)))
