"""Failures of what a plan holds: items that contradict themselves or each other, prices, trials."""

from autumn_mock.errors.base import ApiError, InvalidRequest
from autumn_mock.errors.catalog import InvalidProductItem


class InvalidPlan(ApiError):
    """400 `invalid_inputs`: what is sent has the right shape and makes no sense as a plan."""

    code = "invalid_inputs"


# Items by themselves


class PooledFlagWithBalance(InvalidProductItem):
    wording = "Pooled boolean items cannot include balance or pricing fields"


class PooledUnlimitedWithPrice(InvalidProductItem):
    wording = "Pooled unlimited items cannot include pricing"


class PooledUsageBased(InvalidProductItem):
    wording = "Pooled items cannot use usage-based pricing"


class MultiCurrencyDisabled(InvalidProductItem):
    wording = "Multi-currency is not enabled for this organization"


class BaseCurrencyOfBasePrice(InvalidProductItem):
    wording = "Base price additional_currencies cannot include the base currency '{currency}'"


class BaseCurrencyOfItem(InvalidProductItem):
    wording = "additional_currencies cannot include the base currency '{currency}' (feature: {feature_id})"


class TooManyDecimals(InvalidPlan):
    wording = "One off prices can have at most 2 decimal places"


class NegativeIncluded(InvalidPlan):
    wording = "Included usage must be 0 or greater"


class UnlimitedWithPrice(InvalidPlan):
    wording = "Included usage can't be 'inf' for tiered prices"


class NegativeBillingUnits(InvalidPlan):
    wording = "Billing units must be greater than 0"


class VolumeNeedsPrepaid(InvalidPlan):
    wording = "Volume-based pricing is only supported for prepaid items"


class PrepaidBillsImmediately(InvalidPlan):
    wording = (
        "Bill immediately is not supported for prepaid just yet, "
        "contact us at hey@useautumn.com if you're interested!"
    )


class RolloverMaxTwice(InvalidPlan):
    wording = "Rollover max and max_percentage are mutually exclusive. Set one or the other, not both."


class RolloverPercentageOutOfBounds(InvalidPlan):
    wording = "Rollover max_percentage must be between 0 (exclusive) and 100 (inclusive)"


class RolloverMaxNotPositive(InvalidPlan):
    wording = "Rollover maximum amount must be greater than 0"


class RolloverLengthNegative(InvalidPlan):
    wording = "Rollover length must be a positive number for monthly durations"


class UsageLimitNotPositive(InvalidPlan):
    wording = "Usage limit must be greater than 0"


# Items together


class FeatureDuplicated(InvalidPlan):
    wording = "Feature {feature_id} is duplicated"


class SameFreeItemTwice(InvalidPlan):
    wording = (
        "You're trying to create two items for the same feature ({feature_id}) with the same interval. "
        "Please make them into one item."
    )


class SamePricedItemTwice(InvalidPlan):
    wording = (
        "You're trying to add the same feature ({feature_id}), with the same reset interval. "
        "You should either change the reset interval of one of the items, "
        "or make one of them a prepaid quantity"
    )


class WeeklyAndMonthly(InvalidPlan):
    wording = "Can't have both weekly and monthly price items in the same product"


class TwoBasePricesOfOneInterval(InvalidPlan):
    wording = "Can't have two fixed prices with the same interval"


class TwoBasePrices(InvalidPlan):
    wording = "Can't have more than one price item in the same product"


class OneOffUsagePrice(ApiError):
    code = "invalid_price"
    wording = "Usage prices cannot be one-off if not set to prepaid (feature: {feature_id})"


class OneOffWithTrial(InvalidRequest):
    wording = "One-off products cannot have a free trial"


class TrialTooShort(InvalidPlan):
    wording = "length: Free trial length must be greater than 0"


class IncludedNotDivisible(InvalidRequest):
    wording = (
        "If you have a plan feature with both an included usage and a price, "
        "the included usage must be an amount that is divisible by the billing units."
    )


class NegativePriceAtStripe(ApiError):
    code = "stripe_error"
    wording = "(Stripe Error) This value must be greater than or equal to 0."


# Products of older versions


class NeitherFeatureNorPrice(InvalidProductItem):
    wording = "Either 'feature_id', 'price', or both should be set"


class PriceAndTiers(InvalidProductItem):
    wording = "Either 'price' or 'tiers' should be set, not both"


class UsageModelRequired(InvalidPlan):
    wording = "Usage model is required for priced features. Please select one for the feature {feature_id}"


class PriceIntervalTooShort(InvalidPlan):
    wording = "Price can't have day, minute or hour interval"


class FeatureTypeRequired(InvalidRequest):
    wording = "Feature type is required for {feature_id}. Either 'continuous_use' or 'single_use'"


class FeatureOfOtherType(InvalidRequest):
    wording = "Feature {feature_id} already exists but is not a {kind} feature"
