"""The base of all records."""

from collections.abc import Callable
from typing import Any, Self

import msgspec

JsonObject = dict[str, Any]
"""A JSON object as it came. Records share it, so nobody may change it in place."""


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An immutable value. Instants are epoch ms, amounts `Decimal` in major units."""

    def but(self, **changes: Any) -> Self:
        """A copy with some fields changed."""
        return msgspec.structs.replace(self, **changes)


class Later:
    """A JSON object that is made when somebody looks at it, out of values that never change."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], JsonObject]) -> None:
        self._make: Callable[[], JsonObject] | None = make
        self._made: JsonObject = {}

    def __call__(self) -> JsonObject:
        make = self._make
        if make is not None:
            self._made, self._make = make(), None
        return self._made
