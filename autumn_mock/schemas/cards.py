"""The body that puts a card on file (control routes and seeds)."""

from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape


class GiveCard(Shape):
    customer_id = fields.String(required=True)
    card = fields.String(min_length=1)
    outcome = fields.String()
    script = fields.Array(fields.String())
