"""Deleting balances and taking their use anew (reference: balances, delete and recalculate)."""

from autumn_mock.domain.balances.balance_amounts import amounts
from autumn_mock.domain.balances.balance_updates import select
from autumn_mock.domain.balances.balances import of_feature
from autumn_mock.domain.balances.recalculation import (
    as_debt,
    recalculated,
    taken_from,
    uneven_groups,
    usage_of,
)
from autumn_mock.domain.balances.sight import Sight, look
from autumn_mock.domain.catalog.plans import items_of
from autumn_mock.domain.numbers import exact, number
from autumn_mock.domain.records import Balance, Customer, Entity, JsonObject
from autumn_mock.errors.balances import (
    BalanceNotFound,
    PaidBalance,
    PooledBalance,
    RecalculateNeedsFeature,
)
from autumn_mock.operations.balances import find_holdings, put_changed
from autumn_mock.operations.loading import load_holdings
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.balances import DeleteBalance, Selection
from autumn_mock.world import World


@operation("balances.delete", body=DeleteBalance())
def delete(world: World, body: Body, call: Call) -> Reply:
    """Take away every balance that fits; with `recalculate_balances` the others bear its use."""
    feature_id = body.get("feature_id")
    if body["recalculate_balances"] and feature_id is None:
        raise RecalculateNeedsFeature
    sight = _sight(world, body)
    going = select(sight, body).rows
    _check(going, body)

    for row in going:
        _delete(world, row)
    if body["recalculate_balances"] and feature_id is not None:
        _hand_over(world, sight, going, feature_id)
    return {"success": True}


def _check(going: tuple[Balance, ...], body: Body) -> None:
    names = {"feature_id": body.get("feature_id", "undefined"), "customer_id": body["customer_id"]}
    if not going:
        raise BalanceNotFound(**names)
    for row in going:
        facts = {**names, "feature_id": row.feature_id}
        if row.pool:
            raise PooledBalance(**facts)
        if row.price is not None:
            raise PaidBalance(**facts)


def _delete(world: World, row: Balance) -> None:
    """A plan that loses a row becomes a private copy without the item."""
    world.store.balances.delete(row.id)
    subscription = world.store.subscriptions.get(row.subscription) if row.subscription else None
    if subscription is None:
        return
    plan = world.store.plans.must(subscription.plan)
    kept = tuple(i for i in items_of(subscription, plan) if i.entitlement_id != row.entitlement_id)
    price = subscription.price if subscription.custom else plan.price
    world.store.subscriptions.put(subscription.but(custom=True, price=price, items=kept))


def _hand_over(world: World, sight: Sight, going: tuple[Balance, ...], feature_id: str) -> None:
    """Take the use of deleted rows from what is left; without anything left it stays as a debt."""
    gone = {row.id for row in going}
    usage = usage_of(sight.but(rows=going))
    rest = sight.but(rows=tuple(row for row in sight.rows if row.id not in gone))
    if rest.rows:
        put_changed(world, rest, taken_from(rest, feature_id, usage))
    elif usage > 0:
        world.store.balances.put(as_debt(going[0], usage))


@operation("balances.recalculate", body=Selection())
def recalculate(world: World, body: Body, call: Call) -> Reply:
    """Let credit of one balance pay the debt of another."""
    for before, after in _recalculated(world, body):
        put_changed(world, before, after)
    return {"success": True}


def even_out(world: World, customer: Customer, entity: Entity | None, feature_id: str) -> None:
    """Let credit of one balance of a feature pay the debt of another, where there is any."""
    holdings = load_holdings(world, customer, entity)
    sight = of_feature(look(holdings, now=world.now(), feature_ids={feature_id}, first=feature_id), feature_id)
    for group in uneven_groups(sight):
        put_changed(world, group, recalculated(group, feature_id))


@operation("balances.preview_recalculate", body=Selection())
def preview_recalculate(world: World, body: Body, call: Call) -> Reply:
    """What `balances.recalculate` would change."""
    groups = _recalculated(world, body)
    shown: list[JsonObject] = [
        {
            "customer_entitlement_id": old.id,
            "before_remaining": number(amounts(old, before.entity).balance),
            "after_remaining": number(amounts(new, before.entity).balance),
        }
        for before, after in groups
        for old, new in zip(before.rows, after.rows, strict=True)
    ]
    total = sum(usage_of(before) for before, _ in groups)
    return {"total_usage": exact(total) if total else 0, "entitlements": shown}


def _recalculated(world: World, body: Body) -> list[tuple[Sight, Sight]]:
    """The rows of every uneven owner before and after. Raises BalanceNotFound."""
    sight = select(_sight(world, body), body)
    if not sight.rows:
        raise BalanceNotFound(feature_id=body["feature_id"], customer_id=body["customer_id"])
    return [(group, recalculated(group, body["feature_id"])) for group in uneven_groups(sight)]


def _sight(world: World, body: Body) -> Sight:
    """The customer's (or entity's) rows of the feature, of all features without one."""
    feature_id = body.get("feature_id")
    sight = look(
        find_holdings(world, body),
        now=world.now(),
        feature_ids=None if feature_id is None else {feature_id},
        first=feature_id,
    )
    return sight if feature_id is None else of_feature(sight, feature_id)
