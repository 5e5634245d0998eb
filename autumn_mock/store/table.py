"""One kind of record by key, with declared indexes and orders.

Invariant: indexes and orders always agree with the records, also after a rollback. Records are
immutable, so a copy of a table shares them.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from sortedcontainers import SortedList

from autumn_mock.domain.records import Record

R = TypeVar("R", bound=Record)
Index = Callable[[Any], Hashable]
"""What a record is found by; None leaves it out."""
Order = Callable[[Any], Any]
"""What records are ordered by; None leaves one out."""
Note = Callable[["Table[Any]", str, Record | None], None]
"""Called with the table, the key and the record that stood there before."""


class Table(Generic[R]):
    """Records of one kind. Writing is noted, so that a transaction can be taken back."""

    __slots__ = ("_indexes", "_note", "_orders", "key", "kind", "name", "records")

    def __init__(
        self,
        name: str,
        kind: type[R],
        key: str,
        indexes: Mapping[str, Index] | None = None,
        orders: Mapping[str, Order] | None = None,
    ) -> None:
        self.name, self.kind, self.key = name, kind, key
        self.records: dict[str, R] = {}
        self._indexes: dict[str, tuple[Index, dict[Hashable, dict[str, None]]]] = {
            word: (by, {}) for word, by in (indexes or {}).items()
        }
        self._orders: dict[str, tuple[Order, SortedList]] = {
            word: (by, SortedList()) for word, by in (orders or {}).items()
        }
        self._note: Note | None = None

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[R]:
        return iter(self.records.values())

    def __contains__(self, key: object) -> bool:
        return key in self.records

    def get(self, key: str) -> R | None:
        return self.records.get(key)

    def must(self, key: str) -> R:
        """The record of a key that another record names. Raises KeyError."""
        return self.records[key]

    def find(self, index: str, value: Hashable) -> list[R]:
        """All records with this value, in the order in which they were first put."""
        keys = self._indexes[index][1].get(value)
        return [self.records[key] for key in keys] if keys else []

    def first(self, index: str, value: Hashable) -> R | None:
        keys = self._indexes[index][1].get(value)
        return self.records[next(iter(keys))] if keys else None

    def ordered(
        self, order: str, *, after: Any = None, before: Any = None, reverse: bool = False
    ) -> Iterator[R]:
        """Records by an order, strictly after and before the given positions."""
        entries = self._orders[order][1]
        low = (after, _LAST) if after is not None else None
        high = (before,) if before is not None else None
        for entry in entries.irange(low, high, reverse=reverse):
            yield self.records[entry[1]]

    def soonest(self, order: str) -> tuple[Any, R] | None:
        """The first record of an order and its position, or None."""
        entries = self._orders[order][1]
        if not entries:
            return None
        position, key = entries[0]
        return position, self.records[key]

    def put(self, record: R) -> None:
        """Add a record, or replace the one of the same key."""
        key = getattr(record, self.key)
        before = self.records.get(key)
        self._write(key, before, record)
        if self._note is not None:
            self._note(self, key, before)

    def delete(self, key: str) -> None:
        before = self.records.get(key)
        if before is None:
            return
        self._write(key, before, None)
        if self._note is not None:
            self._note(self, key, before)

    def restore(self, key: str, before: R | None) -> None:
        """Take a write back (transactions only)."""
        self._write(key, self.records.get(key), before)

    def load(self, records: Mapping[str, R]) -> None:
        """Hold these records, all at once (an empty table only): sorting once is faster."""
        self.records = dict(records)
        for by, found in self._indexes.values():
            for key, record in records.items():
                value = by(record)
                if value is not None:
                    found.setdefault(value, {})[key] = None
        for order, entries in self._orders.values():
            positions = ((order(record), key) for key, record in records.items())
            entries.update([entry for entry in positions if entry[0] is not None])

    def watch(self, note: Note) -> None:
        self._note = note

    def copy_from(self, other: "Table[R]") -> None:
        """Hold the same records as `other`, sharing them."""
        self.records = dict(other.records)
        for word, (by, found) in other._indexes.items():
            self._indexes[word] = (by, {value: dict(keys) for value, keys in found.items()})
        for word, (order, entries) in other._orders.items():
            self._orders[word] = (order, entries.copy())

    def _write(self, key: str, before: R | None, after: R | None) -> None:
        if after is None:
            self.records.pop(key, None)
        else:
            self.records[key] = after
        for by, found in self._indexes.values():
            old = None if before is None else by(before)
            new = None if after is None else by(after)
            if old != new or before is None or after is None:
                _move(found, key, old, new)
        for order, entries in self._orders.values():
            old = None if before is None else order(before)
            new = None if after is None else order(after)
            if old != new:
                if old is not None:
                    entries.remove((old, key))
                if new is not None:
                    entries.add((new, key))


class _Last:
    """Sorts after every key."""

    def __lt__(self, other: object) -> bool:
        return False

    def __gt__(self, other: object) -> bool:
        return True


_LAST = _Last()


def _move(found: dict[Hashable, dict[str, None]], key: str, old: Hashable, new: Hashable) -> None:
    if old is not None:
        keys = found[old]
        del keys[key]
        if not keys:
            del found[old]
    if new is not None:
        found.setdefault(new, {})[key] = None
