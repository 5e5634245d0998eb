"""Stripe subscriptions: what the recurring plans of a customer are billed by together."""

from autumn_mock.domain.billing.adopted import RUNNING
from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.records import Customer, StripeSubscription, Subscription
from autumn_mock.ids import Ids
from autumn_mock.store import Store


def running_subscriptions(store: Store, customer: Customer) -> dict[str, StripeSubscription]:
    """Those that go on, by id."""
    found = store.stripe_subscriptions.find("customer", customer.internal_id)
    return {each.id: each for each in found if each.status in RUNNING}


def begin_subscription(
    store: Store,
    ids: Ids,
    customer: Customer,
    *,
    trial_ends_at: int | None,
    now: int,
    anchor: int | None = None,
) -> StripeSubscription:
    """A new one, anchored at its trial's end, at `anchor`, or at this second. Writes it."""
    begun = whole_second(now)
    made = StripeSubscription(
        id=ids.stripe("sub_"),
        customer=customer.internal_id,
        created_at=begun,
        anchor=trial_ends_at or anchor or begun,
        status="active" if trial_ends_at is None else "trialing",
        trial_ends_at=trial_ends_at,
        period_start=begun,
    )
    store.stripe_subscriptions.put(made)
    return made


def move_subscription(
    store: Store,
    subscription: StripeSubscription,
    *,
    trial_ends_at: int | None,
    now: int,
    anchor: int | None = None,
) -> StripeSubscription:
    """The cycle begins anew: with a trial until then, or paid from this second on; `anchor` is where
    its periods are counted from, if they are not from now. Writes it."""
    second, subscription = whole_second(now), store.stripe_subscriptions.must(subscription.id)
    in_trial = subscription.status == "trialing"
    moved = subscription.but(
        anchor=trial_ends_at or anchor or second,
        status=_status_moved(subscription, trial_ends_at),
        trial_ends_at=trial_ends_at,
        period_start=subscription.period_start if in_trial and trial_ends_at is not None else second,
    )
    store.stripe_subscriptions.put(moved)
    return moved


def _status_moved(subscription: StripeSubscription, trial_ends_at: int | None) -> str:
    """A new cycle does not pay what is owed of an old one."""
    if trial_ends_at is not None:
        return "trialing"
    return "past_due" if subscription.status == "past_due" else "active"


def close_subscription(store: Store, row: Subscription) -> None:
    """Cancel the Stripe subscription of an ended row if it bills nothing any more, unless it is another
    customer's. Writes it."""
    billed_by = row.stripe_subscription_id
    known = store.stripe_subscriptions.get(billed_by) if billed_by else None
    if known is None or known.customer != row.customer:
        return
    others = store.subscriptions.find("customer", row.customer)
    if not any(each.stripe_subscription_id == billed_by and each.status != "expired" for each in others):
        cancel_subscription(store, known)


def cancel_subscription(store: Store, subscription: StripeSubscription) -> None:
    """It bills no more, and what is open of it is not tried again. Writes both."""
    store.stripe_subscriptions.put(subscription.but(status="canceled"))
    for invoice in store.invoices.find("stripe_subscription", subscription.id):
        if invoice.retry_at is not None:
            store.invoices.put(invoice.but(retry_at=None))
