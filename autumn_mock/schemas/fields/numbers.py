"""Fields of numbers, loaded as `Decimal` or `int`; some read text and null as JavaScript does."""

import math
from typing import Any

from marshmallow import ValidationError

from autumn_mock.domain.numbers import decimal
from autumn_mock.schemas.base import type_name
from autumn_mock.schemas.fields.wire import Wire

MAX_SAFE_INTEGER = 9_007_199_254_740_991


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
