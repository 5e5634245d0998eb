"""Stripe customers. One per customer, however often it is asked for."""

from autumn_mock.domain.records import Customer, StripeCustomer
from autumn_mock.ids import Ids
from autumn_mock.store import Store


def ensure_stripe_customer(store: Store, ids: Ids, customer: Customer, *, now: int) -> Customer:
    """The customer with a Stripe customer, made if there is none. Writes both.

    An id that was given by the caller gets its Stripe customer here, when it is first needed.
    """
    if customer.stripe_id is not None and customer.stripe_id in store.stripe_customers:
        return customer
    made = StripeCustomer(
        id=customer.stripe_id or ids.stripe("cus_"),
        created_at=now,
        name=customer.name,
        email=customer.email,
    )
    store.stripe_customers.put(made)
    if customer.stripe_id is not None:
        return customer
    linked = customer.but(stripe_id=made.id)
    store.customers.put(linked)
    return linked
