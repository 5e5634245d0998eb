"""Failures that only the legacy routes of rewards have."""

from autumn_mock.errors.base import ApiError, InvalidRequest
from autumn_mock.errors.rewards import InvalidReward


class RewardUnnamed(InvalidReward):
    wording = "Reward ID and name are required"


class FreeProductMissing(InvalidReward):
    wording = "Select a free product"


class EntitlementWithoutFeature(InvalidReward):
    wording = "Each entitlement must have a feature"


class EntitlementWithoutAllowance(InvalidReward):
    wording = "Each entitlement must have a non-negative allowance"


class RewardPricesUnknown(ApiError):
    code = "invalid_price_id"
    wording = "One or more reward prices are invalid"


class LegacyRewardNotFound(InvalidRequest):
    status = 404
    wording = "Reward {reward_id} not found"


class ProgramRewardUnknown(InvalidRequest):
    wording = "Reward {reward_id} not found"


class ProgramIdExists(InvalidRequest):
    wording = "Program with ID {program_id} already exists"


class LegacyProgramNotFound(ApiError):
    status, code = 404, "reward_not_found"
    wording = "Reward program {program_id} not found"


class PromoCodeRequired(InvalidRequest):
    wording = "Promo code is required for feature grant rewards"


class NoStripeCustomerToRemoveFrom(InvalidRequest):
    wording = "Customer has no Stripe customer to remove a coupon from"
