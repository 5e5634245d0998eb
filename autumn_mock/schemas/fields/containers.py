"""Fields that hold others: lists, shapes, free keys, one of several kinds."""

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, ValidationError

from autumn_mock.schemas.base import Shape, type_name
from autumn_mock.schemas.fields.wire import Wire


class Array(Wire):
    """A list of one kind of field."""

    def __init__(self, item: Wire, *, min_items: int = 0, max_items: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.item, self.min_items, self.max_items = item, min_items, max_items

    def read(self, value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise ValidationError(self.wrong_type(type_name(value)))
        loaded, problems = [], {}
        for index, each in enumerate(value):
            try:
                loaded.append(self.item.deserialize(each))
            except ValidationError as error:
                problems[index] = error.messages
        if problems:
            raise ValidationError(problems)
        if len(value) < self.min_items:
            raise ValidationError(f"Too small: expected array to have >={self.min_items} items")
        if self.max_items is not None and len(value) > self.max_items:
            raise ValidationError(f"Too big: expected array to have <={self.max_items} items")
        return loaded

    def wrong_type(self, received: str) -> str:
        return f"Invalid input: expected array, received {received}"


class Object(Wire):
    """A nested shape. `strict` refuses unknown keys."""

    def __init__(self, shape: Schema | type[Schema], *, strict: bool = False, **kw: Any) -> None:
        super().__init__(**kw)
        self.shape = shape() if isinstance(shape, type) else shape
        self.strict = strict

    def read(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValidationError(self.wrong_type(type_name(value)))
        loaded: dict[str, Any] = self._loaded(value)
        if self.strict and (extra := [key for key in value if key not in self.shape.fields]):
            listed = ", ".join(f'"{key}"' for key in extra)
            raise ValidationError(f"Unrecognized key{'s' if len(extra) > 1 else ''}: {listed}")
        return loaded

    def _loaded(self, value: dict[str, Any]) -> Any:
        if isinstance(self.shape, Shape):
            try:
                return self.shape.read(value)
            except ValidationError:
                pass  # marshmallow finds every problem, in order
        return self.shape.load(value)

    def wrong_type(self, received: str) -> str:
        return f"Invalid input: expected object, received {received}"


class Map(Wire):
    """An object with free keys, each value read by `value_field` (any value without one)."""

    def __init__(self, value_field: Wire | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.value_field = value_field

    def read(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValidationError(self.wrong_type(type_name(value)))
        if self.value_field is None:
            return value
        loaded, problems = {}, {}
        for key, each in value.items():
            try:
                loaded[key] = self.value_field.deserialize(each)
            except ValidationError as error:
                problems[key] = error.messages
        if problems:
            raise ValidationError(problems)
        return loaded

    def wrong_type(self, received: str) -> str:
        return f"Invalid input: expected record, received {received}"


class OneOf(Wire):
    """The first of several kinds that fits; else `Invalid input`."""

    def __init__(self, kinds: Sequence[Wire], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kinds = tuple(kinds)

    def read(self, value: Any) -> Any:
        for kind in self.kinds:
            try:
                return kind.deserialize(value)
            except ValidationError:
                continue
        raise ValidationError("Invalid input")

    def wrong_type(self, received: str) -> str:
        return "Invalid input"
