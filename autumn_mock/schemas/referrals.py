"""Shapes of `referral_programs.*` and `referrals.*` (reference: referral programs, referral codes)."""

from collections.abc import Iterator

from autumn_mock.domain.rewards.referrals import ALL, CHECKOUT, CUSTOMER_CREATION, REFERRER
from autumn_mock.errors.base import Problem
from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Loaded, Shape
from autumn_mock.schemas.rewards import repeats
from autumn_mock.schemas.strict import StrictShape

_REDEEM_ON = (CUSTOMER_CREATION, CHECKOUT)
_RECEIVED_BY = (REFERRER, ALL)


class CreateProgram(StrictShape):
    id = fields.String(required=True, min_length=1)
    reward_id = fields.String(required=True, min_length=1)
    redeem_on = fields.Choice(_REDEEM_ON, required=True)
    received_by = fields.Choice(_RECEIVED_BY, required=True)
    max_redemptions = fields.Integer(allow_none=True, above=0)
    plan_ids = fields.Array(fields.String(min_length=1), allow_none=True)
    exclude_trial = fields.Boolean(allow_none=True)

    def rules(self, data: Loaded) -> Iterator[Problem]:
        if repeats(data, "plan_ids"):
            yield "plan_ids", "Plan IDs must be unique"
        if data.get("redeem_on") != CHECKOUT:
            return
        if not data.get("plan_ids"):
            yield "plan_ids", "At least one plan is required when redeem_on is checkout"
        if not data.get("max_redemptions"):
            text = "max_redemptions must be greater than 0 when redeem_on is checkout"
            yield "max_redemptions", text


class GetProgram(StrictShape):
    referral_program_id = fields.String(required=True, min_length=1)


class UpdateProgram(StrictShape):
    referral_program_id = fields.String(required=True, min_length=1)
    reward_id = fields.String(min_length=1)
    redeem_on = fields.Choice(_REDEEM_ON)
    received_by = fields.Choice(_RECEIVED_BY)
    max_redemptions = fields.Integer(above=0)
    plan_ids = fields.Array(fields.String(min_length=1))
    exclude_trial = fields.Boolean()

    def rules(self, data: Loaded) -> Iterator[Problem]:
        if repeats(data, "plan_ids"):
            yield "plan_ids", "Plan IDs must be unique"


class CreateReferralCode(Shape):
    customer_id = fields.String(required=True)
    program_id = fields.String(required=True)


class RedeemReferralCode(Shape):
    code = fields.String(required=True)
    customer_id = fields.String(required=True)
