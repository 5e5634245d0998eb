"""Which of two plans is the higher one, and the order in which plans are listed (reference: plans.list)."""

from collections.abc import Iterable
from decimal import Decimal

from autumn_mock.domain.numbers import ONE, ZERO
from autumn_mock.domain.periods import minutes_of
from autumn_mock.domain.plans import is_free, is_one_off
from autumn_mock.domain.pricing import PlanPrice, longest_interval, plan_prices
from autumn_mock.domain.records import ItemPrice, Plan

_MONTHS = {
    "week": Decimal(12) / 52,
    "month": Decimal(1),
    "quarter": Decimal(3),
    "semi_annual": Decimal(6),
    "year": Decimal(12),
}


def is_upgrade(current: Plan, new: Plan, *, listing: bool = False) -> bool:
    """Whether going from `current` to `new` is a step up. `listing` leaves out the rule that plans
    of nothing but usage are steps up from each other."""
    if is_free(current) != is_free(new):
        return is_free(current)
    if is_one_off(current) or is_one_off(new):
        return True
    prices = (*plan_prices(current), *plan_prices(new))
    if not listing and all(_is_usage(of) for of in prices):
        return True
    if _length(new) > _length(current):
        return True
    return _monthly(current) <= _monthly(new)


def in_list_order(plans: Iterable[Plan]) -> list[Plan]:
    """Groups by name, add-ons last in each, cheaper plans first, equals by id descending.

    The comparison is no total order, so the steps of the insertion are part of the behaviour.
    """
    listed: list[Plan] = []
    for plan in sorted(plans, key=lambda plan: (plan.id, plan.version)):
        low, high = 0, len(listed)
        while low < high:
            middle = (low + high) // 2
            if _comes_before(plan, listed[middle]):
                high = middle
            else:
                low = middle + 1
        listed.insert(low, plan)
    return listed


def _comes_before(plan: Plan, other: Plan) -> bool:
    if plan.group != other.group:
        return plan.group < other.group
    if plan.add_on != other.add_on:
        return other.add_on
    return is_upgrade(plan, other, listing=True)


def _is_usage(of: PlanPrice) -> bool:
    """Paid after the use of something that is used up: an item that resets."""
    return of.usage_based and of.item is not None and of.item.reset is not None


def _length(plan: Plan) -> int:
    interval = longest_interval(plan)
    return minutes_of(*interval) if interval else 0


def _monthly(plan: Plan) -> Decimal:
    """What the fixed prices come to in a month; of tiers the first counts."""
    total = ZERO
    for of in plan_prices(plan):
        if not _is_usage(of):
            months = _MONTHS.get(of.price.interval, ONE) * max(of.price.interval_count, 1)
            total += _first_amount(of) / months
    return total


def _first_amount(of: PlanPrice) -> Decimal:
    price = of.price
    if isinstance(price, ItemPrice) and price.tiers:
        return price.tiers[0].amount
    return price.amount or ZERO
