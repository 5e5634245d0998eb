"""Shapes of `entities.*` (reference: entities). Problems are told in the order of the fields."""

from typing import Any

from marshmallow import ValidationError

from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape, type_name
from autumn_mock.schemas.common import CustomerData, since
from autumn_mock.schemas.controls import EntityBillingControls
from autumn_mock.schemas.customers import PROCESSORS, PlanFilter
from autumn_mock.versions.version import Version


class CreateEntity(Shape):
    name = fields.String(allow_none=True)
    feature_id = fields.String(required=True)
    billing_controls = fields.Object(EntityBillingControls)
    customer_data = fields.Object(CustomerData)
    customer_id = fields.CustomerId(required=True)
    entity_id = fields.String(required=True)


class RestEntityId(fields.Wire):
    """Text, a number (which becomes text) or null."""

    def read(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        raise ValidationError(self.wrong_type(type_name(value)))

    def wrong_type(self, received: str) -> str:
        return f"must be a string (received {received})"


class RestNewEntity(Shape):
    id = RestEntityId(required=True, allow_none=True)
    name = fields.String(allow_none=True)
    feature_id = fields.String(required=True)
    billing_controls = fields.Object(EntityBillingControls)
    customer_data = fields.Object(CustomerData)


class RestCreateEntities(Shape):
    """The route puts one object or an array under `entities`."""

    customer_id = fields.String(required=True)
    entities = fields.Array(fields.Object(RestNewEntity), required=True)


class GetEntity(Shape):
    customer_id = fields.String(allow_none=True)
    entity_id = fields.String(required=True)
    expand = fields.Anything()
    with_autumn_id = fields.Anything()


class UpdateEntity(Shape):
    customer_id = fields.String(allow_none=True)
    entity_id = fields.String(required=True)
    billing_controls = fields.Object(EntityBillingControls)


class DeleteEntity(Shape):
    customer_id = fields.String(allow_none=True)
    entity_id = fields.String(required=True)


class EntitiesOfCustomer(Shape):
    customer_id = fields.String(required=True)


class _Filters(Shape):
    plans = fields.Array(fields.Object(PlanFilter))
    subscription_status = fields.Choice(("active", "scheduled"))
    search = fields.String()
    processors = fields.Array(fields.Choice(PROCESSORS))
    customer_id = fields.String()


class ListEntities(_Filters):
    start_cursor = fields.String(load_default="")
    limit = fields.Integer(converts=True, minimum=1, maximum=5000, load_default=50)


class ListEntitiesByOffset(_Filters):
    """Before 2.3."""

    offset = fields.Integer(converts=True, minimum=0, load_default=0)
    limit = fields.Integer(converts=True, minimum=1, maximum=1000, load_default=10)


list_entities = since(Version.V2_3, ListEntities(), ListEntitiesByOffset())
