"""One deduction carried out: limits looked up, rows written, use counted.

Everything that takes an amount from a customer (track, check with `send_event`, locks) goes through
`take`, so that no limit can be passed by another way.
"""

from decimal import Decimal

import msgspec

from autumn_mock.call import Call
from autumn_mock.domain.balances.balances import balance_in
from autumn_mock.domain.balances.credit_systems import costs_of, credit_systems_of
from autumn_mock.domain.balances.deduction import Outcome, Use, deduct
from autumn_mock.domain.balances.limits import Limits
from autumn_mock.domain.balances.overage import CAP, REJECT
from autumn_mock.domain.balances.sight import Sight, look
from autumn_mock.domain.balances.tracked import feature_drawn_on
from autumn_mock.domain.catalog.features import BOOLEAN
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Feature, JsonObject
from autumn_mock.errors.balances import InsufficientBalance
from autumn_mock.operations.limits import Asked, after_deduction, count_usage, limits_of
from autumn_mock.world import World


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be taken, and why."""

    feature: Feature
    amount: Decimal
    behavior: str = CAP
    properties: JsonObject


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What a deduction did."""

    order: Order
    systems: list[Feature]
    """The credit systems that may have paid, oldest first."""
    before: Sight
    outcome: Outcome
    limits: Limits
    holdings: Holdings
    """What the customer holds now."""


def take(world: World, holdings: Holdings, order: Order) -> Taken:
    """Take an amount of a feature from what a subject holds, or give it back.

    Raises InsufficientBalance where `reject` refuses; nothing is changed then.
    """
    feature = order.feature
    systems = credit_systems_of(feature, holdings.features)
    costs = costs_of(feature, systems)
    used_up = () if feature.type == BOOLEAN else costs
    sight = look(holdings, now=world.now(), feature_ids=used_up, first=feature.id)
    limits = limits_of(world, holdings, costs, order.properties)

    use = Use(feature_id=feature.id, amount=order.amount, costs=costs, behavior=order.behavior)
    outcome = deduct(sight, use, limits)
    if order.behavior == REJECT and outcome.rest > 0 and sight.rows:
        raise InsufficientBalance(value=written(order.amount), feature_id=feature.id)

    for row in outcome.changed.values():
        world.store.balances.put(row)
    if outcome.used:
        count_usage(world, holdings, outcome.used, order.properties)
    return Taken(
        order=order,
        systems=systems,
        before=sight,
        outcome=outcome,
        limits=limits,
        holdings=holdings.with_rows(outcome.changed),
    )


def set_off(world: World, taken: Taken, call: Call) -> None:
    """What a deduction sets off: alerts, webhooks, top-ups. Last of all, the answer made."""
    asked = Asked(feature_id=taken.order.feature.id, properties=taken.order.properties, version=call.version)
    after_deduction(world, taken.before.holdings, taken.holdings, taken.limits, asked)


def written(value: Decimal) -> str:
    """An amount as it is written in a message: 51, 0.25."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def balances_after(takes: list[Taken], *, expanded: bool = False) -> JsonObject:
    """`balance`, that of the one feature drawn on, and `balances` where several might have been.

    Each is seen as by the first deduction that looked at it, so what that one drained is still there.
    """
    changed = {key: row for taken in takes for key, row in taken.outcome.changed.items()}
    seen: dict[str, tuple[Feature, Sight]] = {}
    for taken in takes:
        sight = taken.before.with_rows(changed)
        for feature in (taken.order.feature, *taken.systems):
            seen.setdefault(feature.id, (feature, sight))
    found = {
        feature.id: balance_in(sight, feature, expanded=expanded)
        for feature, sight in sorted(seen.values(), key=lambda pair: pair[0].created_at)
    }
    drawn = dict.fromkeys(
        feature_drawn_on(taken.order.feature, taken.systems, taken.outcome.takings) for taken in takes
    )
    held = [shown for feature_id in drawn if (shown := found[feature_id]) is not None]
    reply: JsonObject = {"balance": held[0] if len(held) == 1 else None}
    if len(found) > 1:
        reply["balances"] = found
    return reply
