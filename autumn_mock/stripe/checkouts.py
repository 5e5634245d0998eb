"""Checkout pages: a link that waits for a payment, and the request that it stands for.

Invariant: a customer has at most one open page.
"""

from autumn_mock.domain.records import CheckoutSession, JsonObject
from autumn_mock.store import Store


def open_page(store: Store, customer: str, operation: str, request: JsonObject) -> CheckoutSession | None:
    """The page that waits for this very request."""
    for page in store.checkouts.find("customer", customer):
        if page.status == "open" and (page.operation, page.request) == (operation, request):
            return page
    return None


def open_checkout(store: Store, wanted: CheckoutSession) -> CheckoutSession:
    """The page for a request: the open one of the same request again, else `wanted` in place of
    whatever page was open. Writes it."""
    same = open_page(store, wanted.customer, wanted.operation, wanted.request)
    if same is not None:
        return same
    for other in store.checkouts.find("customer", wanted.customer):
        if other.status == "open":
            store.checkouts.put(other.but(status="expired"))
    store.checkouts.put(wanted)
    return wanted
