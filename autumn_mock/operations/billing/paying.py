"""What a person does outside the API: putting a card on file, paying a hosted page.

Invariant: a page is paid once, and then does what the request that led to it asked for.
"""

from collections.abc import Callable
from typing import Any

from autumn_mock.domain.invoices import states
from autumn_mock.domain.records import CheckoutSession, Customer, Invoice, PaymentMethod, Subscription
from autumn_mock.errors.billing import CheckoutNotFound, CheckoutNotOpen
from autumn_mock.operations.billing.attach import ATTACH, in_newest_form, load_and_decide
from autumn_mock.operations.billing.execute import bill_begun, carry_out, carry_out_all
from autumn_mock.operations.billing.invoicing import note_trial
from autumn_mock.operations.billing.multi_attach import MULTI_ATTACH, load_and_decide_all
from autumn_mock.operations.billing.paid_invoices import invoice_was_paid
from autumn_mock.operations.billing.telling import telling
from autumn_mock.operations.billing.update import UPDATE, carry_out_update, decide_update, load_row
from autumn_mock.operations.loading import find_customer
from autumn_mock.schemas.base import Shape, load_body
from autumn_mock.schemas.billing import attach_shape
from autumn_mock.schemas.billing_multi import MultiAttach
from autumn_mock.schemas.billing_update import update_shape
from autumn_mock.stripe.cards import OK, default_card, give_card
from autumn_mock.stripe.customers import ensure_stripe_customer
from autumn_mock.versions.version import Version
from autumn_mock.world import World

Rows = tuple[Subscription, ...]


def put_card_on_file(world: World, customer_id: str, outcome: str) -> PaymentMethod:
    """Give a customer a default card that works or declines. Raises CustomerNotFound."""
    customer = find_customer(world, customer_id)

    customer = ensure_stripe_customer(world.store, world.ids, customer, now=world.now())
    return give_card(world.store, world.ids, customer, outcome, now=world.now())


def complete_checkout(world: World, url: str) -> None:
    """Pay a hosted page with a working card, which stays on file.

    Raises CheckoutNotFound, CheckoutNotOpen and what the request raises when it is no longer possible.
    """
    page = world.store.checkouts.first("url", url)
    if page is None:
        raise CheckoutNotFound(url=url)
    if page.status != "open":
        raise CheckoutNotOpen(url=url, state=page.status)

    customer = _with_working_card(world, world.store.customers.must(page.customer))
    world.store.checkouts.put(page.but(status="complete"))
    _do_what_was_asked(world, page, customer)


def _with_working_card(world: World, customer: Customer) -> Customer:
    customer = ensure_stripe_customer(world.store, world.ids, customer, now=world.now())
    card = default_card(world.store, customer)
    if card is None or card.outcome != OK:
        give_card(world.store, world.ids, customer, OK, now=world.now())
    return customer


def _do_what_was_asked(world: World, page: CheckoutSession, customer: Customer) -> None:
    with telling(world, customer.internal_id):
        rows = _DO[page.operation](world, page)
    if page.invoice is not None:
        _mark_paid(world, world.store.invoices.must(page.invoice), page.promised, rows)


def _attach(world: World, page: CheckoutSession) -> Rows:
    begun = world.store.subscriptions.get(page.row) if page.row else None
    body = in_newest_form(_body(world, page, attach_shape(Version(page.version))))
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
    body = _body(world, page, MultiAttach())
    holdings, steps = load_and_decide_all(world, body, first_seen_at=page.created_at)
    return carry_out_all(world, holdings, steps, paid_before=page.invoice is not None).rows


def _update(world: World, page: CheckoutSession) -> Rows:
    body = in_newest_form(_body(world, page, update_shape(Version(page.version))))
    holdings, row = load_row(world, body)
    decided = decide_update(world, body, holdings, row)
    return carry_out_update(world, holdings, decided, body, paid_before=True)[1]


_DO: dict[str, Callable[[World, CheckoutSession], Rows]] = {
    ATTACH: _attach,
    MULTI_ATTACH: _multi_attach,
    UPDATE: _update,
}


def _body(world: World, page: CheckoutSession, shape: Shape) -> dict[str, Any]:
    return load_body(shape, page.request, world.rules)


def _mark_paid(world: World, invoice: Invoice, promised: tuple[str, ...], begun: Rows) -> None:
    """The invoice is paid, and its lines charge the rows that have begun."""
    named = dict(zip(promised, (row.id for row in begun), strict=False))
    lines = tuple(
        line.but(subscriptions=tuple(named.get(key, key) for key in line.subscriptions))
        for line in invoice.lines
    )
    paid = states.paid(invoice.but(lines=lines))
    world.store.invoices.put(paid)
    invoice_was_paid(world, world.store.customers.must(invoice.customer), paid)
