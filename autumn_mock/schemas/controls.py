"""Shapes of `billing_controls` (reference: billing controls, shapes and validation).

Loaded controls are stored as they stand, so their numbers are plain JSON numbers and their defaults
are filled in. A feature id need not name a feature.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Any

from marshmallow import ValidationError, validates_schema

from autumn_mock.domain.numbers import decimal, number
from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape
from autumn_mock.schemas.base import type_name as name_of_type

Entry = dict[str, Any]

_KEY_LENGTHS = range(1, 65)
_FILTER_KEYS = range(1, 5)


class PlainNumber(fields.Number):
    """A number that stays a JSON number: whole ones without a point."""

    def read(self, value: Any) -> int | float:
        return number(decimal(self.in_bounds(self.numeric(value))))


class FilterValue(fields.Wire):
    """Text of 1 to 128 characters, a number or a boolean, loaded as text."""

    _TEXT = fields.String(min_length=1, max_length=128)

    def read(self, value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return str(number(decimal(value)))
        if not isinstance(value, str):
            raise ValidationError(self.wrong_type(name_of_type(value)))
        return self._TEXT.read(value)

    def wrong_type(self, received: str) -> str:
        return "Invalid input"


class FilterProperties(fields.Map):
    """1 to 4 properties that an event must have."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(FilterValue(), **kwargs)

    def read(self, value: Any) -> dict[str, Any]:
        loaded = super().read(value)
        for key in loaded:
            if len(key) not in _KEY_LENGTHS:
                raise ValidationError({key: ["Invalid key in record"]})
        if len(loaded) not in _FILTER_KEYS:
            raise ValidationError("filter.properties must have between 1 and 4 keys")
        return loaded


class UsageFilter(Shape):
    properties = FilterProperties(required=True)


class PurchaseLimit(Shape):
    interval = fields.Choice(("hour", "day", "week", "month"), required=True)
    interval_count = PlainNumber(minimum=1, load_default=1)
    limit = PlainNumber(minimum=1, required=True)


class CountedPurchaseLimit(PurchaseLimit):
    """A customer's may say how much of it is used up."""

    count = PlainNumber(minimum=0)


class PlanAutoTopup(Shape):
    feature_id = fields.String(required=True)
    enabled = fields.Boolean(load_default=False)
    threshold = PlainNumber(required=True)
    quantity = PlainNumber(minimum=1, required=True)
    purchase_limit = fields.Object(PurchaseLimit)
    invoice_mode = fields.Boolean()


class AutoTopup(PlanAutoTopup):
    purchase_limit = fields.Object(CountedPurchaseLimit)


class SpendLimit(Shape):
    feature_id = fields.String()
    enabled = fields.Boolean(load_default=False)
    limit_type = fields.Choice(("absolute", "usage_percentage"))
    overage_limit = PlainNumber(minimum=0)
    skip_overage_billing = fields.Boolean()

    @validates_schema
    def names_its_feature(self, data: Entry, **_: Any) -> None:
        if "feature_id" not in data and ("overage_limit" in data or "skip_overage_billing" in data):
            text = "feature_id is required when overage_limit or skip_overage_billing is provided"
            raise ValidationError(text, "feature_id")


class UsageLimit(Shape):
    feature_id = fields.String(required=True)
    enabled = fields.Boolean(load_default=True)
    limit = PlainNumber(minimum=0, required=True)
    interval = fields.Choice(("day", "week", "month", "year"), required=True)
    anchor = fields.Choice(("billing_cycle", "utc"))
    filter = fields.Object(UsageFilter)


class UsageAlert(Shape):
    feature_id = fields.String()
    enabled = fields.Boolean(load_default=True)
    threshold = PlainNumber(minimum=0, required=True)
    threshold_type = fields.Choice(
        ("usage", "usage_percentage", "remaining", "remaining_percentage"), required=True
    )
    name = fields.String()

    @validates_schema
    def is_a_share(self, data: Entry, **_: Any) -> None:
        if data["threshold_type"] == "remaining_percentage" and data["threshold"] > 100:
            raise ValidationError("Threshold must be between 0 and 100 for remaining_percentage", "threshold")


class OverageAllowed(Shape):
    feature_id = fields.String(required=True)
    enabled = fields.Boolean(load_default=False)


class EntityBillingControls(Shape):
    """The controls of an entity: no auto top-ups, one usage limit for each feature."""

    spend_limits = fields.Array(fields.Object(SpendLimit))
    usage_limits = fields.Array(fields.Object(UsageLimit))
    usage_alerts = fields.Array(fields.Object(UsageAlert))
    overage_allowed = fields.Array(fields.Object(OverageAllowed))

    @validates_schema
    def are_unique(self, data: Entry, **_: Any) -> None:
        _refuse_repeated(data, "spend_limits", "spend limit", _feature)
        _refuse_repeated(data, "usage_limits", "usage limit", _feature)
        _refuse_repeated(data, "overage_allowed", "overage_allowed", _feature)


class PlanBillingControls(Shape):
    """The controls of a plan."""

    auto_topups = fields.Array(fields.Object(PlanAutoTopup))
    spend_limits = fields.Array(fields.Object(SpendLimit))
    usage_limits = fields.Array(fields.Object(UsageLimit))
    usage_alerts = fields.Array(fields.Object(UsageAlert))
    overage_allowed = fields.Array(fields.Object(OverageAllowed))

    @validates_schema
    def are_unique(self, data: Entry, **_: Any) -> None:
        _refuse_repeated(data, "auto_topups", "auto top-up", _feature)
        _refuse_repeated(data, "spend_limits", "spend limit", _feature)
        _refuse_repeated(data, "usage_limits", "usage limit", _feature_and_filter, " and filter")
        _refuse_repeated(data, "overage_allowed", "overage_allowed", _feature)


class BillingControls(PlanBillingControls):
    """The controls of a customer."""

    auto_topups = fields.Array(fields.Object(AutoTopup))


def _feature(entry: Entry) -> Hashable:
    return entry.get("feature_id")


def _feature_and_filter(entry: Entry) -> Hashable:
    properties = entry.get("filter", {}).get("properties", {})
    return entry["feature_id"], "&".join(f"{key}={properties[key]}" for key in sorted(properties))


def _refuse_repeated(
    data: Entry, name: str, word: str, identity: Callable[[Entry], Hashable], more: str = ""
) -> None:
    """Raises ValidationError at the second of two entries that are about the same."""
    index = _first_repeated(identity(entry) for entry in data.get(name, ()))
    if index is not None:
        text = f"Only one {word} entry is allowed per feature_id{more}"
        raise ValidationError({name: {index: {"feature_id": [text]}}})


def _first_repeated(identities: Iterable[Hashable]) -> int | None:
    seen = set()
    for index, identity in enumerate(identities):
        if identity is not None and identity in seen:
            return index
        seen.add(identity)
    return None
