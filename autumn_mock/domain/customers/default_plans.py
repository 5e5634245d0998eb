"""Which plans a new customer gets by itself (reference: default plans).

Invariant: at most one plan of each group, and the trial one where a group has both kinds.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from autumn_mock.domain.catalog.plans import has_prices
from autumn_mock.domain.records import Plan
from autumn_mock.errors.customers import AutoEnablePlanNotFree


def check_auto_enable(plan: Plan) -> None:
    """Raises AutoEnablePlanNotFree unless the plan costs nothing, or may be tried without a card."""
    trial = plan.free_trial
    if has_prices(plan) and (trial is None or trial.card_required):
        raise AutoEnablePlanNotFree


def default_plans(plans: Iterable[Plan], options: Mapping[str, Any]) -> list[Plan]:
    """The defaults among all plan versions, main plans last, so that they are shown first.

    `options` are the request's `internal_options`.
    """
    group = options.get("default_group")
    if group is None and options.get("disable_defaults"):
        return []
    chosen: dict[str, Plan] = {}
    for plan in plans:
        if not (plan.auto_enable and plan.active and not plan.archived):
            continue
        if group is not None and plan.group != group:
            continue
        other = chosen.get(plan.group)
        if other is None or (has_prices(plan) and not has_prices(other)):
            chosen[plan.group] = plan
    return sorted(chosen.values(), key=lambda plan: (not plan.add_on, plan.id))
