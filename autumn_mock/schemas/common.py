"""Shapes that several operations share."""

from collections.abc import Callable

from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape
from autumn_mock.versions.version import Version

Shapes = Callable[[Version], Shape]


def since(version: Version, newer: Shape, older: Shape | Shapes) -> Shapes:
    """A body that has another shape from a version on; before, it may have had others still."""

    def shape(called: Version) -> Shape:
        if called >= version:
            return newer
        return older if isinstance(older, Shape) else older(called)

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
