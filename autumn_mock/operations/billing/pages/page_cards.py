"""The card with which a hosted page is paid (reference: hosted pages).

Invariant: a card that declines changes nothing but what the page says; one that was typed for a single
payment is off the file again afterwards, unless its holder keeps it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from autumn_mock.domain.payments.cards import SUCCEED, find_card
from autumn_mock.domain.payments.outcomes import OUTCOMES, Wanted, outcome_now, read_wanted
from autumn_mock.domain.records import CheckoutSession, Customer
from autumn_mock.errors import InvalidInputs
from autumn_mock.stripe.cards import attended, default_card, give_card
from autumn_mock.stripe.charges import FAILED, told
from autumn_mock.world import World


def refusal_of(world: World, page: CheckoutSession, customer: Customer) -> str | None:
    """Why the card of a page would not pay, as its holder is told; None if it would. Raises
    InvalidInputs."""
    if _uses_known(world, page, customer):
        return None
    asked = told(_typed(world, page).outcome)
    return asked.reason if asked.code == FAILED else None


@contextmanager
def paying_with(world: World, page: CheckoutSession, customer: Customer) -> Iterator[None]:
    """Charges inside go to the card of the page, whose holder is there; it is on file from then on if it
    is kept."""
    store = world.store
    if _uses_known(world, page, customer):
        with attended(store, customer):
            yield
        return
    before = store.stripe_customers.must(customer.stripe_id or "").default_payment_method
    card = give_card(store, world.ids, customer, _typed(world, page), now=world.now())
    try:
        with attended(store, customer):
            yield
    finally:
        if not page.keeps_card:
            store.payment_methods.delete(card.id)
            payer = store.stripe_customers.must(card.stripe_customer)
            store.stripe_customers.put(payer.but(default_payment_method=before))


def _typed(world: World, page: CheckoutSession) -> Wanted:
    """A number that is no test card of the provider pays as the page's outcome says."""
    kind = find_card(page.card) if page.card is not None else None
    try:
        return read_wanted(kind, page.outcome, now=world.now())
    except ValueError:
        raise InvalidInputs([("outcome", f"must be {OUTCOMES}")]) from None


def _uses_known(world: World, page: CheckoutSession, customer: Customer) -> bool:
    """Nothing was typed, and a card is on file that works while its holder is there."""
    if page.card is not None or page.outcome is not None:
        return False
    known = default_card(world.store, customer)
    return known is not None and outcome_now(known.but(attended=True), now=world.now()) == SUCCEED
