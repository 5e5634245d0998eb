"""Windows of usage limits: they lie end to end, whatever the anchor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.domain.controls.usage_filters import as_text, counts_event, filter_key
from autumn_mock.domain.controls.usage_windows import window_at
from autumn_mock.domain.periods import DAY, from_iso

INTERVALS = st.sampled_from(["day", "week", "month", "year"])
INSTANTS = st.integers(from_iso("2000-01-01T00:00:00Z"), from_iso("2100-01-01T00:00:00Z"))


@given(anchor=st.none() | INSTANTS, interval=INTERVALS, now=INSTANTS)
def test_a_window_holds_now_and_the_next_begins_where_it_ends(
    anchor: int | None, interval: str, now: int
) -> None:
    window = window_at(anchor, interval, now=now)
    following = window_at(anchor, interval, now=window.ends_at)
    before = window_at(anchor, interval, now=window.starts_at - 1)

    assert window.starts_at <= now < window.ends_at
    assert following.starts_at == window.ends_at
    assert before.ends_at == window.starts_at


@given(anchor=INSTANTS, interval=INTERVALS)
def test_the_anchor_begins_a_window(anchor: int, interval: str) -> None:
    assert window_at(anchor, interval, now=anchor).starts_at == anchor


@pytest.mark.parametrize(
    ("anchor", "interval", "now", "starts", "ends"),
    [
        ("2026-12-10T08:30:00Z", "day", "2026-11-25T09:00:00Z", "2026-11-25T08:30:00Z", "2026-11-26T08:30:00Z"),
        (
            "2026-12-10T08:30:00Z",
            "week",
            "2026-11-25T09:00:00Z",
            "2026-11-19T08:30:00Z",
            "2026-11-26T08:30:00Z",
        ),
        (
            "2026-12-31T08:30:00Z",
            "month",
            "2026-11-30T09:00:00Z",
            "2026-11-30T08:30:00Z",
            "2026-12-31T08:30:00Z",
        ),
        (None, "week", "2026-11-29T09:00:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"),
        (None, "year", "2026-11-29T09:00:00Z", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    ],
)
def test_windows_by_example(anchor: str | None, interval: str, now: str, starts: str, ends: str) -> None:
    window = window_at(anchor and from_iso(anchor), interval, now=from_iso(now))

    assert window == (from_iso(starts), from_iso(ends))


PROPERTIES = st.dictionaries(
    st.text(min_size=1, max_size=5),
    st.text(max_size=5) | st.integers() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False),
    min_size=1,
    max_size=4,
)


@given(PROPERTIES, st.dictionaries(st.text(max_size=5), st.none() | st.lists(st.integers())))
def test_an_event_matches_the_filter_made_of_its_own_properties(
    properties: dict[str, object], more: dict[str, object]
) -> None:
    limit = {"filter": {"properties": {key: as_text(value) for key, value in properties.items()}}}

    assert counts_event(limit, more | properties)
    for key in properties:
        assert not counts_event(limit, {**properties, key: None})


@given(PROPERTIES)
def test_the_order_of_a_filter_does_not_matter(properties: dict[str, object]) -> None:
    texts = {key: as_text(value) for key, value in properties.items()}
    turned = dict(reversed(texts.items()))

    assert filter_key({"filter": {"properties": texts}}) == filter_key({"filter": {"properties": turned}})


def test_a_day_is_as_long_as_a_day() -> None:
    window = window_at(None, "day", now=from_iso("2026-11-25T12:00:00Z"))

    assert window.ends_at - window.starts_at == DAY
