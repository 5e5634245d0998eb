"""The balances and flags that the API shows (reference: balances, the API balance).

Invariant: shown numbers follow from the rows alone; nothing is counted twice.
"""

from collections.abc import Container, Iterable
from decimal import Decimal

from autumn_mock.domain.balances.balance_amounts import Amounts, amounts, max_purchase, rollover_amounts
from autumn_mock.domain.balances.balance_order import takes_overage
from autumn_mock.domain.balances.breakdown import breakdown_item, rollover_objects, unlimited_item
from autumn_mock.domain.balances.sight import Sight, look
from autumn_mock.domain.catalog.features import BOOLEAN, feature_object
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import ZERO, number
from autumn_mock.domain.records import Balance, Feature, JsonObject


def balances_and_flags(
    holdings: Holdings, *, now: int, listed: bool = False, expand: Container[str] = ()
) -> tuple[JsonObject, JsonObject]:
    """`balances` and `flags` of a customer or entity object, by feature id, newest shape.

    `listed` is the form of `customers.list` (rows of entities in the breakdown). `expand` may hold
    `balances.feature` and `flags.feature`.
    """
    sight = look(holdings, now=now, everything=listed)
    balances: JsonObject = {}
    flags: JsonObject = {}
    for feature_id, part in _by_feature(sight).items():
        feature = holdings.features[feature_id]
        if feature.type != BOOLEAN:
            balances[feature_id] = balance_object(part, feature, expanded="balances.feature" in expand)
        elif part.rows:
            flags[feature_id] = flag_object(part.rows[0], feature, expanded="flags.feature" in expand)
    return balances, flags


def _by_feature(sight: Sight) -> dict[str, Sight]:
    rows: dict[str, list[Balance]] = {}
    for row in sight.rows:
        rows.setdefault(row.feature_id, []).append(row)
    beneath: dict[str, list[Balance]] = {}
    for row in sight.beneath:
        rows.setdefault(row.feature_id, [])
        beneath.setdefault(row.feature_id, []).append(row)
    return {key: sight.but(rows=tuple(own), beneath=tuple(beneath.get(key, ()))) for key, own in rows.items()}


def balance_in(sight: Sight, feature: Feature, *, expanded: bool = False) -> JsonObject | None:
    """The balance of one feature out of a sight of several; None without rows."""
    part = of_feature(sight, feature.id)
    if not part.rows and not part.beneath:
        return None
    return balance_object(part, feature, expanded=expanded)


def of_feature(sight: Sight, feature_id: str) -> Sight:
    """The part of a sight that is about one feature."""
    rows = tuple([row for row in sight.rows if row.feature_id == feature_id])
    beneath = tuple([row for row in sight.beneath if row.feature_id == feature_id])
    if len(rows) == len(sight.rows) and len(beneath) == len(sight.beneath):
        return sight
    return sight.but(rows=rows, beneath=beneath)


def flag_object(row: Balance, feature: Feature, *, expanded: bool = False) -> JsonObject:
    """A boolean feature that is granted by a row. What only entities have is no flag of the customer."""
    flag: JsonObject = {
        "id": row.external_id or row.id,
        "plan_id": row.plan_id,
        "expires_at": row.expires_at,
        "feature_id": feature.id,
    }
    if expanded:
        flag["feature"] = feature_object(feature)
    return flag


def balance_object(part: Sight, feature: Feature, *, expanded: bool = False) -> JsonObject:
    """The balance of a feature that is not boolean; `part` holds its rows alone, at least one."""
    balance: JsonObject = {"feature_id": feature.id}
    if expanded:
        balance["feature"] = feature_object(feature)
    endless = [row for row in part.rows if row.unlimited]
    if endless:
        return balance | _unlimited(
            part, endless, breakdown=[unlimited_item(part.rows[0].id, endless, part.entity)]
        )
    entity, now, rows = part.entity, part.now, part.rows
    seen = [amounts(row, entity) for row in rows]
    items = [breakdown_item(row, feature, held) for row, held in zip(rows, seen, strict=True)]
    if part.beneath and any(row.unlimited for row in part.beneath):
        return balance | _unlimited(part, [row for row in part.beneath if row.unlimited], breakdown=items)
    total = _total(rows, seen, entity, now)
    resets = [row.next_reset_at for row in rows if row.next_reset_at is not None]
    paid_per_use = any(takes_overage(row) for row in rows)
    if part.beneath:
        total = total.plus(_total_beneath(part.beneath, now))
        resets += [row.next_reset_at for row in part.beneath if row.next_reset_at is not None]
        paid_per_use = paid_per_use or any(takes_overage(row) for row in part.beneath)
    limit = max_purchase(rows)
    balance["granted"] = number(total.granted)
    balance["remaining"] = number(max(ZERO, total.remaining))
    balance["usage"] = number(total.usage)
    balance["unlimited"] = False
    balance["overage_allowed"] = paid_per_use
    balance["max_purchase"] = None if limit is None else number(limit)
    balance["next_reset_at"] = min(resets, default=None)
    balance["breakdown"] = items
    return _with_rollovers(balance, part)


def totals(part: Sight) -> "Totals":
    """Of the rows that the subject may use itself; `part` holds those of one finite feature."""
    return _total(part.rows, [amounts(row, part.entity) for row in part.rows], part.entity, part.now)


class Totals:
    """Granted, remaining and usage of a feature, summed up."""

    __slots__ = ("granted", "remaining", "usage")

    def __init__(self, granted: Decimal, remaining: Decimal, usage: Decimal) -> None:
        self.granted, self.remaining, self.usage = granted, remaining, usage

    def plus(self, other: "Totals") -> "Totals":
        return Totals(
            self.granted + other.granted,
            self.remaining + other.remaining,
            self.usage + other.usage,
        )


def _total(rows: Iterable[Balance], seen: Iterable[Amounts], entity: str | None, now: int) -> Totals:
    granted = remaining = usage = ZERO
    for row, held in zip(rows, seen, strict=True):
        granted += held.granted
        remaining += held.remaining
        usage += held.usage
        if row.replaceables:
            remaining += row.replaceables
            usage -= row.replaceables
        if row.rollovers:
            for _, left, used in rollover_amounts(row, entity, now):
                granted += left + used
                remaining += left
                usage += used
    return Totals(granted, remaining, usage)


def _total_beneath(rows: tuple[Balance, ...], now: int) -> Totals:
    """What the rows of entities add to the customer's totals: debt and credit set off first."""
    seen = [amounts(row, None) for row in rows]
    total = _total(rows, seen, None, now)
    kept = sum((held.remaining for held in seen), ZERO)
    net = sum((held.balance for held in seen), ZERO)
    return Totals(total.granted, total.remaining - kept + max(ZERO, net), total.usage)


def _unlimited(part: Sight, endless: list[Balance], *, breakdown: list[JsonObject]) -> JsonObject:
    shown: JsonObject = {
        "granted": 0,
        "remaining": 0,
        "usage": number(-sum((amounts(row, part.entity).balance for row in endless), ZERO)),
        "unlimited": True,
        "overage_allowed": False,
        "max_purchase": None,
        "next_reset_at": None,
        "breakdown": breakdown,
    }
    return _with_rollovers(shown, part)


def _with_rollovers(balance: JsonObject, part: Sight) -> JsonObject:
    """`rollovers` is there when a row may roll over, whether or not it did."""
    if any(row.rollover is not None for row in part.rows):
        balance["rollovers"] = [
            shown for row in part.rows for shown in rollover_objects(row, part.entity, part.now)
        ]
    return balance
