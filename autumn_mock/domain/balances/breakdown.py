"""One row as an item of `breakdown` (reference: balances, keys in order).

Invariant: continuously used features have no `reset`; every other row has one, `one_off` at least.
"""

from decimal import Decimal

from autumn_mock.domain.balances.balance_amounts import Amounts, amounts, rollover_amounts
from autumn_mock.domain.catalog.plans import tier_object
from autumn_mock.domain.numbers import ZERO, number
from autumn_mock.domain.records import Balance, Feature, ItemPrice, JsonObject, Reset


def breakdown_item(row: Balance, feature: Feature, held: Amounts) -> JsonObject:
    return {
        "id": row.external_id or row.id,
        "plan_id": row.plan_id,
        "included_grant": number(held.included),
        "prepaid_grant": number(held.prepaid),
        "remaining": number(held.remaining),
        "usage": number(held.usage),
        "unlimited": False,
        "reset": reset_object(row, feature),
        "price": None if row.price is None else price_object(row.price, row.included),
        "expires_at": row.expires_at,
    }


def unlimited_item(id: str, endless: list[Balance], entity: str | None) -> JsonObject:
    """All unlimited rows of a feature as the one item that they are shown as, under this id."""
    plans = {row.plan_id for row in endless}
    return {
        "id": id,
        "plan_id": plans.pop() if len(plans) == 1 else None,
        "included_grant": 0,
        "prepaid_grant": 0,
        "remaining": 0,
        "usage": number(-sum((amounts(row, entity).balance for row in endless), ZERO)),
        "unlimited": True,
        "reset": None,
        "price": None,
        "expires_at": None,
    }


def rollover_objects(row: Balance, entity: str | None, now: int) -> list[JsonObject]:
    """The rollovers of a row that have not expired, as one entity or the customer sees them."""
    return [
        {"granted": number(left + used), "balance": number(left), "expires_at": rollover.expires_at or 0}
        for rollover, left, used in rollover_amounts(row, entity, now)
    ]


def reset_object(row: Balance, feature: Feature) -> JsonObject | None:
    """When a row starts again; None for features that are used continuously."""
    if not feature.consumable:
        return None
    reset = row.reset or _ONE_OFF
    shown: JsonObject = {"interval": reset.interval}
    if reset.interval_count != 1:
        shown["interval_count"] = reset.interval_count
    shown["resets_at"] = row.next_reset_at
    return shown


_ONE_OFF = Reset(interval="one_off")


def price_object(price: ItemPrice, included: Decimal) -> JsonObject:
    """The price of a row. Tiers count from the first unit, so the included amount is in their `to`."""
    shown: JsonObject = {}
    tiers = price.tiers
    if tiers is not None and len(tiers) == 1 and tiers[0].flat_amount is None:
        shown["amount"] = number(tiers[0].amount)
    elif tiers:
        shown["tiers"] = [tier_object(tier, included) for tier in tiers]
        shown["tier_behavior"] = price.tier_behavior or "graduated"
    else:
        shown["amount"] = number(price.amount or ZERO)
    shown["billing_units"] = number(price.billing_units)
    shown["billing_method"] = price.billing_method
    shown["max_purchase"] = None if price.max_purchase is None else number(price.max_purchase)
    return shown
