"""Stripe subscriptions that were made elsewhere, and what a plan shows that is linked to one (reference:
billing.import; billing.attach and billing.update, processor_subscription_id).

Invariant: a plan follows only a subscription that runs and is its own customer's. Of any other it knows
the name and no more: that one bills somebody else, or nobody.
"""

from autumn_mock.domain.billing.cycles import running_period, whole_second
from autumn_mock.domain.records import Customer, Plan, StripeSubscription

RUNNING = frozenset({"active", "trialing", "past_due"})
"""Statuses of Stripe subscriptions that go on."""


def follows(shared: StripeSubscription, customer: Customer) -> bool:
    """Whether a plan of the customer is billed with this subscription."""
    return shared.customer == customer.internal_id and shared.status in RUNNING


def trial_of(shared: StripeSubscription) -> int | None:
    """The end of the trial that it is in."""
    return shared.trial_ends_at if shared.status == "trialing" else None


def period_of(shared: StripeSubscription, plan: Plan, *, now: int) -> tuple[int, int] | None:
    """The running period of a plan that is billed by it: the trial, or the plan's shortest interval."""
    trial_ends_at = trial_of(shared)
    if trial_ends_at is not None:
        return shared.period_start or shared.created_at, trial_ends_at
    return running_period(plan, shared.anchor, at=whole_second(now))
