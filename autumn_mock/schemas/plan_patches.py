"""Plan ids, and how a plan that is used elsewhere differs there: items left out and added, another price."""

from typing import Any

from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape
from autumn_mock.schemas.plan_items import BILLING_METHODS, RESET_INTERVALS, BasePrice, PlanItem


class PlanId(fields.String):
    """Letters, digits, `_` and `-`; not empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_length=1,
            pattern=r"[a-zA-Z0-9_-]+",
            pattern_text="must contain only letters, numbers, underscores, hyphens",
            **kwargs,
        )


class ItemFilter(Shape):
    """Which items of a plan are left out: those that fit all that is said."""

    feature_id = fields.String()
    billing_method = fields.Choice(BILLING_METHODS)
    interval = fields.Choice(RESET_INTERVALS)
    interval_count = fields.Integer(above=0)
    included = fields.Number()


class LicenseCustomize(Shape):
    """What the plan of a licence is here."""

    price = fields.Object(BasePrice, allow_none=True)
    add_items = fields.Array(fields.Object(PlanItem))
    remove_items = fields.Array(fields.Object(ItemFilter))


class PlanLicense(Shape):
    """A plan that is offered as a licence."""

    license_plan_id = fields.String(required=True)
    included = fields.Integer(minimum=0)
    prepaid_only = fields.Boolean()
    customize = fields.Object(LicenseCustomize, allow_none=True)
    metadata = fields.Map()


class RemovedLicense(Shape):
    license_plan_id = fields.String(required=True)


class LicenseParent(Shape):
    """A version of a plan whose licence follows an update of its plan."""

    plan_id = PlanId(required=True)
    version = fields.Integer(required=True, minimum=1)
