"""Groups of events, and keeping only the largest of them (reference: events, grouped values).

Invariant: cutting groups to the largest changes no sum over all groups.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Event

PROPERTIES = "properties."
CUSTOMER, ENTITY, PLAN, FEATURE = "$customer_id", "$entity_id", "$plan_id", "$feature_id"
GROUPS = (CUSTOMER, ENTITY, PLAN, FEATURE)
REST = "AUTUMN_RESERVED"
"""Where sums of small groups go."""
REST_OF_DEDUCTIONS = "Other"

GroupOf = Callable[[Event], str | None]
"""The group of an event; None: it is in no group and left out."""


def group_by(word: str, plan_of: GroupOf) -> GroupOf:
    """How `group_by` groups. `plan_of` finds the plan version that an event was paid from."""
    if word == CUSTOMER:
        return lambda event: event.customer_id or None
    if word == ENTITY:
        return lambda event: event.entity_id or None
    if word == PLAN:
        return plan_of
    if word == FEATURE:
        return lambda event: event.name
    parts = word.removeprefix(PROPERTIES).split(".")
    return lambda event: _property(event.properties, parts)


def _property(value: Any, parts: list[str]) -> str | None:
    for part in parts:
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) and value != "" else None


def largest(sums: Mapping[str, Decimal], most: int, rest: str = REST) -> dict[str, Decimal]:
    """The `most` largest groups by name, what the others come to under `rest`, which stands last."""
    ranked = sorted(sums, key=lambda group: (-sums[group], group))
    kept = {group: sums[group] for group in sorted(ranked[:most])}
    if len(ranked) > most:
        kept[rest] = kept.get(rest, ZERO) + sum((sums[group] for group in ranked[most:]), ZERO)
    return kept


def in_group_order(groups: set[str], rest: str = REST) -> list[str]:
    return sorted(groups, key=lambda group: (group == rest, group))
