"""Failures of the old routes of billing."""

from autumn_mock.errors.base import ApiError, InvalidRequest


class ProductAlreadyAttached(ApiError):
    code = "product_already_attached"
    wording = "Product {name} is already attached, can't attach again"


class ProductAlreadyScheduled(InvalidRequest):
    wording = "Product {name} is already scheduled, can't attach again"


class SameItems(InvalidRequest):
    wording = "Items specified for {name} are the same as the existing product, can't attach again"


class SeveralWithChange(InvalidRequest):
    wording = "Can't perform upgrade/downgrade to {name} when attaching multiple products simultaneously"


class SeveralWhileScheduled(InvalidRequest):
    wording = "Can't attach multiple products when a scheduled product change is already pending"


class VolumeInOldAttach(InvalidRequest):
    wording = (
        "Volume pricing is not supported on attach V1. "
        "Please upgrade to V2 of the Autumn API to use prepaid volume tiers"
    )


class InvalidOptions(ApiError):
    code = "invalid_options"


class QuantityMissing(InvalidOptions):
    wording = "Pass in 'quantity' for feature {feature_id} in options"


class QuantityNegative(InvalidOptions):
    wording = "Quantity cannot be negative"


class QuantityZero(InvalidOptions):
    wording = "When attaching a single prepaid price, quantity must be greater than 0"


class ProductIdRequired(InvalidRequest):
    wording = "Either product_id or product_ids is required"
