"""Prepaid quantities as a plan begins (reference: billing, prepaid quantities).

Invariant: what is bought are whole packs; a change of plan never lowers what was bought without
being asked, except where the new plan includes it.
"""

from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, Decimal

from autumn_mock.domain.billing.subscriptions import starting_balance
from autumn_mock.domain.catalog.pricing import ONE_OFF, PREPAID, packs_of
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Balance, ItemPrice, Plan, PlanItem, Subscription


def units_bought(
    plan: Plan,
    given: Mapping[str, Decimal],
    current: Subscription | None = None,
    rows: Iterable[Balance] = (),
) -> dict[str, Decimal]:
    """Units above the included amount, by feature, of all prepaid items of the plan.

    `given` counts the included amount. What is not given is taken over from `current` and its `rows`.
    """
    old = {row.feature_id: row for row in rows if current is not None and row.subscription == current.id}
    found: dict[str, Decimal] = {}
    for item in plan.items:
        price = item.price
        if price is None or price.billing_method != PREPAID:
            continue
        if item.feature_id in given:
            packs = packs_of(item, given[item.feature_id])
        else:
            packs = _taken_over(item, price, old.get(item.feature_id))
        found[item.feature_id] = packs * price.billing_units
    return found


def _taken_over(item: PlanItem, price: ItemPrice, old: Balance | None) -> Decimal:
    """Packs that stand for what the old row had: what was bought, else what was used."""
    if old is None or price.interval == ONE_OFF:
        return ZERO
    if old.price is not None and old.price.billing_method == PREPAID:
        if old.price.interval == ONE_OFF:
            return ZERO
        return _packs(_packs(old.prepaid, price) * price.billing_units + old.included - item.included, price)
    return _packs(used(old) - item.included, price)


def used(row: Balance) -> Decimal:
    """What was used of a row, a per-entity row's over all its entities."""
    if not row.entities:
        return starting_balance(row) + row.adjustment - row.balance
    full = starting_balance(row)
    return sum((full + share.adjustment - share.balance for share in row.entities.values()), ZERO)


def with_units(balance: Balance, units: Decimal) -> Balance:
    """A balance with another number of bought units, its usage as it was."""
    more = units - balance.prepaid
    if balance.entity_feature_id is None:
        return balance.but(prepaid=units, balance=balance.balance + more)
    shares = {key: share.but(balance=share.balance + more) for key, share in balance.entities.items()}
    return balance.but(prepaid=units, entities=shares)


def _packs(units: Decimal, price: ItemPrice) -> Decimal:
    return (max(ZERO, units) / price.billing_units).to_integral_value(rounding=ROUND_CEILING)
