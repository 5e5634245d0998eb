"""Auto top-ups: what one would buy, and what it does to balances (reference: auto top-ups).

Pure. Invariant: what is bought first lifts debts of the feature up to 0, and only the rest stands in
the prepaid balance; granted grows by the whole purchase.
"""

from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, Decimal

import msgspec

from autumn_mock.domain.balances.balance_amounts import amounts, rollover_amounts
from autumn_mock.domain.balances.balance_order import takes_overage
from autumn_mock.domain.balances.sight import look
from autumn_mock.domain.catalog.pricing import ONE_OFF, PREPAID, item_amount
from autumn_mock.domain.controls.control_levels import AUTO_TOPUPS, plans_in_force
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import ZERO, decimal
from autumn_mock.domain.records import Balance, JsonObject, Plan, PlanItem, Subscription


class Wish(msgspec.Struct, frozen=True):
    """The entry that decides about a feature. One of a plan charges that plan's price only."""

    entry: JsonObject
    plan: Plan | None = None


class Offer(msgspec.Struct, frozen=True):
    """What would be bought: packs of a one-off prepaid item that the customer has already."""

    row: Balance
    subscription: Subscription
    plan: Plan
    item: PlanItem
    units: Decimal
    """The wanted quantity in whole packs."""

    @property
    def packs(self) -> Decimal:
        return self.units / (self.item.price.billing_units if self.item.price else 1)

    @property
    def amount(self) -> Decimal:
        """What it costs; tiers count the packs of this purchase alone."""
        return item_amount(self.item, self.units)


def any_topups(holdings: Holdings) -> bool:
    """Somebody asked for auto top-ups at all."""
    if holdings.customer.billing_controls.get(AUTO_TOPUPS):
        return True
    return any(holdings.controls_of(s).get(AUTO_TOPUPS) for s in holdings.subscriptions)


def wish_for(holdings: Holdings, feature_id: str, *, now: int) -> Wish | None:
    """The entry in force, when it is enabled: the customer's, else the newest plan's."""
    wish = _deciding(holdings, feature_id, now)
    return wish if wish is not None and wish.entry["enabled"] else None


def _deciding(holdings: Holdings, feature_id: str, now: int) -> Wish | None:
    for entry in _about(feature_id, holdings.customer.billing_controls.get(AUTO_TOPUPS)):
        return Wish(entry)
    for plan in plans_in_force(holdings.seen_by(None), now=now):
        for entry in _about(feature_id, plan.billing_controls.get(AUTO_TOPUPS)):
            return Wish(entry, plan)
    return None


def _about(feature_id: str, entries: Iterable[JsonObject] | None) -> list[JsonObject]:
    return [entry for entry in entries or () if entry["feature_id"] == feature_id]


def offer_for(holdings: Holdings, wish: Wish, *, now: int) -> Offer | None:
    """The most recently attached one-off prepaid item of the feature, not priced by volume."""
    feature_id = wish.entry["feature_id"]
    plans = {subscription.id: subscription for subscription in holdings.subscriptions}
    offers = [
        offer
        for row in look(holdings.seen_by(None), now=now, feature_ids={feature_id}).rows
        if row.subscription in plans
        and (offer := _offered(holdings, row, plans[row.subscription], wish)) is not None
    ]
    return max(offers, key=lambda each: (each.subscription.created_at, each.subscription.id), default=None)


def _offered(holdings: Holdings, row: Balance, subscription: Subscription, wish: Wish) -> Offer | None:
    price = row.price
    if price is None or price.interval != ONE_OFF or price.billing_method != PREPAID:
        return None
    if price.tier_behavior == "volume" and price.tiers is not None and len(price.tiers) > 1:
        return None
    if wish.plan is not None and wish.plan.internal_id != subscription.plan:
        return None
    plan = holdings.plan_of(subscription)
    item = next((each for each in plan.items if each.entitlement_id == row.entitlement_id), None)
    if item is None:
        return None
    packs = (decimal(wish.entry["quantity"]) / price.billing_units).to_integral_value(ROUND_CEILING)
    return Offer(row, subscription, plan, item, packs * price.billing_units)


def net_balance(holdings: Holdings, feature_id: str, *, now: int) -> Decimal | None:
    """What is left of a feature, rollovers included and debts taken off; None: without end."""
    rows = look(holdings.seen_by(None), now=now, feature_ids={feature_id}).rows
    if any(row.unlimited for row in rows):
        return None
    left = sum((amounts(row, None).balance for row in rows), ZERO)
    return left + sum((each.balance for row in rows for each in rollover_amounts(row, None, now)), ZERO)


def is_due(holdings: Holdings, wish: Wish, *, now: int) -> bool:
    """The balance is at or below the threshold."""
    left = net_balance(holdings, wish.entry["feature_id"], now=now)
    return left is not None and left <= decimal(wish.entry["threshold"])


def bought(holdings: Holdings, offer: Offer) -> tuple[Subscription, Mapping[str, Balance]]:
    """The plan with its larger quantity, and the rows that change, by id."""
    feature_id, left = offer.item.feature_id, offer.units
    changed: dict[str, Balance] = {}
    for row in _in_debt(holdings.rows, offer):
        healed = min(left, -row.balance)
        changed[row.id] = row.but(balance=row.balance + healed)
        left -= healed
    prepaid = offer.row
    changed[prepaid.id] = prepaid.but(balance=prepaid.balance + left, prepaid=prepaid.prepaid + offer.units)
    before = offer.subscription.feature_quantities
    quantities = {**before, feature_id: before.get(feature_id, ZERO) + offer.units}
    return offer.subscription.but(feature_quantities=quantities), changed


def _in_debt(rows: Iterable[Balance], offer: Offer) -> list[Balance]:
    """Rows below 0 that a purchase lifts, those paid per use first, then the oldest."""
    found = [
        row
        for row in rows
        if row.feature_id == offer.item.feature_id
        and row.id != offer.row.id
        and row.balance < 0
        and row.entity is None
        and not (row.unlimited or row.pooled or row.entity_feature_id)
    ]
    return sorted(found, key=lambda row: (not takes_overage(row), row.created_at))
