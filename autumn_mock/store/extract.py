"""Taking one customer out of a world, with the catalogue that its plans are of.

Invariant: records are shared and nothing else, so whatever is written to one store the other one
does not see.
"""

from autumn_mock.domain.records import Customer
from autumn_mock.store.store import Store

_CATALOGUE = ("features", "plans", "rewards", "referral_programs")
_LEFT_BEHIND = ("events", "checkouts", "locks")
"""What decides nothing of what is to come, and of the first there may be very much."""


def extract(store: Store, customer: Customer, into: Store) -> None:
    """Let an empty store hold all that decides what comes for a customer by itself. Nothing is journaled."""
    for name in _CATALOGUE:
        into.tables[name].copy_from(store.tables[name])
    for name, table in store.tables.items():
        if table.is_found_by("customer") and name not in _LEFT_BEHIND:
            into.tables[name].hold(table.find("customer", customer.internal_id))
    into.customers.hold([customer])
    payer = store.stripe_customers.get(customer.stripe_id or "")
    if payer is not None:
        into.stripe_customers.hold([payer])
        into.payment_methods.hold(store.payment_methods.find("stripe_customer", payer.id))
