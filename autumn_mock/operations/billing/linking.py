"""Telling a plan by which Stripe subscription it is billed, and how it stands, without billing anything.

Invariant: nothing is charged, credited or changed at the payment provider.
"""

from autumn_mock.domain.billing.adopted import follows, period_of, trial_of
from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.subscriptions import EXPIRED
from autumn_mock.domain.records import Customer, Plan, StripeSubscription, Subscription
from autumn_mock.operations.billing.renewals.renewal import plan_of
from autumn_mock.operations.billing.rows import end_plan
from autumn_mock.operations.registry import Body
from autumn_mock.stripe.customers import ensure_stripe_customer
from autumn_mock.world import World

LINK, STATUS = "processor_subscription_id", "status"


def linked(world: World, row: Subscription, plan: Plan, customer: Customer, billed_by: str) -> Subscription:
    """The row billed by that Stripe subscription, with its period and its trial. Not written."""
    shared = _known(world, customer, billed_by)
    follow = follows(shared, customer)
    period = period_of(shared, plan, now=world.now()) if follow else None
    return row.but(
        unbilled=False,
        stripe_subscription_id=shared.id,
        billing_cycle_anchor=shared.anchor,
        current_period_start=period[0] if period else None,
        current_period_end=period[1] if period else None,
        trial_ends_at=trial_of(shared) if follow else row.trial_ends_at,
    )


def _known(world: World, customer: Customer, billed_by: str) -> StripeSubscription:
    """A Stripe subscription by its id; one that was made elsewhere is taken to begin now. Writes that."""
    known = world.store.stripe_subscriptions.get(billed_by)
    if known is not None:
        return known
    ensure_stripe_customer(world.store, world.ids, customer, now=world.now())
    now = whole_second(world.now())
    made = StripeSubscription(
        id=billed_by, customer=customer.internal_id, created_at=now, anchor=now, period_start=now
    )
    world.store.stripe_subscriptions.put(made)
    return made


def set_fields(world: World, customer: Customer, row_id: str, body: Body) -> None:
    """What of a body of update only sets a field of the row: its link (null takes it away), its status."""
    row = world.store.subscriptions.get(row_id)
    if row is None:
        return
    if body.get(LINK):
        world.store.subscriptions.put(linked(world, row, plan_of(world, row), customer, body[LINK]))
    elif LINK in body:
        alone = row.but(stripe_subscription_id=None, current_period_start=None, current_period_end=None)
        world.store.subscriptions.put(alone)
    if body.get(STATUS) == EXPIRED:
        end_plan(world, world.store.subscriptions.must(row_id), at=world.now())
    elif STATUS in body:
        world.store.subscriptions.put(world.store.subscriptions.must(row_id).but(status=body[STATUS]))
