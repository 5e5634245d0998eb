"""Invoices, and what takes them back in part or whole (reference: invoices)."""

from decimal import Decimal

from autumn_mock.domain.currencies import OWN_CURRENCY
from autumn_mock.domain.records.base import JsonObject, Record


class InvoiceLine(Record, frozen=True, kw_only=True):
    """One line of an invoice, rounded to minor units. `subscriptions` are the plans it charged, with
    an equal share each; a negative line gives back what `price_id` charged for them."""

    description: str
    amount: Decimal
    """What it comes to after discounts."""
    discounted: Decimal = Decimal(0)
    """What discounts took off it."""
    plan_id: str
    id: str = ""
    """`invoice_li_…`, given when the invoice is first written."""
    price_id: str | None = None
    feature_id: str | None = None
    quantity: Decimal = Decimal(1)
    gives_back: str | None = None
    subscriptions: tuple[str, ...] = ()
    stands_for: str | None = None
    """The line of an earlier invoice in whose place it was issued, `<invoice>:<index>`."""
    entity: str | None = None
    """Internal id of the entity that it is billed to, where no plan of the customer says so."""
    starts_at: int | None = None
    ends_at: int | None = None
    prorated: bool = False
    """It charges less than what its period costs in full, or could have."""


class TaxRate(Record, frozen=True, kw_only=True):
    """A tax rate at the provider. Key: `id` (`txr_…`). Made by a person."""

    id: str
    display_name: str
    percentage: Decimal
    created_at: int
    inclusive: bool = False


class InvoiceTax(Record, frozen=True, kw_only=True):
    """What an invoice was taxed with: `included` is part of its lines, `added` comes on top."""

    rate: str
    """Id of the tax rate."""
    percentage: Decimal
    included: Decimal = Decimal(0)
    added: Decimal = Decimal(0)


class Invoice(Record, frozen=True, kw_only=True):
    """Key: `id` (`in_…`). Amounts in major units.

    `status` is `draft`, `open`, `paid`, `void` or `uncollectible`.
    """

    id: str
    customer: str
    created_at: int
    status: str
    total: Decimal
    invoice_id: str = ""
    """`inv_…`, its id in this API, given when it is first written."""
    number: str | None = None
    """Given when it is no longer a draft."""
    amount_paid: Decimal | None = None
    """None: recorded without it."""
    amount_credited: Decimal = Decimal(0)
    """What credit notes took off before it was paid."""
    amount_returned: Decimal = Decimal(0)
    """What credit notes gave back after it was paid, wherever it went."""
    collection: str = "charge_automatically"
    """Or `send_invoice`: it waits until somebody pays."""
    issued_at: int | None = None
    """The date printed on it, if that is not `created_at`."""
    due_at: int | None = None
    terms_days: int | None = None
    """Of a draft that names no date: the days that it is due in once it is opened."""
    memo: str | None = None
    footer: str | None = None
    template: str | None = None
    auto_advance: bool = True
    """The provider reminds of it and collects it by itself."""
    payment_method_types: tuple[str, ...] = ()
    """What it may be paid with; none: whatever the organisation takes."""
    paid_out_of_band: bool = False
    failed_payments: int = 0
    """Of one that came with time: tries to pay it that failed."""
    retry_at: int | None = None
    """When it is tried again by itself."""
    drawn_from_credit: Decimal = Decimal(0)
    """What of it the customer's credit paid; below zero, what it left as credit."""
    replaces: str | None = None
    """The invoice (`in_…`) that it was issued again for."""
    replaced_by: str | None = None
    finalized_at: int | None = None
    paid_at: int | None = None
    voided_at: int | None = None
    details: JsonObject = {}
    """What else is printed on it."""
    plan_ids: tuple[str, ...] = ()
    currency: str = OWN_CURRENCY
    entity: str | None = None
    processor_type: str = "stripe"
    recorded: bool = False
    """`invoices.insert` said last what it is, whatever the provider knows of it."""
    refunded: Decimal = Decimal(0)
    """What of it was given back to the card."""
    hosted_invoice_url: str | None = None
    lines: tuple[InvoiceLine, ...] = ()
    tax: InvoiceTax | None = None
    """The total counts what it adds."""
    stripe_subscription: str | None = None


class InvoiceTemplate(Record, frozen=True, kw_only=True):
    """What invoices have printed on them, and their usual terms. Key: `id`. Made by a person."""

    id: str
    name: str
    created_at: int
    footer: str | None = None
    memo: str | None = None
    net_terms_days: int | None = None


class CreditNoteLine(Record, frozen=True, kw_only=True):
    """What a credit note takes off one line, or off the invoice as a whole (`line_id` None)."""

    amount: Decimal
    """Before discounts."""
    discount: Decimal = Decimal(0)
    """The line's discount that is not given back."""
    line_id: str | None = None
    description: str | None = None
    quantity: Decimal | None = None


class CreditNote(Record, frozen=True, kw_only=True):
    """Key: `id` (`cn_…`; empty for one that is only previewed). Amounts in major units."""

    id: str
    customer: str
    invoice: str
    """The invoice (`in_…`) that it adjusts."""
    created_at: int
    currency: str
    total: Decimal
    tax: Decimal = Decimal(0)
    """What of the total is tax that came on top."""
    number: str | None = None
    pre_payment_amount: Decimal = Decimal(0)
    """What it took off before the invoice was paid; the rest was given back."""
    refund_amount: Decimal = Decimal(0)
    credit_amount: Decimal = Decimal(0)
    out_of_band_amount: Decimal = Decimal(0)
    reason: str | None = None
    memo: str | None = None
    lines: tuple[CreditNoteLine, ...] = ()
