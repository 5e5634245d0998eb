"""Invoices that come with time, and what becomes of those that can't be paid (reference: billing,
renewal of a subscription).

Invariant: each of them is tried again on its own days; the last failed try of one ends the Stripe
subscription and what it bills, and no further try of any.
"""

from collections.abc import Sequence

from autumn_mock.domain.billing.discounts import discounted
from autumn_mock.domain.billing.invoice_lines import Line, comes_to_something
from autumn_mock.domain.billing.row_choice import named_on_invoices
from autumn_mock.domain.billing.subscriptions import SCHEDULED
from autumn_mock.domain.invoices.states import OPEN
from autumn_mock.domain.payments.retries import waiting_for_retry
from autumn_mock.domain.records import Customer, Invoice, StripeSubscription
from autumn_mock.operations.billing.discounts import discounts_of
from autumn_mock.operations.billing.invoicing import draft_invoice, settle_invoice, try_to_pay
from autumn_mock.operations.billing.renewals.recovery import fall_behind
from autumn_mock.operations.billing.renewals.renewal import plans_billed_by
from autumn_mock.operations.billing.renewals.turns import finish
from autumn_mock.operations.billing.rows import delete_plan
from autumn_mock.stripe.subscriptions import cancel_subscription
from autumn_mock.world import World


def bill_in_time(world: World, customer: Customer, billed_by: str, lines: Sequence[Line], *, at: int) -> None:
    """Invoice what fell due, if anything did, and charge it; a failed charge makes the plans past due."""
    charging = [line for line in lines if comes_to_something(line)]
    if not charging:
        return
    charging = discounted(charging, discounts_of(world, customer, billed_by))
    shared = world.store.stripe_subscriptions.get(billed_by)
    running = plans_billed_by(world, shared) if shared is not None else []
    charged = (world.store.subscriptions.get(line.row or "") for line in charging)
    plan_ids = named_on_invoices(running, world.store.plans.records)
    plan_ids += [plan.plan_id for plan in charged if plan is not None]
    invoice = draft_invoice(world, customer, charging, plan_ids=plan_ids, billed_by=billed_by)
    payment = settle_invoice(world, customer, invoice)
    shared = world.store.stripe_subscriptions.get(billed_by)
    if payment.outcome.paid or shared is None or shared.status == "canceled":
        return
    _wait(world, payment.invoice, at=at)
    fall_behind(world, shared)


def try_again(world: World, invoice: Invoice, *, at: int) -> None:
    """Charge an invoice once more; one that fails for good ends its plans and stays open."""
    shared = world.store.stripe_subscriptions.must(invoice.stripe_subscription or "")
    if invoice.status != OPEN:
        world.store.invoices.put(invoice.but(retry_at=None))
        return
    customer = world.store.customers.must(invoice.customer)
    payment = try_to_pay(world, customer, invoice.but(retry_at=None))
    if payment.outcome.paid:
        return
    if not _wait(world, payment.invoice, at=at):
        _give_up(world, customer, shared, at=at)


def _wait(world: World, invoice: Invoice, *, at: int) -> bool:
    """Another try failed. Whether a further one is due after a while."""
    waiting = waiting_for_retry(invoice, at=at)
    if waiting is not None:
        world.store.invoices.put(waiting)
    return waiting is not None


def _give_up(world: World, customer: Customer, shared: StripeSubscription, *, at: int) -> None:
    for row in world.store.subscriptions.find("customer", customer.internal_id):
        if row.status == SCHEDULED and row.stripe_subscription_id == shared.id:
            delete_plan(world, row)
    for plan in plans_billed_by(world, shared):
        finish(world, customer, plan, at=at)
    cancel_subscription(world.store, shared)
