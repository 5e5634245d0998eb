"""How two states of a plan differ, and what an edit keeps (reference: plans.update, versions).

Ids do not count: items are the same when they grant and cost the same.
"""

from collections.abc import Iterable

from autumn_mock.domain.records import BasePrice, FreeTrial, Plan, PlanItem


def content_differs(plan: Plan, other: Plan) -> bool:
    """Price, items or trial: what makes a new version while customers are there."""
    return (
        price_differs(plan.price, other.price)
        or items_differ(plan.items, other.items)
        or trial_differs(plan.free_trial, other.free_trial)
    )


def items_differ(items: Iterable[PlanItem], others: Iterable[PlanItem]) -> bool:
    """Compared as sets: the order does not count."""
    return missing_items(items, others) != [] or missing_items(others, items) != []


def missing_items(items: Iterable[PlanItem], others: Iterable[PlanItem]) -> list[PlanItem]:
    """The items that have no equal among the others."""
    left = [_without_ids(item) for item in others]
    missing = []
    for item in items:
        bare = _without_ids(item)
        if bare in left:
            left.remove(bare)
        else:
            missing.append(item)
    return missing


def keep_ids(items: Iterable[PlanItem], before: Iterable[PlanItem]) -> tuple[PlanItem, ...]:
    """The items, those that were there before with the ids that they had."""
    left = list(before)
    kept = []
    for item in items:
        same = next((old for old in left if _without_ids(old) == _without_ids(item)), None)
        if same is not None:
            left.remove(same)
        kept.append(same or item)
    return tuple(kept)


def price_differs(price: BasePrice | None, other: BasePrice | None) -> bool:
    return (price and price.but(id="")) != (other and other.but(id=""))


def trial_differs(trial: FreeTrial | None, other: FreeTrial | None) -> bool:
    return (trial and trial.but(unique_fingerprint=False)) != (other and other.but(unique_fingerprint=False))


def _without_ids(item: PlanItem) -> PlanItem:
    return item.but(entitlement_id="", price=item.price and item.price.but(id=""))
