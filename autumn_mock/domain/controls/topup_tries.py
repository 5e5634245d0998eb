"""How often an auto top-up may be tried: windows, suspension, and what is told only once.

Pure. Invariant: only a try that reaches the charge counts; a try that a window blocked leaves the
top-up quiet for the rest of that window, ten minutes at most.
"""

from typing import NamedTuple

from autumn_mock.domain.controls.topup_windows import in_window
from autumn_mock.domain.periods import DAY, HOUR, MINUTE
from autumn_mock.domain.records import JsonObject, TopupState

SUSPENDED = "suspended_after_failures"
PURCHASE_LIMIT = "purchase_limit_reached"
ATTEMPT_LIMIT = "attempt_limit_reached"
FAILED_ATTEMPT_LIMIT = "failed_attempt_limit_reached"

_ATTEMPT_WINDOW = 10 * MINUTE
_MOST_ATTEMPTS = 2
_FAILURE_WINDOW = HOUR
_MOST_FAILURES = 1
_FAILURES_TO_SUSPEND = 3
_LONGEST_QUIET = 10 * MINUTE


class Block(NamedTuple):
    """Why a try is not made, and until when that holds."""

    reason: str
    until: int


def is_quiet(state: TopupState, *, now: int) -> bool:
    """A blocked try was not long ago: nothing is started, nothing is told."""
    return state.quiet_until is not None and state.quiet_until > now


def with_windows(state: TopupState, entry: JsonObject, *, now: int) -> TopupState:
    """The state at a try: counts that are over begin anew."""
    changes: dict[str, int | None] = {}
    if state.attempts_until is not None and state.attempts_until <= now:
        changes |= {"attempts": 0, "attempts_until": None}
    if state.failures_until is not None and state.failures_until <= now:
        changes |= {"failures": 0, "failures_until": None}
    state = state.but(**changes) if changes else state
    limit = entry.get("purchase_limit")
    return in_window(state, limit, now=now) if limit else state


def block(state: TopupState, entry: JsonObject, card: str | None, *, now: int) -> Block | None:
    """What stands against a try now, the first of: suspension, purchases, attempts, failures."""
    if state.failed_in_row >= _FAILURES_TO_SUSPEND and card == state.failed_card:
        return Block(SUSPENDED, now + DAY)
    limit = entry.get("purchase_limit")
    if limit and state.purchases >= limit["limit"] and state.purchases_until is not None:
        return Block(PURCHASE_LIMIT, state.purchases_until)
    if state.attempts >= _MOST_ATTEMPTS and state.attempts_until is not None:
        return Block(ATTEMPT_LIMIT, state.attempts_until)
    if state.failures >= _MOST_FAILURES and state.failures_until is not None:
        return Block(FAILED_ATTEMPT_LIMIT, state.failures_until)
    return None


def after_block(state: TopupState, blocked: Block, *, now: int) -> tuple[TopupState, bool]:
    """The state after a blocked try, and whether it is to be told: once for each window."""
    tells = state.told.get(blocked.reason, 0) <= now
    told = {**state.told, blocked.reason: blocked.until} if tells else state.told
    return state.but(quiet_until=min(blocked.until, now + _LONGEST_QUIET), told=told), tells


def after_attempt(state: TopupState, card: str | None, *, succeeded: bool, now: int) -> TopupState:
    """The state after a try that reached the charge."""
    state = state.but(
        attempts=state.attempts + 1,
        attempts_until=state.attempts_until or now + _ATTEMPT_WINDOW,
        quiet_until=None,
    )
    if succeeded:
        return state.but(purchases=state.purchases + 1, failed_in_row=0, failed_card=None)
    return state.but(
        failures=state.failures + 1,
        failures_until=state.failures_until or now + _FAILURE_WINDOW,
        failed_in_row=state.failed_in_row + 1,
        failed_card=card,
    )
