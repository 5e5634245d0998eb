"""Shapes of what a plan holds and costs: items, prices, tiers, trials (reference: plan item, request)."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from autumn_mock.domain.currencies import CURRENCIES
from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape
from autumn_mock.schemas.plan_item_rules import item_problems

BILLING_INTERVALS = ("one_off", "week", "month", "quarter", "semi_annual", "year")
RESET_INTERVALS = (
    "one_off", "minute", "hour", "day", "week", "month", "quarter", "semi_annual", "year",
)  # fmt: skip
BILLING_METHODS = ("prepaid", "usage_based")
ON_INCREASE = ("bill_immediately", "prorate_immediately", "prorate_next_cycle", "bill_next_cycle")
ON_DECREASE = ("prorate", "prorate_immediately", "prorate_next_cycle", "none", "no_prorations")


class Included(fields.Number):
    """How much of a feature: a number of at most 10 trillion."""

    MOST = 10_000_000_000_000

    def in_bounds(self, value: int | float) -> int | float:
        if value > self.MOST:
            raise ValidationError("Included usage cannot exceed 10 trillion; use unlimited usage instead")
        return value


class CurrencyCode(fields.String):
    def read(self, value: Any) -> str:
        text = super().read(value)
        if text.lower() not in CURRENCIES:
            raise ValidationError("must be a Stripe-supported currency code")
        return text.lower()


class CurrencyAmount(Shape):
    currency = CurrencyCode(required=True)
    amount = fields.Number(required=True)


class TierCurrencyAmount(Shape):
    currency = CurrencyCode(required=True)
    amount = fields.Number()
    flat_amount = fields.Number()

    @validates_schema
    def costs_something(self, data: dict[str, Any], **_: Any) -> None:
        check_tier_costs(data)


class CurrencyAmounts(fields.Array):
    """Amounts in other currencies, each currency once."""

    def __init__(self, shape: type[Shape] = CurrencyAmount, **kwargs: Any) -> None:
        super().__init__(fields.Object(shape), **kwargs)

    def read(self, value: Any) -> list[Any]:
        loaded = super().read(value)
        if len({each["currency"] for each in loaded}) < len(loaded):
            raise ValidationError("Each currency may appear at most once in additional_currencies.")
        return loaded


class BasePrice(Shape):
    amount = fields.Number(required=True)
    interval = fields.Choice(BILLING_INTERVALS, required=True)
    interval_count = fields.Number()
    additional_currencies = CurrencyAmounts()


class Reset(Shape):
    interval = fields.Choice(RESET_INTERVALS, required=True)
    interval_count = fields.Number()


class Tier(Shape):
    to = fields.OneOf((fields.Number(), fields.Literal("inf")), required=True)
    amount = fields.Number()
    flat_amount = fields.Number()
    additional_currencies = CurrencyAmounts(TierCurrencyAmount)

    @validates_schema
    def costs_something(self, data: dict[str, Any], **_: Any) -> None:
        check_tier_costs(data)


def check_tier_costs(tier: dict[str, Any]) -> None:
    """Raises ValidationError for a tier without any amount."""
    if "amount" not in tier and "flat_amount" not in tier:
        text = "Either amount or flat_amount, or both must be defined"
        raise ValidationError(text, "amount.flat_amount")


class ItemPrice(Shape):
    amount = fields.Number()
    additional_currencies = CurrencyAmounts()
    tiers = fields.Array(fields.Object(Tier))
    tier_behavior = fields.Choice(("graduated", "volume"))
    interval = fields.Choice(BILLING_INTERVALS, required=True)
    interval_count = fields.Number()
    billing_units = fields.Number()
    billing_method = fields.Choice(BILLING_METHODS, required=True)
    max_purchase = fields.Number(allow_none=True)


class Proration(Shape):
    on_increase = fields.Choice(ON_INCREASE, required=True)
    on_decrease = fields.Choice(ON_DECREASE, required=True)


class Rollover(Shape):
    max = fields.Number()
    max_percentage = fields.Number()
    expiry_duration_type = fields.Choice(("month", "forever"), required=True)
    expiry_duration_length = fields.Number()


class PlanItem(Shape):
    """One feature of a plan. Rules that tie its fields together are told for the item as a whole."""

    feature_id = fields.String(required=True)
    included = Included()
    unlimited = fields.Boolean()
    pooled = fields.Boolean()
    reset = fields.Object(Reset)
    price = fields.Object(ItemPrice)
    proration = fields.Object(Proration)
    rollover = fields.Object(Rollover)
    entity_feature_id = fields.String()

    @validates_schema
    def fits_together(self, data: dict[str, Any], **_: Any) -> None:
        if problems := list(item_problems(data)):
            raise ValidationError(problems)


class FreeTrial(Shape):
    duration_length = fields.Number(required=True)
    duration_type = fields.Choice(("day", "month", "year"))
    card_required = fields.Boolean()
    on_end = fields.Choice(("bill", "revert"))
