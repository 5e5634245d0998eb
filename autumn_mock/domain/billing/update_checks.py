"""What refuses an update before anything is computed (reference: billing.update, checks).

Invariant: only a plan that runs is changed; one that is to come is at most cancelled.
"""

from collections.abc import Set

from autumn_mock.domain.billing.cancelling import END_OF_CYCLE, UNCANCEL
from autumn_mock.domain.billing.other_processors import check_updated_here
from autumn_mock.domain.billing.requantifying import is_topup
from autumn_mock.domain.billing.subscriptions import EXPIRED, SCHEDULED
from autumn_mock.domain.catalog.plans import is_one_off
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Plan, StripeSubscription, Subscription
from autumn_mock.errors import billing_update as errors

CANCEL, ANCHOR = "cancel_action", "billing_cycle_anchor"
REPLANS = frozenset({"customize", "version", "license_quantities"})
"""Fields that change what the plan is."""
CANCELED = "canceled"
"""The status of a Stripe subscription that is over."""


def check_is_not_over(row: Subscription, plan: Plan, action: str | None) -> None:
    """Raises UncancelOfExpired, UpdateOfExpired."""
    if row.status != EXPIRED:
        return
    if action == UNCANCEL:
        raise errors.UncancelOfExpired
    raise errors.UpdateOfExpired(name=plan.name)


def check_update(row: Subscription, holdings: Holdings, given: Set[str], asked: Set[str]) -> None:
    """`given` are the fields of the update, `asked` the features whose quantities are given.

    Raises ManagedElsewhere, UpdateOfScheduled, TopupWithOtherChanges, TwoTopups,
    AnchorWithCancel, AnchorWithQuantities.
    """
    check_updated_here(row, holdings)
    plan = holdings.plan_of(row)
    if row.status == SCHEDULED and CANCEL not in given:
        raise errors.UpdateOfScheduled(name=plan.name)
    changes_more = not given.isdisjoint(REPLANS | {CANCEL, ANCHOR})
    if changes_more and asked:
        if is_topup(plan, asked):
            raise errors.TopupWithOtherChanges
        if is_one_off(plan):
            raise errors.TwoTopups
    if ANCHOR in given and CANCEL in given:
        raise errors.AnchorWithCancel
    if ANCHOR in given and asked:
        raise errors.AnchorWithQuantities


def check_still_billed(action: str, billed_by: StripeSubscription | None) -> None:
    """What is over at the payment provider neither ends later nor goes on. Raises EndedAlready,
    UncancelOfEnded."""
    if billed_by is None or billed_by.status != CANCELED:
        return
    if action == END_OF_CYCLE:
        raise errors.EndedAlready(subscription_id=billed_by.id)
    if action == UNCANCEL:
        raise errors.UncancelOfEnded(subscription_id=billed_by.id)
