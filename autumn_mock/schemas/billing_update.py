"""Shapes of `billing.update` and its preview (reference: billing.update, shape checks)."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape
from autumn_mock.schemas.billing import (
    CarryOver,
    Customize,
    Discount,
    FeatureQuantity,
    InvoiceMode,
    LicenseQuantity,
    NowOrInstant,
    OlderForm,
)
from autumn_mock.schemas.common import since
from autumn_mock.versions.version import Version

CANCEL_ACTIONS = ("cancel_immediately", "cancel_end_of_cycle", "uncancel")
_CHANGES = frozenset({
    "feature_quantities", "license_quantities", "version", "customize", "cancel_action",
    "billing_cycle_anchor", "processor_subscription_id", "no_billing_changes", "refund_last_payment",
    "recalculate_balances", "status", "redirect_mode", "discounts",
})  # fmt: skip

_OLDER_CHANGES = frozenset({"options", "items", "free_trial"})
_STILL_CHECKED = frozenset({"feature_quantities"})
"""Fields whose problems do not keep the body from being checked as a whole."""


class Recalculate(Shape):
    enabled = fields.Boolean(required=True)


class UpdateBilling(Shape):
    customer_id = fields.String(required=True)
    entity_id = fields.String(allow_none=True)
    plan_id = fields.String(allow_none=True)
    feature_quantities = fields.Array(fields.Object(FeatureQuantity))
    license_quantities = fields.Array(fields.Object(LicenseQuantity))
    version = fields.Integer()
    customize = fields.Object(Customize)
    invoice_mode = fields.Object(InvoiceMode)
    proration_behavior = fields.Choice(("prorate_immediately", "none"))
    redirect_mode = fields.Choice(("always", "if_required", "never"))
    subscription_id = fields.String()
    cancel_action = fields.Choice(CANCEL_ACTIONS)
    billing_cycle_anchor = NowOrInstant()
    no_billing_changes = fields.Boolean()
    refund_last_payment = fields.Choice(("prorated", "full"))
    recalculate_balances = fields.Object(Recalculate)
    carry_over_usages = fields.Object(CarryOver)
    discounts = fields.Array(fields.Object(Discount))
    processor_subscription_id = fields.String(allow_none=True)
    status = fields.Choice(("active", "past_due", "expired"))
    customer_product_id = fields.String()

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def changes_something(self, data: dict[str, Any], original: dict[str, Any] | None = None, **_: Any) -> None:
        refused = {key for key in original or () if key in _CHANGES and key not in data}
        if refused - _STILL_CHECKED:
            return
        if _CHANGES.isdisjoint(data) and _OLDER_CHANGES.isdisjoint(data):
            raise ValidationError(
                "At least one update parameter must be provided (feature_quantities, version, customize, "
                "cancel_action, recalculate_balances, billing_cycle_anchor, or discounts)"
            )
        if "proration_behavior" in data and "refund_last_payment" in data:
            raise ValidationError(
                "Cannot pass both proration_behavior and refund_last_payment. Use proration_behavior for "
                "invoice credits/proration, or refund_last_payment for direct refunds."
            )
        if "refund_last_payment" in data and data.get("cancel_action") != "cancel_immediately":
            raise ValidationError("refund_last_payment requires cancel_action to be 'cancel_immediately'.")


class UpdateBillingByProduct(OlderForm, UpdateBilling):
    """Before 2.0: `product_id` and `options`."""

    class Meta(Shape.Meta):
        exclude = ("plan_id", "feature_quantities")

    product_id = fields.String(allow_none=True)


class PreviewUpdate(UpdateBilling):
    expand = fields.Array(fields.String(), load_default=list)


class PreviewUpdateByProduct(UpdateBillingByProduct):
    expand = fields.Array(fields.String(), load_default=list)


update_shape = since(Version.V2_0, UpdateBilling(), UpdateBillingByProduct())
preview_update_shape = since(Version.V2_0, PreviewUpdate(), PreviewUpdateByProduct())
