"""What is asked of an attach, and what the customer has to pay with: the input of deciding one.

Invariant: a wish says nothing of what is there; that stands in the holdings and the means.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from autumn_mock.domain.billing.attach_trials import NO_WISH, TrialWish
from autumn_mock.domain.billing.carry_over import NOTHING, Carry
from autumn_mock.domain.billing.invoice_lines import Line
from autumn_mock.domain.billing.plan_changes import IF_REQUIRED
from autumn_mock.domain.invoices.terms import USUALLY, InvoiceTerms
from autumn_mock.domain.records import Discount, Entity, Invoice, Plan, StripeSubscription, Subscription

NOW = "now"
IMMEDIATE, END_OF_CYCLE = "immediate", "end_of_cycle"


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for."""

    plan: Plan
    entity: Entity | None = None
    custom: bool = False
    """The plan was customised for this customer."""
    trial: TrialWish = NO_WISH
    quantities: Mapping[str, Decimal] = {}
    """By prepaid feature, the included amount counted."""
    redirect: str = IF_REQUIRED
    schedule: str | None = None
    subscription_id: str | None = None
    carry: Carry = NOTHING
    proration: str | None = None
    """How the part of a period is billed that the change begins in; None as usual: prorated."""
    anchor: int | str | None = None
    """`"now"` begins the billing cycle anew."""
    starts_at: int | None = None
    ends_at: int | None = None
    own_lines: tuple[Line, ...] | None = None
    """Replace whatever would be charged."""
    removed: tuple[Subscription, ...] = ()
    """Plans that end in the same step."""
    own_subscription: bool | None = None
    """A Stripe subscription of its own rather than the one that is there."""
    bills: bool = True
    """False: nothing is done at the payment provider."""
    by_invoice: bool = False
    """An invoice is sent instead of a charge."""
    terms: InvoiceTerms = USUALLY
    """How that invoice is sent."""
    finalizes: bool = True
    """False: the invoice that is sent stays a draft."""
    enables_at_once: bool = False
    """The plan begins although the payment is open."""
    adjustable: bool = False
    """The payer may change a quantity on the hosted page."""
    reverts: bool = False
    """The plan that runs comes back when the trial ends."""
    replaces_row: Subscription | None = None
    """The row that gives way at once, whatever the plan: an update of it."""
    in_place: bool = False
    """That row stays the one that it is."""
    first_seen_at: int | None = None
    """When it was asked for, if a hosted page came between."""
    discounts: tuple[Discount, ...] = ()
    """Coupons that are given with it."""

    @property
    def prorates(self) -> bool:
        return self.proration != "none"

    @property
    def bills_difference(self) -> bool:
        """What is charged and given back at once is that of whole periods, where that comes to more."""
        return self.proration == "bill_difference"


class Means(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer can pay with, what it is billed by, and what it was charged."""

    has_card: bool
    subscriptions: Mapping[str, StripeSubscription] = {}
    """Running Stripe subscriptions by id."""
    invoices: Sequence[Invoice] = ()
    discount: Discount | None = None
    """The coupon that counts on all invoices of the customer."""
