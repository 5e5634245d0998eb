"""Plans that customers have, and what the simulated payment provider keeps (reference: billing)."""

from decimal import Decimal

from autumn_mock.domain.currencies import OWN_CURRENCY
from autumn_mock.domain.records.base import JsonObject, Record
from autumn_mock.domain.records.catalog import BasePrice, PlanItem, PlanLicense
from autumn_mock.domain.records.rewards import Discount


class WaitingLine(Record, frozen=True, kw_only=True):
    """What a change costs or gives back, unrounded, until the next invoice comes."""

    description: str
    display_name: str
    amount: Decimal
    plan_id: str
    price_id: str
    feature_id: str | None = None
    quantity: Decimal = Decimal(1)
    starts_at: int | None = None
    ends_at: int | None = None
    gives_back: str | None = None


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
    """When its trial ends or ended: what was a trial once stays marked as one."""
    trial_ended: bool = False
    """The end of its trial was settled."""
    quantity: int = 1
    stripe_subscription_id: str | None = None
    billing_cycle_anchor: int | None = None
    current_period_start: int | None = None
    current_period_end: int | None = None
    renews_at: int | None = None
    """The next renewal where it comes before the end of the period shown (a yearly plan's monthly
    prices)."""
    unbilled: bool = False
    """Nothing is done for it at the payment provider."""
    moves_anchor: bool = False
    """The billing cycle of its Stripe subscription begins anew when it begins."""
    prorates: bool = True
    """False: where it begins within a period, no part of that is charged or given back."""
    auto_enable: bool = False
    """The plan version was marked to be enabled by itself when this began; stays when the mark moves on."""
    custom: bool = False
    """A private copy of the plan: `price` and `items` stand here instead of in the plan."""
    price: BasePrice | None = None
    items: tuple[PlanItem, ...] = ()
    billing_controls: JsonObject | None = None
    """This customer's own controls instead of the plan's."""
    feature_quantities: dict[str, Decimal] = {}
    """Units of prepaid features, the included amount left out."""
    next_quantities: dict[str, Decimal] = {}
    """Units that it has from its next cycle on, where that waits."""
    waiting_lines: tuple[WaitingLine, ...] = ()
    """What its next invoice settles of changes that were made before."""
    brings: tuple[Discount, ...] = ()
    """Coupons that come to what bills it when it begins."""
    licenses: tuple[PlanLicense, ...] | None = None
    """The licences that it offers, where they are not the plan's."""
    license_quantities: dict[str, int] = {}
    """Seats altogether by the licence's plan, where they were ordered."""
    processor: str = "stripe"
    """Who bills it: `stripe` or `revenuecat`."""
    imported: bool = False
    """It shows what the customer had elsewhere, which may be what could not be attached here, or stands in
    the place of such a plan."""
    parent: str | None = None
    """Id of the plan whose licence it is: then this is a seat."""


class LicenseAssignment(Record, frozen=True, kw_only=True):
    """That an entity held a seat which was taken back. Key: `id` (`lic_asn_…`)."""

    id: str
    seat: str
    """Id of the seat's row."""
    customer: str
    entity_id: str
    license_plan_id: str
    started_at: int
    ended_at: int


class StripeCustomer(Record, frozen=True, kw_only=True):
    """Key: `id` (`cus_…`). `credit` is what earlier invoices left to be drawn on."""

    id: str
    created_at: int
    name: str | None = None
    email: str | None = None
    default_payment_method: str | None = None
    credit: Decimal = Decimal(0)
    next_invoice: int = 1
    """What its next invoice is numbered."""
    discount: Discount | None = None
    """The coupon that counts on all its invoices."""
    details: JsonObject = {}


class StripeSubscription(Record, frozen=True, kw_only=True):
    """What several plans of a customer are billed by together. Key: `id` (`sub_…`).

    `anchor`, `trial_ends_at` and the period are whole seconds. `status` is `active`, `trialing`,
    `past_due` or `canceled`.
    """

    id: str
    customer: str
    """Internal id of the customer."""
    created_at: int
    anchor: int
    status: str = "active"
    trial_ends_at: int | None = None
    period_start: int | None = None
    """When the period of its trial began."""
    discounts: tuple[Discount, ...] = ()


class PaymentMethod(Record, frozen=True, kw_only=True):
    """A simulated card. Key: `id` (`pm_…`).

    `outcome` says what a charge comes to: `succeed`, `decline:<code>`, `requires_action` or
    `requires_action:once`; a `script` says it charge by charge instead.
    """

    id: str
    stripe_customer: str
    created_at: int
    outcome: str = "succeed"
    fingerprint: str = ""
    number: str = "4242424242424242"
    script: tuple[str, ...] = ()
    asked: int = 0
    """Charges that it was asked for, those that failed included."""
    expires_at: int | None = None
    """None: its bank sends a new one in time."""
    set_up: bool = False
    """Its holder has authenticated it for charges to come."""
    attended: bool = False
    """Its holder is there right now, to authenticate whatever it is asked for."""


class Charge(Record, frozen=True, kw_only=True):
    """One time that a card was asked to pay an invoice. Key: `id` (`ch_…`).

    `outcome` is `succeed`, `requires_action` or `decline:<code>`.
    """

    id: str
    invoice: str
    """The invoice (`in_…`)."""
    customer: str
    """Internal id of the customer."""
    payment_method: str
    amount: Decimal
    created_at: int
    outcome: str
    currency: str = OWN_CURRENCY
    refunded: Decimal = Decimal(0)

    @property
    def succeeded(self) -> bool:
        return self.outcome == "succeed"

    @property
    def left(self) -> Decimal:
        """What can still be refunded."""
        return self.amount - self.refunded
