"""Turning a decided attach into writes: rows, invoice, charge.

Invariant: a charge that fails leaves every plan as it was and an open invoice behind.
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from autumn_mock.domain.billing import carry_over
from autumn_mock.domain.billing.attaching import Attachment
from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.invoice_lines import Line, comes_to_something, of_row
from autumn_mock.domain.billing.subscriptions import start_plan
from autumn_mock.domain.billing.turns import PAUSED
from autumn_mock.domain.catalog.pricing import in_minor_units, plan_prices
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import (
    Balance,
    Customer,
    Plan,
    StripeSubscription,
    Subscription,
)
from autumn_mock.operations.billing.discounts import give_with
from autumn_mock.operations.billing.invoicing import (
    Payment,
    draft_invoice,
    note_trial,
    send_invoice,
    settle_invoice,
)
from autumn_mock.operations.billing.moving import move_billing, postpone_follower
from autumn_mock.operations.billing.renewals.renewal import refresh_periods
from autumn_mock.operations.billing.rows import delete_plan, end_plan, put_plan, put_scheduled, seats_under
from autumn_mock.operations.licenses.seats import take_over
from autumn_mock.stripe.customers import ensure_stripe_customer
from autumn_mock.stripe.subscriptions import begin_subscription, close_subscription
from autumn_mock.world import World

Step = tuple[Attachment, list[Line]]
"""A decided attach and its lines."""


class Done(msgspec.Struct, frozen=True):
    """The rows that began (or would have), and the invoice with how its payment went."""

    rows: tuple[Subscription, ...]
    payment: Payment | None

    @property
    def row(self) -> Subscription:
        return self.rows[0]


class _Begun(msgspec.Struct, frozen=True):
    """A step with its row and balances, not yet written."""

    decided: Attachment
    lines: list[Line]
    row: Subscription
    fresh: list[Balance]


def carry_out(
    world: World, holdings: Holdings, decided: Attachment, lines: list[Line], *, paid_before: bool = False
) -> Done:
    """Write a decided attach. `paid_before`: its open invoice was paid, so nothing is charged."""
    return carry_out_all(world, holdings, [(decided, lines)], paid_before=paid_before)


def carry_out_all(
    world: World, holdings: Holdings, steps: Sequence[Step], *, paid_before: bool = False
) -> Done:
    """Write attaches that were decided together: on one new Stripe subscription, by one invoice."""
    customer = holdings.customer
    if any(decided.wish.bills for decided, _ in steps):
        customer = ensure_stripe_customer(world.store, world.ids, customer, now=world.now())
    billed_by = _billing(world, customer, [decided for decided, _ in steps])
    begun = [_begin(world, customer, step, billed_by) for step in steps]
    rows = tuple(each.row for each in begun)

    payment = None if paid_before else _settle(world, customer, begun)
    at_once = steps[0][0].wish.enables_at_once
    if payment is not None and not payment.outcome.paid and not at_once:
        if billed_by is not None:
            world.store.stripe_subscriptions.delete(billed_by.id)
        return Done(rows, payment)
    for each in begun:
        _write(world, replace(holdings, customer=customer), each)
    for decided, _ in steps:
        _close_billing(world, decided)
    give_with(world, customer, steps, [row.stripe_subscription_id for row in rows])
    return Done(rows, payment)


def _begin(world: World, customer: Customer, step: Step, billed_by: StripeSubscription | None) -> _Begun:
    decided, lines = step
    joined = billed_by.id if billed_by and decided.begins_billing else decided.start.stripe_subscription_id
    start = replace(decided.start, customer=customer, stripe_subscription_id=joined)
    row, fresh = start_plan(decided.wish.plan, world.store.features.records, start, world.make_id)
    if not decided.immediate:
        row = row.but(brings=decided.wish.discounts)
    return _Begun(decided, lines, row, fresh)


def _write(world: World, holdings: Holdings, begun: _Begun) -> None:
    decided, wish = begun.decided, begun.decided.wish
    seats = _seats_to_take_over(world, decided)
    _make_room(world, decided)
    if decided.immediate:
        put_plan(world, holdings.customer, begun.row, _carried(world, holdings, decided, begun.fresh))
        take_over(world, holdings, seats, begun.row)
    else:
        put_scheduled(world, begun.row, decided.joins)
    move_billing(world, decided)
    postpone_follower(world, holdings, decided, begun.row)
    if decided.joins is None:
        return
    if decided.trial.ends_at is not None and not wish.reverts:
        note_trial(world, holdings.customer, decided.joins)
    if decided.immediate and wish.bills:
        refresh_periods(world, decided.joins.id, at=decided.now)


def begin_unpaid(world: World, holdings: Holdings, decided: Attachment) -> str:
    """Start the plan before its hosted page is paid, billed by nothing yet. Answers the row's id."""
    customer = ensure_stripe_customer(world.store, world.ids, holdings.customer, now=world.now())
    start = replace(decided.start, customer=customer, period=None)
    row, fresh = start_plan(decided.wish.plan, world.store.features.records, start, world.make_id)
    _make_room(world, decided)
    put_plan(world, customer, row, _carried(world, holdings, decided, fresh))
    _close_billing(world, decided)
    return row.id


