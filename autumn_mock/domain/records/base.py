"""The base of all records."""

from typing import Any, Self

import msgspec

JsonObject = dict[str, Any]
"""A JSON object as it came. Records share it, so nobody may change it in place."""


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An immutable value. Instants are epoch ms, amounts `Decimal` in major units."""

    def but(self, **changes: Any) -> Self:
        """A copy with some fields changed."""
        return msgspec.structs.replace(self, **changes)
