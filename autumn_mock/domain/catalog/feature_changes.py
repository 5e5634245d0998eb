"""Changing a feature: what stands against it, and what plans make of it (reference: features.update).

Invariant: what customers have or had keeps the meaning that it had when they got it.
"""

from collections.abc import Iterable

import msgspec

from autumn_mock.domain.catalog.features import BOOLEAN, CREDIT_SYSTEM
from autumn_mock.domain.catalog.plan_items import ONE_OFF
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Feature, Plan, PlanItem, Reset
from autumn_mock.errors import ApiError
from autumn_mock.errors import catalog as errors


class Uses(msgspec.Struct, frozen=True):
    """Where a feature is used."""

    plans: tuple[Plan, ...]
    """All versions of all plans."""
    features: tuple[Feature, ...]
    held: bool
    """A customer has or had a balance of it."""

    def credit_system(self, feature_id: str) -> Feature | None:
        """The first other feature whose credit schema names it."""
        for other in self.features:
            if other.id == feature_id:
                continue
            if any(line.metered_feature_id == feature_id for line in other.credit_schema or ()):
                return other
        return None

    def items(self, feature_id: str) -> list[tuple[Plan, PlanItem]]:
        return [(plan, item) for plan in self.plans for item in plan.items if item.feature_id == feature_id]

    def counted_by(self, feature_id: str) -> str | None:
        """The name of a feature that has a balance for each entity of this one."""
        names = {feature.id: feature.name for feature in self.features}
        for plan in self.plans:
            for item in plan.items:
                if item.entity_feature_id == feature_id:
                    return names.get(item.feature_id, item.feature_id)
        return None


def check_change(feature: Feature, after: Feature, uses: Uses) -> None:
    """Raises the first thing that stands against the change."""
    problem = blocker(feature, after, uses)
    if problem is not None:
        raise problem


def blocker(feature: Feature, after: Feature, uses: Uses) -> ApiError | None:
    """What stands against a change of type, id or usage kind."""
    if after.type != feature.type and (problem := _against_type(feature, after, uses)):
        return problem
    if after.id != feature.id and (problem := _against_id(feature, after, uses)):
        return problem
    if after.type == feature.type and after.consumable != feature.consumable:
        return _against_usage_kind(feature, after, uses)
    return None


def _against_type(feature: Feature, after: Feature, uses: Uses) -> ApiError | None:
    if CREDIT_SYSTEM in {feature.type, after.type}:
        return errors.CreditSystemTypeFixed(feature_id=feature.id, before=feature.type, after=after.type)
    if uses.held:
        return errors.TypeOfHeldFeature(feature_id=feature.id)
    if name := uses.counted_by(feature.id):
        return errors.TypeOfEntityFeature(feature_id=feature.id, name=name)
    if any(item.price for _, item in uses.items(feature.id)):
        return errors.TypeOfPricedFeature(feature_id=feature.id)
    if uses.credit_system(feature.id):
        return errors.TypeOfCreditedFeature(feature_id=feature.id)
    return None


def _against_id(feature: Feature, after: Feature, uses: Uses) -> ApiError | None:
    if any(other.id == after.id for other in uses.features):
        return errors.DuplicateFeatureId(feature_id=after.id)
    return errors.IdOfHeldFeature(feature_id=feature.id) if uses.held else None


def _against_usage_kind(feature: Feature, after: Feature, uses: Uses) -> ApiError | None:
    kind = "single use" if after.consumable else "continuous use"
    if system := uses.credit_system(feature.id):
        return errors.KindOfCreditedFeature(kind=kind, credit_system=system.id)
    if name := uses.counted_by(feature.id):
        return errors.KindOfEntityFeature(kind=kind, name=name)
    return errors.KindOfHeldFeature(kind=kind) if uses.held else None


def items_after(items: Iterable[PlanItem], feature: Feature, after: Feature) -> tuple[PlanItem, ...]:
    """The items of a plan once the feature has changed."""
    return tuple(_item_after(item, feature, after) for item in items)


def _item_after(item: PlanItem, feature: Feature, after: Feature) -> PlanItem:
    if item.entity_feature_id == feature.id:
        item = item.but(entity_feature_id=after.id)
    if item.feature_id != feature.id:
        return item
    item = item.but(feature_id=after.id)
    if after.type != feature.type:
        return _item_of_other_type(item, after)
    if after.consumable == feature.consumable:
        return item
    return item.but(reset=_reset_again(item) if after.consumable else None)


def _item_of_other_type(item: PlanItem, after: Feature) -> PlanItem:
    """A flag has no amount; what was a flag has no end."""
    if after.type == BOOLEAN:
        return item.but(included=ZERO, unlimited=False, reset=None, entity_feature_id=None)
    return item.but(unlimited=True, reset=ONE_OFF if after.consumable else None)


def _reset_again(item: PlanItem) -> Reset:
    """Items that could not reset don't begin to, but for those whose use is billed every interval."""
    if item.price is not None and item.price.billing_method == "usage_based":
        return Reset(interval=item.price.interval, interval_count=item.price.interval_count)
    return ONE_OFF


def schema_after(other: Feature, feature: Feature, after: Feature) -> Feature:
    """Another feature whose credit schema follows the new id."""
    schema = tuple(
        line.but(metered_feature_id=after.id) if line.metered_feature_id == feature.id else line
        for line in other.credit_schema or ()
    )
    return other.but(credit_schema=schema)


def check_removal(feature: Feature, uses: Uses) -> None:
    """Raises FeatureInCreditSystem or FeatureInProduct."""
    if system := uses.credit_system(feature.id):
        raise errors.FeatureInCreditSystem(feature_id=feature.id, credit_system=system.id)
    if uses.items(feature.id):
        raise errors.FeatureInProduct(feature_id=feature.id)
