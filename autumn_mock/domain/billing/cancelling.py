"""Cancelling a plan and taking it back (reference: billing.update, cancelling).

Invariant: a plan that is cancelled at the end of its cycle gives nothing back; one that ends now gives
back what is left of what it was charged, and its use is not billed.
"""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from autumn_mock.domain.billing.credits import credits, ending
from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.invoice_lines import Line
from autumn_mock.domain.billing.other_processors import check_updated_here
from autumn_mock.domain.billing.plan_changes import (
    current_row,
    end_of_cycle,
    is_in_trial,
    paused_row,
    replaces,
    row_anchor,
    scheduled_row,
)
from autumn_mock.domain.billing.subscriptions import ACTIVE, COUNTING, SCHEDULED, Start
from autumn_mock.domain.billing.waiting_lines import waiting
from autumn_mock.domain.catalog.plans import has_prices, is_free, is_one_off
from autumn_mock.domain.catalog.pricing import is_paid_recurring
from autumn_mock.domain.customers.default_plans import default_plans
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Entity, Invoice, Plan, Subscription
from autumn_mock.errors.billing_update import FreeHasNoCycle, OneOffHasNoCycle, UncancelOfScheduled

IMMEDIATELY, END_OF_CYCLE, UNCANCEL = "cancel_immediately", "cancel_end_of_cycle", "uncancel"


class Cancelling(msgspec.Struct, frozen=True, kw_only=True):
    """A decided cancellation of a row, or its being taken back."""

    intent: str
    row: Subscription
    now: int
    after: Subscription | None
    """The row afterwards; None when it ends now or is forgotten."""
    lines: tuple[Line, ...] = ()
    forgets: tuple[Subscription, ...] = ()
    """Rows that were to come and do not."""
    restores: Subscription | None = None
    """A row that is not replaced after all, as it is then."""
    default: Plan | None = None
    """The free plan that takes over, at `default_at`."""
    default_at: int = 0
    meant: str | None = None
    """The intent of a change that came with it; what ends now is not changed any more."""

    def beside(self, changed: Subscription) -> "Cancelling":
        """The same for a row that was changed in the same step: its end is the row's own."""
        later = self.default_at if changed.expires_at is None else changed.expires_at
        return replace(self, row=changed, after=changed, default_at=later)


def once_done(holdings: Holdings, decided: Cancelling) -> Holdings:
    """The holdings as a cancellation leaves them; the plan that takes over is not among them yet."""
    gone = {row.id for row in decided.forgets}
    changed = {} if decided.restores is None else {decided.restores.id: decided.restores}
    if decided.after is None:
        gone |= {decided.row.id}
    else:
        changed[decided.after.id] = decided.after
    rows = [changed.get(row.id, row) for row in holdings.subscriptions if row.id not in gone]
    return replace(holdings, subscriptions=tuple(rows))


def decide_cancel(
    action: str,
    row: Subscription,
    holdings: Holdings,
    invoices: Iterable[Invoice],
    *,
    now: int,
    gives_back: bool,
) -> Cancelling:
    """What a `cancel_action` does. Raises ManagedElsewhere, FreeHasNoCycle, OneOffHasNoCycle,
    UncancelOfScheduled."""
    check_updated_here(row, holdings)
    plan = holdings.plan_of(row)
    if row.status == SCHEDULED:
        return _of_scheduled(action, row, plan, holdings, now)
    following = scheduled_row(holdings, plan, holdings.entity)
    forgets: tuple[Subscription, ...] = (following,) if following is not None else ()
    if action == UNCANCEL:
        gone = forgets if row.canceled_at is not None else ()
        return Cancelling(intent=action, row=row, now=now, after=uncanceled(row), forgets=gone)
    ends = now if action == IMMEDIATELY else _cycle_end(row, plan, now)
    ends_now = action == IMMEDIATELY
    paused = paused_row(holdings, plan, holdings.entity)
    forgets += _add_ons_to_come(plan, holdings) if ends_now and paused is None else ()
    return Cancelling(
        intent=action,
        row=row,
        now=now,
        after=None if ends_now else _ending(row, ends, now),
        lines=refundable(row, holdings, invoices, now=now) if ends_now and gives_back else (),
        forgets=forgets,
        restores=paused.but(status=ACTIVE) if paused is not None and ends_now else None,
        default=_default(plan, row, holdings) if paused is None else None,
        default_at=ends,
    )


