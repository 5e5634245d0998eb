"""The journal: one line per transaction, written before its reply.

Invariant: a line ends with a newline once all of it is written, so a tail without one was torn and
never acknowledged. Replaying lines over a data file that has them already changes nothing, since
the last write of a key wins.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

import msgspec

from autumn_mock.domain.records import Later, Record, WebhookMessage
from autumn_mock.errors.files import NotKept
from autumn_mock.store.documents import encoder, read_write
from autumn_mock.store.held_write import held_write
from autumn_mock.store.store import Change

_log = logging.getLogger("autumn_mock.store")
WorldName = tuple[str, str]
"""Organisation and environment."""
_read_line = msgspec.json.Decoder(tuple[str, str, list[tuple[str, str, msgspec.Raw]]]).decode


class DataFileError(Exception):
    """The data file can't be used; the message says why and what to do."""


def line(world: WorldName, changes: list[Change]) -> bytes:
    """One transaction of a world, as a line.

    A webhook that no endpoint waits for is worded only when somebody looks at it, which costs more
    than the rest of most transactions. So it is left out here: a stop keeps it, a crash forgets it.
    """
    return encoder.encode((*world, [change for change in changes if not _is_put_off(change[2])])) + b"\n"


def _is_put_off(record: Record | None) -> bool:
    return isinstance(record, WebhookMessage) and isinstance(record.content, Later) and not record.deliveries


class Journal:
    """An append-only file. Not safe for several threads at once; its owner sees to that."""

    def __init__(self, path: Path, *, fsync: bool = False) -> None:
        self.path, self.fsync = path, fsync
        self.size = 0
        """Bytes of the file."""
        self._file: IO[bytes] | None = None
        self._write = held_write()

    def append(self, text: bytes) -> None:
        """Write a line; all of it or nothing. Raises NotKept."""
        try:
            if self._file is None:
                self._file = self.path.open("ab", buffering=0)
                self.size = self._file.tell()
            wrote = self._write(self._file.fileno(), text)
            if wrote != len(text):
                raise OSError("the disk is full")
            if self.fsync:
                os.fsync(self._file.fileno())
        except OSError as error:
            self._take_back()
            raise NotKept(path=self.path, reason=error.strerror or error) from error
        self.size += len(text)

    def _take_back(self) -> None:
        """Cut off what was written of a line, so that the next one does not run into it."""
        if self._file is not None:
            with suppress(OSError):
                self._file.truncate(self.size)

    def rotate(self, to: Path) -> None:
        """Move what was written aside; the next line begins a new file."""
        self.close()
        if self.path.exists():
            self.path.replace(to)
        self.size = 0

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def replay(path: Path) -> Iterator[tuple[WorldName, list[Change]]]:
    """The transactions of a journal, oldest first; nothing if there is none. Raises DataFileError."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read: {error.strerror}") from None
    for at, text in enumerate(lines, start=1):
        if not text:
            continue
        try:
            org, env, writes = _read_line(text)
            changes = [read_write(*write) for write in writes]
        except ValueError as error:
            if at == len(lines):
                _log.warning("%s: the last line was torn and is dropped", path)
                return
            raise DataFileError(
                f"{path}: line {at} is broken ({error}). Nothing was changed; "
                "delete this line to go on without that change."
            ) from None
        yield (org, env), changes
