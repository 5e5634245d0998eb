"""Failures of discounts that are asked for."""

from autumn_mock.errors.base import InvalidRequest


class UnknownCoupon(InvalidRequest):
    wording = 'Invalid coupon ID: "{reward_id}"'


class UnknownPromotionCode(InvalidRequest):
    wording = 'Promotion code not found or inactive: "{code}"'


class CodeForOtherPlans(InvalidRequest):
    wording = "Promotion code does not apply to any products in this order."


class CodeForFirstPurchase(InvalidRequest):
    wording = "This promotion code cannot be redeemed because the associated customer has prior transactions."
