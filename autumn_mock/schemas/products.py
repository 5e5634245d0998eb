"""Shapes of the legacy plan routes: plan fields with `id` since 2.0, products with one list of items before."""

from typing import Any

from marshmallow import ValidationError

from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape
from autumn_mock.schemas.controls import PlanBillingControls
from autumn_mock.schemas.plan_items import ON_DECREASE, ON_INCREASE, Included
from autumn_mock.schemas.plan_patches import PlanId
from autumn_mock.schemas.plans import CreatePlan, PlanConfig, PlanFacts, UpdatePlan

_INTERVALS = ("minute", "hour", "day", "week", "month", "quarter", "semi_annual", "year")


class ProductName(fields.String):
    def read(self, value: Any) -> str:
        text = super().read(value)
        if not text:
            raise ValidationError("name must be a non-empty string")
        return text


class CreatePlanByRest(CreatePlan):
    """`POST /products` since 2.0."""

    id = PlanId(required=True)

    class Meta(Shape.Meta):
        fields = ("id", *PlanFacts._declared_fields)


class UpdatePlanByRest(UpdatePlan):
    """`POST /products/:id` since 2.0; `id` is the new one."""

    id = PlanId()
    description = fields.String(allow_none=True)
    upsert = fields.Boolean()

    class Meta(Shape.Meta):
        fields = (*UpdatePlan.Meta.fields, "id", "upsert")


class ProductTier(Shape):
    to = fields.OneOf((fields.Number(), fields.Literal("inf")), required=True)
    amount = fields.Number()
    flat_amount = fields.Number()


class ProductRollover(Shape):
    max = fields.Number(allow_none=True)
    max_percentage = fields.Number(allow_none=True)
    duration = fields.Choice(("month", "forever"), load_default="month")
    length = fields.Number(required=True)


class ProductItemConfig(Shape):
    on_increase = fields.Choice(ON_INCREASE, allow_none=True)
    on_decrease = fields.Choice(ON_DECREASE, allow_none=True)
    rollover = fields.Object(ProductRollover, allow_none=True)


class ProductItem(Shape):
    """A base price, a feature, or a feature with a price, all in one."""

    feature_id = fields.String(allow_none=True)
    feature_type = fields.Choice(("single_use", "continuous_use", "boolean", "static"), allow_none=True)
    included_usage = fields.OneOf((Included(), fields.Literal("inf")), allow_none=True)
    interval = fields.Choice(_INTERVALS, allow_none=True)
    interval_count = fields.Number(allow_none=True)
    entity_feature_id = fields.String(allow_none=True)
    pooled = fields.Boolean()
    usage_model = fields.Choice(("prepaid", "pay_per_use"), allow_none=True)
    price = fields.Number(allow_none=True)
    tiers = fields.Array(fields.Object(ProductTier), allow_none=True)
    billing_units = fields.Number(allow_none=True)
    tier_behavior = fields.Choice(("graduated", "volume"), allow_none=True)
    reset_usage_when_enabled = fields.Boolean(allow_none=True)
    usage_limit = fields.Number(allow_none=True)
    config = fields.Object(ProductItemConfig, allow_none=True)


class TrialLength(fields.Number):
    """A number above 0, or a text that says one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(converts=True, **kwargs)

    def in_bounds(self, value: int | float) -> int | float:
        if value <= 0:
            raise ValidationError("Free trial length must be greater than 0")
        return value


class ProductTrial(Shape):
    length = TrialLength(required=True)
    unique_fingerprint = fields.Boolean(load_default=False)
    duration = fields.Choice(("day", "month", "year"), load_default="day")
    card_required = fields.Boolean(load_default=True)


class CreateProduct(Shape):
    """`POST /products` before 2.0."""

    id = PlanId(required=True)
    name = ProductName(required=True)
    description = fields.String(allow_none=True)
    is_add_on = fields.Boolean()
    is_default = fields.Boolean()
    group = fields.String(allow_none=True)
    items = fields.Array(fields.Object(ProductItem))
    free_trial = fields.Object(ProductTrial, allow_none=True)
    config = fields.Object(PlanConfig)
    billing_controls = fields.Object(PlanBillingControls)
    metadata = fields.Map()
    archived = fields.Boolean()


class UpdateProduct(Shape):
    """`POST /products/:id` before 2.0. The query may say `version`, `upsert` and `disable_version`."""

    plan_id = fields.String(required=True)
    id = PlanId()
    name = ProductName()
    is_add_on = fields.Boolean()
    is_default = fields.Boolean()
    base_plan_id = PlanId(allow_none=True)
    description = fields.String(allow_none=True)
    group = fields.String(min_length=1, allow_none=True)
    archived = fields.Boolean()
    items = fields.Array(fields.Object(ProductItem))
    free_trial = fields.Object(ProductTrial, allow_none=True)
    config = fields.Object(PlanConfig)
    billing_controls = fields.Object(PlanBillingControls)
    metadata = fields.Map()
    version = fields.Number(converts=True)
    upsert = fields.Boolean()
    disable_version = fields.Boolean()


class PlanInPath(Shape):
    plan_id = fields.String(required=True)
    version = fields.Number(converts=True)


class CopyPlan(Shape):
    plan_id = fields.String(required=True)
    id = PlanId(required=True)
    name = fields.String(min_length=1, required=True)
    env = fields.Choice(("sandbox", "live"), required=True)
