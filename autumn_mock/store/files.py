"""The data file and its journal.

The data file is TinyDB's JSON: it opens with stock `tinydb.TinyDB(path)`, one table per resource,
every document with its `org` and `env`. Beside it lies the journal, a line per transaction written
before the reply. Opening replays the journal; folding writes everything into the data file by an
atomic replace, then removes the journal.

Folding while requests run: the journal is moved aside first (`.journal.1`), then the worlds are
copied one after another, then the file is replaced, then the old journal goes. Whatever moment a
crash picks, file, old journal and new journal replayed in this order give every acknowledged change.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec
from tinydb import TinyDB

from autumn_mock.domain.records import Record
from autumn_mock.errors.files import NotKept
from autumn_mock.store.documents import KINDS, document_head, encoder, read_record, read_whose
from autumn_mock.store.journal import DataFileError, Journal, WorldName, line, replay
from autumn_mock.store.lock import FileLock, TakenError
from autumn_mock.store.storage import AtomicStorage, Tables
from autumn_mock.store.store import Change, Snapshot

FORMAT = 1
"""Version of the data file; a newer one is refused."""
_HEAD = "autumn_mock"
FOLD_AT_BYTES = 64_000_000
Snapshots = Iterable[tuple[WorldName, Snapshot]]


class DataFile:
    """One data file held open by one process. Raises DataFileError."""

    def __init__(self, path: Path, durability: str = "journal") -> None:
        self.path, self.durability = path, durability
        self.fold_at = FOLD_AT_BYTES
        self._lock = _take(path)
        self._storage = AtomicStorage(path)
        self._journal = Journal(_beside(path, ".journal"), fsync=durability == "fsync")
        self._aside = _beside(path, ".journal.1")
        self._mutex, self._folding = Lock(), Lock()
        self._unknown: Tables = {}
        self._changed = not path.exists()
        self._closed = False

    def load(self) -> dict[WorldName, Snapshot]:
        """Everything that was kept by world, journals included."""
        worlds: dict[WorldName, Snapshot] = {}
        tables = self._tinydb().storage.read() or {}
        _check_format(self.path, tables)
        for name, documents in tables.items():
            if name in KINDS:
                self._read_table(name, documents, worlds)
            elif name != _HEAD:
                self._unknown[name] = documents
        for path in (self._aside, self._journal.path):
            self._changed |= path.exists()
            for world_name, changes in replay(path):
                _apply(changes, worlds.setdefault(world_name, {}))
        return worlds

    def _read_table(self, name: str, documents: dict[str, Any], worlds: dict[WorldName, Snapshot]) -> None:
        head, records = b"\0", dict[str, Record]()
        for number, document in documents.items():
            text = bytes(document)
            try:
                if not text.startswith(head):
                    whose = read_whose(text)
                    head = document_head(whose.org, whose.env)
                    records = worlds.setdefault((whose.org, whose.env), {}).setdefault(name, {})
                _, key, record = read_record(name, text)
            except ValueError as error:
                raise DataFileError(f"{self.path}: table {name}, document {number}: {error}") from None
            records[key] = record

    def append(self, world: WorldName, changes: list[Change]) -> None:
        """Write one transaction; when this returns, `kill -9` can't lose it. Raises NotKept."""
        text = b"" if self.durability == "none" else line(world, changes)
        with self._mutex:
            if self._closed:
                raise NotKept(path=self.path, reason="the server is stopping")
            if text:
                self._journal.append(text)
            self._changed = True

    @property
    def has_changed(self) -> bool:
        """Whether there is anything that the data file lacks."""
        return self._changed

    @property
    def has_grown(self) -> bool:
        """Whether the journal is long enough to be folded."""
        return self._journal.size > self.fold_at

    def fold(self, snapshots: Callable[[], Snapshots]) -> None:
        """Write everything into the data file and drop the journal. Raises DataFileError.

        `snapshots` is called once the journal was moved aside; it must know every world that was
        journaled until then, and may go on while requests change them.
        """
        with self._folding:
            if self._aside.exists():  # an earlier fold was cut short
                self._write(snapshots())
            with self._mutex:
                self._changed = False
                self._journal.rotate(self._aside)
            self._write(snapshots())

    def _write(self, snapshots: Snapshots) -> None:
        try:
            self._tinydb().storage.write(_tables(snapshots) | self._unknown)
            self._aside.unlink(missing_ok=True)
        except BaseException:
            self._changed = True
            raise

    def _tinydb(self) -> TinyDB:
        return TinyDB(storage=lambda: self._storage)

    def close(self) -> None:
        with self._mutex:
            self._closed = True
            self._journal.close()
        self._lock.release()


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _take(path: Path) -> FileLock:
    """Refuse a second process."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(_beside(path, ".lock"))
    except TakenError as error:
        owner = f" (process {error.owner})" if error.owner else ""
        raise DataFileError(
            f"{path}: another autumn-mock{owner} is using this file; stop it, or choose another one with --data"
        ) from None
    except OSError as error:
        raise DataFileError(f"{path}: cannot be used: {error.strerror}") from None


def _apply(changes: list[Change], snapshot: Snapshot) -> None:
    for table, key, record in changes:
        records = snapshot.setdefault(table, {})
        if record is None:
            records.pop(key, None)
        else:
            records[key] = record


def _tables(snapshots: Snapshots) -> Tables:
    """TinyDB's tables: documents by number, the format first."""
    tables: Tables = {_HEAD: {"1": {"format": FORMAT}}}
    tables |= {name: {} for name in KINDS}
    for (org, env), snapshot in snapshots:
        head = document_head(org, env)
        for name, records in snapshot.items():
            table = tables[name]
            for record in records.values():
                table[str(len(table) + 1)] = msgspec.Raw(head + encoder.encode(record)[1:])
    return tables


class _Head(msgspec.Struct):
    format: int


def _check_format(path: Path, tables: dict[str, dict[str, Any]]) -> None:
    if not tables:
        return
    for text in tables.get(_HEAD, {}).values():
        try:
            found = msgspec.json.decode(text, type=_Head).format
        except ValueError:
            break
        if found <= FORMAT:
            return
        raise DataFileError(
            f"{path}: written by a newer autumn-mock (format {found}, this one reads {FORMAT}); "
            "it was left as it is"
        )
    raise DataFileError(f"{path}: a TinyDB file, but not one of autumn-mock; it was left as it is")
