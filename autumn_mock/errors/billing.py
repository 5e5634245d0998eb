"""Failures of attaching and changing plans."""

from autumn_mock.errors.base import ApiError, InvalidRequest


class BillingLocked(ApiError):
    """Another billing operation of the customer runs just now."""

    status, code = 423, "lock_already_exists"
    wording = "{doing} already in progress for this customer, try again in a few seconds"


class CheckoutBeingProcessed(BillingLocked):
    wording = "A checkout session for this customer was just completed and is still being processed"


class PlanAlreadyAttached(ApiError):
    status, code = 409, "plan_already_attached"
    wording = (
        "Cannot attach because the customer's current product '{name}' is the same "
        "as the product being attached"
    )


class UnbilledPaidPlan(InvalidRequest):
    wording = (
        "Cannot attach because the customer's current product '{name}' is paid "
        "but no stripe subscription is linked to it"
    )


class CurrentPlanManagedElsewhere(InvalidRequest):
    status = 409
    wording = "Cannot attach because the customer's current product '{name}' is managed by {processor}."


class NegativePrice(InvalidRequest):
    """The reference fails at its payment provider here."""

    wording = "The amount of a customized price cannot be negative"


class DuplicateSubscriptionId(ApiError):
    status, code = 409, "duplicate_subscription_id"
    wording = "subscription_id '{subscription_id}' is already in use for this customer"


class RemovesAttachedPlan(InvalidRequest):
    wording = "Cannot remove plan '{plan_id}' in the same attach that adds it"


class RemovedPlanNotActive(ApiError):
    status, code = 404, "product_not_found"
    wording = "No active plan '{plan_id}' found on the customer to remove"


class RemovedPlanBilledElsewhere(InvalidRequest):
    wording = "Plan '{plan_id}' is billed on a separate subscription and cannot be removed in this attach"


class CarriesFromSeveralPlans(InvalidRequest):
    wording = "Cannot carry over usage when removing multiple plans. Remove them one at a time."


class NothingToMergeWith(InvalidRequest):
    wording = (
        "Cannot merge with an existing billing cycle because the customer has no active paid recurring "
        "subscription. Set new_billing_subscription to true to create a new cycle."
    )


class CheckoutOfSeveralIntervals(InvalidRequest):
    wording = (
        "Cannot create Stripe checkout when there are multiple intervals that require payment upfront. "
        "Please use direct billing or separate the purchases."
    )


class AdjustableButImmediate(InvalidRequest):
    wording = (
        "enable_plan_immediately cannot be used with adjustable feature quantities — set "
        "adjustable_quantity to false on each option, or remove enable_plan_immediately."
    )


class InvoiceOfDowngrade(InvalidRequest):
    wording = (
        "Cannot use invoice mode with deferred activation for downgrades. Downgrades are scheduled for "
        "end of cycle and have no immediate invoice to pay."
    )


class ScheduledOneOffQuantity(InvalidRequest):
    wording = (
        "Scheduled switch with one-off prepaid quantities is not yet supported. Either use an immediate "
        "switch, or omit the one-off prepaid quantity (it will default to 0)."
    )


class AnchorInThePast(InvalidRequest):
    wording = (
        "billing_cycle_anchor cannot be set to a past timestamp. "
        "Use 'now' or a future Unix timestamp in milliseconds."
    )


class AnchorBeforeStart(InvalidRequest):
    wording = "billing_cycle_anchor must be after the plan starts"


class AnchorAfterEnd(InvalidRequest):
    wording = "billing_cycle_anchor must be before ends_at"


class AnchorNowBeforeStart(InvalidRequest):
    wording = "billing_cycle_anchor: 'now' cannot be used before the plan starts"


class AnchorWithTrial(InvalidRequest):
    wording = (
        "billing_cycle_anchor cannot be used together with a free trial. "
        "The trial already controls the billing cycle start."
    )


class AnchorOfOneOff(InvalidRequest):
    wording = (
        "billing_cycle_anchor is not supported for one-off products. "
        "One-off products do not have a recurring billing cycle."
    )


class AnchorOfScheduledSwitch(InvalidRequest):
    wording = (
        "billing_cycle_anchor resets are not supported for scheduled switches. "
        "Use an immediate upgrade, or remove billing_cycle_anchor."
    )


class StartAtEndOfCycle(InvalidRequest):
    wording = "starts_at cannot be used together with plan_schedule: end_of_cycle."


class PastStartNotPaid(InvalidRequest):
    wording = "Past starts_at is only supported for paid recurring plans."


class PastStartJoins(InvalidRequest):
    wording = "Past starts_at is only supported when creating a new Stripe subscription."


class PastStartNeedsCheckout(InvalidRequest):
    wording = "Past starts_at cannot be used when Stripe Checkout is required."


class PastStartTooFar(InvalidRequest):
    wording = (
        "Past starts_at is too far in the past. Stripe supports backdating only when the first invoice "
        "has at most 250 line items."
    )


class PastStartWithTrial(InvalidRequest):
    wording = "Past starts_at cannot be used together with a free trial."


class FutureStartByInvoice(InvalidRequest):
    wording = "Future starts_at cannot be used together with invoice mode."


class FutureStartNotPaid(InvalidRequest):
    wording = "Future starts_at is only supported for paid recurring plans."


class FutureStartWithTrial(InvalidRequest):
    wording = "Future starts_at cannot be used together with a free trial."


class EndInThePast(InvalidRequest):
    wording = "ends_at cannot be set to a past timestamp. Use a future Unix timestamp in milliseconds."


class EndBeforeStart(InvalidRequest):
    wording = "ends_at must be after the plan start timestamp."


class EndOfFreePlan(InvalidRequest):
    wording = "ends_at is only supported for paid plans."


class CarryNotImmediate(InvalidRequest):
    wording = (
        "{field} is only supported for immediate plan switches (upgrades). "
        "It cannot be used with scheduled downgrades."
    )


class CarryOfBoolean(InvalidRequest):
    wording = (
        "{field} is not supported for boolean features. Feature '{feature_id}' is a boolean (static) "
        "feature and does not have a consumable {noun}."
    )


class CarryBalanceOfHeld(InvalidRequest):
    wording = (
        "carry_over_balances is not supported for non-consumable features. Feature '{feature_id}' is a "
        "non-consumable feature and does not have a consumable balance to carry over."
    )


class CarryUsageOfHeld(InvalidRequest):
    wording = (
        "carry_over_usages is not supported for non-consumable features. Feature '{feature_id}' is a "
        "non-consumable (allocated) feature and does not have a consumable usage to carry over."
    )


class ProrationNoneEndsTrial(InvalidRequest):
    wording = "Cannot set proration_behavior to 'none' when removing a free trial"


class OwnLinesWithoutSubscription(InvalidRequest):
    wording = (
        "custom_line_items can only be used when updating an existing subscription (not creating a new one)"
    )


class OwnLinesEndTrial(InvalidRequest):
    wording = (
        "custom_line_items cannot be used when the subscription update creates a Stripe-managed invoice "
        "(e.g. removing a trial)"
    )


class RevertsToNothing(InvalidRequest):
    wording = "Cannot use on_end: 'revert' without an existing paid subscription."
