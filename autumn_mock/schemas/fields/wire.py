"""What every field does: a value that is absent or null, and the wording of a wrong type."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, missing


class Wire(fields.Field[Any]):
    """Base of all fields: `wrong_type(name)` words a value of the wrong type, absence included."""

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        # Instead of marshmallow's, which words absence and null on its own and costs more per field.
        if value is missing:
            if self.required:
                raise ValidationError(self.wrong_type("undefined"))
            default = self.load_default
            return default() if callable(default) else default
        if value is None and self.allow_none:
            return None
        return self.read(value)

    def read(self, value: Any) -> Any:
        """The loaded value. Raises ValidationError."""
        return value

    def wrong_type(self, received: str) -> str:
        return f"Invalid input: expected any, received {received}"


class Anything(Wire):
    """Any JSON value, null included."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_none=True, **kwargs)
