"""Which of two plans is the higher one, and the order in which plans are listed (reference: plans.list)."""

from collections.abc import Iterable

from autumn_mock.domain.catalog.plans import is_free, is_one_off
from autumn_mock.domain.catalog.pricing import longest_interval, monthly_amount, plan_prices
from autumn_mock.domain.periods import minutes_of
from autumn_mock.domain.records import Plan


def is_upgrade(current: Plan, new: Plan, *, listing: bool = False) -> bool:
    """Whether going from `current` to `new` is a step up. `listing` leaves out the rule that plans
    of nothing but usage are steps up from each other."""
    if is_free(current) != is_free(new):
        return is_free(current)
    if is_one_off(current) or is_one_off(new):
        return True
    prices = (*plan_prices(current), *plan_prices(new))
    if not listing and all(of.by_use for of in prices):
        return True
    if _length(new) > _length(current):
        return True
    return monthly_amount(current) <= monthly_amount(new)


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


def _length(plan: Plan) -> int:
    interval = longest_interval(plan)
    return minutes_of(*interval) if interval else 0
