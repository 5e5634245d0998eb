"""Invoices that come with time, and what becomes of those that can't be paid (reference: billing,
renewal of a subscription).

Invariant: a Stripe subscription has at most one invoice that is tried again, and the last failed try
ends it.
"""

from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.subscriptions import ACTIVE, PAST_DUE
from autumn_mock.domain.invoices import states
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.periods import DAY
from autumn_mock.domain.records import Customer, Invoice, InvoiceLine, StripeSubscription
from autumn_mock.operations.billing.invoicing import settle_invoice
from autumn_mock.operations.billing.paid_invoices import invoice_was_paid
from autumn_mock.operations.billing.renewal import plans_billed_by, rows_of
from autumn_mock.operations.billing.rows import seats_under
from autumn_mock.operations.billing.turns import finish
from autumn_mock.stripe.charges import charge
from autumn_mock.world import World

RETRY_AFTER = (3 * DAY, 5 * DAY, 7 * DAY)
"""How long Stripe waits before each further try of an invoice."""


def send_invoice(
    world: World, customer: Customer, billed_by: str, lines: list[InvoiceLine], *, at: int
) -> None:
    """Invoice what fell due, if anything did, and charge it; a failed charge makes the plans past due."""
    if not lines:
        return
    shared = world.store.stripe_subscriptions.get(billed_by)
    running = plans_billed_by(world, shared) if shared is not None else []
    charged = (world.store.subscriptions.get(key) for line in lines for key in line.subscriptions)
    plan_ids = (plan.plan_id for plan in (*running, *charged) if plan is not None)
    invoice = Invoice(
        id=world.ids.stripe("in_"),
        customer=customer.internal_id,
        created_at=whole_second(at),
        status="draft",
        total=sum((line.amount for line in lines), start=ZERO),
        plan_ids=tuple(dict.fromkeys(plan_ids)),
        lines=tuple(lines),
        stripe_subscription=billed_by,
    )
    payment = settle_invoice(world, customer, invoice)
    if payment.outcome.paid or shared is None or shared.status == "canceled":
        return
    if shared.open_invoice is None:
        shared = shared.but(open_invoice=invoice.id, failed_payments=1, retry_at=at + RETRY_AFTER[0])
    world.store.stripe_subscriptions.put(shared.but(status=PAST_DUE))
    for plan in running:
        world.store.subscriptions.put(plan.but(status=PAST_DUE))


def try_again(world: World, shared: StripeSubscription, *, at: int) -> None:
    """Charge an invoice once more. Paid: its plans are active again; failed for good: they end."""
    store = world.store
    customer = store.customers.must(shared.customer)
    invoice = store.invoices.get(shared.open_invoice or "")
    if invoice is None or invoice.status != "open":
        _recover(world, shared)
    elif charge(store, customer, invoice.total).paid:
        paid = states.paid(invoice)
        store.invoices.put(paid)
        _recover(world, shared)
        invoice_was_paid(world, customer, paid)
    elif shared.failed_payments < len(RETRY_AFTER):
        wait = RETRY_AFTER[shared.failed_payments]
        store.stripe_subscriptions.put(
            shared.but(failed_payments=shared.failed_payments + 1, retry_at=at + wait)
        )
    else:
        store.stripe_subscriptions.put(shared.but(status="canceled", retry_at=None))
        for plan in plans_billed_by(world, shared):
            finish(world, customer, plan, at=at)


def _recover(world: World, shared: StripeSubscription) -> None:
    """The plans are active again, and their free balances may reset."""
    store = world.store
    store.stripe_subscriptions.put(
        shared.but(status=ACTIVE, failed_payments=0, open_invoice=None, retry_at=None)
    )
    for plan in plans_billed_by(world, shared):
        store.subscriptions.put(plan.but(status=ACTIVE))
        for each in (plan, *seats_under(world, plan)):
            for row in rows_of(world, each):
                if row.resets_stopped:
                    store.balances.put(row.but(resets_stopped=False))
