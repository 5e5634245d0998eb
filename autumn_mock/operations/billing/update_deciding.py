"""Deciding an update: which row is meant, and what the body does to it (reference: billing.update).

Invariant: deciding writes nothing, so that the preview and the update decide the same.
"""

import msgspec
from msgspec.structs import replace

from autumn_mock.domain.billing.attach_lines import attach_lines
from autumn_mock.domain.billing.attaching import Attachment, decide
from autumn_mock.domain.billing.cancelling import END_OF_CYCLE, IMMEDIATELY, UNCANCEL, Cancelling, uncanceled
from autumn_mock.domain.billing.invoice_lines import Line
from autumn_mock.domain.billing.plan_changes import ALWAYS
from autumn_mock.domain.billing.replan_checks import (
    check_charges_nothing,
    check_invoiced,
    check_replanned,
)
from autumn_mock.domain.billing.requantifying import QuantityChange, Requantified
from autumn_mock.domain.billing.row_choice import choose_row
from autumn_mock.domain.billing.subscriptions import SCHEDULED
from autumn_mock.domain.billing.update_checks import ANCHOR, CANCEL, REPLANS, check_is_not_over, check_update
from autumn_mock.domain.billing.update_preview import NO_CHANGE, UPDATE_PLAN, UPDATE_QUANTITY
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.invoices.terms import Sending
from autumn_mock.domain.licenses.seat_checks import check_holds_no_seat
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Discount, Subscription
from autumn_mock.errors.billing_update import (
    CancelNeedsNoPage,
    NothingBilled,
    NothingToConfirm,
)
from autumn_mock.operations.billing.cancel import decide_end
from autumn_mock.operations.billing.discounts import discounts_of, read_discounts
from autumn_mock.operations.billing.replan import read_replan
from autumn_mock.operations.billing.wishes import means_of
from autumn_mock.operations.invoices.templates import read_terms
from autumn_mock.operations.loading import find_customer, find_entity, load_holdings
from autumn_mock.operations.registry import Body
from autumn_mock.world import World

_CHANGES = REPLANS | {"feature_quantities"}
"""Fields that change a plan which may end in the same step."""


class Replanned(msgspec.Struct, frozen=True):
    """A row that goes on with another price, other items, another trial or another cycle."""

    row: Subscription
    attachment: Attachment
    lines: list[Line] = []
    intent: str = UPDATE_PLAN
    end: Cancelling | None = None
    """Its end, or that it has none any more, decided in the same step."""


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
    _check_named_row(world, body, holdings)
    row = choose_row(
        holdings,
        customer_product_id=body.get("customer_product_id"),
        subscription_id=body.get("subscription_id"),
        plan_id=body.get("plan_id"),
        quantities_of=[each["feature_id"] for each in body.get("feature_quantities") or ()],
    )
    return holdings, row


def _check_named_row(world: World, body: Body, holdings: Holdings) -> None:
    """A row that is over is not among the holdings, but may be named."""
    row = world.store.subscriptions.get(body.get("customer_product_id") or "")
    scope = holdings.entity.internal_id if holdings.entity else None
    if row is not None and (row.customer, row.entity) == (holdings.customer.internal_id, scope):
        check_is_not_over(row, world.store.plans.must(row.plan), body.get("cancel_action"))


def decide_update(world: World, body: Body, holdings: Holdings, row: Subscription) -> Decided:
    """What a body of update does to a row; None when only fields change that show nothing."""
    asked = {each["feature_id"] for each in body.get("feature_quantities") or ()}
    check_update(row, holdings, body.keys(), asked)
    decided = _decide(world, body, holdings, row)
    if body.get("redirect_mode") == ALWAYS:
        _check_page(body, decided)
    return decided


def _decide(world: World, body: Body, holdings: Holdings, row: Subscription) -> Decided:
    """A change is what is meant, where there is one; an end that is asked for comes with it."""
    action = body.get(CANCEL)
    if action is None:
        return _change(world, body, holdings, row)
    if row.status == SCHEDULED or _CHANGES.isdisjoint(body):
        return decide_end(world, action, row, holdings, gives_back=_prorates(body))
    going_on = uncanceled(row) if action == UNCANCEL else row
    changed = _changed(world, body, holdings, going_on)
    end = decide_end(world, action, row, holdings, gives_back=_prorates(body))
    if action == IMMEDIATELY:
        return replace(end, meant=intent_of(changed))
    if action == END_OF_CYCLE:
        changed = _changed(world, body, holdings, end.after or row)
        check_charges_nothing(changed.lines)
    return replace(changed, end=end)


