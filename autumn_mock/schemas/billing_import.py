"""Shapes of `billing.import` and `billing.verify` (reference: billing.import)."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape

LINE_INTERVALS = (
    "lifetime", "minute", "hour", "day", "week", "month", "quarter", "semi_annual", "year",
)  # fmt: skip
PROCESSORS = ("stripe", "revenuecat")
STATUSES = ("active", "trialing", "past_due", "canceled", "expired")


class ImportedCustomer(Shape):
    name = fields.String()
    email = fields.Email()
    fingerprint = fields.String()
    created_at = fields.Integer(above=0)


class ProcessorLink(Shape):
    type = fields.Choice(PROCESSORS, required=True)
    id = fields.String(required=True)


class SubscriptionLink(Shape):
    subscription_id = fields.String()
    schedule_id = fields.String()


class ImportedQuantity(Shape):
    feature_id = fields.String(required=True)
    quantity = fields.Number(required=True, minimum=0)


class BalanceFilter(Shape):
    interval = fields.Choice(LINE_INTERVALS, allow_none=True)
    billing_behavior = fields.Choice(("included", "prepaid", "usage_based"))


class ImportedBalance(Shape):
    feature_id = fields.String(required=True)
    filter = fields.Object(BalanceFilter)
    usage = fields.Number()
    balance = fields.Number()
    next_reset_at = fields.Number()


class ImportedPlan(Shape):
    plan_id = fields.String(required=True)
    version = fields.Number()
    status = fields.Choice(STATUSES)
    started_at = fields.Number()
    quantity = fields.Number()
    feature_quantities = fields.Array(fields.Object(ImportedQuantity))
    balances = fields.Array(fields.Object(ImportedBalance))


class Billable(Shape):
    processor = fields.Choice(PROCESSORS)
    link = fields.Object(SubscriptionLink)
    billing_cycle_anchor = fields.Number()
    plan = fields.Object(ImportedPlan)
    phases = fields.Array(fields.Anything())

    @validates_schema
    def has_one_plan(self, data: dict[str, Any], **_: Any) -> None:
        if "plan" not in data and "phases" not in data:
            raise ValidationError("A billable must have a `plan` or `phases`", "plan")
        if "plan" in data and "phases" in data:
            raise ValidationError("Provide either `plan` or `phases`, not both", "plan")


class ImportCustomer(Shape):
    customer_id = fields.String(required=True)
    customer_data = fields.Object(ImportedCustomer)
    processors = fields.Array(fields.Object(ProcessorLink))
    billables = fields.Array(fields.Object(Billable), required=True)
    dry_run = fields.Boolean(load_default=False)


class VerifyBilling(Shape):
    customer_id = fields.String(required=True)
    subscription_ids = fields.Array(fields.String())
    strict = fields.Boolean()
