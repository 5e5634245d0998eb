"""Which events a list or an aggregate looks at (reference: events).

Invariant: an event is looked at or not by what it says itself, never by what it took.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from autumn_mock.domain.records import Event
from autumn_mock.errors.usage import InvalidPropertyPath

_PATH = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*")


def check_path(path: str) -> None:
    """Raises InvalidPropertyPath unless it is letters, digits and `_`, in parts joined by dots."""
    if not _PATH.fullmatch(path):
        raise InvalidPropertyPath


class EventFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What an event must be; whatever is absent or empty lets every event pass."""

    names: frozenset[str] = frozenset()
    """Feature ids or event names."""
    entity_id: str | None = None
    properties: Mapping[str, str] = {}

    def passes(self, event: Event) -> bool:
        if self.names and event.name not in self.names:
            return False
        if self.entity_id is not None and event.entity_id != self.entity_id:
            return False
        return all(_holds(event.properties, key, text) for key, text in self.properties.items())


def _holds(value: Any, key: str, text: str) -> bool:
    """Somewhere in the properties this key has this text; letter case does not count."""
    if isinstance(value, dict):
        return any(
            (name.lower() == key.lower() and isinstance(inner, str) and inner.lower() == text.lower())
            or _holds(inner, key, text)
            for name, inner in value.items()
        )
    return isinstance(value, list) and any(_holds(inner, key, text) for inner in value)
