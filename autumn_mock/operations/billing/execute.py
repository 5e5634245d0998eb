"""Turning a decided attach into writes: rows, invoice, charge.

Invariant: a charge that fails leaves every plan as it was and an open invoice behind.
"""

from dataclasses import replace

from autumn_mock.domain.attaching import Attachment
from autumn_mock.domain.cycles import whole_second
from autumn_mock.domain.invoice_lines import invoice_lines
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.pricing import plan_prices
from autumn_mock.domain.records import Customer, Invoice, Plan, Subscription
from autumn_mock.domain.subscriptions import start_plan
from autumn_mock.operations.billing.invoicing import Payment, settle_invoice
from autumn_mock.operations.billing.rows import delete_plan, end_plan, put_plan
from autumn_mock.stripe.customers import ensure_stripe_customer
from autumn_mock.stripe.subscriptions import begin_subscription
from autumn_mock.world import World

__all__ = ["carry_out", "delete_plan", "end_plan", "put_plan"]


def carry_out(world: World, customer: Customer, decided: Attachment) -> Payment | None:
    """Write a decided attach. Answers the invoice it made and how its payment went, if there is one."""
    customer = ensure_stripe_customer(world.store, world.ids, customer, now=world.now())
    subscription_id = decided.start.stripe_subscription_id
    if decided.paid_recurring and decided.immediate and subscription_id is None:
        subscription_id = begin_subscription(
            world.store, world.ids, customer, trial_ends_at=decided.trial_ends_at, now=decided.at
        ).id
    start = replace(decided.start, customer=customer, stripe_subscription_id=subscription_id)
    row, rows = start_plan(decided.wish.plan, world.store.features.records, start, world.make_id)

    payment = _settle(world, customer, decided, row)
    if payment is not None and not payment.outcome.paid:
        if decided.joins is None and subscription_id is not None:
            world.store.stripe_subscriptions.delete(subscription_id)
        return payment
    _make_room(world, decided)
    put_plan(world, customer, row, rows)
    return payment


def _settle(world: World, customer: Customer, decided: Attachment, row: Subscription) -> Payment | None:
    """Invoice the lines and charge them; no invoice where there is nothing to tell of."""
    lines = invoice_lines(list(decided.lines), row.id)
    begins_subscription = decided.paid_recurring and decided.immediate and decided.joins is None
    if not lines and not (begins_subscription and _bills_in_advance(decided.wish.plan)):
        return None
    invoice = Invoice(
        id=world.ids.stripe("in_"),
        customer=customer.internal_id,
        created_at=whole_second(world.now()),
        status="draft",
        total=sum((line.amount for line in lines), start=ZERO),
        plan_ids=(decided.wish.plan.id,),
        entity=row.entity,
        lines=lines,
        stripe_subscription=row.stripe_subscription_id,
    )
    return settle_invoice(world, customer, invoice)


def _bills_in_advance(plan: Plan) -> bool:
    return any(price.recurring and not price.usage_based for price in plan_prices(plan))


def _make_room(world: World, decided: Attachment) -> None:
    """End the row that the plan replaces, drop the one that was to come."""
    if decided.scheduled is not None:
        delete_plan(world, decided.scheduled)
    current = decided.current
    if current is None:
        return
    now = world.now()
    if decided.immediate:
        end_plan(world, current, at=now)
        return
    world.store.subscriptions.put(current.but(canceled_at=now, expires_at=decided.at))
