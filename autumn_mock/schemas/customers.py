"""Shapes of `customers.*` (reference: customers). Problems are told in the order of the fields."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from autumn_mock.domain.currencies import CURRENCIES
from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape
from autumn_mock.schemas.common import since
from autumn_mock.schemas.controls import BillingControls, EntityBillingControls
from autumn_mock.versions.version import Version

EXPANDS = (
    "invoices", "invoice_previews", "trials_used", "rewards", "entities", "referrals",
    "payment_method", "subscriptions.plan", "purchases.plan", "balances.feature", "flags.feature",
    "billing_controls.auto_topups.purchase_limit",
)  # fmt: skip
PROCESSORS = ("stripe", "revenuecat", "vercel")


class Currency(fields.Wire):
    """A code that Stripe supports, in any case."""

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or value.lower() not in CURRENCIES:
            raise ValidationError(self.wrong_type(""))
        return value.lower()

    def wrong_type(self, received: str) -> str:
        return "must be a Stripe-supported currency code"


class Vercel(Shape):
    installation_id = fields.String(required=True)
    access_token = fields.String(required=True)
    account_id = fields.String(required=True)
    custom_payment_method_id = fields.String()


class RevenueCat(Shape):
    id = fields.String(required=True)
    aliases = fields.Array(fields.String(), load_default=list)


class Processors(Shape):
    vercel = fields.Object(Vercel)
    revenuecat = fields.Object(RevenueCat)


class Config(Shape):
    disable_pooled_balance = fields.Boolean()
    disable_overage_billing = fields.Boolean()


class InternalOptions(Shape):
    default_group = fields.String()
    disable_defaults = fields.Boolean()


class EntityData(Shape):
    feature_id = fields.String(required=True)
    name = fields.String()
    billing_controls = fields.Object(EntityBillingControls)


class GetOrCreateCustomer(Shape):
    customer_id = fields.CustomerId(required=True, allow_none=True)
    name = fields.String(allow_none=True)
    email = fields.Email(allow_none=True)
    fingerprint = fields.String(allow_none=True)
    metadata = fields.Map(allow_none=True)
    stripe_id = fields.String(allow_none=True)
    create_in_stripe = fields.Boolean()
    auto_enable_plan_id = fields.String()
    processors = fields.Object(Processors, allow_none=True)
    send_email_receipts = fields.Boolean()
    currency = Currency(allow_none=True)
    billing_controls = fields.Object(BillingControls)
    config = fields.Object(Config)
    internal_options = fields.Object(InternalOptions)
    expand = fields.Array(fields.Choice(EXPANDS), load_default=list)
    entity_id = fields.String()
    entity_data = fields.Object(EntityData)
    with_autumn_id = fields.Boolean(load_default=False)


class RestGetOrCreateCustomer(GetOrCreateCustomer):
    """`POST /v1/customers`: `id` instead of `customer_id`."""

    class Meta(Shape.Meta):
        exclude = ("customer_id",)

    id = fields.CustomerId(required=True, allow_none=True)


class ExpandNames(fields.Array):
    """A list of expand names; one string passes too, and expands if it is exactly one name."""

    def __init__(self, names: tuple[str, ...] = EXPANDS, **kwargs: Any) -> None:
        super().__init__(fields.Choice(names), **kwargs)
        self.names = names

    def read(self, value: Any) -> list[str]:
        if isinstance(value, str):
            if value in self.names:
                return [value]
            if "," in value or value != value.strip():
                return []
            return super().read([value])
        return super().read(value)


class GetCustomer(Shape):
    customer_id: fields.String = fields.CustomerId(required=True)
    expand = ExpandNames(load_default=list)
    skip_cache = fields.Boolean()
    with_autumn_id = fields.Boolean(load_default=False)


class RestGetCustomer(GetCustomer):
    """Ids in paths are not checked."""

    customer_id: fields.String = fields.String(required=True)


class UpdateCustomer(Shape):
    customer_id: fields.String = fields.CustomerId(required=True)
    name = fields.String(allow_none=True)
    email = fields.Email(allow_none=True)
    fingerprint = fields.String(allow_none=True)
    metadata = fields.Map(allow_none=True)
    stripe_id = fields.String(allow_none=True)
    processors = fields.Object(Processors, allow_none=True)
    send_email_receipts = fields.Boolean()
    currency = Currency(allow_none=True)
    billing_controls = fields.Object(BillingControls)
    config = fields.Object(Config)
    internal_options = fields.Object(InternalOptions)
    new_customer_id = fields.CustomerId()
    expand = fields.Anything()


class RestUpdateCustomer(UpdateCustomer):
    """`PATCH` and `POST /v1/customers/<id>`: `id` in the body is the new id."""

    class Meta(Shape.Meta):
        exclude = ("new_customer_id",)

    customer_id: fields.String = fields.String(required=True)
    id = fields.CustomerId()


class DeleteCustomer(Shape):
    customer_id: fields.String = fields.CustomerId(required=True)
    delete_in_stripe = fields.Boolean(load_default=False)


class RestDeleteCustomer(DeleteCustomer):
    customer_id: fields.String = fields.String(required=True)


class PlanFilter(Shape):
    id = fields.String(required=True)
    versions = fields.Array(fields.Number())


class CreatedAtRange(Shape):
    start = fields.Number(converts=True)
    end = fields.Number(converts=True)


class ListCustomers(Shape):
    start_cursor = fields.String(load_default="")
    limit = fields.Integer(converts=True, minimum=1, maximum=5000, load_default=50)
    plans = fields.Array(fields.Object(PlanFilter))
    subscription_status = fields.Choice(("active", "scheduled"))
    search = fields.String()
    processors = fields.Array(fields.Choice(PROCESSORS))
    sort_order = fields.Choice(("asc", "desc"), load_default="desc")
    created_at_range = fields.Object(CreatedAtRange)
    expand = fields.Anything()

    @validates_schema
    def range_is_forward(self, data: dict[str, Any], **_: Any) -> None:
        given = data.get("created_at_range") or {}
        if "start" in given and "end" in given and given["start"] > given["end"]:
            text = "created_at_range.start must be <= created_at_range.end"
            raise ValidationError(text, "created_at_range")


class ListCustomersByOffset(Shape):
    """Before 2.3."""

    offset = fields.Integer(converts=True, minimum=0, load_default=0)
    limit = fields.Integer(converts=True, minimum=1, maximum=1000, load_default=10)
    plans = fields.Array(fields.Object(PlanFilter))
    subscription_status = fields.Choice(("active", "scheduled"))
    search = fields.String()
    processors = fields.Array(fields.Choice(PROCESSORS))
    expand = fields.Anything()


class RestListCustomers(Shape):
    """`GET /v1/customers`."""

    limit = fields.Integer(converts=True, minimum=10, maximum=100, load_default=10)
    offset = fields.Integer(converts=True, minimum=0, load_default=0)
    expand = fields.Anything()


list_customers = since(Version.V2_3, ListCustomers(), ListCustomersByOffset())


class AdvanceTestClock(Shape):
    customer_id = fields.String(required=True)
    frozen_time = fields.Integer(required=True, above=0)
