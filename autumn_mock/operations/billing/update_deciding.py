"""Deciding an update: which row is meant, and what the body does to it (reference: billing.update).

Invariant: deciding writes nothing, so that the preview and the update decide the same.
"""

import msgspec
from msgspec.structs import replace

from autumn_mock.domain.billing.attach_lines import attach_lines
from autumn_mock.domain.billing.attaching import Attachment, decide
from autumn_mock.domain.billing.cancelling import END_OF_CYCLE, UNCANCEL, Cancelling, decide_cancel
from autumn_mock.domain.billing.discounts import left_over
from autumn_mock.domain.billing.invoice_lines import Line
from autumn_mock.domain.billing.other_processors import check_updated_here
from autumn_mock.domain.billing.plan_changes import ALWAYS
from autumn_mock.domain.billing.replan_checks import check_charges_nothing, check_replanned
from autumn_mock.domain.billing.requantifying import QuantityChange, Requantified, is_topup
from autumn_mock.domain.billing.row_choice import choose_row
from autumn_mock.domain.billing.subscriptions import SCHEDULED
from autumn_mock.domain.billing.update_preview import NO_CHANGE, UPDATE_PLAN
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.licenses.seat_checks import check_holds_no_seat
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Discount, Subscription
from autumn_mock.errors.billing_update import (
    AnchorWithCancel,
    AnchorWithQuantities,
    CancelNeedsNoPage,
    NothingBilled,
    NothingToConfirm,
    TopupWithOtherChanges,
    UpdateOfScheduled,
)
from autumn_mock.operations.billing.discounts import discounts_of, read_discounts
from autumn_mock.operations.billing.replan import REPLANS, read_replan
from autumn_mock.operations.billing.wishes import means_of
from autumn_mock.operations.loading import find_customer, find_entity, load_holdings
from autumn_mock.operations.registry import Body
from autumn_mock.world import World

_NOT_WITH_TOPUPS = REPLANS | {"cancel_action", "billing_cycle_anchor"}


class Replanned(msgspec.Struct, frozen=True):
    """A row that goes on with another price, other items, another trial or another cycle."""

    row: Subscription
    attachment: Attachment
    lines: list[Line] = []
    intent: str = UPDATE_PLAN


class Discounting(msgspec.Struct, frozen=True):
    """A row that goes on as it is, with discounts from its next invoice on."""

    row: Subscription
    gives: tuple[Discount, ...]
    lines: tuple[Line, ...] = ()


Decided = Cancelling | Requantified | Replanned | Discounting | None


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
    if action is not None and not (cancels_and_changes(body) and row.status != SCHEDULED):
        return _cancel(world, body, holdings, row)
    if action == UNCANCEL:
        row = row.but(canceled_at=None, expires_at=None)
    elif action == END_OF_CYCLE:
        row = _cancel(world, body, holdings, row).after or row
    decided = _change(world, body, holdings, row)
    if action == END_OF_CYCLE and decided is not None:
        check_charges_nothing(decided.lines)
    return decided


def _change(world: World, body: Body, holdings: Holdings, row: Subscription) -> Decided:
    if not REPLANS.isdisjoint(body) or "billing_cycle_anchor" in body:
        return _replan(world, body, holdings, row)
    if "feature_quantities" in body:
        return _requantify(world, body, holdings, row)
    if body.get("discounts"):
        return Discounting(row, given_discounts(world, body, holdings, row))
    return None


def _requantify(world: World, body: Body, holdings: Holdings, row: Subscription) -> Requantified:
    given = given_discounts(world, body, holdings, row)
    change = QuantityChange(
        row=row,
        holdings=holdings,
        given={each["feature_id"]: each.get("quantity", ZERO) for each in body["feature_quantities"]},
        invoices=list(means_of(world, holdings.customer).invoices),
        now=world.now(),
        discounts=discounts_of(world, holdings.customer, row.stripe_subscription_id, given),
        prorates=_prorates(body),
    )
    return replace(change.decide(), gives=given)


def given_discounts(world: World, body: Body, holdings: Holdings, row: Subscription) -> tuple[Discount, ...]:
    """The discounts that the body gives, none where nothing changes at the payment provider. Raises
    what refuses them."""
    wanted = body.get("discounts") or ()
    given = read_discounts(world, holdings.customer, wanted, [holdings.plan_of(row)])
    return () if body.get("no_billing_changes") else given


def discounts_after(
    world: World, holdings: Holdings, row: Subscription, decided: Decided, body: Body
) -> tuple[Discount, ...]:
    """What counts on the invoices of the row's Stripe subscription once the update is done."""
    if isinstance(decided, Replanned):
        return left_over(decided.attachment.discounts, decided.lines)
    given = decided.gives if isinstance(decided, Requantified | Discounting) else ()
    if isinstance(decided, Cancelling):
        given = given_discounts(world, body, holdings, row)
    lines = decided.lines if isinstance(decided, Requantified) else ()
    return left_over(discounts_of(world, holdings.customer, row.stripe_subscription_id, given), lines)


def cancels_and_changes(body: Body) -> bool:
    """A plan is cancelled for the end of its cycle, or that is taken back, and something else changes:
    both happen."""
    changes = REPLANS | {"feature_quantities"}
    return body.get("cancel_action") in {UNCANCEL, END_OF_CYCLE} and not changes.isdisjoint(body)


def _cancel(world: World, body: Body, holdings: Holdings, row: Subscription) -> Cancelling:
    invoices = means_of(world, holdings.customer).invoices
    action = body["cancel_action"]
    return decide_cancel(action, row, holdings, invoices, now=world.now(), gives_back=_prorates(body))


def _replan(world: World, body: Body, holdings: Holdings, row: Subscription) -> Replanned:
    means = means_of(world, holdings.customer)
    wish = read_replan(world, body, holdings, row)
    attachment = decide(wish, holdings, means, now=world.now())
    lines = attach_lines(attachment, holdings, means)
    check_replanned(attachment, holdings.plan_of(row), lines)
    intent = NO_CHANGE if REPLANS.isdisjoint(body) else UPDATE_PLAN
    return Replanned(row, attachment, lines, intent)


def _prorates(body: Body) -> bool:
    return body.get("proration_behavior") != "none" and not body.get("no_billing_changes")


def _check(body: Body, row: Subscription, holdings: Holdings) -> None:
    """What is refused before anything is computed."""
    check_updated_here(row, holdings)
    if row.status == SCHEDULED and "cancel_action" not in body:
        raise UpdateOfScheduled(name=holdings.plan_of(row).name)
    asked = [each["feature_id"] for each in body.get("feature_quantities") or ()]
    if is_topup(holdings.plan_of(row), asked) and not _NOT_WITH_TOPUPS.isdisjoint(body):
        raise TopupWithOtherChanges
    if "billing_cycle_anchor" in body and "cancel_action" in body:
        raise AnchorWithCancel
    if "billing_cycle_anchor" in body and asked:
        raise AnchorWithQuantities


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
