"""Shapes of `customers.*` from API version 2.4 on, which know `billing_details` (reference: customers)."""

from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape
from autumn_mock.schemas.common import since
from autumn_mock.schemas.customers import (
    EXPANDS,
    ExpandNames,
    GetCustomer,
    GetOrCreateCustomer,
    RestGetCustomer,
    RestGetOrCreateCustomer,
    RestUpdateCustomer,
    UpdateCustomer,
)
from autumn_mock.schemas.invoice_reissue import PrintedField, TaxId
from autumn_mock.versions.version import Version

_AT = EXPANDS.index("payment_method") + 1
EXPANDS_2_4 = (*EXPANDS[:_AT], "billing_details", *EXPANDS[_AT:])


class BillingAddress(Shape):
    line1 = fields.String(allow_none=True)
    line2 = fields.String(allow_none=True)
    city = fields.String(allow_none=True)
    state = fields.String(allow_none=True)
    postal_code = fields.String(allow_none=True)
    country = fields.String(min_length=2, max_length=2, allow_none=True)


class TaxIds(Shape):
    add = fields.Array(fields.Object(TaxId))
    remove = fields.Array(fields.Object(TaxId))


class InvoiceSettings(Shape):
    custom_fields = fields.Array(fields.Object(PrintedField), max_items=4, allow_none=True)


class BillingDetails(Shape):
    address = fields.Object(BillingAddress, allow_none=True)
    tax_ids = fields.Object(TaxIds)
    tax_exempt = fields.Choice(("none", "exempt", "reverse"))
    invoice_settings = fields.Object(InvoiceSettings)


class GetOrCreateCustomer24(GetOrCreateCustomer):
    billing_details = fields.Object(BillingDetails)
    expand = fields.Array(fields.Choice(EXPANDS_2_4), load_default=list)


class RestGetOrCreateCustomer24(RestGetOrCreateCustomer):
    billing_details = fields.Object(BillingDetails)
    expand = fields.Array(fields.Choice(EXPANDS_2_4), load_default=list)


class GetCustomer24(GetCustomer):
    expand = ExpandNames(EXPANDS_2_4, load_default=list)


class RestGetCustomer24(RestGetCustomer):
    expand = ExpandNames(EXPANDS_2_4, load_default=list)


class UpdateCustomer24(UpdateCustomer):
    billing_details = fields.Object(BillingDetails)


class RestUpdateCustomer24(RestUpdateCustomer):
    billing_details = fields.Object(BillingDetails)


get_or_create_customer = since(Version.V2_4, GetOrCreateCustomer24(), GetOrCreateCustomer())
rest_get_or_create_customer = since(Version.V2_4, RestGetOrCreateCustomer24(), RestGetOrCreateCustomer())
get_customer = since(Version.V2_4, GetCustomer24(), GetCustomer())
rest_get_customer = since(Version.V2_4, RestGetCustomer24(), RestGetCustomer())
update_customer = since(Version.V2_4, UpdateCustomer24(), UpdateCustomer())
rest_update_customer = since(Version.V2_4, RestUpdateCustomer24(), RestUpdateCustomer())
