"""Features of a pushed catalog: what a push makes of each, and how a preview tells it (reference: catalog)."""

from typing import Any

from autumn_mock.domain.catalog.features import feature_object, with_facts
from autumn_mock.domain.records import Feature, JsonObject
from autumn_mock.errors import ApiError
from autumn_mock.errors import catalog as errors

_REASONS: dict[type[ApiError], str] = {
    errors.CreditSystemTypeFixed: "credit_system_type_change",
    errors.TypeOfHeldFeature: "has_customers",
    errors.TypeOfEntityFeature: "used_in_products",
    errors.TypeOfPricedFeature: "has_usage_price",
    errors.TypeOfCreditedFeature: "used_in_credit_system",
    errors.DuplicateFeatureId: "id_already_exists",
    errors.IdOfHeldFeature: "has_customers",
    errors.KindOfCreditedFeature: "used_in_credit_system",
    errors.KindOfEntityFeature: "used_in_products",
    errors.KindOfHeldFeature: "has_customers",
}


def pushed_feature(feature: Feature, facts: dict[str, Any]) -> Feature:
    """A known feature as a push leaves it: kind and events are what is sent, absent ones included;
    display and markups stay when absent, archived always."""
    whole = {"event_names": [], "consumable": False, **facts}
    after = with_facts(feature, whole)
    return after if after.type != "boolean" else after.but(consumable=False)


def feature_change(feature: Feature | None, after: Feature, problem: ApiError | None = None) -> JsonObject:
    """A feature that is sent: made (`feature` None), changed or left as it is."""
    previous = previous_attributes(feature, after) if feature else None
    action = "create" if feature is None else "update" if previous else "none"
    return {
        "feature_id": after.id,
        "action": action,
        "will_archive": False,
        "blocked": problem is not None,
        "blocked_reason": _REASONS.get(type(problem), "unsupported_dependency") if problem else None,
        "previous_attributes": previous,
    }


def feature_removal(feature: Feature, *, archived: bool) -> JsonObject:
    """A feature that is not sent and goes, or is archived because it is used."""
    return {
        "feature_id": feature.id,
        "action": "remove",
        "will_archive": archived,
        "blocked": False,
        "blocked_reason": None,
        "previous_attributes": {"id": feature.id, "name": feature.name, "type": feature.type},
    }


def feature_skipped(feature: Feature) -> JsonObject:
    return feature_removal(feature, archived=False) | {"action": "skipped", "previous_attributes": None}


def previous_attributes(feature: Feature, after: Feature) -> JsonObject | None:
    """The old values of the fields that change; None when none does."""
    old, new = feature_object(feature), feature_object(after)
    changed = {key: old.get(key) for key in {**old, **new} if old.get(key) != new.get(key)}
    return changed or None


def removal_order(features: list[Feature]) -> list[Feature]:
    """Credit systems first: they name others."""
    return sorted(features, key=lambda feature: not feature.credit_schema)
