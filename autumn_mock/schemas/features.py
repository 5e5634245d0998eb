"""Shapes of `features.*` (reference: features)."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from autumn_mock.domain.features import FEATURE_TYPES
from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape


class CreditCost(Shape):
    metered_feature_id = fields.String(required=True)
    credit_cost = fields.Number(required=True)


class DisplayWords(Shape):
    singular = fields.String(required=True)
    plural = fields.String(required=True)


class ModelMarkup(Shape):
    markup = fields.Number(minimum=-100)
    input_cost = fields.Number(minimum=0)
    output_cost = fields.Number(minimum=0)


class ProviderMarkup(Shape):
    markup = fields.Number(minimum=-100, required=True)


class FeatureFacts(Shape):
    """The fields of a feature that may be given, all optional."""

    name = fields.String()
    type = fields.Choice(FEATURE_TYPES)
    consumable = fields.Boolean()
    display = fields.Object(DisplayWords)
    credit_schema = fields.Array(fields.Object(CreditCost))
    model_markups = fields.Map(fields.Object(ModelMarkup), allow_none=True)
    default_markup = fields.Number(minimum=-100)
    provider_markups = fields.Map(fields.Object(ProviderMarkup), allow_none=True)
    event_names = fields.Array(fields.String())


class CreateFeature(FeatureFacts):
    """`feature_id` comes last: problems are told in this order."""

    name = fields.String(required=True)
    type = fields.Choice(FEATURE_TYPES, required=True)
    feature_id = fields.String(required=True)

    @validates_schema
    def credit_system_is_whole(self, data: dict[str, Any], **_: Any) -> None:
        if not str(data["type"]).endswith("credit_system"):
            return
        if data.get("consumable") is False:
            raise ValidationError("Credit system features must be consumable.", "consumable")
        if data["type"] == "credit_system" and "credit_schema" not in data:
            text = "Please specify the credit schema for the feature."
            raise ValidationError(text, "credit_schema")


class GetFeature(Shape):
    feature_id = fields.String(required=True)
