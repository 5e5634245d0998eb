"""Plans that customers have, and what the simulated payment provider keeps (reference: billing)."""

from decimal import Decimal

from autumn_mock.domain.records.base import JsonObject, Record
from autumn_mock.domain.records.catalog import BasePrice, PlanItem


class Subscription(Record, frozen=True, kw_only=True):
    """A plan attached to a customer or one of its entities, one-off purchases included.

    Key: `id` (`cus_prod_…`). `status` is `active`, `past_due`, `scheduled` or `expired`; a plan in
    trial is active.
    """

    id: str
    customer: str
    """Internal id of the customer."""
    plan: str
    """Internal id of the plan version."""
    plan_id: str
    status: str
    created_at: int
    started_at: int
    entity: str | None = None
    """Internal id of the entity."""
    subscription_id: str | None = None
    """The caller's own id, shown instead of `id`."""
    canceled_at: int | None = None
    expires_at: int | None = None
    ended_at: int | None = None
    trial_ends_at: int | None = None
    trial_unique_fingerprint: bool = False
    quantity: int = 1
    stripe_subscription_id: str | None = None
    billing_cycle_anchor: int | None = None
    current_period_start: int | None = None
    current_period_end: int | None = None
    custom: bool = False
    """A private copy of the plan: `price` and `items` stand here instead of in the plan."""
    price: BasePrice | None = None
    items: tuple[PlanItem, ...] = ()
    feature_quantities: dict[str, Decimal] = {}


class StripeCustomer(Record, frozen=True, kw_only=True):
    """Key: `id` (`cus_…`)."""

    id: str
    created_at: int
    name: str | None = None
    email: str | None = None
    default_payment_method: str | None = None
    details: JsonObject = {}


class PaymentMethod(Record, frozen=True, kw_only=True):
    """A simulated card. Key: `id` (`pm_…`). `outcome` says what a charge does: `ok` or `decline:<code>`."""

    id: str
    stripe_customer: str
    created_at: int
    outcome: str = "ok"
    fingerprint: str = ""


class Invoice(Record, frozen=True, kw_only=True):
    """Key: `id` (`in_…`). Amounts in major units."""

    id: str
    customer: str
    created_at: int
    status: str
    total: Decimal
    plan_ids: tuple[str, ...] = ()
    currency: str = "usd"
    entity: str | None = None
    processor_type: str = "stripe"
    hosted_invoice_url: str | None = None
    lines: tuple[JsonObject, ...] = ()
