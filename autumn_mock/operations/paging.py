"""Cursors of the lists: where the last page ended, as base64url of `{"v":0,"id":…,"t":…}`."""

import base64
import json
import re
from typing import Any

from autumn_mock.errors.http import InvalidCursor
from autumn_mock.schemas.base import type_name

Position = tuple[int, str]
"""Instant and id of the last thing shown."""


def write_cursor(at: int, id: str) -> str:
    payload = json.dumps({"v": 0, "id": id, "t": at}, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(payload.encode()).decode().rstrip("=")


def read_cursor(text: str) -> Position | None:
    """Where to go on; None for the first page (an empty cursor). Raises InvalidCursor."""
    if not text:
        return None
    try:
        payload = json.loads(_decoded(text))
    except ValueError:
        raise InvalidCursor(reason="cursor payload is not valid JSON") from None
    if issues := _issues(payload):
        told = json.dumps(issues, indent=2)
        raise InvalidCursor(reason=f"cursor shape mismatch: {told}")
    return int(payload["t"]), payload["id"]


def _decoded(text: str) -> str:
    """Letters that base64url doesn't have are skipped, as the reference's decoder does."""
    letters = re.sub(r"[^A-Za-z0-9_-]", "", text.replace("+", "-").replace("/", "_"))
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4)).decode("utf-8", "replace")


def _issues(payload: Any) -> list[dict[str, Any]]:
    if not isinstance(payload, dict):
        return [_wrong_type([], "object", type_name(payload))]
    issues: list[dict[str, Any]] = []
    version = payload.get("v")
    if isinstance(version, bool) or version != 0:
        issues.append(
            {"code": "invalid_value", "values": [0], "path": ["v"], "message": "Invalid input: expected 0"}
        )
    for key, expected in (("id", "string"), ("t", "number")):
        received = type_name(payload[key]) if key in payload else "undefined"
        if received != expected:
            issues.append(_wrong_type([key], expected, received))
    return issues


def _wrong_type(path: list[str], expected: str, received: str) -> dict[str, Any]:
    return {
        "expected": expected,
        "code": "invalid_type",
        "path": path,
        "message": f"Invalid input: expected {expected}, received {received}",
    }
