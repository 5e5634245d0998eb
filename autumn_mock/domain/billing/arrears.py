"""Use beyond a grant that is paid afterwards (reference: billing, renewal of a subscription).

Invariant: what was granted is never billed, and use is billed in whole packs.
"""

from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, Decimal

from msgspec.structs import replace

from autumn_mock.domain.billing.invoice_lines import Line, between, feature_word, for_entity
from autumn_mock.domain.billing.subscriptions import starting_balance
from autumn_mock.domain.catalog.pricing import USAGE_BASED, item_amount
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Balance, Entity, Feature, Plan, PlanItem


def arrears(
    plan: Plan,
    rows: Iterable[Balance],
    features: Mapping[str, Feature],
    period: tuple[int, int],
    *,
    entity: Entity | None = None,
    unused_too: bool = False,
) -> list[Line]:
    """The lines for the overage of a plan's rows over a period; those of nothing only if asked for.
    `entity`: whose plan it is, if not the customer's own."""
    items = {item.entitlement_id: item for item in plan.items}
    found = []
    for row in rows:
        item = items.get(row.entitlement_id or "")
        if item is None or not _paid_afterwards(row) or not (unused_too or overage(row) > ZERO):
            continue
        line = _line(plan, item, row, features[row.feature_id], period)
        found.append(replace(line, description=line.description + for_entity(entity)))
    return found


def overage(row: Balance) -> Decimal:
    """Units used beyond what a row holds, of a per-entity row those of all its entities."""
    if row.entity_feature_id is None:
        return max(ZERO, -row.balance)
    return sum((max(ZERO, -share.balance) for share in row.entities.values()), ZERO)


def _paid_afterwards(row: Balance) -> bool:
    return row.price is not None and row.price.billing_method == USAGE_BASED


def _line(plan: Plan, item: PlanItem, row: Balance, feature: Feature, period: tuple[int, int]) -> Line:
    over = overage(row)
    used = starting_balance(row) + over if over > ZERO else _usage(row)
    packs = _in_packs(used, item)
    return Line(
        description=f"{plan.name} - {packs:,f} {feature_word(feature, packs)}{between(*period)}",
        amount=item_amount(item, over) if over > ZERO else ZERO,
        plan_id=plan.id,
        display_name=feature.name,
        price_id=item.price.id if item.price else "",
        feature_id=feature.id,
        quantity=packs,
        used=used,
        period=period,
    )


def _usage(row: Balance) -> Decimal:
    """What was used of a row that is not used up."""
    balances = [share.balance for share in row.entities.values()] if row.entity_feature_id else [row.balance]
    return sum((starting_balance(row) - each for each in balances), ZERO)


def _in_packs(used: Decimal, item: PlanItem) -> Decimal:
    units = item.price.billing_units if item.price else Decimal(1)
    return (used / units).to_integral_value(rounding=ROUND_CEILING) * units
