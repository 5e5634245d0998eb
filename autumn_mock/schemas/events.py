"""Shapes of `events.*` (reference: events)."""

from typing import Any

from marshmallow import Schema, ValidationError, validates_schema

from autumn_mock.domain.events.event_bins import BIN_SIZES, DAYS
from autumn_mock.domain.events.event_groups import FEATURE, GROUPS, PROPERTIES
from autumn_mock.domain.events.event_windows import RANGES
from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape
from autumn_mock.versions.version import Version

MAX_FILTERS = 5
_TWO_RANGES = "Only one of range or custom_range may be provided"


class Names(fields.OneOf):
    """A feature id or event name, or a list of them; loaded as a list."""

    def __init__(self, **kwargs: Any) -> None:
        name = fields.String(min_length=1)
        super().__init__([name, fields.Array(name)], **kwargs)

    def read(self, value: Any) -> list[str]:
        found = super().read(value)
        return [found] if isinstance(found, str) else found


class Filters(fields.Map):
    """Properties that an event must have, as text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(fields.String(), **kwargs)

    def read(self, value: Any) -> dict[str, Any]:
        loaded = super().read(value)
        if len(loaded) > MAX_FILTERS:
            raise ValidationError(f"filter_by supports a maximum of {MAX_FILTERS} filters")
        return loaded


class GroupBy(fields.String):
    def read(self, value: Any) -> str:
        text = super().read(value)
        if text in GROUPS or text.startswith(PROPERTIES):
            return text
        raise ValidationError(
            'group_by must start with "properties." or be "$customer_id", "$entity_id", "$plan_id", or '
            '"$feature_id"'
        )


class OpenRange(Shape):
    start = fields.Number(converts=True)
    end = fields.Number(converts=True)


class ClosedRange(Shape):
    start = fields.Number(required=True)
    end = fields.Number(required=True)

    @validates_schema
    def is_in_order(self, data: dict[str, Any], **_: Any) -> None:
        if data["start"] >= data["end"]:
            raise ValidationError("start must be before end")


class _List(Shape):
    customer_id = fields.String()
    entity_id = fields.String(min_length=1)
    feature_id = Names()
    custom_range = fields.Object(OpenRange)
    filter_by = Filters(load_default=dict)


class ListEvents(_List):
    """Pages by cursor."""

    start_cursor = fields.String(load_default="")
    limit = fields.Integer(converts=True, minimum=1, maximum=5000, load_default=50)


class ListEventsInRange(ListEvents):
    """The newest form, which takes the ranges of the aggregate."""

    range_ = fields.Choice(RANGES, data_key="range")

    @validates_schema
    def has_one_range(self, data: dict[str, Any], **_: Any) -> None:
        if "range_" in data and "custom_range" in data:
            raise ValidationError(_TWO_RANGES, "range")


class ListEventsByOffset(_List):
    offset = fields.Integer(converts=True, minimum=0, load_default=0)
    limit = fields.Integer(converts=True, minimum=1, maximum=1000, load_default=100)


_BY_CURSOR, _IN_RANGE, _BY_OFFSET = ListEvents(), ListEventsInRange(), ListEventsByOffset()


def list_events(version: Version) -> Schema:
    """Cursors since 2.3, named ranges since 2.5."""
    if version >= Version.V2_5:
        return _IN_RANGE
    return _BY_CURSOR if version >= Version.V2_3 else _BY_OFFSET


class AggregateEvents(Shape):
    customer_id = fields.String(min_length=1)
    entity_id = fields.String(min_length=1)
    feature_id = Names(required=True)
    group_by = GroupBy()
    range_ = fields.Choice(RANGES, data_key="range")
    bin_size = fields.Choice(BIN_SIZES, load_default=DAYS)
    custom_range = fields.Object(ClosedRange)
    filter_by = Filters(load_default=dict)
    max_groups = fields.Integer(minimum=1, maximum=250, load_default=9)
    aggregate_on = fields.Literal("deducted")

    @validates_schema
    def makes_sense(self, data: dict[str, Any], **_: Any) -> None:
        """A custom range with a bound of 0 does not count as given."""
        custom = data.get("custom_range")
        if "range_" in data and custom and custom["start"] and custom["end"]:
            raise ValidationError({"custom_range": {"range": [_TWO_RANGES]}})
        if data.get("group_by") == FEATURE and "aggregate_on" not in data:
            raise ValidationError('group_by "$feature_id" requires aggregate_on to be "deducted"', "group_by")
