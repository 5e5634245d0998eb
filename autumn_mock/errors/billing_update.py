"""Failures of changing and cancelling plans that run."""

from autumn_mock.errors.base import ApiError, InvalidRequest


class NoActiveSubscription(ApiError):
    status, code = 404, "cus_product_not_found"


class NoSubscriptionOfId(NoActiveSubscription):
    wording = (
        "No active subscription found with subscription_id '{subscription_id}' for customer '{customer_id}'"
    )


class NoSubscriptionOfPlan(NoActiveSubscription):
    wording = "No active subscription found for plan '{plan_id}' on customer '{customer_id}'"


class NoSubscriptionAtAll(NoActiveSubscription):
    wording = "No active subscription found for customer '{customer_id}'"


class UpdateOfScheduled(InvalidRequest):
    wording = "Subscription for '{name}' is scheduled and cannot be updated until it becomes active"


class UpdateOfExpired(InvalidRequest):
    wording = "Subscription for '{name}' has expired and cannot be updated"


class UncancelOfScheduled(InvalidRequest):
    wording = "Cannot uncancel a subscription that is scheduled"


class UncancelOfExpired(InvalidRequest):
    wording = "Cannot uncancel a subscription that has expired"


class EndedAlready(InvalidRequest):
    wording = (
        "Subscription {subscription_id} is already canceled in Stripe; "
        "use cancel: 'cancel_immediately' instead."
    )


class UncancelOfEnded(InvalidRequest):
    wording = (
        "Subscription {subscription_id} is already canceled in Stripe and cannot be uncanceled; "
        "attach the plan again to start a new subscription."
    )


class RecurringToOneOff(InvalidRequest):
    wording = "Cannot update a subscription from a recurring product to a one-off product"


class OneOffToRecurring(InvalidRequest):
    wording = "Cannot update a subscription from a one-off product to a recurring product"


class SameConfiguration(InvalidRequest):
    wording = "Custom plan configuration is identical to the current subscription; no update is needed"


class TwoTopups(InvalidRequest):
    wording = (
        "Cannot update a one-off prepaid quantity alongside other subscription changes. "
        "Update the plan first, then adjust the quantity separately."
    )


class TopupWithOtherChanges(InvalidRequest):
    wording = (
        "A manual top-up can only change feature quantities; fields like customize, cancel_action, "
        "and billing_cycle_anchor are not allowed"
    )


class TrialOfOneOff(InvalidRequest):
    wording = "Free trials are not available for one-off products"


class PriceOfOneOff(InvalidRequest):
    wording = (
        "For one-off products, only entitlement changes are allowed; "
        "price and billing changes are not supported"
    )


class QuantityOfOneOff(InvalidRequest):
    wording = "Not allowed to update feature quantity for one off items."


class FreeHasNoCycle(InvalidRequest):
    wording = "Free products do not have billing cycles; use cancel: 'immediately' instead."


class OneOffHasNoCycle(InvalidRequest):
    wording = "One-off products do not have billing cycles; use cancel: 'immediately' instead."


class EndsWithInvoice(InvalidRequest):
    wording = "Cannot use cancel: 'end_of_cycle' when an invoice will be created"


class NothingToInvoice(InvalidRequest):
    wording = "Cannot create an invoice for this subscription update because there are no billing changes."


class TrialEndsWithOneOff(InvalidRequest):
    wording = "Cannot remove the free trial while adding one-off items to a paid recurring subscription"


class AnchorInTrial(InvalidRequest):
    wording = "billing_cycle_anchor cannot be used together with a free trial"


class AnchorOfOneOffRow(InvalidRequest):
    wording = "billing_cycle_anchor is not supported for one-off products"


class AnchorWithCancel(InvalidRequest):
    wording = "billing_cycle_anchor cannot be used together with a cancel action"


class AnchorWithQuantities(InvalidRequest):
    wording = "billing_cycle_anchor cannot be used together with feature_quantities"


class NothingToConfirm(InvalidRequest):
    wording = "Cannot create checkout when quantities are not updated or adjustable"


class CancelNeedsNoPage(InvalidRequest):
    wording = "Autumn checkout does not support cancel or uncancel updates"


class NothingBilled(InvalidRequest):
    wording = "Cannot create checkout when no billing changes will happen in this update"


class ManagedElsewhere(InvalidRequest):
    status = 409
    wording = "Subscription for '{name}' is managed by {processor} and cannot be updated directly"
