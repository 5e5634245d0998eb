"""Plans that another payment processor bills (reference: billing.attach, check 7; billing.update).

Invariant: what an app store sells is neither replaced nor changed from here.
"""

from autumn_mock.domain.billing.subscriptions import COUNTING
from autumn_mock.domain.catalog.plans import is_one_off
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Plan, Subscription
from autumn_mock.errors.billing import CurrentPlanManagedElsewhere
from autumn_mock.errors.billing_update import ManagedElsewhere

STRIPE, REVENUECAT = "stripe", "revenuecat"
_NAMES = {REVENUECAT: "RevenueCat"}


def check_attached_beside(plan: Plan, holdings: Holdings) -> None:
    """A recurring plan is not attached to a customer who has one elsewhere. Raises
    CurrentPlanManagedElsewhere."""
    if is_one_off(plan):
        return
    for row in holdings.subscriptions:
        running = holdings.plan_of(row)
        if row.status in COUNTING and row.processor != STRIPE and not is_one_off(running):
            raise CurrentPlanManagedElsewhere(name=running.name, processor=_name(row))


def check_updated_here(row: Subscription, holdings: Holdings) -> None:
    """Raises ManagedElsewhere."""
    if row.processor != STRIPE:
        raise ManagedElsewhere(name=holdings.plan_of(row).name, processor=_name(row))


def _name(row: Subscription) -> str:
    return _NAMES.get(row.processor, row.processor)
