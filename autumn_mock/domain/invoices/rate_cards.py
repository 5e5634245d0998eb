"""Credits that units of a metered feature come to by a rate card (reference: invoices.create, usage).

The most specific dimension that an event's properties match sets the rate; every matching multiplier
then counts: factors are multiplied, and what they add is added last. Invariant: without dimensions and
multipliers it is units × cost.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from autumn_mock.domain.numbers import ONE, ZERO
from autumn_mock.domain.records import CreditCost

Rate = Mapping[str, Any]
"""`metered_feature_id`, `credit_cost` or graduated `tiers`, `billing_units`, `dimensions`, `multipliers`;
numbers are decimals."""


def card_of(schema: Iterable[CreditCost]) -> list[Rate]:
    """The rate card of a credit system as it stands."""
    return [{"metered_feature_id": line.metered_feature_id, "credit_cost": line.credit_cost} for line in schema]


def rate_for(card: Iterable[Rate], feature_id: str) -> Rate | None:
    """The rate of a metered feature; None where the card has none."""
    return next((rate for rate in card if rate["metered_feature_id"] == feature_id), None)


def credits_for(rate: Rate, units: Decimal, properties: Mapping[str, Any]) -> Decimal:
    """What `units` with these event properties cost in credits."""
    matched = _matching(rate.get("dimensions"), properties)
    chosen = max(matched, key=lambda each: (len(each["match"]), each.get("priority") or 0), default=rate)
    multipliers = _matching(rate.get("multipliers"), properties)
    factor, added = ONE, ZERO
    for each in multipliers:
        factor *= each.get("factor", ONE)
        added += each.get("add", ZERO)
    group = rate.get("billing_units") or ONE
    bands = _bands(chosen, units)
    return sum((inside / group * (cost * factor + added) for inside, cost in bands), ZERO)


def _bands(rate: Rate, units: Decimal) -> list[tuple[Decimal, Decimal]]:
    """How many units fall under which cost: all under one, or filling the tiers in order."""
    if "tiers" not in rate:
        return [(units, rate["credit_cost"])]
    found, below = [], ZERO
    for tier in rate["tiers"]:
        top = units if tier["to"] == "inf" else min(units, tier["to"])
        if top > below:
            found.append((top - below, tier["credit_cost"]))
            below = top
    return found


def _matching(named: Mapping[str, Rate] | None, properties: Mapping[str, Any]) -> list[Rate]:
    """Those whose every key equals the property of that name, compared as text."""
    told = {key: _text(value) for key, value in properties.items()}
    return [
        each
        for each in (named or {}).values()
        if all(told.get(key) == _text(value) for key, value in each["match"].items())
    ]


def _text(value: object) -> str:
    """As JavaScript writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)
