"""Checkout pages: a link that waits for a payment, and the request that it stands for.

Invariant: a customer has at most one open page.
"""

from autumn_mock.domain.records import CheckoutSession
from autumn_mock.store import Store


def open_checkout(store: Store, wanted: CheckoutSession) -> CheckoutSession:
    """The page for a request: the open one of the same request again, else `wanted` in place of
    whatever page was open. Writes it."""
    for other in store.checkouts.find("customer", wanted.customer):
        if other.status != "open":
            continue
        if (other.operation, other.request) == (wanted.operation, wanted.request):
            return other
        store.checkouts.put(other.but(status="expired"))
    store.checkouts.put(wanted)
    return wanted
