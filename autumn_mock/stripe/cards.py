"""Simulated cards. A customer pays with its default card, which works or declines as it was told to."""

from autumn_mock.domain.records import Customer, PaymentMethod
from autumn_mock.ids import Ids
from autumn_mock.store import Store

OK = "ok"
DECLINE = "decline:"


def default_card(store: Store, customer: Customer) -> PaymentMethod | None:
    """The card that charges go to, working or not."""
    if customer.stripe_id is None:
        return None
    payer = store.stripe_customers.get(customer.stripe_id)
    if payer is None or payer.default_payment_method is None:
        return None
    return store.payment_methods.get(payer.default_payment_method)


def give_card(store: Store, ids: Ids, customer: Customer, outcome: str, *, now: int) -> PaymentMethod:
    """Make a card the default one of a customer that has a Stripe customer. Writes both."""
    payer = store.stripe_customers.must(customer.stripe_id or "")
    card = PaymentMethod(
        id=ids.stripe("pm_"),
        stripe_customer=payer.id,
        created_at=now,
        outcome=outcome,
        fingerprint=ids.token("", 16),
    )
    store.payment_methods.put(card)
    store.stripe_customers.put(payer.but(default_payment_method=card.id))
    return card
