"""Shapes of `subscriptions.list` and `purchases.list`."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape

STATUSES = ("active", "scheduled", "past_due", "expired")


class OfACustomer(Shape):
    """A page of all customers' rows, of one customer's, or of one of its entities."""

    customer_id = fields.String()
    entity_id = fields.String()
    limit = fields.Integer(minimum=1, maximum=200, load_default=50)
    start_cursor = fields.String(load_default="")

    @validates_schema
    def entity_of_a_customer(self, data: dict[str, Any], **_: Any) -> None:
        if "entity_id" in data and "customer_id" not in data:
            raise ValidationError("entity_id requires customer_id", "entity_id")


class ListSubscriptions(OfACustomer):
    statuses = fields.Array(fields.Choice(STATUSES), load_default=lambda: ["active", "scheduled"])
    plan_id = fields.String()
