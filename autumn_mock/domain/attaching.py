"""Deciding an attach: which plans give way, when the new one begins, what it charges (reference: attach).

Invariant: deciding changes nothing; a preview and an attach at the same instant decide the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from autumn_mock.domain.cycles import first_period, running_period, whole_second
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.invoice_lines import Line, charges
from autumn_mock.domain.periods import add_interval
from autumn_mock.domain.plan_changes import (
    IF_REQUIRED,
    checkout_for,
    current_row,
    end_of_cycle,
    is_upgrade,
    scheduled_row,
    shared_subscription,
)
from autumn_mock.domain.pricing import bought_units, is_paid_recurring
from autumn_mock.domain.records import (
    Entity,
    FreeTrial,
    Plan,
    StripeSubscription,
    Subscription,
)
from autumn_mock.domain.subscriptions import ACTIVE, SCHEDULED, Start


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for."""

    plan: Plan
    entity: Entity | None = None
    custom: bool = False
    """The plan was customised for this customer."""
    trial: FreeTrial | None = None
    """The trial that the customer may have, if the plan begins with one at all."""
    quantities: Mapping[str, Decimal] = field(default_factory=dict)
    """By prepaid feature, the included amount counted."""
    redirect: str = IF_REQUIRED
    schedule: str | None = None
    subscription_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the customer can pay with, and what it is billed by already."""

    has_card: bool
    subscriptions: Mapping[str, StripeSubscription] = field(default_factory=dict)
    """Running Stripe subscriptions by id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A decided attach."""

    wish: Wish
    at: int
    """When the plan begins."""
    immediate: bool
    current: Subscription | None
    scheduled: Subscription | None
    paid_recurring: bool
    joins: StripeSubscription | None
    """The Stripe subscription that the plan is added to."""
    trial_ends_at: int | None
    checkout: str | None
    start: Start
    """How the plan begins."""
    lines: tuple[Line, ...] = ()
    """What is charged at once."""


def decide(wish: Wish, holdings: Holdings, means: Means, *, now: int) -> Attachment:
    """What attaching does."""
    plan, entity = wish.plan, wish.entity
    current = current_row(holdings, plan, entity)
    immediate, at = _timing(wish, current, holdings, now)
    paid = is_paid_recurring(plan)
    joins = None
    if paid:
        shared = shared_subscription(holdings, current, entity)
        joins = means.subscriptions.get(shared) if shared else None
    trial = wish.trial if immediate and joins is None else None
    ends = trial_end(trial, paid=paid, at=now) if trial else None
    start = _start(wish, holdings, at, immediate=immediate, joins=joins, trial_ends_at=ends)
    return Attachment(
        wish=wish,
        at=at,
        immediate=immediate,
        current=current,
        scheduled=scheduled_row(holdings, plan, entity),
        paid_recurring=paid,
        joins=joins,
        trial_ends_at=ends,
        start=start,
        lines=tuple(charges(plan, holdings.features, start)) if immediate else (),
        checkout=checkout_for(
            plan,
            redirect=wish.redirect,
            has_card=means.has_card,
            has_subscription=joins is not None,
            card_free_trial=trial is not None and not trial.card_required,
        ),
    )


def _start(
    wish: Wish,
    holdings: Holdings,
    at: int,
    *,
    immediate: bool,
    joins: StripeSubscription | None,
    trial_ends_at: int | None,
) -> Start:
    paid = is_paid_recurring(wish.plan)
    anchor = joins.anchor if joins else trial_ends_at if paid else None
    return Start(
        customer=holdings.customer,
        entity=wish.entity,
        entities=holdings.entities,
        at=at,
        anchor=anchor,
        trial_ends_at=trial_ends_at,
        feature_quantities=bought_units(wish.plan, wish.quantities),
        subscription_id=wish.subscription_id,
        status=ACTIVE if immediate else SCHEDULED,
        stripe_subscription_id=joins.id if joins else None,
        period=_period(wish.plan, joins, trial_ends_at, at) if paid and immediate else None,
        custom=wish.custom,
    )


def _period(
    plan: Plan, joins: StripeSubscription | None, trial_ends_at: int | None, at: int
) -> tuple[int, int] | None:
    """The billing period that the plan shows, in whole seconds."""
    if trial_ends_at is not None:
        return whole_second(at), trial_ends_at
    if joins is None:
        return first_period(plan, whole_second(at), at=whole_second(at))
    return running_period(plan, joins.anchor, at=at)


def _timing(wish: Wish, current: Subscription | None, holdings: Holdings, now: int) -> tuple[bool, int]:
    """Whether the plan begins at once, and when it begins."""
    if current is None:
        return True, now
    running = holdings.plan_of(current)
    at_once = is_upgrade(running, wish.plan) if wish.schedule is None else wish.schedule == "immediate"
    ends = None if at_once else end_of_cycle(current, running, now=now)
    return (True, now) if ends is None else (False, ends)


def trial_end(trial: FreeTrial, *, paid: bool, at: int) -> int:
    """When a trial that begins at `at` ends; a paid plan's in a whole second."""
    ends = add_interval(at, trial.duration_type, trial.duration_length)
    return whole_second(ends) if paid else ends
