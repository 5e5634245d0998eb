"""What a track tells and keeps: the balance it shows, its deductions, its event (reference: track response).

Invariant: the answer shows the rows that the track saw, those that it drained included.
"""

from collections.abc import Iterable
from decimal import Decimal

from autumn_mock.domain.balances.breakdown import reset_object
from autumn_mock.domain.balances.deduction import Taking
from autumn_mock.domain.balances.sight import names_of
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import significant
from autumn_mock.domain.records import Deduction, Feature, JsonObject


def deductions_of(takings: Iterable[Taking], holdings: Holdings) -> tuple[Deduction, ...]:
    """One deduction for each row or rollover that moved, several takings from it added up.

    `entity_id` is that of the entity whose balance it is, None for a balance of several.
    """
    found: dict[str, Deduction] = {}
    names = names_of(holdings.entities) if holdings.entities else {}
    for taking in takings:
        row = taking.row
        key = taking.rollover_id or row.id
        entity_id = names.get(row.entity or taking.entity or "")
        before = found.get(key)
        if before is not None:
            same = entity_id if before.entity_id == entity_id else None
            found[key] = before.but(value=before.value + taking.value, entity_id=same)
            continue
        found[key] = Deduction(
            balance_id=key,
            feature_id=row.feature_id,
            plan_id=row.plan_id,
            entity_id=entity_id,
            reset=reset_object(row, holdings.features[row.feature_id]),
            value=taking.value,
        )
    return tuple([each for each in found.values() if each.value])


def deduction_object(deduction: Deduction) -> JsonObject:
    return {
        "balance_id": deduction.balance_id,
        "feature_id": deduction.feature_id,
        "plan_id": deduction.plan_id,
        "reset": deduction.reset,
        "value": significant(deduction.value),
    }


def feature_drawn_on(feature: Feature, systems: list[Feature], takings: Iterable[Taking]) -> str:
    """The feature whose balance a track shows: an unlimited one, else its own if that gave something,
    else the first credit system that did; when nothing was taken, the first credit system."""
    drawn = set()
    for taking in takings:
        if taking.row.unlimited:
            return taking.row.feature_id
        if taking.value > 0:
            drawn.add(taking.row.feature_id)
    if feature.id in drawn:
        return feature.id
    for system in systems:
        if system.id in drawn:
            return system.id
    return systems[0].id if systems else feature.id


def units_taken(takings: Iterable[Taking]) -> Decimal:
    """What takings come to in units of the feature that was asked for."""
    return sum((t.value if t.cost == 1 else t.value / t.cost for t in takings), Decimal(0))
