"""What events took from balances, by bin, paying feature and balance (reference: events.aggregate,
aggregate_on).

Invariant: what a feature's balances gave adds up to what the feature gave.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal

import msgspec

from autumn_mock.domain.events.event_bins import bin_of
from autumn_mock.domain.events.event_groups import FEATURE, REST_OF_DEDUCTIONS, GroupOf, largest
from autumn_mock.domain.numbers import ZERO, number
from autumn_mock.domain.records import Deduction, Event, JsonObject

CostOf = Callable[[str, str], Decimal | None]
"""What a unit of one feature costs in another; None when the other is no credit system of it."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """How deductions are to be told."""

    size: str
    names: tuple[str, ...]
    group_by: str | None
    group_of: GroupOf | None
    most: int
    kind_of: Callable[[str], str]
    """The type of a paying feature."""
    cost_of: CostOf


class _Account(msgspec.Struct):
    """What one balance gave in one bin."""

    latest: Deduction
    deducted: Decimal = ZERO
    events: int = 0
    groups: dict[str, Decimal] = msgspec.field(default_factory=lambda: defaultdict(Decimal))


def deductions_list(events: Iterable[Event], asked: Asked) -> list[JsonObject]:
    """Bins in which something was deducted, ascending."""
    bins: dict[int, dict[str, _Account]] = defaultdict(dict)
    for event in events:
        group = asked.group_of(event) if asked.group_of else None
        if asked.group_of is not None and group is None:
            continue
        for deduction in event.deductions or ():
            accounts = bins[bin_of(event.timestamp, asked.size)]
            account = accounts.setdefault(deduction.balance_id, _Account(deduction))
            account.latest = deduction
            account.deducted += deduction.value
            account.events += 1
            if group is not None:
                account.groups[group] += deduction.value
    return [_bin(at, bins[at], asked) for at in sorted(bins)]


def _bin(at: int, accounts: dict[str, _Account], asked: Asked) -> JsonObject:
    owners: dict[str, list[_Account]] = defaultdict(list)
    for account in accounts.values():
        owners[account.latest.feature_id].append(account)
    shown: JsonObject = {
        "period": at,
        "values": {owner: _feature(owner, each, asked) for owner, each in owners.items()},
    }
    if asked.group_of is not None:
        shown["grouped_values"] = {
            balance_id: _groups(account, asked) for balance_id, account in accounts.items()
        }
    return shown


def _feature(owner: str, accounts: list[_Account], asked: Asked) -> JsonObject:
    return {
        "feature_type": asked.kind_of(owner),
        "deducted": number(sum((account.deducted for account in accounts), ZERO)),
        "events": sum(account.events for account in accounts),
        "balances": [_balance(account, asked) for account in accounts],
    }


def _balance(account: _Account, asked: Asked) -> JsonObject:
    taken = account.latest
    only = asked.names[0] if len(asked.names) == 1 else None
    return {
        "balance_id": taken.balance_id,
        "entity_id": taken.entity_id,
        "plan_id": taken.plan_id,
        "reset": taken.reset,
        "credit_cost": _cost(only, taken.feature_id, asked),
        "deducted": number(account.deducted),
        "events": account.events,
    }


def _groups(account: _Account, asked: Asked) -> JsonObject:
    owner = account.latest.feature_id
    shown = {}
    for group, amount in largest(account.groups, asked.most, REST_OF_DEDUCTIONS).items():
        told: JsonObject = {"deducted": number(amount)}
        if asked.group_by == FEATURE:
            told["credit_cost"] = _cost(group, owner, asked)
        shown[group] = told
    return shown


def _cost(name: str | None, owner: str, asked: Asked) -> int | float | None:
    cost = asked.cost_of(name, owner) if name is not None else None
    return None if cost is None else number(cost)
