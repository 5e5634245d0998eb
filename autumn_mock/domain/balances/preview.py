"""What a refused check suggests: the plans that hold more of the feature (reference: check with preview).

Invariant: nothing is offered that the customer has already, but for what is bought once.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from autumn_mock.domain.billing.subscriptions import COUNTING
from autumn_mock.domain.catalog.plan_order import is_upgrade
from autumn_mock.domain.catalog.plans import is_one_off
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Feature, JsonObject, Plan

USAGE_LIMIT, FEATURE_FLAG = "usage_limit", "feature_flag"


def offers(holdings: Holdings, feature: Feature, plans: Iterable[Plan]) -> tuple[list[Plan], list[Plan]]:
    """Main plans and add-ons worth offering, cheapest first. `plans` are the active versions."""
    running = [s for s in holdings.subscriptions if s.status in COUNTING]
    owned = {s.plan_id for s in running}
    current = _dearest_main(plan for s in running if (plan := holdings.plans.get(s.plan)) is not None)
    mains, add_ons = [], []
    for plan in plans:
        if plan.archived or not any(item.feature_id == feature.id for item in plan.items):
            continue
        if plan.add_on:
            if is_one_off(plan) or plan.id not in owned:
                add_ons.append(plan)
        elif current is None or (plan.id not in owned and is_upgrade(current, plan)):
            mains.append(plan)
    return sorted(mains, key=_price), sorted(add_ons, key=_price)


def _dearest_main(plans: Iterable[Plan]) -> Plan | None:
    mains = [plan for plan in plans if not plan.add_on and not is_one_off(plan)]
    return max(mains, key=_price, default=None)


def _price(plan: Plan) -> Decimal:
    return plan.price.amount if plan.price else ZERO


def preview_object(
    feature: Feature,
    scenario: str,
    mains: list[Plan],
    add_ons: list[Plan],
    products: Mapping[str, JsonObject],
) -> JsonObject:
    """The suggestion; `products` are the plans as old versions show them, by internal id."""
    named = {"feature_id": feature.id, "feature_name": feature.name}
    if not mains and not add_ons:
        return {
            "scenario": scenario,
            "title": "Feature Unavailable",
            **named,
            "message": _unavailable(feature, scenario),
            "products": [],
            "upgrade_product_id": None,
        }
    offered = [*mains, *add_ons]
    return {
        "title": _title(offered[0]),
        "message": _message(feature, scenario, mains, add_ons),
        "scenario": scenario,
        **named,
        "products": [products[plan.internal_id] for plan in offered],
        "upgrade_product_id": offered[0].id,
    }


def _unavailable(feature: Feature, scenario: str) -> str:
    if scenario == USAGE_LIMIT:
        return f"You have reached the usage limit for {feature.name}. Please contact us to increase your limit."
    return f"{feature.name} is not available for your account. Please contact us to enable it."


def _title(plan: Plan) -> str:
    if plan.free_trial is not None:
        return f"Start trial for {plan.name}"
    return f"{'Purchase' if plan.add_on else 'Upgrade to'} {plan.name}"


def _message(feature: Feature, scenario: str, mains: list[Plan], add_ons: list[Plan]) -> str:
    if scenario == USAGE_LIMIT:
        why, end = (
            f"You have reached the usage limit for {feature.name.lower()}.",
            "continue using this feature",
        )
    else:
        why, end = f"Your current plan does not include the {feature.name} feature.", "use this feature"
    if not mains:
        return f"{why} Please purchase the {add_ons[0].name} add on to {end}."
    text = f"{why} Please upgrade to {mains[0].name} to {end}."
    if add_ons:
        text += f" Alternatively, you can purchase the {add_ons[0].name} add on."
    return text
