"""The order in which rows are drawn on, which is also the order of `breakdown` (reference: order of rows).

Invariant: the order is total and depends on the rows alone, so the same rows are always used up alike.
"""

from collections.abc import Callable

from autumn_mock.domain.periods import minutes_of
from autumn_mock.domain.records import Balance

Place = tuple[bool, bool, bool, bool, int, float, str, bool, bool, int]
_NEVER = float("inf")


def takes_overage(row: Balance) -> bool:
    """The item is paid per use, so it may go below 0."""
    return row.price is not None and row.price.billing_method == "usage_based"


def of_entities(row: Balance) -> bool:
    """A per-entity item, a plan on an entity, or a grant to an entity."""
    return row.entity is not None or row.entity_feature_id is not None


def place_of(
    *, feature_id: str | None, entity_asked: bool, entity_names: Callable[[str], str | None]
) -> Callable[[Balance], Place]:
    """A sort key. Rows of `feature_id` come before those of its credit systems; `entity_names` tells an
    entity's id by its internal one."""

    def place(row: Balance) -> Place:
        reset = row.reset
        interval = minutes_of(reset.interval, reset.interval_count) if reset else minutes_of(None)
        by_entity = row.entity if row.subscription and row.entity else None
        return (
            of_entities(row) is not entity_asked,
            feature_id is not None and row.feature_id != feature_id,
            not row.unlimited,
            row.next_reset_at is None,
            interval,
            _NEVER if row.expires_at is None else row.expires_at,
            (entity_names(by_entity) or "") if by_entity else "",
            row.add_on,
            takes_overage(row),
            row.created_at,
        )

    return place
