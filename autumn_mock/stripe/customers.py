"""Stripe customers. One per customer, however often it is asked for."""

from autumn_mock.domain.records import Customer, StripeCustomer
from autumn_mock.ids import Ids
from autumn_mock.store import Store


def ensure_stripe_customer(store: Store, ids: Ids, customer: Customer, *, now: int) -> Customer:
    """The customer with a Stripe customer, made if there is none. Writes both."""
    if customer.stripe_id is not None:
        return customer
    made = StripeCustomer(id=ids.stripe("cus_"), created_at=now, name=customer.name, email=customer.email)
    linked = customer.but(stripe_id=made.id)
    store.stripe_customers.put(made)
    store.customers.put(linked)
    return linked
