"""Where records live: tables in memory, a journal before every reply, a TinyDB file at rest."""

from autumn_mock.store.files import DataFile, DataFileError
from autumn_mock.store.store import Change, Store

__all__ = ["Change", "DataFile", "DataFileError", "Store"]
