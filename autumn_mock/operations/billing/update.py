"""`billing.update` (reference: billing.update)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from autumn_mock.domain.billing.attach_lines import attach_lines
from autumn_mock.domain.billing.attaching import Attachment, decide
from autumn_mock.domain.billing.cancelling import Cancelling, decide_cancel
from autumn_mock.domain.billing.discounts import left_over
from autumn_mock.domain.billing.hosted_pages import AUTUMN, path_of
from autumn_mock.domain.billing.invoice_lines import Line
from autumn_mock.domain.billing.plan_changes import ALWAYS
from autumn_mock.domain.billing.requantifying import QuantityChange, Requantified
from autumn_mock.domain.billing.row_choice import choose_row
from autumn_mock.domain.billing.subscriptions import SCHEDULED
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.invoices.states import WAITING
from autumn_mock.domain.licenses.seat_checks import check_holds_no_seat
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Discount, Subscription
from autumn_mock.errors.billing_update import (
    AnchorWithCancel,
    AnchorWithQuantities,
    CancelNeedsNoPage,
    NothingBilled,
    NothingToConfirm,
    UpdateOfScheduled,
)
from autumn_mock.errors.http import NotEmulated
from autumn_mock.operations.billing.cancel import carry_out_cancel
from autumn_mock.operations.billing.discounts import count_codes, discounts_of, give, read_discounts
from autumn_mock.operations.billing.execute import carry_out
from autumn_mock.operations.billing.invoicing import Payment, bill_row, billing_reply
from autumn_mock.operations.billing.older_form import in_newest_form
from autumn_mock.operations.billing.one_at_a_time import one_at_a_time
from autumn_mock.operations.billing.pages import keep_page, page_of
from autumn_mock.operations.billing.replan import read_replan
from autumn_mock.operations.billing.rows import standing
from autumn_mock.operations.billing.telling import telling
from autumn_mock.operations.billing.wishes import means_of
from autumn_mock.operations.loading import find_customer, find_entity, load_holdings
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.billing_update import update_shape
from autumn_mock.stripe.checkouts import open_checkout
from autumn_mock.world import World

UPDATE = "billing.update"
NOT_EMULATED = (
    "processor_subscription_id", "recalculate_balances", "status",
    "billing_cycle_anchor",
)  # fmt: skip
MISSING = ", ".join(NOT_EMULATED)
_REPLANS = frozenset({"customize", "version", "license_quantities"})
"""Fields that change what the plan is."""


@dataclass(frozen=True, slots=True)
class Replanned:
    """A row that goes on with another price, other items or another trial."""

    row: Subscription
    attachment: Attachment
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Discounting:
    """A row that goes on as it is, with discounts from its next invoice on."""

    row: Subscription
    gives: tuple[Discount, ...]
    lines: tuple[Line, ...] = ()


Decided = Cancelling | Requantified | Replanned | Discounting | None


@operation(UPDATE, body=update_shape, missing=MISSING, excludes=one_at_a_time("Update subscription"))
def update(world: World, body: Body, call: Call) -> Reply:
    """Cancel a plan, take that back, or change its price, items, version, trial or quantities."""
    body = in_newest_form(world, body)
    holdings, row = load_row(world, body)

    decided = decide_update(world, body, holdings, row)
    if body.get("redirect_mode") == ALWAYS:
        page = page_of(world, call, holdings.customer, UPDATE, kind=AUTUMN)
        page = open_checkout(world.store, page)
        return billing_reply(holdings.customer, body.get("entity_id"), None, path_of(page))

    with telling(world, holdings.customer.internal_id):
        payment, rows = carry_out_update(world, holdings, decided, body)
    if payment is not None and payment.invoice.status in WAITING:
        page = page_of(world, call, holdings.customer, UPDATE)
        keep_page(world, page, payment.invoice, rows)
    return billing_reply(holdings.customer, body.get("entity_id"), payment)


def load_row(world: World, body: Body) -> tuple[Holdings, Subscription]:
    """The holdings seen by the body's scope, and the row that it means."""
    customer = find_customer(world, body["customer_id"])
    entity = find_entity(world, customer, body["entity_id"]) if body.get("entity_id") else None
    holdings = load_holdings(world, customer, entity)
    check_holds_no_seat(holdings)
    row = choose_row(
        holdings,
        subscription_id=body.get("subscription_id"),
        plan_id=body.get("plan_id"),
        quantities_of=[each["feature_id"] for each in body.get("feature_quantities") or ()],
    )
    return holdings, row


def decide_update(world: World, body: Body, holdings: Holdings, row: Subscription) -> Decided:
    """What a body of update does to a row; None when only fields change that show nothing."""
    _check(body, row, holdings)
    decided = _decide(world, body, holdings, row)
    if body.get("redirect_mode") == ALWAYS:
        _check_page(body, decided)
    return decided


