"""Turning a decided attach into writes: rows, invoice, charge.

Invariant: a charge that fails leaves every plan as it was and an open invoice behind.
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from autumn_mock.domain.billing.attaching import Attachment
from autumn_mock.domain.billing.attaching_together import begun_before
from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.invoice_lines import Line, comes_to_something, of_row
from autumn_mock.domain.billing.replanning import going_on, postponed
from autumn_mock.domain.billing.subscriptions import start_plan
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
from autumn_mock.operations.billing.making_room import carried, close_billing, make_room, seats_to_take_over
from autumn_mock.operations.billing.moving import move_billing
from autumn_mock.operations.billing.renewals.renewal import refresh_periods
from autumn_mock.operations.billing.rows import (
    put_plan,
    put_scheduled,
    standing,
)
from autumn_mock.operations.licenses.seats import take_over
from autumn_mock.stripe.customers import ensure_stripe_customer
from autumn_mock.stripe.subscriptions import begin_subscription
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
    was_there: bool = False
    """It began before it was paid, and is only billed now."""


def carry_out(
    world: World, holdings: Holdings, decided: Attachment, lines: list[Line], *, paid_before: bool = False
) -> Done:
    """Write a decided attach. `paid_before`: its open invoice was paid, so nothing is charged."""
    return carry_out_all(world, holdings, [(decided, lines)], paid_before=paid_before)


def carry_out_all(
    world: World,
    holdings: Holdings,
    steps: Sequence[Step],
    *,
    paid_before: bool = False,
    begun: Sequence[Subscription] = (),
) -> Done:
    """Write attaches that were decided together: on one new Stripe subscription, by one invoice. What has
    `begun` before is only billed."""
    customer = holdings.customer
    if any(decided.wish.bills for decided, _ in steps):
        customer = ensure_stripe_customer(world.store, world.ids, customer, now=world.now())
    billed_by = _billing(world, customer, [decided for decided, _ in steps])
    there = begun_before([decided for decided, _ in steps], begun)
    starting = [_begin(world, customer, step, billed_by, was) for step, was in zip(steps, there, strict=True)]
    rows = tuple(each.row for each in starting)

    payment = None if paid_before else _settle(world, customer, starting)
    at_once = steps[0][0].wish.enables_at_once
    if payment is not None and not payment.outcome.paid and not at_once:
        if billed_by is not None:
            world.store.stripe_subscriptions.delete(billed_by.id)
        return Done(rows, payment)
    for each in starting:
        _write(world, replace(holdings, customer=customer), each)
    for decided, _ in steps:
        close_billing(world, decided)
    give_with(world, customer, steps, [row.stripe_subscription_id for row in rows])
    return Done(rows, payment)


def _begin(
    world: World,
    customer: Customer,
    step: Step,
    billed_by: StripeSubscription | None,
    was: Subscription | None,
) -> _Begun:
    decided, lines = step
    made = billed_by if decided.begins_billing else None
    joined = made.id if made is not None else decided.start.stripe_subscription_id
    if was is not None:
        begins, ends = decided.start.period or (None, None)
        linked = was.but(
            stripe_subscription_id=joined,
            billing_cycle_anchor=made.anchor if made is not None else decided.start.anchor,
            current_period_start=begins,
            current_period_end=ends,
        )
        return _Begun(decided, lines, linked, [], was_there=True)
    start = replace(decided.start, customer=customer, stripe_subscription_id=joined)
    row, fresh = start_plan(decided.wish.plan, world.store.features.records, start, world.make_id)
    if decided.current is not None:
        row = row.but(imported=decided.current.imported)
    row = going_on(row, decided)
    if not decided.immediate:
        row = row.but(brings=decided.wish.discounts)
    return _Begun(decided, lines, row, fresh)


def _write(world: World, holdings: Holdings, begun: _Begun) -> None:
    decided, wish = begun.decided, begun.decided.wish
    if begun.was_there:
        world.store.subscriptions.put(standing(world, begun.row))
    else:
        _put(world, holdings, begun)
    move_billing(world, decided)
    follower = postponed(decided, holdings)
    if follower is not None:
        world.store.subscriptions.put(follower)
    if decided.joins is None:
        return
    if decided.trial.ends_at is not None and wish.bills and not wish.reverts:
        note_trial(world, holdings.customer, decided.joins)
    if decided.immediate and wish.bills:
        refresh_periods(world, decided.joins.id, at=decided.now)


def _put(world: World, holdings: Holdings, begun: _Begun) -> None:
    decided = begun.decided
    seats = seats_to_take_over(world, decided)
    make_room(world, decided)
    if decided.immediate:
        put_plan(world, holdings.customer, begun.row, carried(world, holdings, decided, begun.fresh))
        take_over(world, holdings, seats, begun.row, decided.carry)
    else:
        put_scheduled(world, begun.row, decided.joins)


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
