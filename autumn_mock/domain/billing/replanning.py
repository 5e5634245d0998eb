"""Changing what a running plan costs and holds for one customer (reference: billing.update, update plan).

Invariant: the plan goes on as the same one: begun when it was, its usage kept.
"""

import msgspec

from autumn_mock.domain.billing.attach_trials import TrialWish
from autumn_mock.domain.catalog.plan_differences import items_differ, price_differs
from autumn_mock.domain.catalog.plans import is_one_off
from autumn_mock.domain.records import Plan
from autumn_mock.errors.billing_update import (
    OneOffToRecurring,
    PriceOfOneOff,
    RecurringToOneOff,
    SameConfiguration,
    TrialOfOneOff,
)


class Replan(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for: the plan as it shall be."""

    before: Plan
    after: Plan
    trial: TrialWish
    in_place: bool = False
    """Only its price changes, or items are added: the row stays the one that it is."""

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


def _differ(before: Plan, after: Plan) -> bool:
    return (
        price_differs(before.price, after.price)
        or items_differ(before.items, after.items)
        or before.billing_controls != after.billing_controls
        or before.seats != after.seats
    )
