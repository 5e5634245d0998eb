"""Bins and windows of aggregates; nothing is counted twice, and nothing in two bins."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.domain.events.event_bins import BIN_SIZES, bin_of, bins_between
from autumn_mock.domain.events.event_groups import REST, largest
from autumn_mock.domain.events.event_windows import Cycle, window_of
from autumn_mock.domain.periods import DAY, HOUR, from_iso, iso

NOW = from_iso("2026-11-25T06:44:59.635Z")


@pytest.mark.parametrize(
    ("size", "begins"),
    [
        ("hour", "2026-11-25T06:00:00.000Z"),
        ("day", "2026-11-25T00:00:00.000Z"),
        ("week", "2026-11-23T00:00:00.000Z"),
        ("month", "2026-11-01T00:00:00.000Z"),
    ],
)
def test_where_a_bin_begins(size: str, begins: str) -> None:
    assert iso(bin_of(NOW, size)) == begins


@given(
    at=st.integers(0, from_iso("2100-01-01T00:00:00Z")),
    length=st.integers(0, 400 * DAY),
    size=st.sampled_from(BIN_SIZES),
)
def test_bins_follow_each_other_without_a_gap(at: int, length: int, size: str) -> None:
    end = at + (length if size != "hour" else length // 24)

    bins = bins_between(at, end, size)

    assert bins[0] <= at
    assert bins[-1] <= end
    assert bins == sorted(set(bins))
    assert all(bin_of(begins, size) == begins for begins in bins)
    assert bin_of(at, size) == bins[0]
    assert bin_of(end, size) == bins[-1]
    assert all(bin_of(later - 1, size) == begins for begins, later in pairwise(bins))


@pytest.mark.parametrize(
    ("range_", "start", "end"),
    [
        ("24h", "2026-11-24T06:44:59.000Z", "2026-11-25T06:44:59.000Z"),
        ("90d", "2026-08-27T06:44:59.000Z", "2026-11-25T06:44:59.000Z"),
        ("1bc", "2026-10-25T06:44:59.000Z", "2026-11-25T06:44:59.000Z"),
        ("3bc", "2026-08-24T06:44:59.000Z", "2026-11-25T06:44:59.000Z"),
        (None, "2026-10-25T06:44:59.000Z", "2026-11-25T06:44:59.000Z"),
        ("last_cycle", "2026-09-10T00:00:00.000Z", "2026-10-11T00:00:00.000Z"),
    ],
)
def test_windows_of_a_customer(range_: str | None, start: str, end: str) -> None:
    cycle = Cycle(start=from_iso("2026-10-11T00:00:00Z"), end=from_iso("2026-11-11T00:00:00Z"))

    window = window_of(range_, None, cycle, by_day=True, now=NOW)

    assert (iso(window.start), iso(window.end)) == (start, end)


@pytest.mark.parametrize(("by_day", "begins"), [(True, NOW // DAY * DAY), (False, NOW // HOUR * HOUR)])
def test_totals_begin_with_the_bin_that_the_window_begins_in(by_day: bool, begins: int) -> None:
    assert window_of("24h", None, None, by_day=by_day, now=NOW).total_from == begins - DAY


@pytest.mark.parametrize("range_", [None, "1bc", "3bc", "last_cycle"])
def test_without_a_cycle_it_is_a_day(range_: str | None) -> None:
    window = window_of(range_, None, None, by_day=True, now=NOW)

    assert window.end - window.start == DAY


_sums = st.dictionaries(st.text("abc", min_size=1), st.integers(-50, 50).map(Decimal), max_size=8)


@given(sums=_sums, most=st.integers(1, 9))
def test_cutting_to_the_largest_keeps_the_sum(sums: dict[str, Decimal], most: int) -> None:
    kept = largest(sums, most)

    assert sum(kept.values()) == sum(sums.values())
    assert len([group for group in kept if group != REST]) == min(most, len(sums))
