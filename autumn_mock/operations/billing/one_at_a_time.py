"""One billing operation of a customer at a time (reference: billing, locks).

Invariant: of two that come together the first runs, and the second is refused in the first one's words.
"""

from contextlib import AbstractContextManager, nullcontext
from functools import partial

from autumn_mock.errors.billing import BillingLocked, CheckoutBeingProcessed
from autumn_mock.exclusions import Refuse
from autumn_mock.operations.billing.pages.pages import look_up_page
from autumn_mock.operations.loading import look_up_customer
from autumn_mock.operations.registry import Body, Exclusion
from autumn_mock.stripe.checkouts import is_being_processed
from autumn_mock.world import World


def one_at_a_time(doing: str) -> Exclusion:
    """What an operation on its body's customer excludes; `doing` is what the refused are told."""
    return Exclusion(_of_customer, partial(BillingLocked, doing=doing), refuse_while_processed)


def refuse_while_processed(world: World, body: Body) -> None:
    """Raises CheckoutBeingProcessed while a page of the customer is paid, and what it is for not done."""
    customer = look_up_customer(world, body["customer_id"])
    if customer is not None and is_being_processed(world.store, customer.internal_id):
        raise CheckoutBeingProcessed


def processing_page(world: World, url: str) -> AbstractContextManager[None]:
    """While a hosted page is paid, its customer has no other billing operation. Raises BillingLocked."""
    return _alone(world, url, CheckoutBeingProcessed)


def confirming(world: World, checkout_id: str) -> AbstractContextManager[None]:
    """While a checkout is confirmed, its customer has no other billing operation. Raises BillingLocked."""
    return _alone(world, checkout_id, partial(BillingLocked, doing="Checkout confirmation"))


def _alone(world: World, url: str, refuse: Refuse) -> AbstractContextManager[None]:
    """Others of the page's customer are refused meanwhile. Nobody waits for a page that is unknown."""
    page = look_up_page(world, url)
    customer_id = page.request.get("customer_id") if page is not None else None
    if customer_id is None:
        return nullcontext()
    return world.exclusions.held(_of_customer({"customer_id": customer_id}), refuse)


def _of_customer(body: Body) -> str:
    return f"billing of {body['customer_id']}"
