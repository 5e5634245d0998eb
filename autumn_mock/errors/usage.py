"""Failures of controls, events, tokens and webhooks."""

from autumn_mock.errors.base import ApiError, InvalidRequest


class PurchaseCountExceedsLimit(InvalidRequest):
    wording = (
        "purchase_limit.count ({count}) cannot exceed purchase_limit.limit ({limit}) for feature {feature_id}"
    )


class WebhookNotFound(ApiError):
    status, code = 404, "webhook_not_found"
    wording = "Webhook {webhook_id} not found"


class WebhookAlreadyExists(ApiError):
    status, code = 409, "webhook_already_exists"
    wording = "Webhook {webhook_id} already exists"
