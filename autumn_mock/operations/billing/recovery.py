"""Whether a Stripe subscription is past due, and what is well again when it no longer is (reference:
billing, renewal of a subscription).

Invariant: a subscription is past due as long as the newest invoice that came with time, or was paid,
waits for its payment. Voided ones do not count.
"""

from autumn_mock.domain.billing.subscriptions import ACTIVE, PAST_DUE
from autumn_mock.domain.invoices.states import OPEN, PAID
from autumn_mock.domain.records import Invoice, StripeSubscription
from autumn_mock.operations.billing.renewal import plans_billed_by, rows_of
from autumn_mock.operations.billing.rows import seats_under
from autumn_mock.world import World


def recover(world: World, shared: StripeSubscription) -> None:
    """The plans are active again unless something is still owed, and their free balances may reset."""
    if _is_behind(world, shared):
        return
    store = world.store
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


def _is_behind(world: World, shared: StripeSubscription) -> bool:
    invoices = world.store.invoices.find("stripe_subscription", shared.id)
    counting = [invoice for invoice in invoices if invoice.status == PAID or is_overdue(invoice)]
    newest = max(counting, key=lambda each: (each.created_at, each.status == PAID), default=None)
    return newest is not None and is_overdue(newest)


def is_overdue(invoice: Invoice) -> bool:
    """It came with time, and no try to pay it went well."""
    return invoice.status == OPEN and invoice.failed_payments > 0
