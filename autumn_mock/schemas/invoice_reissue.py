"""The shape of `invoices.reissue`: what is different on the replacement (reference: invoices.reissue)."""

from typing import Any

from marshmallow import ValidationError

from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape, type_name
from autumn_mock.schemas.invoice_creation import ISSUE_METHODS, BilledLine, BilledPlan
from autumn_mock.schemas.invoices import MOST_DAYS, PAYMENT_METHOD_TYPES, NamesInvoice


class PrintedField(Shape):
    name = fields.String(required=True)
    value = fields.String(required=True)


class TaxId(Shape):
    type = fields.String(required=True)
    value = fields.String(required=True)


class Address(Shape):
    line1 = fields.String()
    line2 = fields.String()
    city = fields.String()
    state = fields.String()
    postal_code = fields.String()
    country = fields.String()


class OfInvoice(Shape):
    """What counts for the replacement alone."""

    automatic_tax = fields.Boolean()
    custom_fields = fields.Array(fields.Object(PrintedField), max_items=4)
    tax_rate_id = fields.String(allow_none=True)
    account_tax_ids = fields.Array(fields.String(), allow_none=True)
    footer = fields.String(allow_none=True)
    memo = fields.String(allow_none=True)
    payment_method_types = fields.Array(fields.Choice(PAYMENT_METHOD_TYPES), min_items=1)


class OfCustomer(Shape):
    """What counts for the replacement and every later invoice."""

    email = fields.Email()
    name = fields.String()
    address = fields.Object(Address)
    tax_ids = fields.Array(fields.Object(TaxId))
    invoice_settings_custom_fields = fields.Array(fields.Object(PrintedField), max_items=4, allow_none=True)


class AddedLine(fields.Wire):
    """A plan, or a line of its own where no plan is named."""

    def read(self, value: Any) -> Any:
        if not isinstance(value, dict):
            raise ValidationError(self.wrong_type(type_name(value)))
        return fields.Object(BilledPlan if "plan_id" in value else BilledLine).read(value)

    def wrong_type(self, received: str) -> str:
        return f"Invalid input: expected object, received {received}"


class UpdatedLine(Shape):
    id = fields.String(required=True)
    amount = fields.Number()
    description = fields.String()


class Lines(Shape):
    add = fields.Array(AddedLine())
    update = fields.Array(fields.Object(UpdatedLine))
    remove = fields.Array(fields.String())


class ReissueInvoice(NamesInvoice):
    invoice_template_id = fields.String()
    net_terms_days = fields.Integer(minimum=0, maximum=MOST_DAYS)
    preview = fields.Boolean(load_default=False)
    issue_method = fields.Choice(ISSUE_METHODS, load_default="send")
    update_customer_email = fields.Email()
    invoice = fields.Object(OfInvoice, load_default=dict)
    customer = fields.Object(OfCustomer, load_default=dict)
    lines = fields.Object(Lines, load_default=dict)
