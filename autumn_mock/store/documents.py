"""How records stand in files: JSON documents, read back exactly (amounts stay decimals)."""

from typing import Any

import msgspec

from autumn_mock.domain.records import Later, Record
from autumn_mock.store.store import Change, Snapshot, Store


def _made(value: Any) -> Any:
    """What was put off until somebody looks: a file does."""
    if isinstance(value, Later):
        return value()
    raise NotImplementedError(type(value))


encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=_made)
_TABLES = Store().tables
KINDS = {name: table.kind for name, table in _TABLES.items()}
"""Kind of record by table."""
_KEYS = {name: table.key for name, table in _TABLES.items()}
_DECODERS = {name: msgspec.json.Decoder(kind, strict=False) for name, kind in KINDS.items()}


def read_record(table: str, document: msgspec.Raw | bytes) -> tuple[str, str, Record]:
    """A record as a change that puts it. Raises ValueError, also for a table that is not known."""
    decoder = _DECODERS.get(table)
    if decoder is None:
        raise ValueError(f"there is no table {table!r}")
    record = decoder.decode(document)
    return table, getattr(record, _KEYS[table]), record


def read_write(table: str, key: str, document: msgspec.Raw) -> Change:
    """A journaled write; `null` stands for a deletion. Raises ValueError."""
    if bytes(document) == b"null":
        if table not in KINDS:
            raise ValueError(f"there is no table {table!r}")
        return table, key, None
    return read_record(table, document)


def document_head(org: str, env: str) -> bytes:
    """What a document of the data file begins with: its world. A record without its brace follows."""
    return encoder.encode({"org": org, "env": env})[:-1] + b","


def as_json(snapshot: Snapshot) -> dict[str, list[Any]]:
    """Records by table, each as raw JSON."""
    return {
        table: [msgspec.Raw(encoder.encode(record)) for record in records.values()]
        for table, records in snapshot.items()
    }


class Whose(msgspec.Struct):
    """The world of a document."""

    org: str
    env: str


read_whose: Any = msgspec.json.Decoder(Whose).decode
