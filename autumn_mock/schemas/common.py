"""Shapes that several operations share."""

from collections.abc import Callable

from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape
from autumn_mock.versions.version import Version


def since(version: Version, newer: Shape, older: Shape) -> Callable[[Version], Shape]:
    """A body that has another shape from a version on."""

    def shape(called: Version) -> Shape:
        return newer if called >= version else older

    return shape


class Nothing(Shape):
    """An operation whose body is not looked at."""


class CustomerData(Shape):
    """What a customer made on the way gets."""

    name = fields.String(allow_none=True)
    email = fields.Email(allow_none=True)
    fingerprint = fields.String(allow_none=True)
    metadata = fields.Map(allow_none=True)
    stripe_id = fields.String(allow_none=True)
    create_in_stripe = fields.Boolean()
    auto_enable_plan_id = fields.String()
    send_email_receipts = fields.Boolean()


class EntityData(Shape):
    feature_id = fields.String(required=True)
    name = fields.String()
