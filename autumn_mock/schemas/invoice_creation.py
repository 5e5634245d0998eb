"""The shape of `invoices.create`: plans, quantities and lines of one invoice (reference: invoices.create)."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from autumn_mock.domain.spans import LAST_INSTANT
from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape
from autumn_mock.schemas.billing import Discount
from autumn_mock.schemas.invoices import MOST_DAYS, PAYMENT_METHOD_TYPES
from autumn_mock.schemas.plan_items import BILLING_METHODS, BasePrice, ItemPrice

ISSUE_METHODS = ("draft", "finalize", "send")


def instant() -> fields.Integer:
    """Milliseconds, as far as the calendar goes."""
    return fields.Integer(minimum=0, maximum=LAST_INSTANT - 1)


class Spanning(Shape):
    """What may have a period of its own."""

    period_start = instant()
    period_end = instant()


class RateTier(Shape):
    to = fields.OneOf((fields.Number(above=0), fields.Literal("inf")), required=True)
    credit_cost = fields.Number(required=True, minimum=0)


class Rated(Shape):
    """What costs credits: all units the same, or by graduated tiers."""

    credit_cost = fields.Number(minimum=0)
    tiers = fields.Array(fields.Object(RateTier), min_items=1)
    tier_behavior = fields.Choice(("graduated",))

    @validates_schema
    def costs_something(self, data: dict[str, Any], **_: Any) -> None:
        if ("credit_cost" in data) == ("tiers" in data):
            raise ValidationError("Either credit_cost or tiers is required")


class Dimension(Rated):
    match = fields.Map(required=True)
    priority = fields.Integer()


class Multiplier(Shape):
    match = fields.Map(required=True)
    factor = fields.Number()
    add = fields.Number()


class CreditRate(Rated):
    metered_feature_id = fields.String(required=True)
    billing_units = fields.Number(above=0)
    dimensions = fields.Map(fields.Object(Dimension))
    multipliers = fields.Map(fields.Object(Multiplier))


class FeatureOverride(Shape):
    credit_schema = fields.Array(fields.Object(CreditRate))


class CustomizedItem(Shape):
    feature_id = fields.String(required=True)
    price = fields.Object(ItemPrice)
    feature_override = fields.Object(FeatureOverride)


class CustomizedPrices(Shape):
    """Prices that count on this invoice only."""

    price = fields.Object(BasePrice, allow_none=True)
    items = fields.Array(fields.Object(CustomizedItem))


class Used(Shape):
    feature_id = fields.String(required=True)
    quantity = fields.Number(required=True, minimum=0)
    properties = fields.Map()


class BilledFeature(Spanning):
    feature_id = fields.String(required=True)
    billing_behavior = fields.Choice(BILLING_METHODS, required=True)
    quantity = fields.Number(minimum=0)
    usage = fields.Array(fields.Object(Used))
    prorate = fields.Boolean()


class BilledLicense(Spanning):
    license_plan_id = fields.String(required=True)
    quantity = fields.Integer(required=True, minimum=0)
    customize = fields.Object(CustomizedPrices)
    feature_quantities = fields.Array(fields.Object(BilledFeature))
    prorate = fields.Boolean()


class BilledPlan(Spanning):
    plan_id = fields.String(required=True)
    version = fields.Integer()
    entity_id = fields.String(allow_none=True)
    customize = fields.Object(CustomizedPrices)
    feature_quantities = fields.Array(fields.Object(BilledFeature))
    license_quantities = fields.Array(fields.Object(BilledLicense))
    discounts = fields.Array(fields.Object(Discount))
    prorate = fields.Boolean()


class BilledLine(Spanning):
    amount = fields.Number(required=True)
    description = fields.String(required=True)


class CreateInvoice(Spanning):
    customer_id = fields.String(required=True)
    entity_id = fields.String()
    plans = fields.Array(fields.Object(BilledPlan))
    custom_line_items = fields.Array(fields.Object(BilledLine))
    discounts = fields.Array(fields.Object(Discount))
    invoice_template_id = fields.String()
    net_terms_days = fields.Integer(minimum=0, maximum=MOST_DAYS)
    issue_date = instant()
    due_date = instant()
    tax_rate_id = fields.String()
    payment_method_types = fields.Array(fields.Choice(PAYMENT_METHOD_TYPES), min_items=1)
    preview = fields.Boolean(load_default=False)
    issue_method = fields.Choice(ISSUE_METHODS, load_default="send")
