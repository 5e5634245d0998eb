"""Shapes of `billing.multi_attach` and `billing.multi_update` (reference: several at once)."""

from marshmallow import ValidationError

from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape
from autumn_mock.schemas.billing import (
    BILL_DIFFERENCE,
    PRORATIONS,
    Customize,
    CustomizedTrial,
    Discount,
    FeatureQuantity,
    InvoiceMode,
    NowOrInstant,
)
from autumn_mock.schemas.billing_update import CANCEL_ACTIONS
from autumn_mock.schemas.common import since
from autumn_mock.schemas.customers import Currency
from autumn_mock.versions.version import Version


class NonEmpty(fields.Array):
    """A list that needs something in it."""

    def __init__(self, item: fields.Wire, *, empty: str) -> None:
        super().__init__(item, required=True)
        self.empty = empty

    def read(self, value: object) -> list[object]:
        loaded = super().read(value)
        if not loaded:
            raise ValidationError(self.empty)
        return loaded


class AttachedPlan(Shape):
    plan_id = fields.String(required=True)
    customize = fields.Object(Customize)
    feature_quantities = fields.Array(fields.Object(FeatureQuantity))
    version = fields.Integer()
    subscription_id = fields.String()
    entity_id = fields.String(allow_none=True)


class MultiAttach(Shape):
    customer_id = fields.String(required=True)
    entity_id = fields.String(allow_none=True)
    plans = NonEmpty(fields.Object(AttachedPlan), empty="At least one plan must be provided")
    free_trial = fields.Object(CustomizedTrial, allow_none=True)
    starts_at = fields.Integer(minimum=0)
    currency = Currency()
    invoice_mode = fields.Object(InvoiceMode)
    discounts = fields.Array(fields.Object(Discount))
    billing_behavior = fields.Choice(PRORATIONS)
    billing_cycle_anchor = NowOrInstant()
    success_url = fields.String()
    checkout_session_params = fields.Map()
    redirect_mode = fields.Choice(("always", "if_required", "never"), load_default="if_required")
    new_billing_subscription = fields.Boolean()
    enable_plan_immediately = fields.Boolean()


class PreviewMultiAttach(MultiAttach):
    expand = fields.Array(fields.String(), load_default=list)


class MultiAttach24(MultiAttach):
    """From API version 2.4 on a change may come to the difference of whole periods."""

    billing_behavior = fields.Choice((*PRORATIONS, BILL_DIFFERENCE))


class PreviewMultiAttach24(MultiAttach24, PreviewMultiAttach):
    pass


multi_attach_shape = since(Version.V2_4, MultiAttach24(), MultiAttach())
preview_multi_attach_shape = since(Version.V2_4, PreviewMultiAttach24(), PreviewMultiAttach())


class UpdatedPlan(Shape):
    plan_id = fields.String()
    subscription_id = fields.String()
    entity_id = fields.String(allow_none=True)
    cancel_action = fields.Choice(CANCEL_ACTIONS, required=True)
    proration_behavior = fields.Choice(("prorate_immediately", "none"))


class MultiUpdate(Shape):
    customer_id = fields.String(required=True)
    entity_id = fields.String(allow_none=True)
    updates = NonEmpty(fields.Object(UpdatedPlan), empty="At least one update must be provided")
