"""Shapes of `invoices.*` that name, list and record invoices (reference: invoices)."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from autumn_mock.domain.invoices.credit_notes import BALANCE, DESTINATIONS
from autumn_mock.domain.invoices.states import PROCESSORS, STATUSES
from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape

PAYMENT_METHOD_TYPES = (
    "card", "customer_balance", "us_bank_account", "sepa_debit", "bacs_debit", "acss_debit", "link",
)  # fmt: skip
MOST_DAYS = 36_500
"""Of terms: a hundred years."""
REASONS = ("duplicate", "fraudulent", "order_change", "product_unsatisfactory")


class ListInvoices(Shape):
    start_cursor = fields.String(load_default="")
    limit = fields.Integer(converts=True, minimum=1, maximum=5000, load_default=50)
    customer_id = fields.String()
    entity_id = fields.String()
    invoice_id = fields.Anything()
    """Not known to the hosted server; the operation looks at it where the profile does."""
    stripe_id = fields.Anything()
    status = fields.Array(fields.Choice(STATUSES))
    processor_types = fields.Array(fields.Choice(PROCESSORS))

    @validates_schema
    def entity_is_of_a_customer(self, data: dict[str, Any], **_: Any) -> None:
        if "entity_id" in data and "customer_id" not in data:
            raise ValidationError("entity_id filter requires customer_id")


class InsertedInvoice(Shape):
    """An invoice that another system made."""

    customer_id = fields.String(required=True)
    plan_ids = fields.Array(fields.String(), load_default=list)
    stripe_id = fields.String(required=True)
    processor_type = fields.Choice(PROCESSORS, load_default="stripe")
    status = fields.Choice(STATUSES, required=True)
    total = fields.Number(required=True)
    amount_paid = fields.Number(allow_none=True, load_default=None)
    refunded_amount = fields.Number(load_default=0)
    currency = fields.String()
    created_at = fields.Number(required=True)
    hosted_invoice_url = fields.String(allow_none=True, load_default=None)
    entity_id = fields.String(allow_none=True, load_default=None)


class InsertInvoices(Shape):
    invoices = fields.Array(fields.Object(InsertedInvoice), max_items=500, required=True)


class NamesInvoice(Shape):
    """Nothing but which invoice is meant."""

    invoice_id = fields.String(required=True)


class UpdateInvoice(NamesInvoice):
    payment_method_types = fields.Array(fields.Choice(PAYMENT_METHOD_TYPES), min_items=1, required=True)


class ListTemplates(Shape):
    offset = fields.Integer(converts=True, minimum=0, load_default=0)
    limit = fields.Integer(converts=True, minimum=1, maximum=1000, load_default=10)


class Refund(Shape):
    """The legacy refund of an invoice's charge."""

    customer_id = fields.String(required=True)
    stripe_invoice_id = fields.String(required=True)
    mode = fields.Choice(("full", "partial"), required=True)
    amount = fields.Number(above=0)


class NamesStripeInvoice(Shape):
    stripe_invoice_id = fields.String(required=True)


class CreditedLine(Shape):
    id = fields.String(required=True)
    amount = fields.Number(above=0)
    quantity = fields.Number(above=0)


class IssueCreditNote(NamesInvoice):
    amount = fields.Number(above=0)
    lines = fields.Array(fields.Object(CreditedLine), min_items=1)
    destination = fields.Choice(DESTINATIONS, load_default=BALANCE)
    send_email = fields.Boolean(load_default=True)
    reason = fields.Choice(REASONS)
    memo = fields.String()
    preview = fields.Boolean(load_default=False)
