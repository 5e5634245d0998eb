"""Query strings as the reference reads them: commas and repeated keys make lists, brackets nest."""

import re
from typing import Any
from urllib.parse import parse_qsl

_MAX_DEPTH = 5
_WORDS = {"true": True, "false": False}


def read_query(text: str) -> dict[str, Any]:
    """A nested dict; `true`/`false` are booleans, everything else text or lists of it."""
    found: dict[str, Any] = {}
    for key, value in parse_qsl(text, keep_blank_values=True):
        parts = [part for part in re.split(r"[\[\]]+", key) if part][: _MAX_DEPTH + 1]
        if parts:
            _set(found, parts, _value(value))
    return {key: _listed(value) for key, value in found.items()}


def _value(text: str) -> Any:
    if "," in text:
        return [_WORDS.get(part, part) for part in text.split(",")]
    return _WORDS.get(text, text)


def _set(into: dict[str, Any], parts: list[str], value: Any) -> None:
    for part in parts[:-1]:
        deeper = into.setdefault(part, {})
        if not isinstance(deeper, dict):
            return
        into = deeper
    last = parts[-1]
    if last in into:
        before = into[last] if isinstance(into[last], list) else [into[last]]
        value = before + (value if isinstance(value, list) else [value])
    into[last] = value


def _listed(value: Any) -> Any:
    """A dict with the keys 0, 1, 2 … is a list."""
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_listed(value[key]) for key in sorted(value, key=int)]
    return {key: _listed(inner) for key, inner in value.items()}
