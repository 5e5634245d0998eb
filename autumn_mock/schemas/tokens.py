"""Shapes of `balances.track_tokens` (reference: AI credits)."""

from typing import Any

from marshmallow import Schema, ValidationError

from autumn_mock.domain.balances.overage import CAP, OVERFLOW, REJECT
from autumn_mock.schemas import fields
from autumn_mock.schemas.balances import MAX_BATCH, EntityFacts
from autumn_mock.schemas.base import Shape, type_name
from autumn_mock.schemas.common import CustomerData
from autumn_mock.versions.version import Version


class TrackTokens(Shape):
    """Cached, audio and reasoning tokens are not in `input_tokens` and `output_tokens`."""

    customer_id = fields.String(required=True)
    entity_id = fields.String()
    feature_id = fields.String()
    model_id = fields.String(required=True)
    input_tokens = fields.Integer(required=True, minimum=0)
    output_tokens = fields.Integer(required=True, minimum=0)
    cache_read_tokens = fields.Integer(minimum=0)
    cache_write_tokens = fields.Integer(minimum=0)
    audio_input_tokens = fields.Integer(minimum=0)
    audio_output_tokens = fields.Integer(minimum=0)
    reasoning_tokens = fields.Integer(minimum=0)
    properties = fields.Map()
    timestamp = fields.Integer(minimum=0, above=0)
    idempotency_key = fields.String()
    overage_behavior = fields.OneOf([fields.Choice((CAP, REJECT, OVERFLOW))], load_default=CAP)
    customer_data = fields.Object(CustomerData)
    entity_data = fields.Object(EntityFacts)
    skip_event = fields.Boolean(load_default=False)
    queued = fields.Boolean(data_key="async", load_default=False)


class TrackTokensQueued(TrackTokens):
    """The newest form, which is done in the background unless `async` is false."""

    queued = fields.Boolean(data_key="async", load_default=True)


_AT_ONCE, _QUEUED = TrackTokens(), TrackTokensQueued()


def track_tokens(version: Version) -> Schema:
    return _QUEUED if version >= Version.V2_5 else _AT_ONCE


class BatchTrackTokens(Schema):
    """A list of such bodies."""

    def load(self, data: Any, **_: Any) -> Any:
        if not isinstance(data, list):
            raise ValidationError(f"Invalid input: expected array, received {type_name(data)}")
        return _BATCH.read(data)


_BATCH = fields.Array(fields.Object(_AT_ONCE), min_items=1, max_items=MAX_BATCH)
