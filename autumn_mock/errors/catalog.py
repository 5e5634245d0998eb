"""Failures of features and plans."""

from autumn_mock.errors.base import ApiError, InvalidRequest


class FeatureNotFound(ApiError):
    status, code = 404, "feature_not_found"
    wording = "Feature {feature_id} not found"


class DuplicateFeatureId(ApiError):
    status, code = 409, "duplicate_feature_id"
    wording = "Feature {feature_id} already exists"


class InvalidFeature(ApiError):
    """400 `invalid_feature`: a feature that contradicts itself or others."""

    code = "invalid_feature"


class NoMeteredFeature(InvalidFeature):
    wording = "At least one metered feature is required for credit system"


class AiCreditsHaveNoSchema(InvalidFeature):
    wording = (
        "AI credit systems are leaf features and cannot define a schema. Model rates live in model_markups."
    )


class RepeatedMeteredFeature(InvalidFeature):
    wording = "Credit system contains multiple of the same metered_feature_id"


class SchemaNamesCreditSystem(InvalidFeature):
    wording = (
        "Credit system schema cannot reference another credit system ({feature_id}). "
        "Only metered or AI credit features are allowed."
    )


class SchemaNamesContinuousFeature(InvalidFeature):
    wording = (
        "Credit system schema cannot reference continuous feature {feature_id}. "
        "Only consumable (single-use) metered features are allowed."
    )


class ProductNotFound(ApiError):
    status, code = 404, "product_not_found"
    wording = "Product {plan_id} not found"


class PlanVersionNotFound(ApiError):
    status, code = 404, "product_not_found"
    wording = "Product {plan_id} (version {version}) not found"


class ProductAlreadyExists(ApiError):
    code = "product_already_exists"
    wording = "Product {plan_id} already exists"


class InvalidProductItem(ApiError):
    """400 `invalid_product_item`: an item of a plan that contradicts itself."""

    code = "invalid_product_item"


class RolloverNeedsProration(InvalidProductItem):
    wording = "rollover requires proration for allocated usage-based features (feature: {feature_id})"


class UnnamedFeatureNotFound(ApiError):
    status, code = 404, "feature_not_found"
    wording = "Feature not found"


class ConsumableRequired(InvalidRequest):
    wording = "Consumable is required when changing type to metered"


class CreditSystemTypeFixed(InvalidRequest):
    wording = "Cannot change type of feature {feature_id} from {before} to {after}"


class TypeOfHeldFeature(InvalidFeature):
    wording = "Cannot change type of feature {feature_id} because it has been attached to a customer before"


class TypeOfEntityFeature(InvalidFeature):
    wording = "Cannot change type of feature {feature_id} because it is used in an entity feature by {name}"


class TypeOfPricedFeature(InvalidFeature):
    wording = "Cannot change type of feature {feature_id} because it has a usage price set"


class TypeOfCreditedFeature(InvalidFeature):
    wording = "Cannot change type of feature {feature_id} because it is used in a credit system"


class IdOfHeldFeature(InvalidFeature):
    wording = "Cannot change id of feature {feature_id} because a customer is using it or has used it before"


class KindOfCreditedFeature(InvalidFeature):
    wording = "Cannot set to {kind} because it is used in credit system {credit_system}"


class KindOfEntityFeature(InvalidFeature):
    wording = "Cannot set to {kind} because it is used as an entity by {name}"


class KindOfHeldFeature(InvalidFeature):
    wording = "Cannot set to {kind} because it is / was used by customers"


class FeatureInCreditSystem(InvalidRequest):
    status = 409
    wording = "Feature {feature_id} is used by credit system {credit_system}"


class FeatureInProduct(InvalidRequest):
    status = 409
    wording = (
        "Feature {feature_id} is used in a product. You must delete the product first, or archive it instead."
    )
