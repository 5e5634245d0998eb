"""Failures of putting cards on file and taking them off."""

from autumn_mock.errors.base import ApiError


class PaymentMethodNotFound(ApiError):
    """A control route was given a card that this world did not make."""

    status, code = 404, "payment_method_not_found"
    wording = "No card {payment_method_id}"
