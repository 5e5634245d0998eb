"""What a spend limit comes to, in overage units of its feature.

Invariant: a percentage is one of what main, recurring plans grant; without such a grant it limits
nothing.
"""

from decimal import Decimal

from autumn_mock.domain.billing.subscriptions import COUNTING
from autumn_mock.domain.catalog.plans import is_one_off
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import ZERO, decimal
from autumn_mock.domain.records import Balance, JsonObject

USAGE_PERCENTAGE = "usage_percentage"


def overage_units(limit: JsonObject, holdings: Holdings) -> Decimal | None:
    """The overage units that a spend limit allows in all; None when it limits nothing."""
    given = limit.get("overage_limit")
    if given is None:
        return None
    if limit.get("limit_type") != USAGE_PERCENTAGE:
        return decimal(given)
    allowance = _allowance(holdings, limit["feature_id"])
    return decimal(given) * allowance / 100 if allowance > 0 else None


def _allowance(holdings: Holdings, feature_id: str) -> Decimal:
    """What main, recurring plans grant of a feature to the customer, or to the entity that looks."""
    recurring = {
        subscription.id
        for subscription in holdings.subscriptions
        if subscription.status in COUNTING and not is_one_off(holdings.plan_of(subscription))
    }
    return sum(
        (
            _granted(row, holdings)
            for row in holdings.rows
            if row.feature_id == feature_id
            and row.subscription in recurring
            and not row.add_on
            and _is_seen(row, holdings)
        ),
        ZERO,
    )


def _is_seen(row: Balance, holdings: Holdings) -> bool:
    return row.entity is None or (holdings.entity is not None and row.entity == holdings.entity.internal_id)


def _granted(row: Balance, holdings: Holdings) -> Decimal:
    full = row.included * row.quantity + row.prepaid
    if row.entity_feature_id is None:
        return full + row.adjustment
    shares = row.entities
    if holdings.entity is not None:
        own = shares.get(holdings.entity.internal_id)
        return ZERO if own is None else full + own.adjustment
    return sum((full + share.adjustment for share in shares.values()), ZERO)
