"""Which trial an attach begins, joins or ends (reference: billing, trials).

Invariant: plans of one Stripe subscription are in trial together.
"""

import msgspec

from autumn_mock.domain.periods import add_interval
from autumn_mock.domain.records import FreeTrial, StripeSubscription


class TrialChoice(msgspec.Struct, frozen=True, kw_only=True):
    """`ends_at` of the trial that the new plan is in; `fresh` if it begins now; `ends_running` if
    the subscription's trial ends now."""

    ends_at: int | None = None
    fresh: bool = False
    ends_running: bool = False


class TrialWish(msgspec.Struct, frozen=True, kw_only=True):
    """`available` is the plan's own trial, if it may still be had. `given` is one that the caller
    gives, whatever was used before; `removed` says that there shall be none, `keeps` that a running
    one goes on."""

    available: FreeTrial | None = None
    given: FreeTrial | None = None
    removed: bool = False
    keeps: bool = False


NO_WISH = TrialWish()


def choose_trial(wish: TrialWish, joins: StripeSubscription | None, *, upgrades: bool, now: int) -> TrialChoice:
    """The trial of a plan that begins now. What joins a subscription and `upgrades` nothing on it is in
    the subscription's trial, if there is one."""
    running = joins.trial_ends_at if joins is not None and joins.status == "trialing" else None
    if wish.removed:
        return TrialChoice(ends_running=running is not None)
    if wish.given is not None:
        return TrialChoice(ends_at=trial_end(wish.given, at=now), fresh=True)
    if joins is not None and (not upgrades or wish.keeps):
        return TrialChoice(ends_at=running)
    if wish.available is not None:
        return TrialChoice(ends_at=trial_end(wish.available, at=now), fresh=True)
    return TrialChoice(ends_running=running is not None)


def trial_end(trial: FreeTrial, *, at: int) -> int:
    """When a trial that begins at `at` ends, to the millisecond."""
    return add_interval(at, trial.duration_type, trial.duration_length)
