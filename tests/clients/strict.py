"""A reply that the official Python SDK reads only because it is lenient is a fault of the emulator.

The SDK keeps an enum's value that it doesn't know as `UnrecognizedStr`, and a member of a union that it doesn't
know as a model with `is_unknown`. Here each reply is looked through for both, wherever they stand.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from autumn_sdk.utils import unmarshal_json_response as reading
from pydantic import BaseModel

SEEN: dict[type[BaseModel], set[str]] = {}
"""Which fields of which models a reply has had in this run."""


def unrecognised(value: Any, where: str = "") -> Iterator[str]:
    """Where something stands that the SDK has no name for."""
    if type(value).__name__ in {"UnrecognizedStr", "UnrecognizedInt"}:
        yield f"{where}: {value!r}"
    elif isinstance(value, BaseModel):
        if getattr(value, "is_unknown", False):
            yield f"{where}: {value!r}"
        SEEN.setdefault(type(value), set()).update(value.model_fields_set)
        for name in value.model_fields_set:
            yield from unrecognised(getattr(value, name), f"{where}.{name}")
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from unrecognised(each, f"{where}[{name!r}]")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from unrecognised(each, f"{where}[{index}]")


def hold_replies_to_the_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK stays as it is; what it read is looked at on the way to the test."""
    read = reading.unmarshal_json

    def watched(raw: str, typ: Any) -> Any:
        value = read(raw, typ)
        found = list(unrecognised(value))
        assert not found, f"the SDK does not know {found}"
        return value

    monkeypatch.setattr(reading, "unmarshal_json", watched)
