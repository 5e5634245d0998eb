"""What a completed page does: the request that led to it, run again as of when it was sent.

Invariant: what happens is what the same request would do now without a page, but for the start of
the plan, which is that of the request.
"""

from collections.abc import Callable
from typing import Any

from autumn_mock.domain.invoices import states
from autumn_mock.domain.records import CheckoutSession, Customer, Invoice, Subscription
from autumn_mock.operations.billing.adjusting import with_choice
from autumn_mock.operations.billing.attach import ATTACH, load_and_decide
from autumn_mock.operations.billing.execute import bill_begun, carry_out, carry_out_all
from autumn_mock.operations.billing.invoicing import note_trial
from autumn_mock.operations.billing.multi_attach import MULTI_ATTACH, load_and_decide_all
from autumn_mock.operations.billing.older_form import in_newest_form
from autumn_mock.operations.billing.paid_invoices import invoice_was_paid
from autumn_mock.operations.billing.setup_payment import SETUP_PAYMENT, begin_plan
from autumn_mock.operations.billing.telling import telling
from autumn_mock.operations.billing.update import UPDATE, carry_out_update, decide_update, load_row
from autumn_mock.schemas.base import Shape, load_body
from autumn_mock.schemas.billing import attach_shape
from autumn_mock.schemas.billing_multi import MultiAttach
from autumn_mock.schemas.billing_update import update_shape
from autumn_mock.versions.version import Version
from autumn_mock.world import World

Rows = tuple[Subscription, ...]


def fulfil(world: World, page: CheckoutSession) -> None:
    """Do what the page was for. Raises what its request raises when that is no longer possible."""
    if page.operation == SETUP_PAYMENT:
        begin_plan(world, page)
        return
    customer = world.store.customers.must(page.customer)
    with telling(world, customer.internal_id):
        rows = _DO[page.operation](world, page)
    if page.invoice is not None:
        _mark_paid(world, customer, world.store.invoices.must(page.invoice), page.promised, rows)


def body_of(world: World, page: CheckoutSession, shape: Shape) -> dict[str, Any]:
    """The request of a page in its newest form, with what was chosen on the page."""
    return with_choice(in_newest_form(world, load_body(shape, page.request, world.rules)), page)


def _attach(world: World, page: CheckoutSession) -> Rows:
    begun = world.store.subscriptions.get(page.row) if page.row else None
    body = body_of(world, page, attach_shape(Version(page.version)))
    decided, holdings, lines = load_and_decide(world, body, first_seen_at=page.created_at, begun=begun)
    if begun is not None:
        bill_begun(world, holdings, decided, lines, begun)
        return (begun,)
    done = carry_out(world, holdings, decided, lines, paid_before=page.invoice is not None)
    billed_by = world.store.stripe_subscriptions.get(done.row.stripe_subscription_id or "")
    if billed_by is not None and decided.begins_billing and decided.trial.ends_at is not None:
        note_trial(world, holdings.customer, billed_by)
    return done.rows


def _multi_attach(world: World, page: CheckoutSession) -> Rows:
    body = body_of(world, page, MultiAttach())
    holdings, steps = load_and_decide_all(world, body, first_seen_at=page.created_at)
    return carry_out_all(world, holdings, steps, paid_before=page.invoice is not None).rows


def _update(world: World, page: CheckoutSession) -> Rows:
    body = body_of(world, page, update_shape(Version(page.version)))
    holdings, row = load_row(world, body)
    decided = decide_update(world, body, holdings, row)
    return carry_out_update(world, holdings, decided, body, paid_before=True)[1]


_DO: dict[str, Callable[[World, CheckoutSession], Rows]] = {
    ATTACH: _attach,
    MULTI_ATTACH: _multi_attach,
    UPDATE: _update,
}


def _mark_paid(
    world: World, customer: Customer, invoice: Invoice, promised: tuple[str, ...], begun: Rows
) -> None:
    """The invoice is paid, and its lines charge the rows that have begun."""
    named = dict(zip(promised, (row.id for row in begun), strict=False))
    lines = tuple(
        line.but(subscriptions=tuple(named.get(key, key) for key in line.subscriptions))
        for line in invoice.lines
    )
    paid = states.paid(invoice.but(lines=lines))
    world.store.invoices.put(paid)
    invoice_was_paid(world, customer, paid)
