"""Failures of attaching and changing plans."""

from autumn_mock.errors.base import ApiError, InvalidRequest


class PlanAlreadyAttached(ApiError):
    status, code = 409, "plan_already_attached"
    wording = (
        "Cannot attach because the customer's current product '{name}' is the same "
        "as the product being attached"
    )


class DuplicateSubscriptionId(ApiError):
    status, code = 409, "duplicate_subscription_id"
    wording = "subscription_id '{subscription_id}' is already in use for this customer"


class CheckoutNotFound(ApiError):
    """A control route was given a page that this world did not hand out."""

    status, code = 404, "checkout_not_found"
    wording = "No checkout page {url}"


class CheckoutNotOpen(InvalidRequest):
    wording = "The checkout page {url} is {state}"
