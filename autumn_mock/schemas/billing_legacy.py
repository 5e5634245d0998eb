"""Shapes of the old routes of billing (reference: legacy routes)."""

from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape
from autumn_mock.schemas.products import ProductItem, ProductTrial


class Option(Shape):
    feature_id = fields.String(required=True)
    quantity = fields.Number()


class LegacyAttach(Shape):
    """`POST /v1/attach`. Quantities leave the included amount out."""

    customer_id = fields.String(required=True)
    product_id = fields.String()
    product_ids = fields.Array(fields.String(), min_items=1)
    entity_id = fields.String(allow_none=True)
    options = fields.Array(fields.Object(Option))
    items = fields.Array(fields.Object(ProductItem), allow_none=True)
    free_trial = fields.OneOf((fields.Object(ProductTrial), fields.Boolean()), allow_none=True)
    version = fields.Integer()
    success_url = fields.String()
    force_checkout = fields.Boolean()
    invoice = fields.Boolean()
    enable_product_immediately = fields.Boolean()
    reward = fields.OneOf((fields.String(), fields.Array(fields.String())), allow_none=True)


class LegacyCancel(Shape):
    """`POST /v1/cancel`."""

    customer_id = fields.String(required=True)
    product_id = fields.String(required=True)
    entity_id = fields.String(allow_none=True)
    cancel_immediately = fields.Boolean(load_default=False)
    prorate = fields.Boolean(load_default=True)
