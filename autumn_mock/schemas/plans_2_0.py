"""Shapes of the plan routes at 2.0: `features` for items, `default` for plans that enable themselves
(published reference of 2.0)."""

from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape
from autumn_mock.schemas.plan_items import (
    BILLING_INTERVALS,
    Included,
    Proration,
    Reset,
    Rollover,
    Tier,
)
from autumn_mock.schemas.products import CreatePlanByRest, UpdatePlanByRest


class FeatureReset(Reset):
    reset_when_enabled = fields.Boolean()


class FeaturePrice(Shape):
    amount = fields.Number()
    tiers = fields.Array(fields.Object(Tier))
    interval = fields.Choice(BILLING_INTERVALS, required=True)
    interval_count = fields.Number()
    billing_units = fields.Number()
    usage_model = fields.Choice(("prepaid", "pay_per_use"), required=True)
    max_purchase = fields.Number()


class PlanFeature(Shape):
    feature_id = fields.String(required=True)
    granted_balance = Included()
    unlimited = fields.Boolean()
    reset = fields.Object(FeatureReset)
    price = fields.Object(FeaturePrice)
    proration = fields.Object(Proration)
    rollover = fields.Object(Rollover)


class CreatePlan20(CreatePlanByRest):
    """`POST /plans` and `POST /products` at 2.0, which take the newest words too."""

    default = fields.Boolean()
    features = fields.Array(fields.Object(PlanFeature))

    class Meta(Shape.Meta):
        fields = (*CreatePlanByRest.Meta.fields, "default", "features")


class UpdatePlan20(UpdatePlanByRest):
    """`POST` or `PATCH` of one plan at 2.0."""

    default = fields.Boolean()
    features = fields.Array(fields.Object(PlanFeature))

    class Meta(Shape.Meta):
        fields = (*UpdatePlanByRest.Meta.fields, "default", "features")