def bill_begun(
    world: World, holdings: Holdings, decided: Attachment, lines: list[Line], row: Subscription
) -> None:
    """Bill a plan that began before its hosted page was paid."""
    customer = holdings.customer
    billed_by = _billing(world, customer, [decided])
    period = decided.start.period
    linked = row.but(
        stripe_subscription_id=billed_by.id if billed_by else None,
        current_period_start=period[0] if period else None,
        current_period_end=period[1] if period else None,
    )
    _settle(world, customer, [_Begun(decided, lines, linked, [])])
    give_with(world, customer, [(decided, lines)], [linked.stripe_subscription_id])
    world.store.subscriptions.put(linked)


def _billing(world: World, customer: Customer, decided: Sequence[Attachment]) -> StripeSubscription | None:
    """The Stripe subscription that is made for plans that have none to join."""
    first = next((each for each in decided if each.begins_billing), None)
    if first is None:
        return None
    ends = first.trial.ends_at
    return begin_subscription(
        world.store,
        world.ids,
        customer,
        trial_ends_at=None if ends is None else whole_second(ends),
        now=first.billed_at,
        anchor=first.billing_anchor,
    )


def _settle(world: World, customer: Customer, begun: Sequence[_Begun]) -> Payment | None:
    """Invoice the lines and charge them; no invoice where there is nothing to tell of."""
    billed = [each for each in begun if each.decided.wish.bills]
    told = [line for each in billed for line in _told(each) if comes_to_something(line)]
    starts_billing = [each.decided for each in billed if each.decided.begins_billing]
    if not told and not any(bills_in_advance(decided.wish.plan) for decided in starts_billing):
        return None
    joins = any(each.decided.joins is not None for each in billed)
    if sum((in_minor_units(line.amount) for line in told), ZERO) == ZERO and not joins and not starts_billing:
        return None
    first = begun[0]
    invoice = draft_invoice(
        world,
        customer,
        told,
        plan_ids=[each.decided.wish.plan.id for each in billed] + _moved_along(world, billed, told),
        entity=first.row.entity,
        billed_by=first.row.stripe_subscription_id,
    )
    wish = first.decided.wish
    if not wish.by_invoice:
        return settle_invoice(world, customer, invoice)
    return send_invoice(world, customer, invoice, wish.terms, finalizes=wish.finalizes)


def _moved_along(world: World, begun: Sequence[_Begun], told: Sequence[Line]) -> list[str]:
    """The plans that go on and are on the invoice because their cycle begins anew too."""
    own = {each.row.id for each in begun} | {row.id for each in begun for row in each.decided.ending}
    rows = [world.store.subscriptions.get(line.row or "") for line in told if line.row not in own]
    return [row.plan_id for row in rows if row is not None]


def _told(begun: _Begun) -> list[Line]:
    return of_row(begun.lines, begun.row.id, own_words=begun.decided.joins is not None)


def bills_in_advance(plan: Plan) -> bool:
    """Whether its provider subscription begins with an invoice."""
    return any(price.recurring and not price.usage_based for price in plan_prices(plan))


def _carried(world: World, holdings: Holdings, decided: Attachment, fresh: list[Balance]) -> list[Balance]:
    """The new rows with what they take over, and loose ones for what is left of the old plan."""
    before = decided.hands_over
    if before is None or decided.wish.reverts:
        return fresh
    old = [row for row in holdings.rows if row.subscription == before.id]
    carry, features = decided.carry, holdings.features
    if decided.wish.in_place:
        anew = decided.wish.anchor is not None
        return carry_over.kept(fresh, old, features, carry, anew=anew)
    rows = carry_over.carried(fresh, old, features, carry)
    return rows + carry_over.leftovers(old, features, carry, world.make_id, now=decided.now)


def _seats_to_take_over(world: World, decided: Attachment) -> list[Subscription]:
    if decided.current is None or decided.current not in decided.ending:
        return []
    return seats_under(world, decided.current)


def _close_billing(world: World, decided: Attachment) -> None:
    """Let Stripe subscriptions end that bill nothing any more, now that everything new is written."""
    for row in decided.ending:
        close_subscription(world.store, row)


def _make_room(world: World, decided: Attachment) -> None:
    """End the rows that the plan replaces, drop the one that was to come."""
    if decided.scheduled is not None:
        delete_plan(world, decided.scheduled)
    for row in decided.ending:
        end_plan(world, row, at=decided.now, keeps_seats=row is decided.current)
    if decided.current is not None and decided.wish.reverts:
        world.store.subscriptions.put(decided.current.but(status=PAUSED))
    elif not decided.immediate:
        for row in decided.giving_way:
            world.store.subscriptions.put(row.but(canceled_at=decided.now, expires_at=decided.at))
