"""Filters of usage limits: which events a limit counts.

Properties are compared as text, so 29384 and "29384" are the same. Invariant: two filters with the
same `filter_key` match the same events.
"""

from collections.abc import Mapping
from typing import Any

from autumn_mock.domain.records import JsonObject


def as_text(value: object) -> str | None:
    """A property as it is compared; None for what never matches (null, lists, objects)."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, int):
        return str(value)
    return None


def filter_properties(limit: JsonObject) -> Mapping[str, str]:
    """What a usage limit asks of an event; nothing without a filter."""
    properties: Mapping[str, str] = limit.get("filter", {}).get("properties", {})
    return properties


def filter_key(limit: JsonObject) -> str:
    """What tells a limit's filter from others of the same feature; empty without a filter."""
    wanted = filter_properties(limit)
    return "&".join(f"{name}={wanted[name]}" for name in sorted(wanted))


def counts_event(limit: JsonObject, properties: Mapping[str, Any]) -> bool:
    """An event with these properties counts towards the limit: each wanted one is there and equal."""
    wanted = filter_properties(limit)
    return all(as_text(properties.get(name)) == value for name, value in wanted.items())
