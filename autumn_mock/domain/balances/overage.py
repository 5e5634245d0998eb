"""Whether and how far a row may go below 0 (reference: may a row go below 0, pass 2).

Invariant: a control that forbids overage beats the item's price, and only `overflow` beats it; a spend
limit takes the place of the item's own limit.
"""

from collections.abc import Iterable
from decimal import Decimal

from autumn_mock.domain.balances.balance_amounts import amounts, usage_limit
from autumn_mock.domain.balances.balance_order import takes_overage
from autumn_mock.domain.balances.limits import Limits
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Balance, Feature

OVERFLOW, REJECT, CAP = "overflow", "reject", "cap"


def may_go_below(row: Balance, feature: Feature, behavior: str, limits: Limits, natively: bool) -> bool:
    """`natively`: some row of the feature goes below 0 by its own price, so no control needs to help."""
    if behavior == OVERFLOW or row.unlimited:
        return True
    control = limits.overage.get(row.feature_id)
    if control is False:
        return False
    if takes_overage(row):
        return True
    if row.price is None and not feature.consumable:
        return behavior != REJECT
    return control is True and not natively


def natively_below(rows: Iterable[Balance]) -> set[str]:
    """The features some row of which is paid per use."""
    return {row.feature_id for row in rows if takes_overage(row)}


def depth_of(row: Balance, behavior: str) -> Decimal | None:
    """How far below 0 a row may go by itself; None: without end."""
    if behavior == OVERFLOW:
        return None
    limit = usage_limit(row)
    return None if limit is None else max(ZERO, limit - row.included)


def overage_of(rows: Iterable[Balance], feature_id: str, entity: str | None) -> Decimal:
    """Units of a feature used beyond the grants."""
    return sum((amounts(row, entity).overage for row in rows if row.feature_id == feature_id), ZERO)
