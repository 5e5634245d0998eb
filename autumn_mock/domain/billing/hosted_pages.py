"""What kind of page a billing action leads to, where it lies, and how long it is good for (reference:
hosted pages).

Invariant: a page expires by the clock alone; its stored status need not say so.
"""

from collections.abc import Iterable
from decimal import Decimal

from autumn_mock.domain.billing.plan_changes import STRIPE_CHECKOUT
from autumn_mock.domain.catalog.pricing import is_paid_recurring
from autumn_mock.domain.invoices.states import page_path
from autumn_mock.domain.periods import DAY, HOUR, SECOND
from autumn_mock.domain.records import CheckoutSession, JsonObject, Plan

STRIPE, INVOICE, SETUP, AUTUMN, PORTAL = "stripe", "invoice", "setup", "autumn", "portal"
OPEN, PROCESSING, WAITING, COMPLETE, EXPIRED = "open", "processing", "waiting", "complete", "expired"
PAYMENT, SUBSCRIPTION = "payment", "subscription"
_UPDATE = "billing.update"
ACTIONS = {
    "billing.attach": "attach",
    "billing.multi_attach": "attach",
    _UPDATE: "update_subscription",
    "billing.create_schedule": "create_schedule",
}
"""What the checkouts of this service call the operations that lead to them."""

_LIFETIMES = {STRIPE: HOUR, SETUP: HOUR, AUTUMN: DAY, PORTAL: HOUR}
_LONG_LIFETIME = 90 * DAY


def path_of(page: CheckoutSession) -> str:
    """Where a page lies on this server."""
    if page.kind == INVOICE:
        return page_path(page.invoice or page.id)
    if page.kind == PORTAL:
        return f"/portal/{page.id}"
    if page.kind != AUTUMN:
        return f"/checkout/{page.id}"
    if page.long_lived:
        return f"/co/{page.id}"
    return f"/u/{page.id}" if page.operation == _UPDATE else f"/c/{page.id}"


def kind_for(pages: Iterable[str | None], request: JsonObject) -> str | None:
    """The kind of page that plans lead to which were decided together; None: none has to be paid or
    confirmed first. A long-lived link stands before the page of the provider."""
    found = {page for page in pages if page is not None}
    if not found:
        return None
    return STRIPE if STRIPE_CHECKOUT in found and not request.get("long_lived_checkout") else AUTUMN


def id_in(url: str) -> str:
    """The id of the page that a URL or a path leads to, or what was given if it is an id alone."""
    return url.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]


def state_of(page: CheckoutSession, *, now: int) -> str:
    """The status of a page: an open one is over when its time is."""
    if page.status == OPEN and page.expires_at is not None and page.expires_at <= now:
        return EXPIRED
    return page.status


def mode_for(plans: Iterable[Plan]) -> str:
    """Whether a page begins a subscription or takes one payment."""
    return SUBSCRIPTION if any(is_paid_recurring(plan) for plan in plans) else PAYMENT


def expiry_of(kind: str, params: JsonObject, *, now: int, long_lived: bool = False) -> int | None:
    """When a page of a kind is over. `params` are those of the provider's session: seconds there."""
    if long_lived:
        return now + _LONG_LIFETIME
    wanted = params.get("expires_at")
    if kind in {STRIPE, SETUP} and isinstance(wanted, int | float | Decimal) and not isinstance(wanted, bool):
        return int(wanted) * SECOND
    lifetime = _LIFETIMES.get(kind)
    return None if lifetime is None else now + lifetime
