"""Field classes of request shapes, each with the reference's wording for what is wrong.

A field is optional unless `required=True`; absence leaves the key out of the loaded body unless
`load_default` is given; null is a wrong type unless `allow_none=True`.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, missing

from autumn_mock.domain.numbers import decimal
from autumn_mock.schemas.base import Shape, current_profile, type_name

MAX_SAFE_INTEGER = 9_007_199_254_740_991


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


class String(Wire):
    """Text, optionally of a length or a pattern (`has invalid format`, or `pattern_text`)."""

    def __init__(
        self,
        *,
        min_length: int = 0,
        max_length: int | None = None,
        pattern: str | None = None,
        pattern_text: str = "has invalid format",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.min_length, self.max_length = min_length, max_length
        self.pattern = re.compile(pattern) if pattern else None
        self.pattern_text = pattern_text

    def read(self, value: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(self.wrong_type(type_name(value)))
        problems = []
        if len(value) < self.min_length:
            problems.append(
                "cannot be empty"
                if self.min_length == 1
                else f"Too small: expected string to have >={self.min_length} characters"
            )
        if self.max_length is not None and len(value) > self.max_length:
            problems.append(f"Too big: expected string to have <={self.max_length} characters")
        if self.pattern and not self.pattern.fullmatch(value):
            problems.append(self.pattern_text)
        if problems:
            raise ValidationError(problems)
        return value

    def wrong_type(self, received: str) -> str:
        return f"must be a string (received {received})"


class CustomerId(String):
    """Letters, digits, `_`, `-` (and `:` where the profile allows); the first misfit is told."""

    _ALLOWED = "Use only letters, numbers, underscores, hyphens, and colons."
    _FITS = re.compile(r"[A-Za-z0-9_\-:]+")
    _MISFIT = re.compile(r"[^A-Za-z0-9_\-:]")
    _MISFIT_STRICT = re.compile(r"[^A-Za-z0-9_\-]")

    def read(self, value: Any) -> str:
        text = super().read(value)
        if self._FITS.fullmatch(text) and (":" not in text or current_profile().colon_in_customer_id):
            return text
        raise ValidationError(self._complaint(text))

    def _complaint(self, text: str) -> str:
        if not text:
            return "can't be an empty string"
        if "@" in text:
            return f"cannot contain @ symbol. {self._ALLOWED}"
        if " " in text:
            return f"cannot contain spaces. {self._ALLOWED}"
        if "." in text:
            return f"cannot contain periods. {self._ALLOWED}"
        if misfit := self._MISFIT.search(text):
            return f"cannot contain '{misfit.group()}'. {self._ALLOWED}"
        allowed = "Use only letters, numbers, underscores, and hyphens."
        misfit = self._MISFIT_STRICT.search(text)
        return f"cannot contain '{misfit.group() if misfit else ':'}'. {allowed}"


class Email(Wire):
    """An e-mail address as the reference sees one; every other value gets the same text."""

    _FITS = re.compile(r'[^\s@"]{1,64}@[^\s@]{1,255}')

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or not self._FITS.fullmatch(value):
            raise ValidationError("not a valid email address")
        return value

    def wrong_type(self, received: str) -> str:
        return "not a valid email address"


class Url(Wire):
    """An absolute http(s) URL."""

    _FITS = re.compile(r"https?://[^\s/?#]+[^\s]*")

    def read(self, value: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(self.wrong_type(type_name(value)))
        if not self._FITS.fullmatch(value):
            raise ValidationError("Invalid URL")
        return value

    def wrong_type(self, received: str) -> str:
        return f"must be a string (received {received})"


class Boolean(Wire):
    def read(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError(self.wrong_type(type_name(value)))
        return value

    def wrong_type(self, received: str) -> str:
        return f"must be a boolean (received {received})"


class Number(Wire):
    """A number, loaded as `Decimal`. `converts` reads text, booleans and null as JavaScript does."""

    def __init__(
        self,
        *,
        minimum: int | None = None,
        above: int | None = None,
        maximum: int | None = None,
        converts: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.minimum, self.above, self.maximum = minimum, above, maximum
        self.converts = converts

    def read(self, value: Any) -> Any:
        return decimal(self.in_bounds(self.numeric(value)))

    def numeric(self, value: Any) -> int | float:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        if not self.converts:
            raise ValidationError(self.wrong_type(type_name(value)))
        converted = _javascript_number(value)
        if not math.isfinite(converted):
            raise ValidationError(self.wrong_type("NaN" if math.isnan(converted) else "Infinity"))
        return converted

    def in_bounds(self, value: int | float) -> int | float:
        problems = []
        if self.minimum is not None and value < self.minimum:
            problems.append(f"Too small: expected number to be >={self.minimum}")
        if self.above is not None and value <= self.above:
            problems.append(f"Too small: expected number to be >{self.above}")
        if self.maximum is not None and value > self.maximum:
            problems.append(f"Too big: expected number to be <={self.maximum}")
        if problems:
            raise ValidationError(problems)
        return value

    def wrong_type(self, received: str) -> str:
        if received == "undefined" and self.converts:
            received = "NaN"
        return f"must be a number (received {received})"


class Integer(Number):
    """A whole number, loaded as `int`."""

    def read(self, value: Any) -> int:
        plain = self.numeric(value)
        if plain != int(plain):
            raise ValidationError("Invalid input: expected int, received number")
        if abs(plain) > MAX_SAFE_INTEGER:
            side, sign = ("Too big", "<") if plain > 0 else ("Too small", ">-")
            raise ValidationError(f"{side}: expected int to be {sign}{MAX_SAFE_INTEGER}")
        return int(self.in_bounds(plain))


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


def _javascript_number(value: object) -> int | float:
    """`Number(value)` of JavaScript, for what JSON can hold."""
    if value is None:
        return 0
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return 0
        try:
            found = float(text) if "_" not in text else math.nan
        except ValueError:
            return math.nan
        return int(found) if math.isfinite(found) and found == int(found) else found
    return math.nan


Check = Callable[[dict[str, Any]], None]

__all__ = [
    "Anything", "Array", "Boolean", "Choice", "CustomerId", "Decimal", "Email", "Integer",
    "Literal", "Map", "Number", "Object", "OneOf", "String", "Url", "Wire",
]  # fmt: skip
