"""What the customer portal shows (reference: billing.open_customer_portal).

Invariant: a plan can be cancelled or kept here exactly when it says so; nothing here writes.
"""

from decimal import Decimal
from itertools import islice

import msgspec

from autumn_mock.domain.billing.orders import Coming, coming_of
from autumn_mock.domain.billing.subscriptions import COUNTING, PAST_DUE, SCHEDULED
from autumn_mock.domain.catalog.plan_display import base_price_display
from autumn_mock.domain.catalog.plans import is_one_off
from autumn_mock.domain.catalog.pricing import is_paid_recurring
from autumn_mock.domain.currencies import OWN_CURRENCY
from autumn_mock.domain.customers.payment_methods import card_object
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.invoices.states import DRAFT, amount_due, page_path
from autumn_mock.domain.records import Invoice, JsonObject, Subscription
from autumn_mock.operations.billing.pages.portal import open_portal_of
from autumn_mock.operations.billing.renewals.coming import coming_invoices
from autumn_mock.operations.invoices.loading import newest_invoices
from autumn_mock.operations.loading import load_holdings
from autumn_mock.stripe.cards import default_card
from autumn_mock.world import World

_MOST_INVOICES = 24


class PortalPlan(msgspec.Struct, frozen=True, kw_only=True):
    """`standing` is `active`, `trial`, `past_due`, `ending`, `scheduled` or `bought`; `at` is when that
    ends, or begins."""

    id: str
    name: str
    entity: str | None
    price: str
    standing: str
    at: int | None
    can_cancel: bool
    can_keep: bool


class PortalInvoice(msgspec.Struct, frozen=True):
    """`page` is where it is looked at and paid; None for other processors'."""

    number: str
    at: int
    total: Decimal
    due: Decimal
    currency: str
    status: str
    page: str | None


class PortalView(msgspec.Struct, frozen=True, kw_only=True):
    """`card` is the provider's card object of the card that charges go to."""

    id: str
    org: str
    now: int
    return_url: str
    name: str | None
    email: str | None
    plans: tuple[PortalPlan, ...]
    invoices: tuple[PortalInvoice, ...]
    coming: tuple[Coming, ...]
    currency: str
    card: JsonObject | None


def portal_view(world: World, page_id: str) -> PortalView:
    """The portal of an id as it stands. Raises CheckoutNotFound and CheckoutNotOpen."""
    page, customer = open_portal_of(world, page_id)
    holdings = load_holdings(world, customer)
    found = default_card(world.store, customer)
    coming = coming_invoices(world, customer)
    invoices = (each for each in newest_invoices(world, customer) if each.status != DRAFT)
    return PortalView(
        id=page.id,
        org=world.org,
        now=world.now(),
        return_url=page.success_url,
        name=customer.name,
        email=customer.email,
        plans=tuple(_plan(holdings, row, world.now()) for row in holdings.subscriptions if _is_shown(row)),
        invoices=tuple(_invoice(each) for each in islice(invoices, _MOST_INVOICES)),
        coming=tuple(coming_of(each) for each in coming),
        currency=coming[0]["currency"] if coming else OWN_CURRENCY,
        card=card_object(found, customer)["card"] if found is not None else None,
    )


def _is_shown(row: Subscription) -> bool:
    """A seat belongs to its parent, and a paused plan is behind the trial that it gave way to."""
    return row.parent is None and (row.status in COUNTING or row.status == SCHEDULED)


def _plan(holdings: Holdings, row: Subscription, now: int) -> PortalPlan:
    plan = holdings.plan_of(row)
    names = {each.internal_id: each.name or each.id for each in holdings.entities}
    standing, at = _standing(holdings, row, now)
    price = "" if plan.price is None else " ".join(base_price_display(plan.price).values())
    return PortalPlan(
        id=row.id,
        name=plan.name,
        entity=names.get(row.entity or ""),
        price=price or ("priced by use" if is_paid_recurring(plan) else "free"),
        standing=standing,
        at=at,
        can_cancel=row.status in COUNTING and standing != "ending" and is_paid_recurring(plan),
        can_keep=row.status in COUNTING and standing == "ending" and row.canceled_at is not None,
    )


def _standing(holdings: Holdings, row: Subscription, now: int) -> tuple[str, int | None]:
    if row.status == SCHEDULED:
        return "scheduled", row.started_at
    if row.expires_at is not None:
        return "ending", row.expires_at
    if row.status == PAST_DUE:
        return "past_due", None
    if row.trial_ends_at is not None and row.trial_ends_at > now:
        return "trial", row.trial_ends_at
    if is_one_off(holdings.plan_of(row)):
        return "bought", None
    return "active", row.current_period_end


def _invoice(invoice: Invoice) -> PortalInvoice:
    return PortalInvoice(
        number=invoice.number or invoice.id,
        at=invoice.issued_at or invoice.created_at,
        total=invoice.total,
        due=amount_due(invoice),
        currency=invoice.currency,
        status=invoice.status,
        page=page_path(invoice.id) if invoice.processor_type == "stripe" else None,
    )
