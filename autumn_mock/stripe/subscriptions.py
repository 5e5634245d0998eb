"""Stripe subscriptions: what the recurring plans of a customer are billed by together."""

from autumn_mock.domain.cycles import whole_second
from autumn_mock.domain.records import Customer, StripeSubscription
from autumn_mock.ids import Ids
from autumn_mock.store import Store

RUNNING = frozenset({"active", "trialing", "past_due"})


def running_subscriptions(store: Store, customer: Customer) -> dict[str, StripeSubscription]:
    """Those that go on, by id."""
    found = store.stripe_subscriptions.find("customer", customer.internal_id)
    return {each.id: each for each in found if each.status in RUNNING}


def begin_subscription(
    store: Store, ids: Ids, customer: Customer, *, trial_ends_at: int | None, now: int
) -> StripeSubscription:
    """A new one, anchored at this second or at its trial's end. Writes it."""
    begun = whole_second(now)
    made = StripeSubscription(
        id=ids.stripe("sub_"),
        customer=customer.internal_id,
        created_at=begun,
        anchor=begun if trial_ends_at is None else trial_ends_at,
        status="active" if trial_ends_at is None else "trialing",
        trial_ends_at=trial_ends_at,
    )
    store.stripe_subscriptions.put(made)
    return made
