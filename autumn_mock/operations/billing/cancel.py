"""Writing a cancellation: rows that end or stop ending, what is given back, the plan that takes over."""

from autumn_mock.domain.billing.cancelling import END_OF_CYCLE, Cancelling, decide_cancel
from autumn_mock.domain.billing.refunds import Refund, last_payment, refund_of
from autumn_mock.domain.billing.subscriptions import SCHEDULED, Start, start_plan
from autumn_mock.domain.billing.update_checks import CANCELED, check_still_billed
from autumn_mock.domain.catalog.pricing import in_minor_units
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Plan, Subscription
from autumn_mock.operations.billing.invoicing import Payment, bill_row
from autumn_mock.operations.billing.renewals.beginnings import begin_default
from autumn_mock.operations.billing.rows import delete_plan, end_plan, put_scheduled
from autumn_mock.operations.billing.wishes import means_of
from autumn_mock.stripe.charges import charge_of, refund
from autumn_mock.stripe.subscriptions import close_subscription
from autumn_mock.world import World


def carry_out_cancel(
    world: World,
    holdings: Holdings,
    decided: Cancelling,
    *,
    refunds: str | None = None,
    bills: bool = True,
    closes: bool = True,
) -> Payment | None:
    """Write a decided cancellation; answers the invoice of what it gives back. `refunds` gives it back
    to the card instead; without `bills` it was invoiced before. Without `closes` nothing ends at the
    payment provider."""
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
        if closes:
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


def decide_end(
    world: World, action: str, row: Subscription, holdings: Holdings, *, gives_back: bool
) -> Cancelling:
    """What a `cancel_action` does, as the payment provider stands. Raises what `decide_cancel` and
    `check_still_billed` raise."""
    billed_by = world.store.stripe_subscriptions.get(row.stripe_subscription_id or "")
    over = billed_by is not None and billed_by.status == CANCELED
    invoices = means_of(world, holdings.customer).invoices

    decided = decide_cancel(
        action, row, holdings, invoices, now=world.now(), gives_back=gives_back and not over
    )
    check_still_billed(action, billed_by)
    return decided


def refund_for(world: World, decided: Cancelling, how: str) -> Refund | None:
    """What goes back to the card where that is asked for; None where nothing was ever paid."""
    invoice = last_payment(decided.row, world.store.invoices.find("customer", decided.row.customer))
    if invoice is None:
        return None
    notes = world.store.credit_notes.find("invoice", invoice.id)
    return refund_of(invoice, charge_of(world.store, invoice), notes, decided, how)


def _give_back(world: World, decided: Cancelling, how: str) -> None:
    back = refund_for(world, decided, how)
    if back is None or back.charge is None:
        return
    amount = in_minor_units(back.amount, back.invoice.currency)
    if amount > ZERO:
        refund(world.store, back.charge, amount)
