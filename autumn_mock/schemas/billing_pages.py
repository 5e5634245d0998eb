"""Shapes of what leads to hosted pages without attaching at once, and of what is typed on them
(reference: payment method and portal, hosted pages)."""

from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape
from autumn_mock.schemas.billing import (
    BILL_DIFFERENCE,
    PRORATIONS,
    Attach,
    Discount,
    FeatureQuantity,
    Option,
)
from autumn_mock.schemas.common import since
from autumn_mock.versions.version import Version

_NOT_IN_SETUP: tuple[str, ...] = (
    "invoice_mode", "redirect_mode", "new_billing_subscription", "plan_schedule", "long_lived_checkout",
)  # fmt: skip


class SetupPayment(Attach):
    """The fields of attach that make sense when a card is put on file first; no plan is needed."""

    class Meta(Attach.Meta):
        exclude = _NOT_IN_SETUP

    plan_id = fields.String()


class SetupPaymentByProduct(SetupPayment):
    """Before 2.0: `product_id` and `options`."""

    class Meta(SetupPayment.Meta):
        exclude = (*_NOT_IN_SETUP, "plan_id", "feature_quantities")

    product_id = fields.String()
    options = fields.Array(fields.Object(Option))


class SetupPayment24(SetupPayment):
    """From API version 2.4 on a change may come to the difference of whole periods."""

    proration_behavior = fields.Choice((*PRORATIONS, BILL_DIFFERENCE))


setup_payment_shape = since(
    Version.V2_4, SetupPayment24(), since(Version.V2_0, SetupPayment(), SetupPaymentByProduct())
)


class OpenPortal(Shape):
    customer_id = fields.String(required=True)
    configuration_id = fields.String()
    return_url = fields.String()


class ConfirmCheckout(Shape):
    """What a person may change of a checkout of this service before confirming it."""

    feature_quantities = fields.Array(fields.Object(FeatureQuantity))
    discounts = fields.Array(fields.Object(Discount))
