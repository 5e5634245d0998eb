"""Which plan may be enabled by itself for new customers (reference: auto_enable rules).

Invariant: a group has at most one such free plan and one such plan with a card-free trial.
"""

from collections.abc import Iterable
from typing import Literal

from autumn_mock.domain.catalog.plans import has_prices, is_free
from autumn_mock.domain.catalog.pricing import plan_prices
from autumn_mock.domain.records import Plan
from autumn_mock.errors import plans as errors

Kind = Literal["free", "trial"]


def check_auto_enable(
    plan: Plan,
    others: Iterable[Plan],
    *,
    group: str,
    prices_sent: bool,
) -> None:
    """May `plan`, as it would be, be enabled by itself?

    `prices_sent`: price or items come with the request, and then a price of 0 is a price too. `group`
    is the one to look for rivals in: updates take the one they are sent. Raises what speaks against.
    """
    if plan.base_internal_id is not None:
        raise errors.VariantCannotBeDefault
    if not plan.active:
        raise errors.HistoricalVersionCannotBeDefault
    kind = _kind(plan, prices_sent)
    for other in others:
        if _is_rival(other, plan, group) and _stored_kind(other) == kind:
            if kind == "free":
                raise errors.AnotherDefault(plan_id=other.id)
            raise errors.AnotherDefaultTrial(plan_id=other.id)


def _kind(plan: Plan, prices_sent: bool) -> Kind:
    if not has_prices(plan) if prices_sent else is_free(plan):
        return "free"
    trial = plan.free_trial
    once = all(of.price.interval == "one_off" for of in plan_prices(plan))
    if once or trial is None or trial.card_required:
        raise errors.AutoEnableWithPrices
    return "trial"


def _stored_kind(plan: Plan) -> Kind:
    return "free" if is_free(plan) else "trial"


def _is_rival(other: Plan, plan: Plan, group: str) -> bool:
    return (
        other.id != plan.id
        and other.auto_enable
        and other.active
        and not other.archived
        and other.group == group
    )
