"""Whether somebody may still try a plan (reference: customers, fingerprint and trials).

Invariant: a trial is had once for each plan id, whatever its version and however it ended.
"""

from collections.abc import Iterable

from autumn_mock.domain.records import Plan, Subscription


def trial_is_available(
    plan: Plan,
    own: Iterable[Subscription],
    same_fingerprint: Iterable[Subscription],
    *,
    entity: str | None = None,
    by_fingerprint: bool = False,
) -> bool:
    """Whether the plan's trial is still there to be had.

    `own` are all plans that the customer has or had, expired ones included; `same_fingerprint` those
    of all customers of its fingerprint. `entity` (an internal id) has trials of its own.
    `by_fingerprint`: a used fingerprint withholds the trial even if the plan does not ask for that
    (profile `documented`).
    """
    if plan.free_trial is None:
        return False
    if any(had_trial(one, plan.id) and (entity is None or one.entity == entity) for one in own):
        return False
    if by_fingerprint or plan.free_trial.unique_fingerprint:
        return not any(had_trial(one, plan.id) for one in same_fingerprint)
    return True


def had_trial(subscription: Subscription, plan_id: str) -> bool:
    """A plan that is only scheduled has not begun its trial."""
    return (
        subscription.plan_id == plan_id
        and subscription.trial_ends_at is not None
        and subscription.status != "scheduled"
    )
