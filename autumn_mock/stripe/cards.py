"""Simulated cards of customers. A customer pays with its default card, whether that works or not."""

from collections.abc import Iterator
from contextlib import contextmanager

from autumn_mock.domain.payments.outcomes import Wanted
from autumn_mock.domain.records import Customer, PaymentMethod
from autumn_mock.ids import Ids
from autumn_mock.store import Store


def default_card(store: Store, customer: Customer) -> PaymentMethod | None:
    """The card that charges go to, working or not: the default one, else the newest."""
    payer = store.stripe_customers.get(customer.stripe_id or "")
    if payer is None:
        return None
    if payer.default_payment_method is not None:
        return store.payment_methods.get(payer.default_payment_method)
    return next(iter(newest_first(cards_of(store, customer))), None)


def cards_of(store: Store, customer: Customer) -> list[PaymentMethod]:
    """All cards on file."""
    return list(store.payment_methods.find("stripe_customer", customer.stripe_id or ""))


def newest_first(cards: list[PaymentMethod]) -> list[PaymentMethod]:
    """Cards in the order in which they were put on file, turned round: a clock may stand still."""
    return sorted(cards, key=lambda card: card.created_at)[::-1]


def give_card(store: Store, ids: Ids, customer: Customer, wanted: Wanted, *, now: int) -> PaymentMethod:
    """Make a card the default one of a customer that has a Stripe customer. Writes both."""
    payer = store.stripe_customers.must(customer.stripe_id or "")
    card = PaymentMethod(
        id=ids.stripe("pm_"),
        stripe_customer=payer.id,
        created_at=now,
        outcome=wanted.outcome,
        fingerprint=wanted.kind.fingerprint,
        number=wanted.kind.number,
        script=wanted.script,
        expires_at=wanted.expires_at,
    )
    store.payment_methods.put(card)
    store.stripe_customers.put(payer.but(default_payment_method=card.id))
    return card


@contextmanager
def attended(store: Store, customer: Customer) -> Iterator[None]:
    """While the holder of the default card is there. Writes it."""
    card = default_card(store, customer)
    if card is None:
        yield
        return
    store.payment_methods.put(card.but(attended=True))
    try:
        yield
    finally:
        left = store.payment_methods.get(card.id)
        if left is not None:
            store.payment_methods.put(left.but(attended=False))


def take_card(store: Store, card: PaymentMethod) -> None:
    """Take a card off the file. Writes both."""
    store.payment_methods.delete(card.id)
    payer = store.stripe_customers.must(card.stripe_customer)
    if payer.default_payment_method == card.id:
        store.stripe_customers.put(payer.but(default_payment_method=None))
