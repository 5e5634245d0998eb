"""Rows as `balances.list` tells them: the item of the breakdown with its feature, status and rollovers.

Invariant: what a row grants, holds and used is told by the functions of the breakdown, so that the two
never disagree; a row that no one can see is not told.
"""

from collections.abc import Mapping

from autumn_mock.domain.balances.balance_amounts import amounts
from autumn_mock.domain.balances.breakdown import breakdown_item, rollover_objects, unlimited_item
from autumn_mock.domain.balances.sight import is_drained, is_for_entity
from autumn_mock.domain.billing.subscriptions import ACTIVE, COUNTING, EXPIRED
from autumn_mock.domain.catalog.features import BOOLEAN
from autumn_mock.domain.records import Balance, Entity, Feature, JsonObject, Subscription


def listed_status(
    row: Balance, plan: Subscription | None, features: Mapping[str, Feature], *, now: int
) -> str | None:
    """`active` or `expired`; None of a row that is not told: a source of a pool, a drained one, one of a
    plan that is neither running nor over, a seat that no entity holds. `plan` is the one it is of."""
    if row.pooled or row.feature_id not in features:
        return None
    if row.subscription is not None:
        if plan is None or plan.status == EXPIRED:
            return EXPIRED
        if plan.status not in COUNTING or (plan.parent is not None and row.entity is None):
            return None
    if row.expires_at is not None and row.expires_at <= now:
        return EXPIRED
    return None if is_drained(row, features) else ACTIVE


def is_of_entity(row: Balance, entity: Entity) -> bool:
    """It belongs to the entity, or has a share for it; what all entities share is the customer's."""
    shared = row.entity is None and row.entity_feature_id is None
    return not shared and is_for_entity(row, entity)


def listed_balance(
    row: Balance, feature: Feature, *, status: str, seen_by: Entity | None, now: int
) -> JsonObject:
    """`seen_by` is the entity whose share is told; without one, all shares together."""
    entity = None if seen_by is None else seen_by.internal_id
    return _item(row, feature, entity) | {
        "feature_id": feature.id,
        "status": status,
        "rollovers": rollover_objects(row, entity, now),
    }


def _item(row: Balance, feature: Feature, entity: str | None) -> JsonObject:
    """Each row stands for itself here, so an unlimited one keeps its own name and end."""
    if row.unlimited:
        own = {"id": row.external_id or row.id, "expires_at": row.expires_at}
        return unlimited_item(row.id, [row], entity) | own
    item = breakdown_item(row, feature, amounts(row, entity))
    return item | {"reset": None} if feature.type == BOOLEAN else item
