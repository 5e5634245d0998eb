"""Checkout pages of the payment provider: a link that waits for a payment, and the request that it
stands for.

Invariant: a customer has at most one open page that pays for plans.
"""

from autumn_mock.domain.billing.hosted_pages import EXPIRED, OPEN, PROCESSING, STRIPE, state_of
from autumn_mock.domain.records import CheckoutSession, JsonObject
from autumn_mock.store import Store


def is_being_processed(store: Store, customer: str) -> bool:
    """Whether a page was paid that is yet to do what was asked for."""
    return any(page.status == PROCESSING for page in store.checkouts.find("customer", customer))


def open_page(
    store: Store, customer: str, operation: str, request: JsonObject, *, now: int
) -> CheckoutSession | None:
    """The page that waits for this very request."""
    for page in _payment_pages(store, customer):
        waits = state_of(page, now=now) == OPEN
        if waits and (page.operation, page.request) == (operation, request):
            return page
    return None


def open_checkout(store: Store, wanted: CheckoutSession) -> CheckoutSession:
    """The page for a request: the open one of the same request again, else `wanted` in place of
    whatever page was open. Those of this service are made anew each time and stand beside each other.
    Writes it."""
    now = wanted.created_at
    same = open_page(store, wanted.customer, wanted.operation, wanted.request, now=now)
    if same is not None:
        return same
    if wanted.kind != STRIPE:
        store.checkouts.put(wanted)
        return wanted
    for other in _payment_pages(store, wanted.customer):
        if state_of(other, now=now) == OPEN:
            store.checkouts.put(other.but(status=EXPIRED))
    store.checkouts.put(wanted)
    return wanted


def _payment_pages(store: Store, customer: str) -> list[CheckoutSession]:
    return [page for page in store.checkouts.find("customer", customer) if page.kind == STRIPE]
