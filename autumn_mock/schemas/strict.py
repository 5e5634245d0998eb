"""Shapes that refuse unknown keys, and have rules between their fields.

Invariant: the rules are judged like the reference's. After a problem of shape (something is missing,
of a wrong type, not one of the words, unknown) no rule of this object or of those around it is; a
field with a mere problem of value (too small, empty, a broken rule inside it) counts as absent.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError, missing

from autumn_mock.errors.base import Problem
from autumn_mock.schemas.base import Loaded, Shape, problems_in

_OF_SHAPE = ("Invalid input", "must be ", "Unrecognized key")
"""How problems of shape begin; the texts of fields and of unknown keys are such."""


class StrictShape(Shape):
    """The base of strict request shapes."""

    def rules(self, data: Loaded) -> Iterator[Problem]:
        """What is wrong between the fields, in order; the path is empty for the object as a whole."""
        yield from ()

    def read(self, body: dict[str, Any]) -> Loaded:
        """As every shape reads; raises ValidationError at the first problem."""
        if self._unknown(body):
            raise ValidationError("unknown keys")
        loaded = super().read(body)
        if next(self.rules(loaded), None) is not None:
            raise ValidationError("a rule is broken")
        return loaded

    def load(self, data: Mapping[str, Any], **_: Any) -> Loaded:  # type: ignore[override]
        """Find every problem. Raises ValidationError with all of them, in order."""
        loaded, found = self._fields(data)
        if unknown := self._unknown(data):
            listed = ", ".join(f'"{key}"' for key in unknown)
            found["_schema"] = [f"Unrecognized key{'s' if len(unknown) > 1 else ''}: {listed}"]
        problems: list[Any] = [found] if found else []
        if not any(text.startswith(_OF_SHAPE) for _, text in problems_in(found)):
            problems += [_placed(path, text) for path, text in self.rules(loaded)]
        if problems:
            raise ValidationError(problems)
        return loaded

    def _fields(self, data: Mapping[str, Any]) -> tuple[Loaded, dict[str, Any]]:
        """What could be read, and the problems by field."""
        loaded: Loaded = {}
        found: dict[str, Any] = {}
        for name, field in self.fields.items():
            key = field.data_key or name
            try:
                value = field.deserialize(data.get(key, missing))
            except ValidationError as error:
                found[key] = error.messages
                continue
            if value is not missing:
                loaded[name] = value
        return loaded, found

    def _unknown(self, data: Mapping[str, Any]) -> list[str]:
        known = {field.data_key or name for name, field in self.fields.items()}
        return [key for key in data if key not in known]


def _placed(path: str, text: str) -> Any:
    return {path: [text]} if path else text
