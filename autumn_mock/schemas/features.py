"""Shapes of `features.*` (reference: features)."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from autumn_mock.domain.catalog.features import AI_CREDIT_SYSTEM, CREDIT_SYSTEM, FEATURE_TYPES, METERED
from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape


class FeatureId(fields.String):
    """The id that the REST routes allow: letters, digits, `_` and `-`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            pattern=r"[a-zA-Z0-9_-]+",
            pattern_text="must contain only letters, numbers, underscores, hyphens",
            **kwargs,
        )


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
        check_credit_system(data)


def check_credit_system(data: dict[str, Any]) -> None:
    """A new credit system has a schema and is consumable. Raises ValidationError."""
    if not str(data["type"]).endswith(CREDIT_SYSTEM):
        return
    if data.get("consumable") is False:
        raise ValidationError("Credit system features must be consumable.", "consumable")
    if data["type"] == CREDIT_SYSTEM and "credit_schema" not in data:
        text = "Please specify the credit schema for the feature."
        raise ValidationError(text, "credit_schema")


class GetFeature(Shape):
    feature_id = fields.String(required=True)


class UpdateFeature(FeatureFacts):
    """Only what is given changes."""

    name = fields.String(min_length=1)
    archived = fields.Boolean()
    feature_id = fields.String(required=True)
    new_feature_id = fields.String()


_CONSUMABLE_MISSING = "Please specify whether the feature is consumable (eg. API tokens, credits, etc.) or not."
_OLD_TYPES = ("static", "boolean", "single_use", "continuous_use", CREDIT_SYSTEM, AI_CREDIT_SYSTEM)


class CreateFeatureByRest(FeatureFacts):
    """`POST /features`: the id has fewer characters, the name may be missing."""

    id = FeatureId(min_length=1, required=True)
    name = fields.String(min_length=1)
    type = fields.Choice(FEATURE_TYPES, required=True)

    class Meta(Shape.Meta):
        fields = ("id", *FeatureFacts._declared_fields)

    @validates_schema
    def is_whole(self, data: dict[str, Any], **_: Any) -> None:
        if data["type"] == METERED and "consumable" not in data:
            raise ValidationError(_CONSUMABLE_MISSING, "consumable")


class UpdateFeatureByRest(FeatureFacts):
    """`POST /features/:id`: `id` is the new one."""

    feature_id = fields.String(required=True)
    id = FeatureId(min_length=1)
    name = fields.String(min_length=1)
    archived = fields.Boolean()

    class Meta(Shape.Meta):
        fields = ("feature_id", "id", *FeatureFacts._declared_fields, "archived")


class OldFeature(Shape):
    """A feature in a body of 1.2 and older: the usage kind stands in the type, nulls are nothing."""

    id = FeatureId(required=True)
    name = fields.String(allow_none=True)
    type = fields.Choice(_OLD_TYPES, required=True)
    display = fields.Object(DisplayWords, allow_none=True)
    credit_schema = fields.Array(fields.Object(CreditCost), allow_none=True)


class OldFeatureUpdate(OldFeature):
    feature_id = fields.String(required=True)
    id = FeatureId()
    type = fields.Choice(_OLD_TYPES)
    archived = fields.Boolean()


class FeatureInPath(Shape):
    feature_id = fields.String(required=True)
