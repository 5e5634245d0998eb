"""Invoices: settling one at once, and how an answer tells of it."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.invoice_lines import Line, comes_to_something, invoice_lines, of_row
from autumn_mock.domain.billing.row_choice import named_on_invoices
from autumn_mock.domain.billing.subscriptions import COUNTING
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.invoices import states
from autumn_mock.domain.invoices.terms import InvoiceTerms, Sending, on_terms
from autumn_mock.domain.links import link
from autumn_mock.domain.numbers import ZERO, number
from autumn_mock.domain.records import Customer, Invoice, JsonObject, StripeSubscription, Subscription
from autumn_mock.operations.billing.discounts import use_up
from autumn_mock.operations.billing.paid_invoices import invoice_was_paid
from autumn_mock.operations.billing.renewals.recovery import recover
from autumn_mock.stripe.cards import default_card
from autumn_mock.stripe.charges import PAID, WITHOUT_CARD, Outcome, charge
from autumn_mock.stripe.invoices import keep_invoice
from autumn_mock.world import World


class Payment(msgspec.Struct, frozen=True):
    """An invoice and how paying it went."""

    invoice: Invoice
    outcome: Outcome


def settle_invoice(world: World, customer: Customer, invoice: Invoice) -> Payment:
    """Charge an invoice and write it, `paid` or `open`."""
    return try_to_pay(world, customer, states.opened(invoice))


def try_to_pay(world: World, customer: Customer, invoice: Invoice) -> Payment:
    """Ask credit and card to pay an open invoice, and write how it stands then."""
    outcome = PAID
    if not world.rehearses:
        outcome = charge(world.store, world.ids, customer, invoice, now=world.now())
    if outcome.paid:
        return Payment(mark_paid(world, customer, invoice, from_credit=outcome.from_credit), outcome)
    return Payment(keep(world, invoice), outcome)


def mark_paid(world: World, customer: Customer, invoice: Invoice, *, from_credit: Decimal = ZERO) -> Invoice:
    """Write an invoice as paid, and let everything follow that follows from this."""
    paid = keep(world, states.paid(invoice.but(retry_at=None), from_credit=from_credit))
    shared = world.store.stripe_subscriptions.get(paid.stripe_subscription or "")
    if shared is not None:
        recover(world, shared)
    invoice_was_paid(world, customer, paid)
    return world.store.invoices.must(paid.id)


def bill_row(
    world: World,
    holdings: Holdings,
    row: Subscription,
    lines: Sequence[Line],
    sending: Sending | None = None,
) -> Payment | None:
    """Invoice lines of a running row and charge them, or send the invoice; None without any."""
    return bill_rows(world, holdings, [row], lines, sending)


def bill_rows(
    world: World,
    holdings: Holdings,
    rows: Sequence[Subscription],
    lines: Sequence[Line],
    sending: Sending | None = None,
) -> Payment | None:
    """Invoice lines of rows that are billed together and charge them, or send the invoice; None without
    any."""
    row, charged = rows[0], {line.plan_id for line in lines if comes_to_something(line)}
    if not charged:
        return None
    invoice = draft_invoice(
        world,
        holdings.customer,
        of_row(lines, row.id, own_words=True),
        plan_ids=[each.plan_id for each in rows if each.plan_id in charged],
        entity=row.entity,
        billed_by=row.stripe_subscription_id,
    )
    if sending is not None:
        return send_invoice(world, holdings.customer, invoice, sending.terms, finalizes=sending.finalizes)
    return settle_invoice(world, holdings.customer, invoice)


def draft_invoice(
    world: World,
    customer: Customer,
    lines: Sequence[Line],
    *,
    plan_ids: Iterable[str],
    entity: str | None = None,
    billed_by: str | None = None,
) -> Invoice:
    """An invoice of lines that name their plans, not yet written. What it lowers it by is decided
    before; a coupon for one invoice is used up by it."""
    use_up(world, customer, billed_by, lines)
    told = invoice_lines(lines)
    return Invoice(
        id=world.make_public_id("in_"),
        customer=customer.internal_id,
        created_at=whole_second(world.now()),
        status=states.DRAFT,
        total=sum((line.amount for line in told), start=ZERO),
        plan_ids=tuple(dict.fromkeys(plan_ids)),
        entity=entity,
        lines=told,
        stripe_subscription=billed_by,
    )


def send_invoice(
    world: World, customer: Customer, invoice: Invoice, how: InvoiceTerms, *, finalizes: bool = True
) -> Payment:
    """Write an invoice that waits for its payment, `open`, or a `draft` that nobody has seen yet. One
    that the customer's credit covers, or that comes to nothing, is paid with that."""
    if world.rehearses:
        return settle_invoice(world, customer, invoice)
    invoice = on_terms(invoice, how, now=world.now())
    if not finalizes:
        return Payment(keep(world, invoice), Outcome(paid=False))
    payer = world.store.stripe_customers.must(customer.stripe_id or "")
    if states.amount_due(invoice) <= payer.credit:
        return settle_invoice(world, customer, invoice)
    sent = keep(world, states.opened(invoice))
    return Payment(sent, Outcome(paid=False) if default_card(world.store, customer) else WITHOUT_CARD)


def keep(world: World, invoice: Invoice) -> Invoice:
    """Write an invoice; a new one gets its ids."""
    return keep_invoice(
        world.store,
        world.make_id,
        world.make_sorted_public_id,
        invoice,
        now=whole_second(world.now()),
    )


def note_trial(world: World, customer: Customer, subscription: StripeSubscription) -> None:
    """The provider notes a change in a trial by an invoice of nothing over all plans in it."""
    rows = world.store.subscriptions.find("customer", customer.internal_id)
    tried = [row for row in rows if row.stripe_subscription_id == subscription.id and row.status in COUNTING]
    invoice = Invoice(
        id=world.make_public_id("in_"),
        customer=customer.internal_id,
        created_at=whole_second(world.now()),
        status=states.DRAFT,
        total=ZERO,
        plan_ids=tuple(dict.fromkeys(named_on_invoices(tried, world.store.plans.records))),
        stripe_subscription=subscription.id,
    )
    mark_paid(world, customer, states.opened(invoice))


def invoice_told(invoice: Invoice) -> JsonObject:
    """The invoice in the answer of a billing operation."""
    return {
        "status": invoice.status,
        "stripe_id": invoice.id,
        "total": number(invoice.total),
        "currency": invoice.currency,
        "hosted_invoice_url": link(invoice.hosted_invoice_url),
    }


def billing_reply(
    customer: Customer,
    entity_id: str | None,
    payment: Payment | None,
    checkout_path: str | None = None,
    *,
    at_once: bool = False,
) -> JsonObject:
    """The answer of attach, multi_attach and update. `at_once`: the change did not wait for the payment."""
    reply: JsonObject = {"customer_id": customer.id or customer.internal_id}
    if entity_id is not None:
        reply["entity_id"] = entity_id
    if payment is None:
        return {**reply, "payment_url": link(checkout_path)}
    invoice = payment.invoice
    reply["invoice"] = invoice_told(invoice)
    hosted = invoice.hosted_invoice_url if invoice.status == "open" else checkout_path
    reply["payment_url"] = link(hosted)
    if payment.outcome.code and not at_once:
        reply["required_action"] = {"code": payment.outcome.code, "reason": payment.outcome.reason}
    return reply
