"""Plans: what one may be, and how it is shown (reference: plans)."""

from collections.abc import Mapping

from autumn_mock.domain.records import Feature, JsonObject, Plan, PlanItem, Subscription


def items_of(subscription: Subscription, plan: Plan) -> tuple[PlanItem, ...]:
    """The items that a customer's plan has: its own copy's when it was customised."""
    return subscription.items if subscription.custom else plan.items


def has_prices(plan: Plan) -> bool:
    """Some price stands in the plan, a base price of 0 included."""
    return plan.price is not None or any(item.price for item in plan.items)


def is_free(plan: Plan) -> bool:
    """All its prices together come to nothing."""
    if plan.price is not None and plan.price.amount:
        return False
    for item in plan.items:
        if item.price is None:
            continue
        if item.price.amount or any(t.amount or t.flat_amount for t in item.price.tiers or ()):
            return False
    return True


def is_one_off(plan: Plan) -> bool:
    """It has prices, and every one is paid once."""
    prices = [p for p in (plan.price, *(item.price for item in plan.items)) if p is not None]
    return bool(prices) and not is_free(plan) and all(p.interval == "one_off" for p in prices)


def plan_object(plan: Plan, features: Mapping[str, Feature]) -> JsonObject:
    """The plan as the newest version shows it, `customer_eligibility` left out."""
    raise NotImplementedError
