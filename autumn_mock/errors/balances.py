"""Failures of balances, checks, tracks and locks."""

from autumn_mock.errors.base import ApiError, InvalidInputs, InvalidRequest


class TimestampInFuture(InvalidInputs):
    def __init__(self) -> None:
        super().__init__([("timestamp", "timestamp cannot be in the future")])


class InsufficientBalance(ApiError):
    code = "insufficient_balance"
    wording = "Insufficient balance to deduct {value} from feature {feature_id}"


class NoFeatureOfEvent(InvalidRequest):
    status = 404
    wording = "No features found for event name: {event_name}"


class RejectNeedsFeature(InvalidRequest):
    wording = (
        'overage_behavior "reject" is not supported with event_name. '
        'Use feature_id or set overage_behavior to "cap".'
    )


class SendEventNeedsSecretKey(InvalidRequest):
    wording = "Can't use send_event: true with a publishable key. Use your secret API key instead."


class SendEventOfBoolean(InvalidRequest):
    wording = "send_event cannot be used with boolean features, which are flags rather than usage-tracked."


class LockOfAllocatedFeature(InvalidRequest):
    wording = "Lock is not supported for allocated features"


class LockExpiresTooLate(InvalidRequest):
    wording = "Lock expires_at cannot be more than 1 day from now"


class LockAlreadyExists(ApiError):
    status, code = 409, "lock_already_exists"
    wording = "A lock with this ID already exists"


class LockNotFound(InvalidRequest):
    wording = "Lock not found for ID: {lock_id}"


class GrantDoesNotFit(InvalidInputs):
    """A boolean feature with an amount, or a metered one without exactly one kind of amount."""

    def __init__(self) -> None:
        super().__init__([("input", "Invalid input")])


class BooleanAlreadyGranted(InvalidRequest):
    status = 409
    wording = "A boolean entitlement {feature_id} already exists for customer {internal_id}"


class EntityOfSameFeature(InvalidRequest):
    wording = "Cannot give an entity a balance of its own feature type"


class RolloverOfContinuousUse(InvalidRequest):
    wording = "Rollover is not supported for continuous use features"


class RolloverWithoutReset(InvalidRequest):
    wording = "Rollover cannot be provided for one-time balances"


class ExpiresBeforeRollover(InvalidRequest):
    wording = "expires_at ({expires_at}) occurs before the next rollover event ({next_reset_at})"


class NextResetWithoutReset(InvalidRequest):
    wording = "next_reset_at requires a reset interval to be provided"


class NextResetInPast(InvalidRequest):
    wording = "next_reset_at must be in the future"


class NextResetAfterExpiry(InvalidRequest):
    wording = "next_reset_at ({next_reset_at}) must occur before expires_at ({expires_at})"


class BalanceIdInUse(InvalidRequest):
    status = 409
    wording = "balance_id '{balance_id}' is already in use for this customer"


class ExpiryInPast(InvalidRequest):
    wording = "expires_at must be in the future"


class NoBalancesToUpdate(InvalidRequest):
    status = 404
    wording = "No balances to update for feature {feature_id}, customer {customer_id}"


class NoBalancesFound(InvalidRequest):
    status = 404
    wording = "No balances found for feature {feature_id}, customer {customer_id}"


class NoResetOfLifetime(InvalidRequest):
    wording = "Cannot update next reset at for lifetime balance (feature {feature_id}, customer {customer_id})"


class NoExpiryOfPaid(InvalidRequest):
    wording = (
        "expires_at cannot be set on a paid recurring balance (feature {feature_id}); "
        "its lifetime follows the billing cycle"
    )


class BalanceNotFound(InvalidRequest):
    status = 404
    wording = "Balance not found for feature {feature_id} and customer {customer_id}"


class RecalculateNeedsFeature(InvalidRequest):
    wording = "feature_id is required when recalculate_balances is true"


class PaidBalance(InvalidRequest):
    status = 409
    wording = "Cannot delete paid balance for feature {feature_id} and customer {customer_id}"


class PooledBalance(InvalidRequest):
    status = 409
    wording = (
        "Cannot delete pooled balance for feature {feature_id} and customer {customer_id}. "
        "Remove the contributing plans instead."
    )
