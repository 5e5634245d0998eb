"""What a world was asked and what it answered, the newest kept, secrets masked.

Capped by entries and by bytes, so that a long session never fills the memory.
"""

import json
import re
from collections import deque
from typing import Any

import msgspec

_MASKED = re.compile(r'(am_(?:sk|pk)_(?:test|live)_?|"(?:secret|access_token|api_key)": ?")([^"\s]{3})[^"\s]*')
_FIELD_BYTES = 20_000


class Exchange(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One request and its answer."""

    at: int
    method: str
    path: str
    version: str
    status: int
    took_ms: float
    request: bytes
    response: bytes

    @property
    def size(self) -> int:
        return len(self.request) + len(self.response) + len(self.path) + 120


class RequestLog:
    """The newest exchanges of a world."""

    def __init__(self, max_entries: int = 1_000, max_bytes: int = 4_000_000) -> None:
        self.max_entries, self.max_bytes = max_entries, max_bytes
        self._kept: deque[Exchange] = deque()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, exchange: Exchange) -> None:
        self._kept.append(exchange)
        self._bytes += exchange.size
        while self._kept and (len(self._kept) > self.max_entries or self._bytes > self.max_bytes):
            self._bytes -= self._kept.popleft().size

    def clear(self) -> None:
        self._kept.clear()
        self._bytes = 0

    def entries(self) -> list[dict[str, Any]]:
        """Oldest first, as JSON values."""
        return [_shown(exchange) for exchange in list(self._kept)]


def _shown(exchange: Exchange) -> dict[str, Any]:
    return {
        "at": exchange.at,
        "method": exchange.method,
        "path": _mask(exchange.path),
        "version": exchange.version,
        "status": exchange.status,
        "took_ms": round(exchange.took_ms, 3),
        "request": _readable(exchange.request),
        "response": _readable(exchange.response),
    }


def _readable(raw: bytes) -> Any:
    text = _mask(raw[:_FIELD_BYTES].decode("utf-8", "replace"))
    if len(raw) > _FIELD_BYTES:
        return text + f"… ({len(raw)} bytes)"
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def _mask(text: str) -> str:
    return _MASKED.sub(r"\1\2***", text)
