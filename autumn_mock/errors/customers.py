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
