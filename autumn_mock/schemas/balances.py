"""Shapes of `balances.*` (reference: balances)."""

from typing import Any

from marshmallow import Schema, ValidationError, validates_schema

from autumn_mock.domain.balances.overage import CAP, OVERFLOW, REJECT
from autumn_mock.domain.periods import INTERVALS
from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape, type_name
from autumn_mock.schemas.common import CustomerData

MAX_BATCH = 1_000


class EntityFacts(Shape):
    """What an entity made on the way gets; without `feature_id` it can't be made."""

    feature_id = fields.String()
    name = fields.String(allow_none=True)


class LockShape(Shape):
    lock_id = fields.String(required=True, max_length=256)
    enabled = fields.Literal(True, required=True)
    expires_at = fields.Integer()


class Subject(Shape):
    """Whom a check or a track is about."""

    customer_id = fields.String(required=True)
    entity_id = fields.String()
    properties = fields.Map()
    customer_data = fields.Object(CustomerData)
    entity_data = fields.Object(EntityFacts)
    skip_event = fields.Boolean(load_default=False)
    lock = fields.Object(LockShape)


class Check(Subject):
    feature_id = fields.String()
    product_id = fields.String()
    required_balance = fields.Number()
    required_quantity = fields.Number()
    send_event = fields.Boolean(load_default=False)
    with_preview = fields.Boolean(load_default=False)

    @validates_schema
    def names_one_thing(self, data: dict[str, Any], **_: Any) -> None:
        if bool(data.get("feature_id")) == bool(data.get("product_id")):
            raise ValidationError("Must provide either product_id or feature_id")


class Track(Subject):
    feature_id = fields.String()
    event_name = fields.String()
    value = fields.Number()
    timestamp = fields.Integer(minimum=0, above=0)
    idempotency_key = fields.String()
    overage_behavior = fields.OneOf([fields.Choice((CAP, REJECT, OVERFLOW))], load_default=CAP)
    queued = fields.Boolean(data_key="async", load_default=False)

    @validates_schema
    def names_one_thing(self, data: dict[str, Any], **_: Any) -> None:
        problems: dict[str, list[str]] = {}
        if data.get("event_name") == "":
            problems["event_name"] = ["cannot be empty"]
        if bool(data.get("feature_id")) == bool(data.get("event_name")):
            problems["_schema"] = ["Either feature_id or event_name must be provided"]
        if problems:
            raise ValidationError(problems)


class BatchTrack(Schema):
    """A list of track bodies, each of the right shape."""

    def load(self, data: Any, **_: Any) -> Any:
        if not isinstance(data, list):
            raise ValidationError(f"Invalid input: expected array, received {type_name(data)}")
        return _TRACKS.read(data)


_TRACKS = fields.Array(fields.Object(Track), min_items=1, max_items=MAX_BATCH)


class Finalize(Shape):
    lock_id = fields.String(required=True)
    action = fields.Choice(("confirm", "release"), required=True)
    override_value = fields.Number()
    properties = fields.Map()

    @validates_schema
    def releases_all(self, data: dict[str, Any], **_: Any) -> None:
        if data["action"] == "release" and "override_value" in data:
            text = "override_value cannot be provided when action is release"
            raise ValidationError(text, "override_value")


class ResetShape(Shape):
    interval = fields.Choice(INTERVALS, required=True)
    interval_count = fields.Integer(minimum=1)


class RolloverShape(Shape):
    max = fields.Number(allow_none=True)
    max_percentage = fields.Number(allow_none=True)
    duration = fields.Choice(("month", "forever"), load_default="month")
    length = fields.Integer(required=True)


class CreateBalance(Shape):
    customer_id = fields.String(required=True)
    entity_id = fields.String()
    feature_id = fields.String(required=True)
    included_grant = fields.Number()
    granted_balance = fields.Number()
    unlimited = fields.Boolean()
    reset = fields.Object(ResetShape)
    rollover = fields.Object(RolloverShape)
    expires_at = fields.Integer()
    next_reset_at = fields.Integer()
    balance_id = fields.String()


class Selection(Shape):
    """Which balances of a customer are meant."""

    customer_id = fields.String(required=True)
    entity_id = fields.String()
    feature_id = fields.String(required=True)
    interval = fields.Choice(INTERVALS)


class UpdateBalance(Selection):
    remaining = fields.Number()
    current_balance = fields.Number()
    add_to_balance = fields.Number()
    usage = fields.Number()
    included_grant = fields.Number()
    next_reset_at = fields.Integer()
    expires_at = fields.Integer()
    balance_id = fields.String()
    customer_entitlement_id = fields.String()


class DeleteBalance(Selection):
    feature_id = fields.String()
    balance_id = fields.String()
    recalculate_balances = fields.Boolean(load_default=False)


class ListRawBalances(Shape):
    customer_id = fields.String(required=True)


class SetUsage(Shape):
    customer_id = fields.String(required=True)
    feature_id = fields.String(required=True)
    value = fields.Number(required=True)
    entity_id = fields.String()
    customer_data = fields.Object(CustomerData)


class FeatureBalance(Shape):
    feature_id = fields.String(required=True)
    balance = fields.Number(required=True)


class SetBalances(Shape):
    customer_id = fields.String(required=True)
    entity_id = fields.String()
    balances = fields.Array(fields.Object(FeatureBalance), required=True)
