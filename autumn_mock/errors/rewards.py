"""Failures of rewards, promo codes, referral programs and referral codes."""

from autumn_mock.errors.base import ApiError, InvalidRequest


class RewardNotFound(ApiError):
    status, code = 404, "reward_not_found"
    wording = "Reward {reward_id} not found"


class RewardIsFreeProduct(InvalidRequest):
    wording = "Reward {reward_id} is a free product reward, which is not available on the API"


class RewardOfOtherKind(InvalidRequest):
    wording = "Reward {reward_id} is a {kind} — provide {field}"


class RewardIsLinked(InvalidRequest):
    wording = "Reward {reward_id} is linked to referral programs: {programs}. Delete them first."


class InvalidReward(ApiError):
    """400 `invalid_reward`: a reward that can't be."""

    code = "invalid_reward"


class IncludedOfBoolean(InvalidReward):
    wording = "Feature {feature_id} must have included set to null"


class IncludedMissing(InvalidReward):
    wording = "Feature {feature_id} must have a positive included value"


class PromoCodeCharacters(InvalidReward):
    wording = "Promotional code can only contain letters and numbers (a-z, A-Z, 0-9)"


class PromoCodeTooLong(InvalidReward):
    wording = "Promotional code cannot exceed 500 characters"


class DuplicateRewardId(ApiError):
    code = "duplicate_reward_id"
    wording = "Reward id {reward_id} is already in use"


class DuplicatePromoCode(ApiError):
    code = "duplicate_promo_code"
    wording = "Promo code {code} is already in use by another reward"


class PromoCodeTwice(ApiError):
    code = "duplicate_promo_code"
    wording = "Promo codes must be unique within a reward"


class PromoCodeUnknown(ApiError):
    status, code = 404, "reward_not_found"
    wording = 'No reward found for code "{code}"'


class NotAFeatureGrant(InvalidReward):
    wording = 'Reward "{reward_id}" is not a feature grant reward'


class NothingToGrant(InvalidReward):
    wording = 'Reward "{reward_id}" has no entitlements configured'


class PromoCodeUsedUp(ApiError):
    code = "referral_code_max_redemptions_reached"
    wording = 'Promo code "{code}" has reached its maximum redemptions'


class RewardRedeemedBefore(ApiError):
    code = "customer_already_redeemed_referral_code"
    wording = 'Customer "{customer_id}" has already redeemed this reward'


class PromoCodeFirstTimeOnly(ApiError):
    code = "promo_code_first_time_only"
    wording = 'Promo code "{code}" is only valid for first-time purchases'


class ReferralProgramNotFound(ApiError):
    status, code = 404, "reward_program_not_found"
    wording = "Referral program {program_id} not found"


class RewardProgramNotFound(ApiError):
    """What the operations that don't read a program themselves say."""

    status, code = 404, "reward_not_found"
    wording = "Reward program not found"


class ReferralProgramExists(InvalidRequest):
    wording = "Referral program {program_id} already exists"


class FreeProductReferral(InvalidRequest):
    wording = (
        "Free product rewards are deprecated for referral programs. "
        "Use a feature grant or discount reward instead."
    )


class CheckoutNeedsPlans(InvalidRequest):
    wording = "When `Redeem On` is set to `Checkout`, must specify at least one product"


class CheckoutNeedsMaximum(InvalidRequest):
    wording = "When `Redeem On` is set to `Checkout`, max redemptions must be greater than 0"


class ReferralCodeNotFound(ApiError):
    status, code = 404, "referral_code_not_found"
    wording = "Referral code not found"


class ReferralCodeUsedUp(ApiError):
    code = "referral_code_max_redemptions_reached"
    wording = "Referral code has reached max redemptions"


class ReferralRedeemedBefore(ApiError):
    code = "customer_already_redeemed_referral_code"
    wording = "Customer {customer_id} has already redeemed a code in this referral program"


class OwnReferralCode(ApiError):
    code = "customer_cannot_redeem_own_code"
    wording = "Customer cannot redeem their own code"


class RedemptionNotFound(ApiError):
    status, code = 404, "reward_redemption_not_found"
    wording = "Reward redemption {redemption_id} not found"
