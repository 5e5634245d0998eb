"""What is wrong with a plan as a whole, found after its shape (reference: plans.create, checks 5 to 9)."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from autumn_mock.domain.catalog.features import BOOLEAN
from autumn_mock.domain.catalog.plan_item_checks import check_base_price, check_item
from autumn_mock.domain.catalog.plans import has_prices, is_one_off
from autumn_mock.domain.records import BasePrice, Feature, Plan, PlanItem
from autumn_mock.errors import plan_items as errors

Sent = Mapping[str, Any]


def check_content(
    plan: Plan, features: Mapping[str, Feature], sent_price: Sent | None, sent_items: Sequence[Sent]
) -> None:
    """Checks 5 to 7: the base price and each item, then all of them together.

    `sent_items` are the request's items in the order of the plan's; empty when they stay as they are.
    """
    check_base_price(plan.price, sent_price)
    for item, sent in zip(plan.items, sent_items, strict=False):
        check_item(item, features[item.feature_id], sent)
    check_together(plan.price, plan.items)
    for item in plan.items:
        price = item.price
        if price and price.billing_method == "usage_based" and price.interval == "one_off":
            raise errors.OneOffUsagePrice(feature_id=item.feature_id)


def check_together(price: BasePrice | None, items: tuple[PlanItem, ...]) -> None:
    """Check 6. Raises InvalidPlan."""
    intervals = {price.interval} if price else set()
    intervals |= {item.price.interval for item in items if item.price}
    for index, item in enumerate(items):
        for other in items[:index] + items[index + 1 :]:
            _check_pair(item, other)
    if {"week", "month"} <= intervals:
        raise errors.WeeklyAndMonthly


def check_flags_named_once(items: Sequence[PlanItem], features: Mapping[str, Feature]) -> None:
    """Of items that say nothing of an amount (older versions), a boolean feature may have one."""
    seen = set()
    for item in items:
        key = (item.feature_id, item.entity_feature_id)
        if key in seen and features[item.feature_id].type == BOOLEAN:
            raise errors.FeatureDuplicated(feature_id=item.feature_id)
        seen.add(key)


def check_one_base_price(prices: Sequence[BasePrice]) -> None:
    """A plan has one base price; the lists of older versions could hold more."""
    if len(prices) < 2:
        return
    if len({price.interval for price in prices}) < len(prices):
        raise errors.TwoBasePricesOfOneInterval
    raise errors.TwoBasePrices


def _check_pair(item: PlanItem, other: PlanItem) -> None:
    """Two items of one feature differ in who they are for, when they reset, or how they are paid."""
    if (item.feature_id, item.entity_feature_id, item.reset) != (
        other.feature_id,
        other.entity_feature_id,
        other.reset,
    ):
        return
    if item.price is None and other.price is None:
        raise errors.SameFreeItemTwice(feature_id=item.feature_id)
    if item.price and other.price and item.price.billing_method == other.price.billing_method:
        raise errors.SamePricedItemTwice(feature_id=item.feature_id)


def check_trial(plan: Plan) -> None:
    """Check 8: the trial of a plan that has its prices and items."""
    if plan.free_trial is None:
        return
    if has_prices(plan) and is_one_off(plan):
        raise errors.OneOffWithTrial
    if plan.free_trial.duration_length <= 0:
        raise errors.TrialTooShort


def check_at_stripe(plan: Plan) -> None:
    """Check 9: what the payment provider refuses."""
    for item in plan.items:
        price = item.price
        if price is None or price.billing_method != "prepaid":
            continue
        if Fraction(item.included) % Fraction(price.billing_units):
            raise errors.IncludedNotDivisible
    if plan.price is not None and plan.price.amount < 0:
        raise errors.NegativePriceAtStripe
