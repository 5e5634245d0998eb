"""Shapes of `billing.*` (reference: billing.attach, request)."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape, type_name
from autumn_mock.schemas.common import CustomerData, EntityData, since
from autumn_mock.schemas.controls import PlanBillingControls
from autumn_mock.schemas.customers import Currency
from autumn_mock.schemas.plan_items import RESET_INTERVALS, BasePrice, PlanItem
from autumn_mock.schemas.plan_patches import ItemFilter, PlanLicense, RemovedLicense
from autumn_mock.schemas.products import ProductItem, ProductTrial
from autumn_mock.versions.version import Version

_CUSTOMIZE_KEYS = (
    "price", "items", "add_items", "remove_items", "update_items", "free_trial",
    "billing_controls", "upsert_licenses", "remove_licenses",
)  # fmt: skip


class Quantity(fields.Number):
    """How many of a prepaid feature, the included amount counted."""

    def in_bounds(self, value: int | float) -> int | float:
        if value < 0:
            raise ValidationError("quantity must be >= 0")
        return value


class FeatureQuantity(Shape):
    feature_id = fields.String(required=True)
    quantity = Quantity()
    adjustable = fields.Boolean()


class LicenseQuantity(Shape):
    license_plan_id = fields.String(required=True)
    quantity = fields.Integer(required=True, minimum=0)


class CarryOver(Shape):
    enabled = fields.Boolean(required=True)
    feature_ids = fields.Array(fields.String())


class InvoiceMode(Shape):
    enabled = fields.Boolean(required=True)
    enable_plan_immediately = fields.Boolean(load_default=False)
    finalize = fields.Boolean(load_default=True)
    invoice_template_id = fields.String()
    net_terms_days = fields.Integer(above=0)


class CustomLine(Shape):
    amount = fields.Number(required=True)
    description = fields.String(required=True)


class Discount(Shape):
    reward_id = fields.String()
    promotion_code = fields.String()

    @validates_schema
    def names_something(self, data: dict[str, Any], **_: Any) -> None:
        if "reward_id" not in data and "promotion_code" not in data:
            raise ValidationError("Either reward_id or promotion_code must be provided.")


class CustomizedTrial(Shape):
    duration_length = fields.Number(required=True)
    duration_type = fields.Choice(("day", "month", "year"), load_default="month")
    card_required = fields.Boolean(load_default=True)
    on_end = fields.Choice(("bill", "revert"))


class ItemUpdate(Shape):
    """The older way to change items: those that fit the filter get another amount or reset."""

    filter = fields.Object(ItemFilter, required=True)
    included = fields.Number(minimum=0)
    interval = fields.Choice(RESET_INTERVALS)


class Customize(Shape):
    """What is different for this customer."""

    price = fields.Object(BasePrice, allow_none=True)
    items = fields.Array(fields.Object(PlanItem))
    add_items = fields.Array(fields.Object(PlanItem))
    remove_items = fields.Array(fields.Object(ItemFilter))
    update_items = fields.Array(fields.Object(ItemUpdate))
    free_trial = fields.Object(CustomizedTrial, allow_none=True)
    billing_controls = fields.Object(PlanBillingControls)
    upsert_licenses = fields.Array(fields.Object(PlanLicense))
    remove_licenses = fields.Array(fields.Object(RemovedLicense))

    @validates_schema
    def changes_something(self, data: dict[str, Any], **_: Any) -> None:
        if not any(key in data for key in _CUSTOMIZE_KEYS):
            listed = ", ".join(_CUSTOMIZE_KEYS).replace("update_items", "deprecated update_items")
            raise ValidationError(f"When using customize, at least one of {listed} must be provided")
        if "items" in data and data.keys() & {"add_items", "remove_items", "update_items"}:
            raise ValidationError(
                "customize.items (PUT-style) cannot be combined with add_items / remove_items / "
                "deprecated update_items (PATCH-style); pick one approach"
            )


class NowOrInstant(fields.Wire):
    """`"now"` or an instant in epoch milliseconds."""

    def read(self, value: Any) -> int | str:
        if value == "now":
            return "now"
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
            raise ValidationError(self.wrong_type(type_name(value)))
        return int(value)

    def wrong_type(self, received: str) -> str:
        return "Invalid input"


PRORATIONS = ("prorate_immediately", "none")
BILL_DIFFERENCE = "bill_difference"


class Attach(Shape):
    customer_id = fields.String(required=True)
    entity_id = fields.String(allow_none=True)
    plan_id = fields.String(required=True)
    feature_quantities = fields.Array(fields.Object(FeatureQuantity))
    license_quantities = fields.Array(fields.Object(LicenseQuantity))
    version = fields.Integer()
    customize = fields.Object(Customize)
    invoice_mode = fields.Object(InvoiceMode)
    proration_behavior = fields.Choice(PRORATIONS)
    redirect_mode = fields.Choice(("always", "if_required", "never"), load_default="if_required")
    subscription_id = fields.String()
    discounts = fields.Array(fields.Object(Discount))
    success_url = fields.String()
    new_billing_subscription = fields.Boolean()
    billing_cycle_anchor = NowOrInstant()
    plan_schedule = fields.Choice(("immediate", "end_of_cycle"))
    starts_at = fields.Integer(minimum=0)
    ends_at = fields.Integer(minimum=0)
    checkout_session_params = fields.Map()
    long_lived_checkout = fields.Boolean()
    custom_line_items = fields.Array(fields.Object(CustomLine))
    processor_subscription_id = fields.String()
    carry_over_balances = fields.Object(CarryOver)
    carry_over_usages = fields.Object(CarryOver)
    metadata = fields.Map(fields.String())
    no_billing_changes = fields.Boolean()
    enable_plan_immediately = fields.Boolean()
    tax_rate_id = fields.String()
    currency = Currency()
    remove_plan_ids = fields.Array(fields.String())
    customer_data = fields.Object(CustomerData)
    entity_data = fields.Object(EntityData)


class Option(Shape):
    """`options` of the older form: quantities of prepaid features."""

    feature_id = fields.String(required=True)
    quantity = Quantity()


class OlderForm(Shape):
    """What the bodies before 2.0 have beside or in place of the newer fields."""

    product_id = fields.String(required=True)
    options = fields.Array(fields.Object(Option))
    items = fields.Array(fields.Object(ProductItem), allow_none=True)
    free_trial = fields.OneOf((fields.Object(ProductTrial), fields.Boolean()), allow_none=True)
    invoice = fields.Boolean()
    enable_product_immediately = fields.Boolean()
    finalize_invoice = fields.Boolean()


class AttachByProduct(OlderForm, Attach):
    """Before 2.0: `product_id` and `options`."""

    class Meta(Shape.Meta):
        exclude = ("plan_id", "feature_quantities")


class PreviewAttach(Attach):
    expand = fields.Array(fields.String(), load_default=list)


class PreviewAttachByProduct(AttachByProduct):
    expand = fields.Array(fields.String(), load_default=list)


class Attach24(Attach):
    """From API version 2.4 on a change may come to the difference of whole periods."""

    proration_behavior = fields.Choice((*PRORATIONS, BILL_DIFFERENCE))


class PreviewAttach24(Attach24, PreviewAttach):
    pass


attach_shape = since(Version.V2_4, Attach24(), since(Version.V2_0, Attach(), AttachByProduct()))
preview_attach_shape = since(
    Version.V2_4, PreviewAttach24(), since(Version.V2_0, PreviewAttach(), PreviewAttachByProduct())
)
