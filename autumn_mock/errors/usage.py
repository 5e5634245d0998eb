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


class WebhookMessageNotFound(ApiError):
    """What the control routes say to a message that is not in the outbox."""

    status, code = 404, "webhook_message_not_found"
    wording = "Webhook message {message_id} not found"


class InvalidPropertyPath(ApiError):
    code = "invalid_inputs"
    wording = "Invalid property path. Should only contain alphanumeric and underscore characters."


class DeductionsNeedCustomer(InvalidRequest):
    wording = "customer_id is required when aggregate_on is set"


class DeductionsHavePlans(InvalidRequest):
    wording = (
        "group_by $plan_id is not supported when aggregate_on is set — deductions already include "
        "plan_id per balance"
    )


class DeductionsAreNotFiltered(InvalidRequest):
    wording = "filter_by is not supported when aggregate_on is set"


class NotAnAiCreditSystem(InvalidRequest):
    wording = "Feature {feature_id} is not an AI credit system feature"


class NoAiCreditSystem(ApiError):
    status, code = 404, "feature_not_found"
    wording = "No AI credit system feature found for this customer"


class SeveralAiCreditSystems(InvalidRequest):
    wording = (
        "Multiple AI credit system features found for this customer. "
        "Please specify a feature_id to disambiguate."
    )


class ModelNotPriced(InvalidRequest):
    wording = "Model {model_id} not found in models.dev pricing data"


class CustomModelNotPriced(InvalidRequest):
    wording = "Custom model {model_id} is missing input_cost or output_cost in model_markups"