def uncanceled(row: Subscription) -> Subscription:
    """A row whose cancellation is taken back. An end that it has from its beginning is none."""
    return row if row.canceled_at is None else row.but(canceled_at=None, expires_at=None)


def _not_followed(row: Subscription, follower: Subscription) -> Subscription:
    """A row whose follower does not come, and that has no end for its sake any more."""
    ends = row.expires_at
    if row.canceled_at is None and ends is not None and whole_second(ends) != whole_second(follower.started_at):
        return row
    return row.but(canceled_at=None, expires_at=None)


def _ending(row: Subscription, ends: int, now: int) -> Subscription:
    """It was cancelled when it was first; an end that comes earlier stays."""
    if row.canceled_at is None and row.expires_at is not None:
        ends = min(ends, row.expires_at)
    return row.but(canceled_at=now if row.canceled_at is None else row.canceled_at, expires_at=ends)


def _add_ons_to_come(plan: Plan, holdings: Holdings) -> tuple[Subscription, ...]:
    """Add-ons that were to begin beside a main plan that ends now, in its scope."""
    scope = holdings.entity.internal_id if holdings.entity else None
    if not replaces(plan):
        return ()
    return tuple(
        row
        for row in holdings.subscriptions
        if row.status == SCHEDULED and row.entity == scope and holdings.plan_of(row).add_on
    )


def _of_scheduled(action: str, row: Subscription, plan: Plan, holdings: Holdings, now: int) -> Cancelling:
    """A plan that is to come is forgotten, and the one that it would have replaced goes on."""
    if action == UNCANCEL:
        raise UncancelOfScheduled
    running = current_row(holdings, plan, holdings.entity)
    restored = running and _not_followed(running, row)
    return Cancelling(intent=action, row=row, now=now, after=None, forgets=(row,), restores=restored)


def _cycle_end(row: Subscription, plan: Plan, now: int) -> int:
    if is_one_off(plan):
        raise OneOffHasNoCycle
    ends = None if is_free(plan) else end_of_cycle(row, plan, now=now)
    if ends is None:
        raise FreeHasNoCycle
    return ends


def refundable(
    row: Subscription, holdings: Holdings, invoices: Iterable[Invoice], *, now: int
) -> tuple[Line, ...]:
    """What the unused time of a billed row is worth; nothing in a trial."""
    if row.stripe_subscription_id is None or is_in_trial(row, now=now):
        return ()
    plan = holdings.plan_of(row)
    start = standing(row, holdings, at=now)
    return (*waiting(row, ends_at=now), *credits(ending(row, plan, start, holdings.features, invoices)))


def standing(row: Subscription, holdings: Holdings, *, at: int) -> Start:
    """How a row stands at an instant, in the words in which plans are charged."""
    return Start(
        customer=holdings.customer,
        entity=entity_of(row, holdings),
        at=at,
        anchor=row_anchor(row),
        quantity=row.quantity,
        feature_quantities=row.feature_quantities,
    )


def entity_of(row: Subscription, holdings: Holdings) -> Entity | None:
    return next((entity for entity in holdings.entities if entity.internal_id == row.entity), None)


def _default(plan: Plan, row: Subscription, holdings: Holdings) -> Plan | None:
    """The free default plan of the group, for a main plan of the customer itself that is the last paid
    one."""
    if row.entity is not None or not replaces(plan) or _is_paid_beside(plan, row, holdings):
        return None
    free = [each for each in holdings.plans.values() if not has_prices(each) and each.id != plan.id]
    return next(iter(default_plans(free, {"default_group": plan.group})), None)


def _is_paid_beside(plan: Plan, row: Subscription, holdings: Holdings) -> bool:
    """Whether another paid main plan of the group goes on in the same scope."""
    for other in holdings.subscriptions:
        if other.id == row.id or other.entity != row.entity or other.status not in COUNTING:
            continue
        beside = holdings.plan_of(other)
        same_group = replaces(beside) and beside.group == plan.group
        if same_group and is_paid_recurring(beside) and other.expires_at is None:
            return True
    return False
