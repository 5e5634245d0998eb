"""Deciding an attach: which plans give way, when the new one begins, what it charges (reference: attach).

Invariant: deciding changes nothing; a preview and an attach at the same instant decide the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from autumn_mock.domain.attach_trials import NO_WISH, TrialChoice, TrialWish, choose_trial
from autumn_mock.domain.carry_over import NOTHING, Carry
from autumn_mock.domain.cycles import first_period, running_period, whole_second
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.invoice_lines import Line
from autumn_mock.domain.plan_changes import (
    IF_REQUIRED,
    checkout_for,
    current_row,
    end_of_cycle,
    row_anchor,
    scheduled_row,
    shared_subscription,
)
from autumn_mock.domain.plan_order import is_upgrade
from autumn_mock.domain.plans import is_free
from autumn_mock.domain.pricing import is_paid_recurring
from autumn_mock.domain.quantities import units_bought
from autumn_mock.domain.records import Entity, Invoice, Plan, StripeSubscription, Subscription
from autumn_mock.domain.subscriptions import ACTIVE, SCHEDULED, Start

NOW = "now"
IMMEDIATE, END_OF_CYCLE = "immediate", "end_of_cycle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for."""

    plan: Plan
    entity: Entity | None = None
    custom: bool = False
    """The plan was customised for this customer."""
    trial: TrialWish = NO_WISH
    quantities: Mapping[str, Decimal] = field(default_factory=dict)
    """By prepaid feature, the included amount counted."""
    redirect: str = IF_REQUIRED
    schedule: str | None = None
    subscription_id: str | None = None
    carry: Carry = NOTHING
    prorates: bool = True
    anchor: int | str | None = None
    """`"now"` begins the billing cycle anew."""
    starts_at: int | None = None
    ends_at: int | None = None
    own_lines: tuple[Line, ...] | None = None
    """Replace whatever would be charged."""
    removed: tuple[Subscription, ...] = ()
    """Plans that end in the same step."""
    own_subscription: bool | None = None
    """A Stripe subscription of its own rather than the one that is there."""
    bills: bool = True
    """False: nothing is done at the payment provider."""
    by_invoice: bool = False
    """An invoice is sent instead of a charge."""
    finalizes: bool = True
    """False: the invoice that is sent stays a draft."""
    enables_at_once: bool = False
    """The plan begins although the payment is open."""
    adjustable: bool = False
    """The payer may change a quantity on the hosted page."""
    reverts: bool = False
    """The plan that runs comes back when the trial ends."""
    replaces_row: Subscription | None = None
    """The row that gives way at once, whatever the plan: an update of it."""
    in_place: bool = False
    """That row stays the one that it is."""
    first_seen_at: int | None = None
    """When it was asked for, if a hosted page came between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the customer can pay with, what it is billed by, and what it was charged."""

    has_card: bool
    subscriptions: Mapping[str, StripeSubscription] = field(default_factory=dict)
    """Running Stripe subscriptions by id."""
    invoices: Sequence[Invoice] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A decided attach."""

    wish: Wish
    now: int
    at: int
    """When the plan begins."""
    immediate: bool
    current: Subscription | None
    scheduled: Subscription | None
    joins: StripeSubscription | None
    """The Stripe subscription that the plan is added to."""
    trial: TrialChoice
    start: Start
    """How the plan begins."""
    checkout: str | None

    @property
    def billed_at(self) -> int:
        """When a new Stripe subscription begins: now, or where the plan is dated back to."""
        return self.at if self.wish.starts_at is not None else self.now

    @property
    def billing_anchor(self) -> int | None:
        """Where the cycles of a new Stripe subscription are counted from, in whole seconds, if that
        is not its begin: the end of its trial, or an instant that is asked for."""
        at = self.trial.ends_at
        if at is None and isinstance(self.wish.anchor, int):
            at = self.wish.anchor
        return None if at is None else whole_second(at)

    @property
    def begins_billing(self) -> bool:
        """A Stripe subscription is made for it."""
        return self.immediate and self.joins is None and self.wish.bills and is_paid_recurring(self.wish.plan)

    @property
    def moves_anchor(self) -> bool:
        """The billing cycle of the subscription that it joins begins anew."""
        if self.joins is None or self.wish.reverts:
            return False
        return self.wish.anchor == NOW or self.trial.fresh or self.trial.ends_running

    @property
    def ending(self) -> tuple[Subscription, ...]:
        """Rows that end now."""
        replaced = self.immediate and not self.wish.reverts
        current = (self.current,) if self.current is not None and replaced else ()
        return current + self.wish.removed


def decide(wish: Wish, holdings: Holdings, means: Means, *, now: int) -> Attachment:
    """What attaching does."""
    plan = wish.plan
    current = wish.replaces_row or current_row(holdings, plan, wish.entity)
    immediate, at = _timing(wish, current, holdings, now)
    paid = is_paid_recurring(plan)
    joins = _joined(wish, current, holdings, means) if paid and wish.starts_at is None else None
    trial = choose_trial(wish.trial, current, joins, now=at) if immediate else TrialChoice()
    return Attachment(
        wish=wish,
        now=now,
        at=at,
        immediate=immediate,
        current=current,
        scheduled=None if wish.replaces_row else scheduled_row(holdings, plan, wish.entity),
        joins=joins,
        trial=trial,
        start=_Starting(wish, holdings, current, joins, trial, at, now, immediate).start(),
        checkout=_checkout(wish, means, joins, at > now and wish.starts_at is not None),
    )


def _timing(wish: Wish, current: Subscription | None, holdings: Holdings, now: int) -> tuple[bool, int]:
    """Whether the plan begins at once, and when it begins."""
    if wish.starts_at is not None:
        return wish.starts_at <= now, wish.starts_at
    begins = wish.first_seen_at or now
    if current is None:
        return True, begins
    running = holdings.plan_of(current)
    at_once = is_upgrade(running, wish.plan) if wish.schedule is None else wish.schedule == IMMEDIATE
    ends = None if at_once else end_of_cycle(current, running, now=now)
    return (True, begins) if ends is None else (False, ends)


def _joined(
    wish: Wish, current: Subscription | None, holdings: Holdings, means: Means
) -> StripeSubscription | None:
    """The Stripe subscription that a paid plan is added to."""
    replaces_paid = current is not None and current.stripe_subscription_id is not None
    if wish.own_subscription and not replaces_paid:
        return None
    shared = shared_subscription(holdings, current, wish.entity)
    return means.subscriptions.get(shared) if shared else None


def _checkout(wish: Wish, means: Means, joins: StripeSubscription | None, is_later: bool) -> str | None:
    if wish.by_invoice or is_later or not wish.bills:
        return None
    trial = wish.trial.given or (None if wish.trial.removed else wish.trial.available)
    return checkout_for(
        wish.plan,
        redirect=wish.redirect,
        has_card=means.has_card,
        has_subscription=joins is not None,
        card_free_trial=trial is not None and not trial.card_required,
    )


@dataclass(frozen=True, slots=True)
class _Starting:
    """How the new row begins, from everything that was decided before."""

    wish: Wish
    holdings: Holdings
    current: Subscription | None
    joins: StripeSubscription | None
    trial: TrialChoice
    at: int
    now: int
    immediate: bool

    def start(self) -> Start:
        wish = self.wish
        return Start(
            customer=self.holdings.customer,
            entity=wish.entity,
            entities=self.holdings.entities,
            at=self.at,
            anchor=self._anchor(),
            trial_ends_at=self.trial.ends_at,
            feature_quantities=units_bought(wish.plan, wish.quantities, self.current, self.holdings.rows),
            subscription_id=wish.subscription_id,
            status=ACTIVE if self.immediate else SCHEDULED,
            stripe_subscription_id=self.joins.id if self.joins and wish.bills else None,
            period=self._period(),
            custom=wish.custom,
            **{"expires_at": wish.ends_at} | self._going_on(),
        )

    def _going_on(self) -> dict[str, Any]:
        """What an updated row keeps."""
        row = self.wish.replaces_row
        if row is None:
            return {}
        return {
            "row_id": row.id if self.wish.in_place else None,
            "started_at": row.started_at,
            "canceled_at": row.canceled_at,
            "expires_at": row.expires_at,
            "quantity": row.quantity,
        }

    def _anchor(self) -> int | None:
        """Where its cycles are counted from; None from its own start."""
        if isinstance(self.wish.anchor, int):
            return self.wish.anchor
        if not self.immediate or self.wish.anchor == NOW or self.trial.ends_running:
            return None
        if self.trial.ends_at is not None and is_paid_recurring(self.wish.plan):
            return self.trial.ends_at
        if self.joins is not None:
            return row_anchor(self.current, self.joins.anchor) if self.current else self.joins.anchor
        stays_free = self.current is not None and is_free(self.wish.plan)
        return row_anchor(self.current) if self.current and stays_free else None

    def _period(self) -> tuple[int, int] | None:
        """The billing period that the row shows, in whole seconds."""
        plan, second = self.wish.plan, whole_second(self.now)
        if not is_paid_recurring(plan) or not self.wish.bills:
            return None
        if not self.immediate or self.wish.reverts:
            return _shown_period(self.current) if self.joins else None
        if isinstance(self.wish.anchor, int):
            within = running_period(plan, whole_second(self.wish.anchor), at=second)
            return within and (second, within[1])
        if self.trial.ends_at is not None:
            in_trial = self.joins is not None and self.joins.status == "trialing"
            begun = self.joins.period_start if self.joins and in_trial else second
            return begun or second, whole_second(self.trial.ends_at)
        if self.joins is None or self.wish.anchor == NOW or self.trial.ends_running:
            anchor = second if self.wish.starts_at is None else whole_second(self.at)
            return first_period(plan, anchor, at=second)
        return running_period(plan, self.joins.anchor, at=self.at)


def _shown_period(row: Subscription | None) -> tuple[int, int] | None:
    if row is None or row.current_period_start is None or row.current_period_end is None:
        return None
    return row.current_period_start, row.current_period_end
