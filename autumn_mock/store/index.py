"""What records are found by: the keys of each value, in the order in which they came.

Most values have one key (a customer's id, its subscription), so that one stands by itself; only
several need a dict of their own, which would otherwise be a quarter of the memory of a large world.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

By = Callable[[Any], Hashable]
"""What a record is found by; None leaves it out."""


class Index:
    """Keys by value. Invariant: no value is kept without a key."""

    __slots__ = ("_found", "by")

    def __init__(self, by: By) -> None:
        self.by = by
        self._found: dict[Hashable, str | dict[str, None]] = {}

    def keys(self, value: Hashable) -> Iterable[str]:
        """The keys of a value, oldest first."""
        keys = self._found.get(value)
        if keys is None:
            return ()
        return (keys,) if isinstance(keys, str) else keys

    def first(self, value: Hashable) -> str | None:
        keys = self._found.get(value)
        return keys if keys is None or isinstance(keys, str) else next(iter(keys))

    def move(self, key: str, old: Hashable, new: Hashable) -> None:
        """A record's value changed; None stands for no value."""
        if old is not None:
            self._leave(key, old)
        if new is not None:
            self._join(key, new)

    def load(self, records: Mapping[str, Any]) -> None:
        """Find these records, in their order."""
        for key, record in records.items():
            value = self.by(record)
            if value is not None:
                self._join(key, value)

    def copy(self) -> "Index":
        other = Index(self.by)
        other._found = {
            value: keys if isinstance(keys, str) else dict(keys) for value, keys in self._found.items()
        }
        return other

    def _join(self, key: str, value: Hashable) -> None:
        keys = self._found.get(value)
        if keys is None:
            self._found[value] = key
        elif isinstance(keys, dict):
            keys[key] = None
        elif keys != key:
            self._found[value] = {keys: None, key: None}

    def _leave(self, key: str, value: Hashable) -> None:
        keys = self._found[value]
        if isinstance(keys, str):
            del self._found[value]
            return
        del keys[key]
        if len(keys) == 1:
            self._found[value] = next(iter(keys))