def _change(world: World, body: Body, holdings: Holdings, row: Subscription) -> Decided:
    if not (_CHANGES | {ANCHOR}).isdisjoint(body):
        return _changed(world, body, holdings, row)
    if body.get("discounts"):
        return Discounting(row, given_discounts(world, body, holdings, row))
    return None


def _changed(world: World, body: Body, holdings: Holdings, row: Subscription) -> Replanned | Requantified:
    if (REPLANS | {ANCHOR}).isdisjoint(body):
        return _requantify(world, body, holdings, row)
    return _replan(world, body, holdings, row)


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
        bills=not body.get("no_billing_changes"),
    )
    decided = change.decide()
    if read_sending(world, body) is not None:
        check_invoiced(decided.lines)
    return replace(decided, gives=given)


def read_sending(world: World, body: Body) -> Sending | None:
    """How the invoice of an update is sent, if it is not charged."""
    asked = body.get("invoice_mode") or {}
    if not asked.get("enabled"):
        return None
    return Sending(read_terms(world, asked), asked.get("finalize", True))


def is_at_once(body: Body) -> bool:
    """Whether the change does not wait for its invoice to be paid."""
    asked = body.get("invoice_mode") or {}
    return bool(asked.get("enabled") and asked.get("enable_plan_immediately"))


def refund_asked(body: Body) -> str | None:
    """What goes back to the card: nothing where nothing changes at the payment provider."""
    return None if body.get("no_billing_changes") else body.get("refund_last_payment")


def given_discounts(world: World, body: Body, holdings: Holdings, row: Subscription) -> tuple[Discount, ...]:
    """The discounts that the body gives, none where nothing changes at the payment provider. Raises
    what refuses them."""
    wanted = body.get("discounts") or ()
    given = read_discounts(world, holdings.customer, wanted, [holdings.plan_of(row)])
    return () if body.get("no_billing_changes") else given


def end_of(decided: Decided) -> Cancelling | None:
    """The cancellation, or taking back of one, that is decided or comes with a change."""
    if isinstance(decided, Replanned | Requantified):
        return decided.end
    return decided if isinstance(decided, Cancelling) else None


def intent_of(decided: Decided) -> str:
    """What a preview says that is meant."""
    if isinstance(decided, Cancelling):
        return decided.meant or decided.intent
    if isinstance(decided, Requantified):
        return UPDATE_QUANTITY
    return decided.intent if isinstance(decided, Replanned) else NO_CHANGE


def _replan(world: World, body: Body, holdings: Holdings, row: Subscription) -> Replanned:
    means = means_of(world, holdings.customer)
    wish = read_replan(world, body, holdings, row)
    attachment = decide(wish, holdings, means, now=world.now())
    lines = attach_lines(attachment, holdings, means)
    check_replanned(attachment, holdings.plan_of(row), lines)
    if not wish.bills and row.stripe_subscription_id is not None and wish.anchor is not None:
        # What bills the plan keeps its cycle, and the plan follows that.
        attachment = decide(replace(wish, anchor=None), holdings, means, now=world.now())
    intent = NO_CHANGE if REPLANS.isdisjoint(body) else UPDATE_PLAN
    return Replanned(row, attachment, lines, intent)


def _prorates(body: Body) -> bool:
    return body.get("proration_behavior") != "none" and not body.get("no_billing_changes")


def _check_page(body: Body, decided: Decided) -> None:
    """What a person is asked to confirm must be a change that is billed. Raises what refuses it."""
    adjustable = any(each.get("adjustable") for each in body.get("feature_quantities") or ())
    if isinstance(decided, Requantified) and decided.after == decided.row and not adjustable:
        raise NothingToConfirm
    if CANCEL in body:
        raise CancelNeedsNoPage
    lines = () if decided is None else decided.lines
    if body.get("no_billing_changes") or (not lines and not adjustable):
        raise NothingBilled
