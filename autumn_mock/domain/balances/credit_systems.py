"""Which balances pay for a feature (reference: how a feature finds its balance).

Invariant: a feature is paid from its own rows and from credit systems that list it, never from an AI
credit system; a unit costs the schema's credits there, and 1 in rows of its own.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from autumn_mock.domain.catalog.features import CREDIT_SYSTEM
from autumn_mock.domain.numbers import ONE
from autumn_mock.domain.records import Feature

Features = Mapping[str, Feature]


def credit_systems_of(feature: Feature, features: Features) -> list[Feature]:
    """The credit systems that list a feature, oldest first."""
    found = [
        system
        for system in features.values()
        if system.credit_schema
        and system.type == CREDIT_SYSTEM
        and system.id != feature.id
        and _line(system, feature.id) is not None
    ]
    return sorted(found, key=lambda system: system.created_at) if len(found) > 1 else found


def cost_in(system: Feature, feature_id: str) -> Decimal:
    """Credits of `system` that one unit of a feature costs; 1 for the system itself."""
    cost = _line(system, feature_id)
    return ONE if cost is None else cost


def costs_of(feature: Feature, systems: Iterable[Feature]) -> dict[str, Decimal]:
    """The cost of one unit of a feature by the feature that pays for it, itself first."""
    return {feature.id: ONE} | {system.id: cost_in(system, feature.id) for system in systems}


def _line(system: Feature, feature_id: str) -> Decimal | None:
    for line in system.credit_schema or ():
        if line.metered_feature_id == feature_id:
            return line.credit_cost
    return None


def fed_by(event_name: str, features: Features) -> list[Feature]:
    """The features that an event name feeds, oldest first."""
    found = [feature for feature in features.values() if event_name in feature.event_names]
    return sorted(found, key=lambda feature: feature.created_at)
