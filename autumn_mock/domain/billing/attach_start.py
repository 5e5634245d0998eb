"""How the row of an attached plan begins: its anchor, its period, its quantities (reference: attach).

Invariant: a row that joins a Stripe subscription shares its cycles, one that begins anew has its own.
"""

from typing import Any

import msgspec

from autumn_mock.domain.billing.attach_trials import TrialChoice
from autumn_mock.domain.billing.cycles import cycle_at, first_period, running_period, whole_second
from autumn_mock.domain.billing.plan_changes import row_anchor, shared_subscription
from autumn_mock.domain.billing.quantities import units_bought
from autumn_mock.domain.billing.subscriptions import ACTIVE, SCHEDULED, Start
from autumn_mock.domain.billing.wishes import NOW, Wish
from autumn_mock.domain.catalog.plans import is_free
from autumn_mock.domain.catalog.pricing import is_paid_recurring, longest_interval
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import JsonObject, StripeSubscription, Subscription


class Starting(msgspec.Struct, frozen=True):
    """Everything that was decided before, for `start`."""

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
            stripe_subscription_id=self._billed_by(),
            period=self._period(),
            unbilled=not wish.bills and (wish.replaces_row is None or wish.replaces_row.unbilled),
            custom=wish.custom,
            controls=self._own_controls(),
            created_at=None if self.immediate else self.now,
            seen_at=None if self.wish.starts_at is None else self.now,
            **{"expires_at": wish.ends_at} | self._going_on(),
        )

    def _billed_by(self) -> str | None:
        """What changes without anything being done at the payment provider is billed as it was."""
        if not self.wish.bills:
            row = self.wish.replaces_row
            return None if row is None else row.stripe_subscription_id
        return self.joins.id if self.joins else None

    def _going_on(self) -> dict[str, Any]:
        """What an updated row keeps."""
        row = self.wish.replaces_row
        if row is None:
            return {}
        return {
            "row_id": row.id if self.wish.in_place else None,
            "started_at": row.started_at,
            "canceled_at": row.canceled_at,
            "expires_at": self._end(row),
            "quantity": row.quantity,
        }

    def _end(self, row: Subscription) -> int | None:
        """One that is cancelled still ends with its cycle where that begins anew."""
        moves = self.trial.fresh or self.trial.ends_running or self.wish.anchor is not None
        interval = longest_interval(self.wish.plan)
        if row.canceled_at is None or row.expires_at is None or self.joins is None or not moves:
            return row.expires_at
        if self.trial.ends_at is not None or interval is None:
            return self.trial.ends_at or row.expires_at
        return cycle_at(self._anchor(), *interval, at=self.at)[1]

    def _own_controls(self) -> JsonObject | None:
        own, plan = self.wish.plan.billing_controls, self.holdings.plans[self.wish.plan.internal_id]
        return None if own == plan.billing_controls else own

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
        if not is_free(self.wish.plan):
            return None
        return row_anchor(self.current) if self.current else self._anchor_beside()

    def _anchor_beside(self) -> int | None:
        """A free plan beside paid ones is counted from their anchor, in whole seconds."""
        shared = shared_subscription(self.holdings, None, self.wish.entity)
        for row in self.holdings.subscriptions:
            if shared is not None and row.stripe_subscription_id == shared:
                return whole_second(row.billing_cycle_anchor or row.started_at)
        return None

    def _period(self) -> tuple[int, int] | None:
        """The billing period that the row shows, in whole seconds."""
        plan, second = self.wish.plan, whole_second(self.now)
        if not self.wish.bills:
            return _shown_period(self.wish.replaces_row)
        if not is_paid_recurring(plan):
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
