"""Failures of the customer operations."""

from autumn_mock.errors.base import ApiError, InvalidRequest


class CustomerNotFound(ApiError):
    status, code = 404, "customer_not_found"
    wording = "Customer {customer_id} not found"


class CustomerIdOrEmailRequired(InvalidRequest):
    wording = "Either customer ID or email is required"


class CustomerAlreadyExists(ApiError):
    status, code = 409, "customer_already_exists"
    wording = "Customer with ID {customer_id} already exists, can't change to this ID"


class MultiCurrencyDisabled(InvalidRequest):
    wording = "Multi-currency is not enabled for this organization"


class AutoEnablePlanNotFree(InvalidRequest):
    wording = "Auto-enable plan must be a free product, or have a free trial with 'card_required' as false"


class ListLimitExceeded(InvalidRequest):
    wording = "limit {limit} exceeds max of {most} for this org"


class StripeCustomerUnknown(ApiError):
    """What Stripe says to an id that it doesn't have."""

    code = "stripe_error"
    wording = "(Stripe Error) No such customer: '{stripe_id}'"


class ClockNotLater(InvalidRequest):
    wording = "frozen_time must be later than the clock's time: {frozen_time} is not after {now}"


class ClockTooFar(InvalidRequest):
    wording = "frozen_time (in milliseconds) is more than {years} years ahead"


class ClockOutsideSandbox(InvalidRequest):
    wording = "Only customers of the sandbox have a test clock"


class ClockHeld(InvalidRequest):
    wording = "The clock can't be moved as a part of another change"
