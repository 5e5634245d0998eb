"""Which plan of a customer an update is about (reference: billing.update, which row).

Invariant: only plans of the asked scope that run or are to come are looked at.
"""

from collections.abc import Collection, Iterable, Mapping

from autumn_mock.domain.billing.subscriptions import COUNTING, SCHEDULED
from autumn_mock.domain.catalog.plans import is_one_off
from autumn_mock.domain.catalog.pricing import PREPAID, is_paid_recurring
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Plan, Subscription
from autumn_mock.errors.billing_update import (
    NoSubscriptionAtAll,
    NoSubscriptionOfId,
    NoSubscriptionOfPlan,
)


def named_on_invoices(rows: Iterable[Subscription], plans: Mapping[str, Plan]) -> list[str]:
    """The plan ids of rows that are billed together, as their invoices name them: main plans before
    add-ons, the newest first."""
    return [row.plan_id for row in sorted(rows, key=lambda row: (plans[row.plan].add_on, -row.created_at))]


def choose_row(
    holdings: Holdings,
    *,
    customer_product_id: str | None = None,
    subscription_id: str | None = None,
    plan_id: str | None = None,
    quantities_of: Collection[str] = (),
) -> Subscription:
    """By the row's own id (`customer_product_id`), else by the caller's or that same id, else by plan,
    else the best one.

    Raises NoSubscriptionOfId, NoSubscriptionOfPlan, NoSubscriptionAtAll.
    """
    scope = holdings.entity.internal_id if holdings.entity else None
    rows = [
        row
        for row in holdings.subscriptions
        if row.entity == scope and row.parent is None and (row.status in COUNTING or row.status == SCHEDULED)
    ]
    customer_id = holdings.customer.id or holdings.customer.internal_id
    if customer_product_id is not None:
        rows = [row for row in rows if row.id == customer_product_id]
        missing: Exception = NoSubscriptionAtAll(customer_id=customer_id)
    elif subscription_id is not None:
        rows = [row for row in rows if subscription_id in {row.subscription_id, row.id}]
        missing = NoSubscriptionOfId(subscription_id=subscription_id, customer_id=customer_id)
    elif plan_id is not None:
        rows = [row for row in rows if row.plan_id == plan_id]
        missing = NoSubscriptionOfPlan(plan_id=plan_id, customer_id=customer_id)
    else:
        missing = NoSubscriptionAtAll(customer_id=customer_id)
    fitting = [row for row in rows if _has_prepaid(holdings.plan_of(row), quantities_of)]
    best = sorted(fitting or rows, key=lambda row: (_rank(holdings.plan_of(row), row), -row.created_at))
    if not best:
        raise missing
    return best[0]


def _rank(plan: Plan, row: Subscription) -> tuple[bool, int]:
    """Main paid plans first, then main, add-on and one-off ones; what runs before what is to come."""
    if is_one_off(plan):
        kind = 3
    elif plan.add_on:
        kind = 2
    else:
        kind = 0 if is_paid_recurring(plan) else 1
    return row.status == SCHEDULED, kind


def _has_prepaid(plan: Plan, feature_ids: Collection[str]) -> bool:
    prepaid = {item.feature_id for item in plan.items if item.price and item.price.billing_method == PREPAID}
    return prepaid.issuperset(feature_ids)
