"""Features: what one may be, and how it is shown (reference: features).

Invariant: a credit system names each metered feature once, and only consumable ones.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from autumn_mock.domain.numbers import number
from autumn_mock.domain.records import CreditCost, Display, Feature, JsonObject
from autumn_mock.errors.catalog import (
    AiCreditsHaveNoSchema,
    NoMeteredFeature,
    RepeatedMeteredFeature,
    SchemaNamesContinuousFeature,
    SchemaNamesCreditSystem,
)

BOOLEAN, METERED = "boolean", "metered"
CREDIT_SYSTEM, AI_CREDIT_SYSTEM = "credit_system", "ai_credit_system"
FEATURE_TYPES = (BOOLEAN, METERED, CREDIT_SYSTEM, AI_CREDIT_SYSTEM)

Look = Callable[[str], Feature | None]
"""Finds a feature by id."""


def new_feature(facts: dict[str, Any], *, internal_id: str, now: int) -> Feature:
    """The feature that a checked `features.create` body describes."""
    return with_facts(
        Feature(
            id=facts["feature_id"],
            internal_id=internal_id,
            name=facts["name"],
            type=facts["type"],
            created_at=now,
        ),
        facts,
    )


def with_facts(feature: Feature, facts: dict[str, Any]) -> Feature:
    """The feature with the given fields changed, absent ones kept."""
    kind = facts.get("type", feature.type)
    changed: dict[str, Any] = {"type": kind, "consumable": _consumable(kind, facts, feature)}
    for name in ("name", "archived", "default_markup"):
        if name in facts:
            changed[name] = facts[name]
    for name in ("model_markups", "provider_markups"):
        if name in facts:
            changed[name] = _plain(facts[name])
    if "event_names" in facts:
        changed["event_names"] = tuple(facts["event_names"])
    if "display" in facts:
        changed["display"] = Display(**facts["display"])
    changed["credit_schema"] = _credit_schema(kind, facts, feature)
    return feature.but(**changed)


def _credit_schema(kind: str, facts: dict[str, Any], feature: Feature) -> tuple[CreditCost, ...] | None:
    """Credit systems have one, the ones for AI models an empty one; no other feature has."""
    if kind not in {CREDIT_SYSTEM, AI_CREDIT_SYSTEM}:
        return None
    if "credit_schema" in facts:
        return tuple(CreditCost(**line) for line in facts["credit_schema"])
    return feature.credit_schema or ()


def _consumable(kind: str, facts: dict[str, Any], feature: Feature) -> bool:
    if kind in {CREDIT_SYSTEM, AI_CREDIT_SYSTEM}:
        return True
    if kind == METERED and "consumable" in facts:
        return bool(facts["consumable"])
    return feature.consumable


def check_credit_schema(feature: Feature, look: Look) -> None:
    """Raises InvalidFeature unless the credit schema of a credit system makes sense."""
    schema = feature.credit_schema or ()
    if feature.type == CREDIT_SYSTEM and not schema:
        raise NoMeteredFeature
    if feature.type == AI_CREDIT_SYSTEM and schema:
        raise AiCreditsHaveNoSchema
    named = [line.metered_feature_id for line in schema]
    if len(set(named)) < len(named):
        raise RepeatedMeteredFeature
    for feature_id in named:
        other = look(feature_id)
        if other is None or feature_id == feature.id:
            continue
        if other.type == CREDIT_SYSTEM:
            raise SchemaNamesCreditSystem(feature_id=feature_id)
        if other.type == METERED and not other.consumable:
            raise SchemaNamesContinuousFeature(feature_id=feature_id)


def in_list_order(features: list[Feature]) -> list[Feature]:
    """As `features.list` shows them: archived ones last, each part in order of creation."""
    return sorted(features, key=lambda f: (f.archived, f.created_at, f.internal_id))


def feature_object(feature: Feature) -> JsonObject:
    """The feature as the newest version shows it."""
    shown: JsonObject = {
        "id": feature.id,
        "name": feature.name,
        "type": feature.type,
        "consumable": feature.consumable,
    }
    if feature.credit_schema is not None:
        shown["credit_schema"] = [
            {"metered_feature_id": c.metered_feature_id, "credit_cost": number(c.credit_cost)}
            for c in feature.credit_schema
        ]
    if feature.model_markups is not None:
        shown["model_markups"] = feature.model_markups
    if feature.default_markup is not None:
        shown["default_markup"] = number(feature.default_markup)
    if feature.provider_markups is not None:
        shown["provider_markups"] = feature.provider_markups
    shown["event_names"] = list(feature.event_names)
    shown["archived"] = feature.archived
    if feature.display is not None:
        shown["display"] = {
            "singular": feature.display.singular,
            "plural": feature.display.plural,
        }
    return shown


def _plain(value: Any) -> Any:
    """Decimals of a loaded body back to JSON numbers, for what is stored as it came."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return number(value) if isinstance(value, Decimal) else value
