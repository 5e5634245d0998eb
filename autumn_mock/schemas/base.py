"""Loading a body: unknown keys are dropped, every problem is found, in the order of the fields.

The wording of problems is the reference's (section "errors"); each field class of `fields/` owns
its own texts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import cached_property
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, missing
from marshmallow.decorators import VALIDATES_SCHEMA
from marshmallow.experimental.context import Context
from marshmallow.schema import SchemaMeta

from autumn_mock.errors import InvalidInputs, Problem
from autumn_mock.settings import PROFILES, Profile

Loaded = dict[str, Any]
_DEFAULT = PROFILES["documented"]


class _ShapeType(SchemaMeta):
    """The type of shapes. Marshmallow looks through all that a class inherits for its checks; looking
    through the shapes among it finds the same, and takes a tenth off the start of the server."""

    def resolve_hooks(self) -> dict[str, list[tuple[str, bool, dict[str, Any]]]]:
        shapes = self.__mro__[: self.__mro__.index(Schema)]
        known = {name: attribute for each in reversed(shapes) for name, attribute in vars(each).items()}
        hooks: dict[str, list[tuple[str, bool, dict[str, Any]]]] = defaultdict(list)
        for name in sorted(known):
            for tag, configs in getattr(known[name], "__marshmallow_hook__", {}).items():
                hooks[tag].extend((name, many, config) for many, config in configs)
        return hooks


class Shape(Schema, metaclass=_ShapeType):
    """The base of every request shape."""

    class Meta:
        unknown = EXCLUDE

    @cached_property
    def _reading(self) -> "_Reading":
        return _Reading(self)

    def read(self, body: dict[str, Any]) -> Loaded:
        """Load a body at the cost of the fields that are there; marshmallow's own way costs every
        field of the shape. Raises ValidationError at the first problem, whichever it is."""
        reading = self._reading
        if not reading.required <= body.keys():
            raise ValidationError("something is missing")
        loaded: Loaded = {}
        for key, value in body.items():
            if key in reading.fields:
                name, field = reading.fields[key]
                loaded[name] = field.deserialize(value)
        for name, default in reading.defaults:
            if name not in loaded:
                loaded[name] = default() if callable(default) else default
        for check in reading.checks:
            check(loaded)
        return loaded


class _Reading:
    """What of a shape is needed to read a body: fields by key, what must be there, what stands for
    what is absent, and the checks of the whole."""

    def __init__(self, shape: Shape) -> None:
        named = shape.fields.items()
        self.fields = {field.data_key or name: (name, field) for name, field in named}
        self.required = {field.data_key or name for name, field in named if field.required}
        self.defaults = [(name, f.load_default) for name, f in named if f.load_default is not missing]
        checks = {name for name, *_ in shape._hooks[VALIDATES_SCHEMA]}
        self.checks: list[Callable[..., None]] = [getattr(shape, name) for name in sorted(checks)]


def load_body(shape: Schema, body: object, profile: Profile = _DEFAULT) -> Loaded:
    """The body with its defaults filled in and its numbers as decimals.

    Raises InvalidInputs with every problem.
    """
    if isinstance(shape, Shape) and not isinstance(body, dict):
        raise InvalidInputs([("input", f"Invalid input: expected object, received {type_name(body)}")])
    with Context(profile) if profile is not _DEFAULT else nullcontext():
        try:
            if isinstance(shape, Shape) and isinstance(body, dict):
                return shape.read(body)
        except ValidationError:
            pass  # marshmallow finds every problem, in order
        try:
            loaded: Loaded = shape.load(body)  # type: ignore[arg-type]
        except ValidationError as error:
            raise InvalidInputs(problems_in(error.messages)) from None
    return loaded


def current_profile() -> Profile:
    """The profile of the server whose request is being loaded."""
    profile: Profile = Context.get(_DEFAULT)
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
