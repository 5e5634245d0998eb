"""Shapes of the legacy routes of rewards: loose, what matters is checked by the operations."""

from autumn_mock.domain.rewards.kinds import KINDS
from autumn_mock.domain.rewards.referrals import ALL, CHECKOUT, CUSTOMER_CREATION, REFERRER
from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape


class OldPromoCode(Shape):
    code = fields.String(required=True)
    global_max_redemption = fields.Integer(allow_none=True)
    max_redemptions = fields.Integer(allow_none=True)
    first_time_transaction = fields.Boolean(allow_none=True)


class OldDiscount(Shape):
    discount_value = fields.Number()
    duration_type = fields.Choice(("one_off", "months", "forever"))
    duration_value = fields.Integer(allow_none=True, minimum=0)
    should_rollover = fields.Boolean()
    apply_to_all = fields.Boolean()
    price_ids = fields.Array(fields.String(), allow_none=True)
    product_ids = fields.Array(fields.String(), allow_none=True)


class OldExpiry(Shape):
    duration = fields.Choice(("day", "week", "month", "year"), required=True)
    length = fields.Integer(required=True, above=0)


class OldEntitlement(Shape):
    internal_feature_id = fields.String(allow_none=True)
    allowance = fields.Number(allow_none=True)
    expiry = fields.Object(OldExpiry, allow_none=True)


class OldReward(Shape):
    id = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    type = fields.Choice(KINDS, required=True)
    promo_codes = fields.Array(fields.Object(OldPromoCode))
    discount_config = fields.Object(OldDiscount, allow_none=True)
    free_product_id = fields.String(allow_none=True)
    free_product_config = fields.Map(allow_none=True)
    entitlements = fields.Array(fields.Object(OldEntitlement), allow_none=True)


class OldRewardUpdate(OldReward):
    reward_id = fields.String(required=True)
    type = fields.Choice(KINDS)


class RewardInPath(Shape):
    reward_id = fields.String(required=True)


class RedemptionInPath(Shape):
    redemption_id = fields.String(required=True)


class OldProgram(Shape):
    id = fields.String(required=True, min_length=1)
    when = fields.Choice((CUSTOMER_CREATION, CHECKOUT), required=True)
    product_ids = fields.Array(fields.String(), allow_none=True)
    exclude_trial = fields.Boolean(allow_none=True)
    internal_reward_id = fields.String(required=True)
    max_redemptions = fields.Integer(allow_none=True)
    received_by = fields.Choice((REFERRER, ALL), required=True)


class OldProgramUpdate(OldProgram):
    program_id = fields.String(required=True)
    id = fields.String()
    when = fields.Choice((CUSTOMER_CREATION, CHECKOUT))
    internal_reward_id = fields.String()
    received_by = fields.Choice((REFERRER, ALL))


class ProgramInPath(Shape):
    program_id = fields.String(required=True)


class GiveCoupon(Shape):
    customer_id = fields.String(required=True)
    reward_id = fields.String(required=True)
    promo_code = fields.String(allow_none=True)


class TakeCoupon(Shape):
    customer_id = fields.String(required=True)
