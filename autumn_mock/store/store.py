"""The store of one world: its tables and its transactions.

A request is one transaction: on success its changes go to the journal as one line before the reply
is sent, on any error every table is as it was.
"""

from collections.abc import Callable
from types import TracebackType
from typing import Any

from autumn_mock.domain.records import Record
from autumn_mock.errors import ApiError
from autumn_mock.store.table import Table
from autumn_mock.store.tables import Tables

Change = tuple[str, str, Record | None]
"""Table, key, and the record that stands there now (None: deleted)."""
Snapshot = dict[str, dict[str, Record]]
"""Records by table and key."""
Keep = Callable[[list[Change]], None]
"""Makes the changes of a transaction last; called before the reply. Raises to refuse them."""

Noted = tuple[str, str, Record | None, Record | None]
"""Table, key, the record before the transaction and the one now."""


class Store(Tables):
    """All tables of one world, changed inside transactions only."""

    def __init__(self, keep: Keep | None = None) -> None:
        self.keep = keep
        self.afterwards: Callable[[], None] | None = None
        """Called when a transaction is over, outside of it."""
        self._undo: list[tuple[Table[Any], str, Record | None]] | None = None
        super().__init__()
        for table in self.tables.values():
            table.watch(self._note)

    def transaction(self) -> "Transaction":
        """All changes made inside last together, or none does. Inside another one it joins it."""
        return Transaction(self)

    @property
    def in_transaction(self) -> bool:
        return self._undo is not None

    def begin(self) -> bool:
        """Start noting changes; False when that is done already."""
        if self._undo is not None:
            return False
        self._undo = []
        return True

    def end(self, error: BaseException | None) -> None:
        """Keep what was noted, or take it back after an error."""
        undo = self._undo or []
        try:
            if error is None or (isinstance(error, ApiError) and error.keeps_changes):
                self._commit(undo)
            else:
                _take_back(undo)
        except BaseException:
            _take_back(undo)
            raise
        finally:
            self._undo = None
            if self.afterwards is not None:
                self.afterwards()

    def _commit(self, undo: list[tuple[Table[Any], str, Record | None]]) -> None:
        if undo and self.keep is not None:
            self.keep(_changes(undo))

    def _note(self, table: Table[Any], key: str, before: Record | None) -> None:
        if self._undo is None:
            raise RuntimeError(f"{table.name} was written to outside a transaction")
        self._undo.append((table, key, before))

    def mark(self) -> int:
        """A point in the running transaction, for `noted`."""
        return len(self._undo or ())

    def noted(self, since: int = 0) -> list[Noted]:
        """What the running transaction has changed so far, since a mark if one is given."""
        first: dict[tuple[str, str], Noted] = {}
        for table, key, before in (self._undo or ())[since:]:
            first.setdefault((table.name, key), (table.name, key, before, table.records.get(key)))
        return list(first.values())

    def become(self, other: "Store") -> None:
        """Hold exactly what `other` holds; journaled as the difference, unless nothing is kept."""
        if self.keep is None and self._undo is None:
            for name, table in self.tables.items():
                table.copy_from(other.tables[name])
            return
        with self.transaction():
            for name, table in self.tables.items():
                wanted = other.tables[name].records
                for key in [key for key in table.records if key not in wanted]:
                    table.delete(key)
                for key, record in wanted.items():
                    if table.records.get(key) is not record:
                        table.put(record)

    def snapshot(self) -> Snapshot:
        """All records by table and key, as they stand now."""
        return {name: dict(table.records) for name, table in self.tables.items()}

    def load(self, snapshot: Snapshot) -> None:
        """Bring records back from a file into an empty store: no transaction, nothing journaled."""
        for name, records in snapshot.items():
            self.tables[name].load(records)


class Transaction:
    """The `with` block of `Store.transaction`; a class, for it stands in the way of every request."""

    __slots__ = ("_outermost", "_store")

    def __init__(self, store: Store) -> None:
        self._store = store
        self._outermost = False

    def __enter__(self) -> None:
        self._outermost = self._store.begin()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._outermost:
            self._store.end(error)


def _take_back(undo: list[tuple[Table[Any], str, Record | None]]) -> None:
    for table, key, before in reversed(undo):
        table.restore(key, before)


def _changes(undo: list[tuple[Table[Any], str, Record | None]]) -> list[Change]:
    touched = {(table.name, key): table for table, key, _ in undo}
    return [(name, key, table.records.get(key)) for (name, key), table in touched.items()]
