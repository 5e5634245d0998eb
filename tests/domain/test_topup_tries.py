"""Tries of an auto top-up stay within their windows, whatever happens when."""

from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.domain.controls.topup_tries import (
    Block,
    after_attempt,
    after_block,
    block,
    is_quiet,
    with_windows,
)
from autumn_mock.domain.periods import HOUR, MINUTE
from autumn_mock.domain.records import JsonObject, TopupState

PAUSES = st.integers(0, 90 * MINUTE)
LIMIT = {"interval": "hour", "interval_count": 1, "limit": 3}


@dataclass
class Story:
    """What came of tries at some instants."""

    charged: list[tuple[int, bool]]
    told: list[tuple[int, str]]
    state: TopupState


def play(pauses: list[int], outcomes: list[bool], entry: JsonObject) -> Story:
    """A try after each pause, which the charge would pass or not."""
    story, now = Story([], [], TopupState()), 1_000_000_000
    for pause, succeeds in zip(pauses, outcomes, strict=False):
        now += pause
        if is_quiet(story.state, now=now):
            continue
        story.state = with_windows(story.state, entry, now=now)
        blocked = block(story.state, entry, "card", now=now)
        if blocked is None:
            story.state = after_attempt(story.state, "card", succeeded=succeeds, now=now)
            story.charged.append((now, succeeds))
        else:
            story.state, tells = after_block(story.state, blocked, now=now)
            if tells:
                story.told.append((now, blocked.reason))
    return story


TRIES = st.lists(PAUSES, max_size=40)
OUTCOMES = st.lists(st.booleans(), min_size=40, max_size=40)


@given(TRIES, OUTCOMES)
def test_no_attempt_follows_two_in_ten_minutes(pauses: list[int], outcomes: list[bool]) -> None:
    charged = [at for at, _ in play(pauses, outcomes, {}).charged]

    assert all(count <= 2 for count in _windows(charged, 10 * MINUTE))


@given(TRIES, OUTCOMES)
def test_no_attempt_follows_a_failure_within_its_hour(pauses: list[int], outcomes: list[bool]) -> None:
    charged = play(pauses, outcomes, {}).charged

    for (at, succeeded), (following, _) in pairwise(charged):
        assert succeeded or following - at >= HOUR


@given(TRIES, OUTCOMES)
def test_purchases_stay_within_their_limit(pauses: list[int], outcomes: list[bool]) -> None:
    story = play(pauses, outcomes, {"purchase_limit": LIMIT})

    assert story.state.purchases <= LIMIT["limit"]


@given(TRIES, OUTCOMES)
def test_three_failures_in_a_row_are_the_last(pauses: list[int], outcomes: list[bool]) -> None:
    charged = [succeeded for _, succeeded in play(pauses, outcomes, {}).charged]

    for index in range(len(charged) - 3):
        assert any(charged[index : index + 3])


@given(st.integers(0, 9 * MINUTE))
def test_a_reason_is_told_once_for_each_window(pause: int) -> None:
    blocked, now = Block("attempt_limit_reached", 10 * MINUTE), 1

    state, first = after_block(TopupState(), blocked, now=now)
    state, second = after_block(state, blocked, now=now + pause)
    _, in_next_window = after_block(state, Block(blocked.reason, 30 * MINUTE), now=blocked.until)

    assert (first, second, in_next_window) == (True, False, True)


@given(PAUSES)
def test_a_blocked_try_is_quiet_for_ten_minutes_at_most(pause: int) -> None:
    state, _ = after_block(TopupState(), Block("purchase_limit_reached", 10 * HOUR), now=0)

    assert is_quiet(state, now=pause) is (pause < 10 * MINUTE)


def _windows(instants: list[int], length: int) -> list[int]:
    """How many fall into each window; one begins with the first instant after the last has ended."""
    counts: list[int] = []
    ends = 0
    for at in instants:
        if at >= ends:
            counts.append(0)
            ends = at + length
        counts[-1] += 1
    return counts
