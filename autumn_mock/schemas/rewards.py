"""Shapes of `rewards.*` (reference: rewards)."""

from collections.abc import Iterator

from autumn_mock.domain.rewards.kinds import FIXED, PERCENTAGE
from autumn_mock.errors.base import Problem
from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Loaded, Shape
from autumn_mock.schemas.strict import StrictShape

MONTHS = "months"
_MOST_PERCENT = 100


class CouponDuration(StrictShape):
    type = fields.Choice(("one_off", MONTHS, "forever"), required=True)
    length = fields.Integer(required=True, allow_none=True, above=0)

    def rules(self, data: Loaded) -> Iterator[Problem]:
        if "length" in data and (data["length"] is None) == (data["type"] == MONTHS):
            yield "length", "Length is required for months and must otherwise be null"


class CouponCode(StrictShape):
    code = fields.String(required=True, min_length=1)
    global_max_redemption = fields.Integer(allow_none=True, above=0)
    first_time_transaction = fields.Boolean(allow_none=True)


class ChangeCoupon(StrictShape):
    name = fields.String(min_length=1)
    plan_ids = fields.Array(fields.String(min_length=1), allow_none=True, min_items=1)
    promo_codes = fields.Array(fields.Object(CouponCode))


class NewCoupon(StrictShape):
    id = fields.String(required=True, min_length=1)
    name = fields.String(required=True, min_length=1)
    duration = fields.Object(CouponDuration, required=True)
    plan_ids = fields.Array(fields.String(min_length=1), required=True, allow_none=True, min_items=1)
    promo_codes = fields.Array(fields.Object(CouponCode), required=True)
    type = fields.Choice((PERCENTAGE, FIXED), required=True)
    value = fields.Number(required=True, above=0)

    def rules(self, data: Loaded) -> Iterator[Problem]:
        if data["type"] == PERCENTAGE and data.get("value", 0) > _MOST_PERCENT:
            yield "value", "Percentage discounts must be at most 100"
        if repeats(data, "promo_codes", "code"):
            yield "promo_codes", "Promo codes must be unique"
        if repeats(data, "plan_ids"):
            yield "plan_ids", "Plan IDs must be unique"


class Expiry(StrictShape):
    type = fields.Choice(("day", "week", "month", "year"), required=True)
    length = fields.Integer(required=True, above=0)


class FeatureGrant(StrictShape):
    feature_id = fields.String(required=True, min_length=1)
    included = fields.Number(required=True, allow_none=True, minimum=0)
    expiry = fields.Object(Expiry, required=True, allow_none=True)


class GrantCode(StrictShape):
    code = fields.String(required=True, min_length=1)
    max_uses = fields.Integer(required=True, allow_none=True, above=0)


class ChangeFeatureGrant(StrictShape):
    name = fields.String(min_length=1)
    grants = fields.Array(fields.Object(FeatureGrant), min_items=1)
    promo_codes = fields.Array(fields.Object(GrantCode), min_items=1)


class NewFeatureGrant(StrictShape):
    id = fields.String(required=True, min_length=1)
    name = fields.String(required=True, min_length=1)
    grants = fields.Array(fields.Object(FeatureGrant), required=True, min_items=1)
    promo_codes = fields.Array(fields.Object(GrantCode), required=True, min_items=1)

    def rules(self, data: Loaded) -> Iterator[Problem]:
        if repeats(data, "grants", "feature_id"):
            yield "grants", "Feature grants must be unique"
        if repeats(data, "promo_codes", "code"):
            yield "promo_codes", "Promo codes must be unique"


class _OneKind(StrictShape):
    def rules(self, data: Loaded) -> Iterator[Problem]:
        if ("coupon" in data) == ("feature_grant" in data):
            yield "", "Provide exactly one of coupon or feature_grant"


class CreateReward(_OneKind):
    coupon = fields.Object(NewCoupon)
    feature_grant = fields.Object(NewFeatureGrant)


class GetReward(StrictShape):
    reward_id = fields.String(required=True, min_length=1)


class UpdateReward(_OneKind):
    reward_id = fields.String(required=True, min_length=1)
    coupon = fields.Object(ChangeCoupon)
    feature_grant = fields.Object(ChangeFeatureGrant)


class RedeemReward(Shape):
    code = fields.String(required=True, min_length=1)
    customer_id = fields.String(required=True, min_length=1)


def repeats(data: Loaded, name: str, key: str | None = None) -> bool:
    """Whether a list has equal items, or items with an equal `key`."""
    listed = data.get(name) or []
    values = [each if key is None else each[key] for each in listed]
    return len(set(values)) < len(values)
