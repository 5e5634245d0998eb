"""What is wrong with one item of a plan, found after its shape (reference: plans.create, checks 5).

The first failing check wins; items are looked at in the order in which they were sent.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from autumn_mock.domain.catalog.features import BOOLEAN
from autumn_mock.domain.currencies import OWN_CURRENCY
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import BasePrice, Feature, ItemPrice, PlanItem, RolloverRule
from autumn_mock.errors import plan_items as errors

Sent = Mapping[str, Any]


def check_currencies(price: Sent | None, items: Iterable[Sent]) -> None:
    """The organisation's own currency is no additional one. Raises InvalidProductItem."""
    if price and OWN_CURRENCY in _currencies(price):
        raise errors.BaseCurrencyOfBasePrice(currency=OWN_CURRENCY)
    for item in items:
        if OWN_CURRENCY in _item_currencies(item):
            raise errors.BaseCurrencyOfItem(currency=OWN_CURRENCY, feature_id=item["feature_id"])


def check_base_price(price: BasePrice | None, sent: Sent | None) -> None:
    """Raises InvalidProductItem or InvalidPlan."""
    if sent and _currencies(sent):
        raise errors.MultiCurrencyDisabled
    if price is not None and (Fraction(price.amount) * 100).denominator != 1:
        raise errors.TooManyDecimals


def check_item(item: PlanItem, feature: Feature, sent: Sent) -> None:
    """Raises InvalidProductItem or InvalidPlan."""
    if item.pooled:
        _check_pooled(item, feature, sent)
    if _item_currencies(sent):
        raise errors.MultiCurrencyDisabled
    if item.included < 0:
        raise errors.NegativeIncluded
    if item.price is not None:
        _check_price(item, item.price)
    if item.rollover is not None:
        _check_rollover(item.rollover)
        _check_limit(item)


def _check_pooled(item: PlanItem, feature: Feature, sent: Sent) -> None:
    extras = ("included", "reset", "price", "rollover")
    if feature.type == BOOLEAN and any(sent.get(key) for key in extras):
        raise errors.PooledFlagWithBalance
    if item.price is None:
        return
    if item.unlimited:
        raise errors.PooledUnlimitedWithPrice
    if item.price.billing_method == "usage_based":
        raise errors.PooledUsageBased


def _check_price(item: PlanItem, price: ItemPrice) -> None:
    prepaid = price.billing_method == "prepaid"
    if item.unlimited:
        raise errors.UnlimitedWithPrice
    if price.tiers and price.billing_units < 0:
        raise errors.NegativeBillingUnits
    if price.tiers and price.tier_behavior == "volume" and not prepaid:
        raise errors.VolumeNeedsPrepaid
    if prepaid and (item.proration or {}).get("on_increase") == "bill_immediately":
        raise errors.PrepaidBillsImmediately


def _check_rollover(rule: RolloverRule) -> None:
    if rule.max is not None and rule.max_percentage is not None:
        raise errors.RolloverMaxTwice
    if rule.max_percentage is not None and not 0 < rule.max_percentage <= 100:
        raise errors.RolloverPercentageOutOfBounds
    if rule.max is not None and rule.max <= 0:
        raise errors.RolloverMaxNotPositive
    if rule.expiry_duration_type == "month" and rule.expiry_duration_length < 0:
        raise errors.RolloverLengthNegative


def _check_limit(item: PlanItem) -> None:
    most: Decimal | None = item.price.max_purchase if item.price else None
    if most is not None and most + item.included <= ZERO:
        raise errors.UsageLimitNotPositive


def _currencies(price: Sent) -> set[str]:
    return {each["currency"] for each in price.get("additional_currencies") or ()}


def _item_currencies(item: Sent) -> set[str]:
    price = item.get("price") or {}
    if not isinstance(price, Mapping):
        return set()
    found = _currencies(price)
    for tier in price.get("tiers") or ():
        found |= _currencies(tier)
    return found
