"""Billing cycles: counted from the anchor, in both directions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.domain.billing.cycles import cycle_at
from autumn_mock.domain.periods import DAY, add_interval, add_months, day_in_words, from_iso, iso

INTERVALS = st.sampled_from(["minute", "hour", "day", "week", "month", "quarter", "semi_annual", "year"])
INSTANTS = st.integers(min_value=from_iso("1999-01-01"), max_value=from_iso("2080-01-01"))


@pytest.mark.parametrize(
    ("anchor", "interval", "at", "starts", "ends"),
    [
        ("2026-01-31T10:00", "month", "2026-03-15T00:00", "2026-02-28T10:00", "2026-03-31T10:00"),
        ("2026-05-31T10:00", "month", "2026-03-15T00:00", "2026-02-28T10:00", "2026-03-31T10:00"),
        ("2028-02-29T00:00", "year", "2030-06-01T00:00", "2030-02-28T00:00", "2031-02-28T00:00"),
        ("2028-02-29T00:00", "year", "2032-03-01T00:00", "2032-02-29T00:00", "2033-02-28T00:00"),
        ("2026-01-01T00:00", "month", "2026-02-01T00:00", "2026-02-01T00:00", "2026-03-01T00:00"),
    ],
)
def test_a_cycle_is_counted_from_its_anchor(
    anchor: str, interval: str, at: str, starts: str, ends: str
) -> None:
    found = cycle_at(from_iso(anchor), interval, 1, at=from_iso(at))

    assert found == (from_iso(starts), from_iso(ends))


def test_without_an_anchor_the_cycle_begins_now() -> None:
    assert cycle_at(None, "day", 3, at=5) == (5, 5 + 3 * DAY)


@given(anchor=INSTANTS, at=INSTANTS, count=st.integers(1, 4), interval=INTERVALS)
def test_a_cycle_contains_its_instant_and_ends_on_boundaries(
    anchor: int, at: int, count: int, interval: str
) -> None:
    starts, ends = cycle_at(anchor, interval, count, at=at)

    assert starts <= at < ends
    assert ends > starts
    if interval in {"minute", "hour", "day", "week"}:
        assert (starts - anchor) % (add_interval(0, interval, count)) == 0


@pytest.mark.parametrize("at", [-(10**30), -(10**15), 10**15, 10**30])
def test_an_instant_beyond_the_calendar_is_at_its_edge(at: int) -> None:
    moved = add_months(at, 2)

    assert int(iso(moved).partition("-")[0]) in (1, 9999)
    assert int(day_in_words(at).split()[-1]) in (1, 9999)
