"""Fields of text: of a length or pattern, ids of customers, addresses."""

import re
from typing import Any

from marshmallow import ValidationError

from autumn_mock.schemas.base import current_profile, type_name
from autumn_mock.schemas.fields.wire import Wire


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
