"""Failures of attaching several plans at once."""

from autumn_mock.errors.base import ApiError, InvalidInputs, InvalidRequest


class MultiStartInTheFuture(InvalidRequest):
    wording = "Multi-attach starts_at only supports past timestamps."


class MultiStartNotPaid(InvalidRequest):
    wording = "Past starts_at requires a paid recurring plan and does not support one-off plans."


class ConflictingPlans(InvalidRequest):
    wording = "Multi-attach supports at most one plan per group and scope, but plans {listed} conflict."


class PlanIsCurrent(InvalidRequest):
    wording = 'Cannot attach plan "{plan_id}" because the customer already has this product active.'


class AlwaysRedirectsWithSubscription(ApiError):
    code = "invalid_redirect_mode"
    wording = (
        'redirect_mode cannot be "always" if customer has an existing Stripe subscription. '
        "Pass new_billing_subscription: true to create a new subscription."
    )


class AnchorOfOneOffsOnly(InvalidRequest):
    wording = (
        "billing_cycle_anchor is not supported when every plan is one-off. "
        "One-off plans do not have a recurring billing cycle."
    )


class SubscriptionIdTwice(ApiError):
    code = "duplicate_subscription_id"
    wording = "Duplicate subscription_id '{subscription_id}' in the same request"


class FirstPhaseNotNow(InvalidRequest):
    wording = "The first phase must start immediately"


class PastPhaseNotPaid(InvalidRequest):
    wording = "Past first phase starts_at is only supported for paid recurring plans."


class ScheduleReverts(InvalidRequest):
    wording = "Cannot use on_end: 'revert' with create_schedule."


class UnscheduledButClaimed(InvalidRequest):
    wording = (
        'Plan "{plan_id}" is in unscheduled_plans, but a later phase schedules its group and scope. '
        "Move it into the phases or drop it from the phase that claims it."
    )


class ConflictingScheduledPlans(InvalidRequest):
    wording = "Create schedule supports at most one plan per group and scope, but plans {listed} conflict."


class PhaseOutOfOrder(InvalidInputs):
    text = "Phase starts_at values must be strictly increasing"

    def __init__(self, *, index: int) -> None:
        super().__init__([(f"phases.{index}.starts_at", self.text)])
