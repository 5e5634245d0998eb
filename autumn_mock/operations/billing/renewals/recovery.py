"""What is past due, and well again, together with a Stripe subscription (reference: billing, renewal of a
subscription)."""

from autumn_mock.domain.billing.subscriptions import ACTIVE, PAST_DUE
from autumn_mock.domain.payments.retries import is_behind
from autumn_mock.domain.records import StripeSubscription
from autumn_mock.operations.billing.renewals.renewal import plans_billed_by, rows_of
from autumn_mock.operations.billing.rows import seats_under
from autumn_mock.world import World


def recover(world: World, shared: StripeSubscription) -> None:
    """The plans are active again unless something is still owed, and their free balances may reset."""
    store = world.store
    if is_behind(store.invoices.find("stripe_subscription", shared.id)):
        return
    if shared.status == PAST_DUE:
        store.stripe_subscriptions.put(shared.but(status=ACTIVE))
    for plan in plans_billed_by(world, shared):
        if plan.status != PAST_DUE:
            continue
        store.subscriptions.put(plan.but(status=ACTIVE))
        for each in (plan, *seats_under(world, plan)):
            for row in rows_of(world, each):
                if row.resets_stopped:
                    store.balances.put(row.but(resets_stopped=False))


def fall_behind(world: World, shared: StripeSubscription) -> None:
    """What it bills is past due."""
    world.store.stripe_subscriptions.put(shared.but(status=PAST_DUE))
    for plan in plans_billed_by(world, shared):
        world.store.subscriptions.put(plan.but(status=PAST_DUE))
