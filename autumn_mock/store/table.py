"""One kind of record by key, with declared indexes and orders.

Invariant: indexes and orders always agree with the records, also after a rollback. Records are
immutable, so a copy of a table shares them.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from sortedcontainers import SortedList

from autumn_mock.domain.records import Record
from autumn_mock.store.index import By, Index

R = TypeVar("R", bound=Record)
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
        indexes: Mapping[str, By] | None = None,
        orders: Mapping[str, Order] | None = None,
    ) -> None:
        self.name, self.kind, self.key = name, kind, key
        self.records: dict[str, R] = {}
        self._indexes = {word: Index(by) for word, by in (indexes or {}).items()}
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
        return [self.records[key] for key in self._indexes[index].keys(value)]

    def first(self, index: str, value: Hashable) -> R | None:
        key = self._indexes[index].first(value)
        return None if key is None else self.records[key]

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
        for index in self._indexes.values():
            index.load(records)
        for order, entries in self._orders.values():
            positions = ((order(record), key) for key, record in records.items())
            entries.update([entry for entry in positions if entry[0] is not None])

    def hold(self, records: Iterable[R]) -> None:
        """The same with records of another table."""
        self.load({getattr(record, self.key): record for record in records})

    def is_found_by(self, index: str) -> bool:
        return index in self._indexes

    def watch(self, note: Note) -> None:
        self._note = note

    def copy_from(self, other: "Table[R]") -> None:
        """Hold the same records as `other`, sharing them."""
        self.records = dict(other.records)
        self._indexes = {word: index.copy() for word, index in other._indexes.items()}
        for word, (order, entries) in other._orders.items():
            self._orders[word] = (order, entries.copy())

    def _write(self, key: str, before: R | None, after: R | None) -> None:
        if after is None:
            self.records.pop(key, None)
        else:
            self.records[key] = after
        for index in self._indexes.values():
            old = None if before is None else index.by(before)
            new = None if after is None else index.by(after)
            if old != new:
                index.move(key, old, new)
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
