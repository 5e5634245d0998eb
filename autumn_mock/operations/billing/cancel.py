"""Writing a cancellation: rows that end or stop ending, what is given back, the plan that takes over."""

from decimal import Decimal

from autumn_mock.domain.billing.cancelling import END_OF_CYCLE, Cancelling
from autumn_mock.domain.billing.subscriptions import SCHEDULED, Start, start_plan
from autumn_mock.domain.catalog.pricing import in_minor_units
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Invoice, Plan, Subscription
from autumn_mock.operations.billing.invoicing import Payment, bill_row
from autumn_mock.operations.billing.renewals.beginnings import begin_default
from autumn_mock.operations.billing.rows import delete_plan, end_plan, put_scheduled
from autumn_mock.stripe.charges import charge_of, refund
from autumn_mock.stripe.subscriptions import close_subscription
from autumn_mock.world import World

FULL = "full"


def carry_out_cancel(
    world: World,
    holdings: Holdings,
    decided: Cancelling,
    *,
    refunds: str | None = None,
    bills: bool = True,
) -> Payment | None:
    """Write a decided cancellation; answers the invoice of what it gives back. `refunds` gives it back
    to the card instead; without `bills` it was invoiced before."""
    row, plan = decided.row, holdings.plan_of(decided.row)
    payment = None
    if refunds is not None:
        _give_back(world, decided, refunds)
    elif bills:
        payment = bill_row(world, holdings, row, decided.lines)
    for gone in decided.forgets:
        delete_plan(world, gone)
    if decided.restores is not None:
        world.store.subscriptions.put(decided.restores)
    if decided.after is not None:
        world.store.subscriptions.put(decided.after)
        if decided.intent == END_OF_CYCLE and decided.default is not None:
            _schedule(world, holdings, decided.default, decided.default_at)
    elif row.status != SCHEDULED:
        old = [balance for balance in holdings.rows if balance.subscription == row.id]
        end_plan(world, row, at=decided.now)
        close_subscription(world.store, row)
        if decided.default is not None:
            begin_default(world, holdings.customer, plan, old, at=decided.now)
    return payment


def _schedule(world: World, holdings: Holdings, plan: Plan, at: int) -> None:
    start = Start(
        customer=holdings.customer,
        entities=holdings.entities,
        at=at,
        created_at=world.now(),
        status=SCHEDULED,
    )
    row, _ = start_plan(plan, holdings.features, start, world.make_id)
    put_scheduled(world, row, None)


def _give_back(world: World, decided: Cancelling, how: str) -> None:
    invoice = last_payment(world, decided.row)
    if invoice is None:
        return
    charge = charge_of(world.store, invoice)
    amount = in_minor_units(refund_amount(world, invoice, decided, how), invoice.currency)
    if charge is not None and amount > ZERO:
        refund(world.store, charge, amount)


def refund_amount(world: World, invoice: Invoice, decided: Cancelling, how: str) -> Decimal:
    """All of the last payment, or what the unused time is worth; never more than what is left of what
    the card was charged. Unrounded."""
    charge = charge_of(world.store, invoice)
    left = charge.left if charge is not None else ZERO
    return left if how == FULL else min(left, -sum((line.amount for line in decided.lines), ZERO))


def last_payment(world: World, row: Subscription) -> Invoice | None:
    """The newest paid invoice that charged something for a row."""
    paid = [
        invoice
        for invoice in world.store.invoices.find("customer", row.customer)
        if invoice.status == "paid" and invoice.total > ZERO
        if any(row.id in line.subscriptions for line in invoice.lines)
    ]
    return max(paid, key=lambda invoice: (invoice.created_at, invoice.id), default=None)