def _decide(world: World, body: Body, holdings: Holdings, row: Subscription) -> Decided:
    action = body.get("cancel_action")
    means = means_of(world, holdings.customer)
    if action is not None:
        return decide_cancel(
            action,
            row,
            holdings,
            means.invoices,
            now=world.now(),
            gives_back=body.get("proration_behavior") != "none" and not body.get("no_billing_changes"),
        )
    if not _REPLANS.isdisjoint(body):
        wish = read_replan(world, body, holdings, row)
        attachment = decide(wish, holdings, means, now=world.now())
        return Replanned(row, attachment, attach_lines(attachment, holdings, means))
    if "feature_quantities" in body:
        given = _given(world, body, holdings, row)
        change = QuantityChange(
            row=row,
            holdings=holdings,
            given={each["feature_id"]: each.get("quantity", ZERO) for each in body["feature_quantities"]},
            invoices=list(means.invoices),
            now=world.now(),
            discounts=discounts_of(world, holdings.customer, row.stripe_subscription_id, given),
            prorates=body.get("proration_behavior") != "none" and not body.get("no_billing_changes"),
        )
        return replace(change.decide(), gives=given)
    if body.get("discounts"):
        return Discounting(row, _given(world, body, holdings, row))
    return None


def _given(world: World, body: Body, holdings: Holdings, row: Subscription) -> tuple[Discount, ...]:
    return read_discounts(world, holdings.customer, body.get("discounts") or (), [holdings.plan_of(row)])


def discounts_after(
    world: World, holdings: Holdings, row: Subscription, decided: Decided, body: Body
) -> tuple[Discount, ...]:
    """What counts on the invoices of the row's Stripe subscription once the update is done."""
    if isinstance(decided, Replanned):
        return left_over(decided.attachment.discounts, decided.lines)
    given = decided.gives if isinstance(decided, Requantified | Discounting) else ()
    if isinstance(decided, Cancelling):
        given = _given(world, body, holdings, row)
    lines = decided.lines if isinstance(decided, Requantified) else ()
    return left_over(discounts_of(world, holdings.customer, row.stripe_subscription_id, given), lines)


def _check(body: Body, row: Subscription, holdings: Holdings) -> None:
    if row.status == SCHEDULED and "cancel_action" not in body:
        raise UpdateOfScheduled(name=holdings.plan_of(row).name)
    if "billing_cycle_anchor" in body and "cancel_action" in body:
        raise AnchorWithCancel
    if "billing_cycle_anchor" in body and body.get("feature_quantities"):
        raise AnchorWithQuantities
    for name in NOT_EMULATED:
        if body.get(name):
            raise NotEmulated(operation=f"billing.update with {name}")


def _check_page(body: Body, decided: Decided) -> None:
    """What a person is asked to confirm must be a change that is billed. Raises what refuses it."""
    adjustable = any(each.get("adjustable") for each in body.get("feature_quantities") or ())
    if isinstance(decided, Requantified) and decided.after == decided.row and not adjustable:
        raise NothingToConfirm
    if isinstance(decided, Cancelling):
        raise CancelNeedsNoPage
    lines = () if decided is None else decided.lines
    if body.get("no_billing_changes") or (not lines and not adjustable):
        raise NothingBilled


def carry_out_update(
    world: World, holdings: Holdings, decided: Decided, body: Body, *, paid_before: bool = False
) -> tuple[Payment | None, tuple[Subscription, ...]]:
    """Write what was decided; answers the invoice that it made, and the rows that began (or would
    have). `paid_before`: its open invoice was paid, so nothing is charged."""
    if isinstance(decided, Cancelling):
        refund = body.get("refund_last_payment")
        payment = carry_out_cancel(world, holdings, decided, refunds=refund, bills=not paid_before)
        _give(world, holdings, decided.row, _given(world, body, holdings, decided.row))
        return payment, ()
    if isinstance(decided, Replanned):
        done = carry_out(world, holdings, decided.attachment, decided.lines, paid_before=paid_before)
        return done.payment, done.rows
    if isinstance(decided, Requantified):
        lines = () if paid_before else decided.lines
        return _requantify(world, holdings, decided, lines), ()
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
    count_codes(world, given)
    give(world, holdings.customer, row.stripe_subscription_id, given, lines)


def _requantify(
    world: World, holdings: Holdings, decided: Requantified, lines: Sequence[Line]
) -> Payment | None:
    payment = bill_row(world, holdings, decided.row, lines)
    if payment is not None and not payment.outcome.paid:
        return payment
    world.store.subscriptions.put(standing(world, decided.after))
    for balance in decided.balances:
        world.store.balances.put(balance)
    _give(world, holdings, decided.row, decided.gives, decided.lines)
    return payment
