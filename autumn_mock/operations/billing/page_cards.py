"""The card with which a hosted page is paid (reference: hosted pages).

Invariant: a card that declines changes nothing but what the page says; one that was typed for a single
payment is off the file again afterwards, unless its holder keeps it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from autumn_mock.domain.records import CheckoutSession, Customer
from autumn_mock.stripe.cards import OK, default_card, give_card
from autumn_mock.stripe.charges import outcome_of
from autumn_mock.world import World


def refusal_of(world: World, page: CheckoutSession, customer: Customer) -> str | None:
    """Why the card of a page would not pay, as its holder is told; None if it would."""
    if _uses_known(world, page, customer):
        return None
    asked = outcome_of(page.outcome or OK)
    return None if asked.paid else asked.reason


@contextmanager
def paying_with(world: World, page: CheckoutSession, customer: Customer) -> Iterator[None]:
    """Charges inside go to the card of the page, which is on file from then on if it is kept."""
    if _uses_known(world, page, customer):
        yield
        return
    store = world.store
    before = store.stripe_customers.must(customer.stripe_id or "").default_payment_method
    card = give_card(store, world.ids, customer, page.outcome or OK, now=world.now())
    try:
        yield
    finally:
        if not page.keeps_card:
            store.payment_methods.delete(card.id)
            payer = store.stripe_customers.must(card.stripe_customer)
            store.stripe_customers.put(payer.but(default_payment_method=before))


def _uses_known(world: World, page: CheckoutSession, customer: Customer) -> bool:
    """Nothing was typed, and a card is on file that works."""
    if page.card is not None or page.outcome is not None:
        return False
    known = default_card(world.store, customer)
    return known is not None and known.outcome == OK
