"""What a completed page does: the request that led to it, run again as of when it was sent.

Invariant: what happens is what the same request would do now without a page, but for the start of
the plan, which is that of the request.
"""

from collections.abc import Callable, Sequence
from typing import Any

from autumn_mock.domain.billing.hosted_pages import COMPLETE, OPEN, PROCESSING, state_of
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import CheckoutSession, Customer, Invoice, Subscription
from autumn_mock.errors.billing_pages import CheckoutDeclined
from autumn_mock.operations.billing.attach import ATTACH, load_and_decide
from autumn_mock.operations.billing.begun import sent_for
from autumn_mock.operations.billing.create_schedule import carry_out_schedule
from autumn_mock.operations.billing.execute import Step, carry_out_all
from autumn_mock.operations.billing.invoice_payment import pay_invoice
from autumn_mock.operations.billing.invoicing import note_trial
from autumn_mock.operations.billing.legacy.older_form import in_newest_form
from autumn_mock.operations.billing.multi_attach import MULTI_ATTACH, load_and_decide_all
from autumn_mock.operations.billing.pages.adjusting import with_choice
from autumn_mock.operations.billing.pages.pages import complete_started
from autumn_mock.operations.billing.pages.setup_payment import SETUP_PAYMENT, begin_plan
from autumn_mock.operations.billing.paid_invoices import when_paid
from autumn_mock.operations.billing.schedule_deciding import CREATE_SCHEDULE
from autumn_mock.operations.billing.schedule_deciding import load_and_decide as decide_schedule
from autumn_mock.operations.billing.telling import tell_paid_for, telling
from autumn_mock.operations.billing.update import UPDATE, carry_out_update
from autumn_mock.operations.billing.update_deciding import decide_update, load_row
from autumn_mock.operations.billing.wishes import Sent
from autumn_mock.schemas.base import Shape, load_body
from autumn_mock.schemas.billing import attach_shape
from autumn_mock.schemas.billing_multi import multi_attach_shape
from autumn_mock.schemas.billing_schedule import create_schedule_shape
from autumn_mock.schemas.billing_update import update_shape
from autumn_mock.versions.version import Version
from autumn_mock.world import World

Rows = tuple[Subscription, ...]
_ONCE_DIFFERENT = frozenset({ATTACH, UPDATE})
"""The operations whose bodies had another form before 2.0."""


def fulfil(world: World, page: CheckoutSession) -> None:
    """Do what the page was for. Raises CheckoutDeclined and what its request raises when that is no
    longer possible."""
    if page.invoice is not None:
        payment = pay_invoice(world, world.store.invoices.must(page.invoice))
        if not payment.outcome.paid:
            raise CheckoutDeclined(reason=payment.outcome.reason)
    elif page.operation == SETUP_PAYMENT:
        begin_plan(world, page)
    else:
        with telling(world, page.customer):
            _DO[page.operation](world, page)


@when_paid
def begin_what_waited(world: World, customer: Customer, invoice: Invoice) -> None:
    """The change that waited for an invoice is made when it is paid, on its page or otherwise. Raises
    what its request raises when that is no longer possible."""
    for page in world.store.checkouts.find("invoice", invoice.id):
        if state_of(page, now=world.now()) not in {OPEN, PROCESSING}:
            continue
        done = page.but(status=COMPLETE, settles_at=None, completed_at=world.now(), failure=None)
        world.store.checkouts.put(done)
        complete_started(world, done)
        if page.operation in _DO:
            with telling(world, customer.internal_id):
                rows = _DO[page.operation](world, page)
            _keep_promises(world, invoice, page.promised, rows)


def body_of(world: World, page: CheckoutSession, shape: Shape) -> dict[str, Any]:
    """The request of a page in its newest form, with what was chosen on the page. It is about the
    customer that it was about then, whatever that is called now."""
    body = load_body(shape, page.request, world.rules) | {"customer_id": page.customer}
    return with_choice(in_newest_form(world, body) if page.operation in _ONCE_DIFFERENT else body, page)


def _attach(world: World, page: CheckoutSession) -> Rows:
    sent = sent_for(world, page)
    body = body_of(world, page, attach_shape(Version(page.version)))
    decided, holdings, lines = load_and_decide(world, body, sent)
    return _begin(world, page, holdings, [(decided, lines)], sent)


def _multi_attach(world: World, page: CheckoutSession) -> Rows:
    sent = sent_for(world, page)
    body = body_of(world, page, multi_attach_shape(Version(page.version)))
    holdings, steps = load_and_decide_all(world, body, sent)
    return _begin(world, page, holdings, steps, sent)


def _begin(world: World, page: CheckoutSession, holdings: Holdings, steps: Sequence[Step], sent: Sent) -> Rows:
    """Begin the plans that were paid for, and bill those that did not wait."""
    paid_before = page.invoice is not None
    done = carry_out_all(world, holdings, steps, paid_before=paid_before, begun=sent.begun)
    _tell_of(world, holdings.customer, steps, done.rows, sent)
    return done.rows


def _tell_of(world: World, customer: Customer, steps: Sequence[Step], rows: Rows, sent: Sent) -> None:
    """A trial that a page began is noted once more, and what had begun is told as paid for."""
    begins = [
        row.stripe_subscription_id
        for (decided, _), row in zip(steps, rows, strict=True)
        if decided.begins_billing and decided.trial.ends_at is not None
    ]
    billed_by = world.store.stripe_subscriptions.get(next(filter(None, begins), ""))
    if billed_by is not None:
        note_trial(world, customer, billed_by)
    paid_for = {row.id for row in sent.begun}
    for row in rows:
        if row.id in paid_for:
            tell_paid_for(world, world.store.subscriptions.must(row.id))


def _update(world: World, page: CheckoutSession) -> Rows:
    body = body_of(world, page, update_shape(Version(page.version)))
    body.pop("invoice_mode", None)  # the invoice was sent, and is paid
    holdings, row = load_row(world, body)
    decided = decide_update(world, body, holdings, row)
    return carry_out_update(world, holdings, row, decided, body, paid_before=True)[1]


def _schedule(world: World, page: CheckoutSession) -> Rows:
    body = body_of(world, page, create_schedule_shape(Version(page.version)))
    sent = sent_for(world, page)
    decided = decide_schedule(world, body, sent)
    done, _ = carry_out_schedule(world, decided, paid_before=page.invoice is not None, begun=sent.begun)
    _tell_of(world, decided.holdings.customer, decided.steps, done.rows, sent)
    return done.rows


_DO: dict[str, Callable[[World, CheckoutSession], Rows]] = {
    ATTACH: _attach,
    MULTI_ATTACH: _multi_attach,
    UPDATE: _update,
    CREATE_SCHEDULE: _schedule,
}


def _keep_promises(world: World, invoice: Invoice, promised: tuple[str, ...], begun: Rows) -> None:
    """The lines of the invoice charge the rows that have begun."""
    named = dict(zip(promised, (row.id for row in begun), strict=False))
    lines = tuple(
        line.but(subscriptions=tuple(named.get(key, key) for key in line.subscriptions))
        for line in invoice.lines
    )
    world.store.invoices.put(invoice.but(lines=lines))
