"""TinyDB's view of the data file: reads what stands there, replaces it atomically.

A file that can't be read is never overwritten.
"""

import json
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from tinydb.storages import Storage

from autumn_mock.store.documents import encoder
from autumn_mock.store.journal import DataFileError

Tables = dict[str, dict[str, Any]]
_decode = msgspec.json.Decoder(dict[str, dict[str, msgspec.Raw]]).decode


class AtomicStorage(Storage):
    """A TinyDB storage whose documents are raw JSON, so that amounts come back as they were."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Tables | None:
        """All tables; None if there is no file or an empty one. Raises DataFileError."""
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise DataFileError(f"{self.path}: cannot be read: {error.strerror}") from None
        if not raw.strip():
            return None
        try:
            return _decode(raw)
        except ValueError as error:
            raise DataFileError(f"{self.path}: {_misfit(raw, error)}") from None

    def write(self, data: Tables) -> None:
        """Replace the file, or leave it as it is. Raises DataFileError."""
        target = Path(os.path.realpath(self.path))
        fresh = target.with_name(target.name + ".new")
        try:
            with fresh.open("wb") as out:
                out.write(encoder.encode(data))
                out.flush()
                os.fsync(out.fileno())
            if target.exists():
                shutil.copymode(target, fresh)
            fresh.replace(target)
            _sync_folder(target.parent)
        except OSError as error:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise DataFileError(f"{self.path}: cannot be written: {error.strerror or error}") from None


def _misfit(raw: bytes, error: ValueError) -> str:
    """Why text is not a data file, with line and column where JSON itself is broken."""
    try:
        json.loads(raw)
    except json.JSONDecodeError as broken:
        return (
            f"line {broken.lineno}, column {broken.colno}: {broken.msg}. "
            "The file was left as it is; mend it, or move it away to start afresh."
        )
    except (UnicodeDecodeError, RecursionError):
        pass
    return f"not a TinyDB file, an object of tables ({error}). It was left as it is."


def _sync_folder(folder: Path) -> None:
    """Make the replacing itself last through a power cut, where a folder can be opened."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
