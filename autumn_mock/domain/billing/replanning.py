"""Changing what a running plan costs and holds for one customer (reference: billing.update, update plan).

Invariant: the plan goes on as the same one: begun when it was, its usage kept.
"""

from collections.abc import Collection

import msgspec

from autumn_mock.domain.billing.attach_trials import TrialWish
from autumn_mock.domain.billing.attaching import Attachment
from autumn_mock.domain.billing.customizing import PATCHES
from autumn_mock.domain.billing.plan_changes import scheduled_row
from autumn_mock.domain.catalog.plan_differences import items_differ, keep_ids, price_differs
from autumn_mock.domain.catalog.plans import is_one_off
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Plan, Subscription
from autumn_mock.errors.billing_update import (
    OneOffToRecurring,
    PriceOfOneOff,
    RecurringToOneOff,
    SameConfiguration,
    TrialOfOneOff,
)

_IN_PLACE = {"price", "billing_controls", "upsert_licenses", "remove_licenses", *PATCHES}
"""What of `customize` changes the row rather than putting another one in its place."""


def is_in_place(customized: Collection[str]) -> bool:
    """Whether a row that is customised in these fields stays the one that it is."""
    return _IN_PLACE.issuperset(customized)


def with_ids_of(before: Plan, after: Plan) -> Plan:
    """What stays the same keeps its ids, so that its charge is known again."""
    if after is before:
        return after
    price = after.price if price_differs(before.price, after.price) else before.price
    kept = after.but(price=price, items=keep_ids(after.items, before.items))
    return after if kept == after else kept


class Replan(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for: the plan as it shall be."""

    before: Plan
    after: Plan
    trial: TrialWish

    def check(self) -> None:
        """Raises SameConfiguration and what a one-off plan does not allow."""
        changes_trial = self.trial.given is not None or self.trial.removed
        before, after = self.before, self.after
        if is_one_off(before) != is_one_off(after):
            raise OneOffToRecurring if is_one_off(before) else RecurringToOneOff
        same_version = before.internal_id == after.internal_id
        if same_version and not changes_trial and not _differ(before, after):
            raise SameConfiguration
        if is_one_off(before) and changes_trial:
            raise TrialOfOneOff
        if is_one_off(before) and price_differs(before.price, after.price):
            raise PriceOfOneOff


def going_on(fresh: Subscription, decided: Attachment) -> Subscription:
    """A row that was begun for an update, with what an update does not touch: who bills it, what waits
    for its next cycle or invoice, and in the row's own place that it was in a trial once."""
    before, wish = decided.wish.replaces_row, decided.wish
    if before is None:
        return fresh
    waits = {
        feature_id: units
        for feature_id, units in before.next_quantities.items()
        if feature_id not in wish.quantities and feature_id in fresh.feature_quantities
    }
    kept = fresh.but(processor=before.processor, next_quantities=waits)
    if not decided.settles:
        kept = kept.but(waiting_lines=before.waiting_lines)
    if not wish.in_place:
        return kept
    if kept.trial_ends_at is None:
        kept = kept.but(trial_ends_at=before.trial_ends_at, trial_ended=True)
    return kept.but(created_at=before.created_at)


def postponed(decided: Attachment, holdings: Holdings) -> Subscription | None:
    """What follows an updated plan, waiting for the plan's end where that was moved to."""
    replaced, ends = decided.wish.replaces_row, decided.start.expires_at
    if replaced is None or ends is None or replaced.expires_at in (None, ends):
        return None
    following = scheduled_row(holdings, decided.wish.plan, decided.wish.entity)
    return following and following.but(started_at=ends, trial_ends_at=decided.trial.ends_at)


def _differ(before: Plan, after: Plan) -> bool:
    return (
        price_differs(before.price, after.price)
        or items_differ(before.items, after.items)
        or before.billing_controls != after.billing_controls
        or before.seats != after.seats
    )
