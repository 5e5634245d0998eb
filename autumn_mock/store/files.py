"""The data file and its journal.

The data file is TinyDB's JSON: it opens with stock `tinydb.TinyDB(path)`, one table per resource,
every document with its `org` and `env`. Beside it lies the journal: one line per transaction,
written before the reply. Opening replays the journal; folding writes everything into the data file
by an atomic replace and starts an empty journal.

A torn last line of the journal is dropped (power cut). A data file that is not valid is never
overwritten.
"""

import fcntl
import json
import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Lock
from typing import IO, Any

import msgspec
from tinydb import TinyDB
from tinydb.storages import Storage

from autumn_mock.store.store import Change, Store

WorldName = tuple[str, str]
"""Organisation and environment."""

FORMAT = 1
"""Version of the data file; a newer one is refused."""
_HEAD = "autumn_mock"
_FOLD_AT_BYTES = 64_000_000
_log = logging.getLogger("autumn_mock.store")
_encoder = msgspec.json.Encoder(decimal_format="number")
_TABLES = Store().tables
_KINDS = {name: table.kind for name, table in _TABLES.items()}
_KEYS = {name: table.key for name, table in _TABLES.items()}


class DataFileError(Exception):
    """The data file can't be used; the message says why and what to do."""


class JournaledStorage(Storage):
    """TinyDB's view of the data file: reads what stands there, replaces it atomically."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, dict[str, Any]] | None:
        if not self.path.exists() or self.path.stat().st_size == 0:
            return None
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            raise DataFileError(
                f"{self.path}: line {error.lineno}, column {error.colno}: {error.msg}. "
                "The file was left as it is; mend it, or move it away to start afresh."
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise DataFileError(f"{self.path}: cannot be read: {error}") from None
        if not isinstance(found, dict) or not all(isinstance(t, dict) for t in found.values()):
            raise DataFileError(f"{self.path}: not a TinyDB file (an object of tables)")
        return found

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        fresh = self.path.with_name(self.path.name + ".new")
        with fresh.open("wb") as out:
            out.write(_encoder.encode(data))
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(self.path)


class DataFile:
    """One data file held open by one process. Raises DataFileError."""

    def __init__(self, path: Path, durability: str = "journal") -> None:
        self.path = path
        self.durability = durability
        self.journal_path = path.with_name(path.name + ".journal")
        self.lock_path = path.with_name(path.name + ".lock")
        self._mutex = Lock()
        self._lock_file = self._take()
        self._storage = JournaledStorage(path)
        self._journal: IO[bytes] | None = None

    def _take(self) -> IO[bytes]:
        """Refuse a second process: the lock goes with this process, however it ends."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock_file = self.lock_path.open("ab")
        except OSError as error:
            raise DataFileError(f"{self.path}: cannot be used: {error.strerror}") from None
        try:
            fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock_file.close()
            raise DataFileError(
                f"{self.path}: another autumn-mock is using this file; "
                "stop it, or choose another one with --data"
            ) from None
        if not _same_file(lock_file, self.lock_path):  # its last owner removed it meanwhile
            lock_file.close()
            return self._take()
        return lock_file

    def load(self) -> dict[WorldName, list[Change]]:
        """Everything that was kept, journal included, as changes by world."""
        tables = TinyDB(self.path, storage=_ready(self._storage)).storage.read() or {}
        _check_format(self.path, tables)
        worlds: dict[WorldName, dict[tuple[str, str], Change]] = {}
        for name, documents in tables.items():
            if name not in _KINDS:
                continue
            for document in documents.values():
                world = worlds.setdefault((document["org"], document["env"]), {})
                change = self._change(name, document)
                world[change[0], change[1]] = change
        for world_name, changes in self._replay():
            world = worlds.setdefault(world_name, {})
            for change in changes:
                world[change[0], change[1]] = change
        return {
            name: [change for change in found.values() if change[2] is not None]
            for name, found in worlds.items()
        }

    def _change(self, table: str, document: Any) -> Change:
        try:
            record = msgspec.convert(document, _KINDS[table], strict=False)
        except msgspec.ValidationError as error:
            raise DataFileError(f"{self.path}: table {table}: {error}") from None
        return table, getattr(record, _KEYS[table]), record

    def _replay(self) -> Iterator[tuple[WorldName, list[Change]]]:
        if not self.journal_path.exists():
            return
        lines = self.journal_path.read_bytes().split(b"\n")
        for at, line in enumerate(lines, start=1):
            if not line:
                continue
            try:
                org, env, writes = json.loads(line)
                yield (org, env), [self._journaled(write) for write in writes]
            except (ValueError, msgspec.ValidationError) as error:
                if at >= len(lines):
                    _log.warning("%s: the last line was torn and is dropped", self.journal_path)
                    return
                raise DataFileError(
                    f"{self.journal_path}: line {at} is broken ({error}). Nothing was changed; "
                    "delete this line to go on without that change."
                ) from None

    @staticmethod
    def _journaled(write: list[Any]) -> Change:
        table, key, document = write
        if document is None:
            return table, key, None
        return table, key, msgspec.convert(document, _KINDS[table], strict=False)

    def append(self, world: WorldName, changes: list[Change]) -> None:
        """Write one transaction to the journal; when this returns, `kill -9` can't lose it."""
        if self.durability == "none":
            return
        line = _encoder.encode((*world, changes)) + b"\n"
        with self._mutex:
            if self._journal is None:
                self._journal = self.journal_path.open("ab", buffering=0)
            self._journal.write(line)
            if self.durability == "fsync":
                os.fsync(self._journal.fileno())

    def has_grown(self) -> bool:
        """Whether the journal is long enough to be folded."""
        return self._journal is not None and self._journal.tell() > _FOLD_AT_BYTES

    def fold(self, worlds: Iterable[tuple[WorldName, Store]]) -> None:
        """Write everything into the data file and start an empty journal."""
        tables: dict[str, dict[str, Any]] = {_HEAD: {"1": {"format": FORMAT}}}
        tables |= {name: {} for name in _KINDS}
        with self._mutex:
            for (org, env), store in worlds:
                head = _encoder.encode({"org": org, "env": env})[:-1] + b","
                for name, _, record in store.all_records():
                    table = tables[name]
                    document = head + _encoder.encode(record)[1:]
                    table[str(len(table) + 1)] = msgspec.Raw(document)
            TinyDB(self.path, storage=_ready(self._storage)).storage.write(tables)
            if self._journal is not None:
                self._journal.close()
                self._journal = None
            self.journal_path.unlink(missing_ok=True)

    def close(self) -> None:
        if self._journal is not None:
            self._journal.close()
        self.lock_path.unlink(missing_ok=True)
        self._lock_file.close()


def _same_file(open_file: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(open_file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _ready(storage: JournaledStorage) -> Any:
    """A storage class for TinyDB's constructor that hands out this storage."""
    return lambda _path: storage


def _check_format(path: Path, tables: dict[str, dict[str, Any]]) -> None:
    if not tables:
        return
    head: dict[str, Any] = next(iter(tables.get(_HEAD, {}).values()), {})
    found = head.get("format")
    if found is None:
        raise DataFileError(f"{path}: a JSON file, but not one of autumn-mock; it was left as it is")
    if found > FORMAT:
        raise DataFileError(
            f"{path}: written by a newer autumn-mock (format {found}, this one reads {FORMAT}); "
            "it was left as it is"
        )
