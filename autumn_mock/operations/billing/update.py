"""`billing.update` (reference: billing.update)."""

from collections.abc import Sequence

from autumn_mock.domain.billing.cancelling import Cancelling
from autumn_mock.domain.billing.hosted_pages import AUTUMN, path_of
from autumn_mock.domain.billing.invoice_lines import Line
from autumn_mock.domain.billing.plan_changes import ALWAYS
from autumn_mock.domain.billing.requantifying import Requantified
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.invoices.states import WAITING
from autumn_mock.domain.records import Discount, Subscription
from autumn_mock.operations.balance_removal import even_out
from autumn_mock.operations.billing.cancel import carry_out_cancel
from autumn_mock.operations.billing.discounts import count_codes, give
from autumn_mock.operations.billing.execute import carry_out
from autumn_mock.operations.billing.invoicing import Payment, bill_row, billing_reply
from autumn_mock.operations.billing.legacy.older_form import in_newest_form
from autumn_mock.operations.billing.linking import set_fields
from autumn_mock.operations.billing.one_at_a_time import one_at_a_time
from autumn_mock.operations.billing.pages.pages import keep_page, page_of
from autumn_mock.operations.billing.rows import standing
from autumn_mock.operations.billing.telling import telling
from autumn_mock.operations.billing.update_deciding import (
    Decided,
    Discounting,
    Replanned,
    decide_update,
    given_discounts,
    is_at_once,
    load_row,
    read_sending,
    refund_asked,
)
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.billing_update import update_shape
from autumn_mock.stripe.checkouts import open_checkout
from autumn_mock.world import World

UPDATE = "billing.update"


@operation(UPDATE, body=update_shape, excludes=one_at_a_time("Update subscription"))
def update(world: World, body: Body, call: Call) -> Reply:
    """Cancel a plan, take that back, or change its price, items, version, trial, cycle or quantities."""
    body = in_newest_form(world, body)
    holdings, row = load_row(world, body)

    decided = decide_update(world, body, holdings, row)
    if body.get("redirect_mode") == ALWAYS:
        page = page_of(world, call, holdings.customer, UPDATE, kind=AUTUMN)
        page = open_checkout(world.store, page)
        return billing_reply(holdings.customer, body.get("entity_id"), None, path_of(page))

    with telling(world, holdings.customer.internal_id):
        payment, rows = carry_out_update(world, holdings, row, decided, body)
    if payment is not None and payment.invoice.status in WAITING and not is_at_once(body):
        page = page_of(world, call, holdings.customer, UPDATE)
        keep_page(world, page, payment.invoice, rows)
    return billing_reply(holdings.customer, body.get("entity_id"), payment, at_once=is_at_once(body))


def carry_out_update(
    world: World,
    holdings: Holdings,
    row: Subscription,
    decided: Decided,
    body: Body,
    *,
    paid_before: bool = False,
) -> tuple[Payment | None, tuple[Subscription, ...]]:
    """Write what was decided for a row; answers the invoice that it made, and the rows that began (or
    would have). `paid_before`: its open invoice was paid, so nothing is charged."""
    payment, rows = _carry_out(world, holdings, decided, body, paid_before=paid_before)
    if payment is not None and not payment.outcome.paid and not is_at_once(body):
        return payment, rows
    if isinstance(decided, Replanned | Requantified) and decided.end is not None:
        changed = world.store.subscriptions.must(rows[0].id if rows else decided.row.id)
        carry_out_cancel(world, holdings, decided.end.beside(changed))
    _set_the_rest(world, holdings, rows[0] if rows else row, body)
    return payment, rows


def _carry_out(
    world: World, holdings: Holdings, decided: Decided, body: Body, *, paid_before: bool
) -> tuple[Payment | None, tuple[Subscription, ...]]:
    if isinstance(decided, Cancelling):
        closes = not body.get("no_billing_changes")
        refunds = refund_asked(body)
        payment = carry_out_cancel(
            world, holdings, decided, refunds=refunds, bills=not paid_before, closes=closes
        )
        _give(world, holdings, decided.row, given_discounts(world, body, holdings, decided.row))
        return payment, ()
    if isinstance(decided, Replanned):
        done = carry_out(world, holdings, decided.attachment, decided.lines, paid_before=paid_before)
        return done.payment, done.rows
    if isinstance(decided, Requantified):
        lines = () if paid_before else decided.lines
        return _requantify(world, holdings, decided, lines, body), ()
    if isinstance(decided, Discounting):
        _give(world, holdings, decided.row, decided.gives)
    return None, ()


def _give(
    world: World,
    holdings: Holdings,
    row: Subscription,
    given: tuple[Discount, ...],
    lines: Sequence[Line] = (),
) -> None:
    if row.stripe_subscription_id is None:
        return
    count_codes(world, given)
    give(world, holdings.customer, row.stripe_subscription_id, given, lines)


def _set_the_rest(world: World, holdings: Holdings, row: Subscription, body: Body) -> None:
    """What beside the change is asked for: the link, the status, and with other quantities that balances
    pay each other's debts."""
    set_fields(world, holdings.customer, row.id, body)
    if (body.get("recalculate_balances") or {}).get("enabled"):
        for each in body.get("feature_quantities") or ():
            even_out(world, holdings.customer, holdings.entity, each["feature_id"])


def _requantify(
    world: World, holdings: Holdings, decided: Requantified, lines: Sequence[Line], body: Body
) -> Payment | None:
    payment = bill_row(world, holdings, decided.row, lines, read_sending(world, body))
    if payment is not None and not payment.outcome.paid and not is_at_once(body):
        return payment
    world.store.subscriptions.put(standing(world, decided.after))
    for balance in decided.balances:
        world.store.balances.put(balance)
    _give(world, holdings, decided.row, decided.gives, decided.lines)
    return payment
