"""Deciding an attach: which plans give way, when the new one begins, what it charges (reference: attach).

Invariant: deciding changes nothing; a preview and an attach at the same instant decide the same.
"""

import msgspec

from autumn_mock.domain.billing.attach_start import Starting
from autumn_mock.domain.billing.attach_trials import TrialChoice, choose_trial
from autumn_mock.domain.billing.carry_over import Carry
from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.discounts import counting, starting
from autumn_mock.domain.billing.plan_changes import (
    checkout_for,
    current_row,
    end_of_cycle,
    paused_row,
    scheduled_row,
    shared_subscription,
)
from autumn_mock.domain.billing.subscriptions import COUNTING, Start
from autumn_mock.domain.billing.wishes import END_OF_CYCLE, IMMEDIATE, NOW, Means, Wish
from autumn_mock.domain.catalog.plan_order import is_upgrade
from autumn_mock.domain.catalog.plans import is_one_off
from autumn_mock.domain.catalog.pricing import is_paid_recurring
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Discount, StripeSubscription, Subscription


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A decided attach."""

    wish: Wish
    now: int
    at: int
    """When the plan begins."""
    immediate: bool
    current: Subscription | None
    scheduled: Subscription | None
    paused: Subscription | None = None
    """Waits for the trial that the current row is in: it will not come back."""
    joins: StripeSubscription | None
    """The Stripe subscription that the plan is added to."""
    trial: TrialChoice
    start: Start
    """How the plan begins."""
    checkout: str | None
    discounts: tuple[Discount, ...] = ()
    """What counts on its invoice and, as far as something of it is left, on those that follow."""

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
        return self.wish.anchor is not None or self.trial.fresh or self.trial.ends_running

    @property
    def settles(self) -> bool:
        """Money is settled between what was and what will be; else it all goes on with the next cycle."""
        wish = self.wish
        if not self.immediate or not wish.bills or wish.reverts:
            return False
        return wish.prorates or self.joins is None or wish.anchor == NOW

    @property
    def carry(self) -> Carry:
        """What is asked to be carried, and the usage that the plan itself keeps."""
        kept = {item.feature_id for item in self.wish.plan.items if item.keeps_usage}
        return self.wish.carry.with_usage_of(kept)

    @property
    def ending(self) -> tuple[Subscription, ...]:
        """Rows that end now."""
        if not self.immediate:
            return ()
        replaced = () if self.wish.reverts else (self.current, self.paused)
        return (*(row for row in replaced if row is not None), *self.wish.removed)

    @property
    def giving_way(self) -> tuple[Subscription, ...]:
        """Rows that end or pause when the plan begins."""
        return ((self.current,) if self.current is not None else ()) + self.wish.removed

    @property
    def hands_over(self) -> Subscription | None:
        """The row whose balances the plan may take over: the one that it replaces, else the one that
        is removed for it."""
        return self.current or next(iter(self.wish.removed), None)


def decide(
    wish: Wish, holdings: Holdings, means: Means, *, now: int, leads: Attachment | None = None
) -> Attachment:
    """What attaching does. `leads` is attached in the same step and decides the trial of what is billed
    with it, and so whether that is paid on a page."""
    plan = wish.plan
    current = wish.replaces_row or current_row(holdings, plan, wish.entity)
    immediate, at = _timing(wish, current, holdings, now)
    paid = is_paid_recurring(plan)
    joins = _joined(wish, current, holdings, means) if paid and wish.starts_at is None else None
    upgrades = current is not None and is_upgrade(holdings.plan_of(current), plan)
    trial = choose_trial(wish.trial, joins, upgrades=upgrades, now=at) if immediate else TrialChoice()
    trial = leads.trial if leads else trial
    checkout = (
        leads.checkout if leads else _checkout(wish, means, joins, at > now and wish.starts_at is not None)
    )
    return Attachment(
        wish=wish,
        now=now,
        at=at,
        immediate=immediate,
        current=current,
        scheduled=None if wish.replaces_row else scheduled_row(holdings, plan, wish.entity),
        paused=None if wish.replaces_row else paused_row(holdings, plan, wish.entity),
        joins=joins,
        trial=trial,
        start=Starting(wish, holdings, current, joins, trial, at, now, immediate).start(),
        checkout=checkout,
        discounts=_discounts(wish, means, joins, now if immediate else at),
    )


def _discounts(wish: Wish, means: Means, joins: StripeSubscription | None, at: int) -> tuple[Discount, ...]:
    """Those that are there, and those that are given with it, which begin with the plan."""
    given = [starting(each, at) for each in wish.discounts]
    return counting(joins.discounts if joins else (), means.discount, given, at=at)


def _timing(wish: Wish, current: Subscription | None, holdings: Holdings, now: int) -> tuple[bool, int]:
    """Whether the plan begins at once, and when it begins."""
    if wish.starts_at is not None:
        return wish.starts_at <= now, wish.starts_at
    begins = wish.first_seen_at or now
    if current is None:
        ends = _shared_end(wish, holdings) if wish.schedule == END_OF_CYCLE else None
        return (True, begins) if ends is None else (False, ends)
    running = holdings.plan_of(current)
    at_once = is_upgrade(running, wish.plan) if wish.schedule is None else wish.schedule == IMMEDIATE
    ends = None if at_once else end_of_cycle(current, running, now=now)
    return (True, begins) if ends is None else (False, ends)


def _shared_end(wish: Wish, holdings: Holdings) -> int | None:
    """The end of the period of what bills the customer already: what replaces nothing waits for that."""
    shared = None if is_one_off(wish.plan) else shared_subscription(holdings, None, wish.entity)
    ends = (
        row.current_period_end
        for row in holdings.subscriptions
        if row.stripe_subscription_id == shared and row.status in COUNTING
    )
    return None if shared is None else min((end for end in ends if end is not None), default=None)


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
