"""Loading a body: unknown keys are dropped, every problem is found, in the order of the fields.

The wording of problems is the reference's (section "errors"); each field class of `fields.py` owns
its own texts.
"""

from collections.abc import Iterator
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError
from marshmallow.experimental.context import Context

from autumn_mock.errors import InvalidInputs, Problem
from autumn_mock.settings import PROFILES, Profile


class Shape(Schema):
    """The base of every request shape."""

    class Meta:
        unknown = EXCLUDE


Loaded = dict[str, Any]


def load_body(shape: Schema, body: object, profile: Profile = PROFILES["documented"]) -> Loaded:
    """The body with its defaults filled in and its numbers as decimals.

    Raises InvalidInputs with every problem.
    """
    if isinstance(shape, Shape) and not isinstance(body, dict):
        raise InvalidInputs([("input", f"Invalid input: expected object, received {type_name(body)}")])
    try:
        with Context(profile):
            loaded: Loaded = shape.load(body)  # type: ignore[arg-type]
    except ValidationError as error:
        raise InvalidInputs(problems_in(error.messages)) from None
    return loaded


def current_profile() -> Profile:
    """The profile of the server whose request is being loaded."""
    profile: Profile = Context.get(PROFILES["documented"])
    return profile


def problems_in(messages: Any, path: str = "") -> Iterator[Problem]:
    """Marshmallow's nested messages as flat (path, text) pairs."""
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from problems_in(inner, path if key == "_schema" else _join(path, key))
        return
    for each in messages if isinstance(messages, list) else [messages]:
        if isinstance(each, dict):
            yield from problems_in(each, path)
        else:
            yield path or "input", str(each)


def type_name(value: object) -> str:
    """The name that JavaScript's validators give a JSON value's type."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, list):
        return "array"
    if isinstance(value, dict):
        return "object"
    return "number"


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)
