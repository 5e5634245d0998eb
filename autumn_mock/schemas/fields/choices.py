"""Fields that take one of a few values."""

from collections.abc import Iterable
from typing import Any

from marshmallow import ValidationError

from autumn_mock.schemas.base import type_name
from autumn_mock.schemas.fields.wire import Wire


class Boolean(Wire):
    def read(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError(self.wrong_type(type_name(value)))
        return value

    def wrong_type(self, received: str) -> str:
        return f"must be a boolean (received {received})"


class Choice(Wire):
    """One of some words; any other value gets the list."""

    def __init__(self, words: Iterable[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = tuple(words)

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.words:
            raise ValidationError(self.wrong_type(""))
        return value

    def wrong_type(self, received: str) -> str:
        return f"must be one of: {', '.join(self.words)}"


class Literal(Wire):
    """Exactly one value."""

    def __init__(self, only: str | bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.only = only

    def read(self, value: Any) -> Any:
        if value != self.only or type(value) is not type(self.only):
            raise ValidationError(self.wrong_type(""))
        return value

    def wrong_type(self, received: str) -> str:
        shown = f'"{self.only}"' if isinstance(self.only, str) else str(self.only).lower()
        return f"Invalid input: expected {shown}"
