"""Whether a check is allowed, and which feature it looks at (reference: decision of check).

Invariant: a check never adds up balances of different features, and the customer's own rows alone
decide for the customer, though those of its entities are shown.
"""

from decimal import Decimal

import msgspec

from autumn_mock.domain.balances.balance_order import takes_overage
from autumn_mock.domain.balances.balances import of_feature, totals
from autumn_mock.domain.balances.credit_systems import cost_in
from autumn_mock.domain.balances.limits import Limits
from autumn_mock.domain.balances.overage import overage_of
from autumn_mock.domain.balances.sight import Sight
from autumn_mock.domain.catalog.features import BOOLEAN
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Feature


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`required` is in units of `feature`, the one that the check looks at."""

    feature: Feature
    required: Decimal
    allowed: bool


def answer_check(
    sight: Sight, feature: Feature, systems: list[Feature], required: Decimal, limits: Limits
) -> Answer:
    """`sight` holds the rows of the feature and of its credit systems."""
    used = feature_looked_at(sight, feature, systems, required, limits)
    converted = required if used.id == feature.id else required * cost_in(used, feature.id)
    room = limits.headroom.get(feature.id)
    capped = used.id != feature.id and room is not None and room < required
    part = of_feature(sight, used.id)
    allowed = is_allowed(part, used, converted, limits, capped=capped)
    return Answer(feature=used, required=converted, allowed=allowed)


def feature_looked_at(
    sight: Sight, feature: Feature, systems: list[Feature], required: Decimal, limits: Limits
) -> Feature:
    """The feature itself if it suffices; else a credit system, compared before converting."""
    if not systems or is_allowed(of_feature(sight, feature.id), feature, required, limits):
        return feature
    owned = [system for system in systems if holds(sight, system.id)]
    for system in owned:
        if is_allowed(of_feature(sight, system.id), system, required, limits):
            return system
    if owned:
        return owned[0]
    return feature if holds(sight, feature.id) else systems[0]


def holds(sight: Sight, feature_id: str) -> bool:
    """Whether there is a balance of a feature to show."""
    return any(row.feature_id == feature_id for row in (*sight.rows, *sight.beneath))


def is_allowed(
    part: Sight, feature: Feature, required: Decimal, limits: Limits, *, capped: bool = False
) -> bool:
    """`part` holds the rows of this feature alone. `capped`: a usage limit of the feature that is paid
    for from this one is too small."""
    if not part.rows and (not part.beneath or feature.type == BOOLEAN):
        return False
    if feature.type == BOOLEAN or any(row.unlimited for row in part.rows) or required < 0:
        return True
    room = limits.headroom.get(feature.id)
    if capped or (room is not None and required > room):
        return False
    return _available(part, feature, limits, required)


def _available(part: Sight, feature: Feature, limits: Limits, required: Decimal) -> bool:
    remaining = totals(part).remaining
    if remaining >= required:
        return True
    control = limits.overage.get(feature.id)
    if control is False or not (control or any(takes_overage(row) for row in part.rows)):
        return False
    end = _overage_allowed(part, feature, limits)
    if end is None:
        return True
    overage = overage_of(part.rows, feature.id, part.entity)
    return remaining + max(ZERO, end - overage) >= required


def _overage_allowed(part: Sight, feature: Feature, limits: Limits) -> Decimal | None:
    """Units of overage in all; None without end."""
    spend = limits.spend.get(feature.id)
    if spend is not None:
        return spend
    sold = [row.price.max_purchase for row in part.rows if row.price and takes_overage(row)]
    if not sold or None in sold:
        return None
    return sum((each for each in sold if each is not None), ZERO)
