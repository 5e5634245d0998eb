"""What happens next to a customer's plan by itself: it starts, its trial ends, it renews, it is over
(reference: billing, time).

Invariant: taking a turn always changes the plan so that its next turn is a later one, or none.
"""

from enum import IntEnum

from autumn_mock.domain.billing.subscriptions import EXPIRED, SCHEDULED
from autumn_mock.domain.periods import SECOND
from autumn_mock.domain.records import Subscription

PAUSED = "paused"
"""Waits for the trial that took its place to end."""


RELEASED = "released"
"""A seat of a licence that nobody holds."""


class Turn(IntEnum):
    """In the order in which turns of one instant are taken: what ends makes room for what starts."""

    END = 0
    TRIAL_END = 1
    RENEWAL = 2
    START = 3


def next_turn(subscription: Subscription) -> tuple[int, Turn] | None:
    """The next turn and its instant."""
    if subscription.status == EXPIRED:
        return None
    turn = _turn_before_end(subscription)
    end = subscription.expires_at
    if end is None:
        return turn
    # The provider's whole seconds and our milliseconds name one instant: what falls into the end's
    # own second is cut off by it.
    if turn is not None and turn[0] // SECOND < end // SECOND:
        return turn
    return end, Turn.END


def is_in_trial(subscription: Subscription) -> bool:
    """It has a trial whose end was not settled yet."""
    return subscription.trial_ends_at is not None and not subscription.trial_ended


def _turn_before_end(subscription: Subscription) -> tuple[int, Turn] | None:
    if subscription.status == SCHEDULED:
        return subscription.started_at, Turn.START
    if subscription.status == PAUSED:
        return None
    if is_in_trial(subscription) and subscription.trial_ends_at is not None:
        return subscription.trial_ends_at, Turn.TRIAL_END
    renewal = subscription.renews_at or subscription.current_period_end
    return None if renewal is None else (renewal, Turn.RENEWAL)
