"""Where records live: tables in memory, a journal before every reply, a TinyDB file at rest."""

from autumn_mock.store.extract import extract
from autumn_mock.store.files import DataFile, Snapshots
from autumn_mock.store.journal import DataFileError
from autumn_mock.store.store import Change, Keep, Noted, Snapshot, Store

__all__ = [
    "Change", "DataFile", "DataFileError", "Keep", "Noted", "Snapshot", "Snapshots", "Store", "extract",
]  # fmt: skip
