"""Locks: balance taken in advance, then confirmed or released (reference: balances, locks)."""

from collections.abc import Iterable
from decimal import Decimal

from autumn_mock.call import Call
from autumn_mock.domain.balances.credit_systems import costs_of, credit_systems_of
from autumn_mock.domain.balances.deduction import Taking
from autumn_mock.domain.balances.locks import LONGEST, takings_to_keep, units_to_return, unwind
from autumn_mock.domain.balances.overage import CAP
from autumn_mock.domain.balances.tracked import deductions_of, units_taken
from autumn_mock.domain.catalog.features import BOOLEAN
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Feature, JsonObject, Lock
from autumn_mock.errors.balances import (
    LockAlreadyExists,
    LockExpiresTooLate,
    LockNotFound,
    LockOfAllocatedFeature,
    SendEventOfBoolean,
)
from autumn_mock.operations.deducting import Order, Taken, take
from autumn_mock.operations.limits import Asked, after_deduction, count_usage, limits_of
from autumn_mock.operations.loading import load_holdings
from autumn_mock.operations.recording import Happened, record_event
from autumn_mock.operations.registry import Body, Reply, operation
from autumn_mock.schemas.balances import Finalize
from autumn_mock.world import World


@operation("balances.finalize", body=Finalize())
def finalize(world: World, body: Body, call: Call) -> Reply:
    """Confirm what a lock took, or another amount instead, or give it all back."""
    lock = world.store.locks.get(body["lock_id"])
    if lock is None or lock.customer not in world.store.customers:
        raise LockNotFound(lock_id=body["lock_id"])

    final = ZERO if body["action"] == "release" else body.get("override_value", lock.value)
    settle_lock(world, lock, final, body.get("properties"), call)
    return {"success": True}


def may_hold(world: World, lock: JsonObject, features: Iterable[Feature]) -> None:
    """Raises what forbids a lock: its features, its expiry, another lock of this id."""
    for feature in features:
        if feature.type == BOOLEAN:
            raise SendEventOfBoolean
        if not feature.consumable:
            raise LockOfAllocatedFeature
    now = world.now()
    if lock.get("expires_at", now) > now + LONGEST:
        raise LockExpiresTooLate
    if lock["lock_id"] in world.store.locks:
        raise LockAlreadyExists


def hold(world: World, lock: JsonObject, taken: Taken) -> None:
    """Keep what a deduction took as a lock."""
    now, holdings = world.now(), taken.before.holdings
    expires_at = lock.get("expires_at")
    world.store.locks.put(
        Lock(
            id=lock["lock_id"],
            customer=holdings.customer.internal_id,
            entity=holdings.entity.internal_id if holdings.entity else None,
            feature_id=taken.order.feature.id,
            value=units_taken(taken.outcome.takings),
            created_at=now,
            takings=takings_to_keep(taken.outcome.takings),
            properties=taken.order.properties,
            expires_at=expires_at,
            forget_at=None if expires_at is not None else now + LONGEST,
        )
    )


def lock_is_due(world: World, lock: Lock) -> None:
    """A lock whose `expires_at` has come is released; one without is forgotten, its amount used."""
    if lock.expires_at is None or lock.customer not in world.store.customers:
        world.store.locks.delete(lock.id)
    else:
        settle_lock(world, lock, ZERO, None, Call())


def settle_lock(world: World, lock: Lock, final: Decimal, properties: JsonObject | None, call: Call) -> None:
    """Make `final` units the use that a lock stands for, and record the difference."""
    world.store.locks.delete(lock.id)
    feature = world.store.features.get(lock.feature_id)
    if feature is None or final == lock.value:
        return
    before = _holdings(world, lock)
    costs = costs_of(feature, credit_systems_of(feature, before.features))
    limits = limits_of(world, before, costs, lock.properties)

    back = units_to_return(lock.value, final)
    takings = _give_back(world, lock, back, feature) if back else []
    if extra := final - (lock.value - back):
        takings += _take(world, lock, feature, extra)

    after = _holdings(world, lock)
    happened = Happened(
        name=lock.feature_id,
        value=final - lock.value,
        properties=lock.properties if properties is None else properties,
        deductions=deductions_of(takings, after),
    )
    record_event(world, after, happened)
    asked = Asked(feature_id=feature.id, properties=lock.properties, version=call.version)
    after_deduction(world, before, after, limits, asked)


def _give_back(world: World, lock: Lock, units: Decimal, feature: Feature) -> list[Taking]:
    """Put units back where they came from; those of rows that are gone by a refund."""
    holdings = _holdings(world, lock)
    unwound = unwind(lock, units, {row.id: row for row in holdings.rows})
    for row in unwound.changed.values():
        world.store.balances.put(row)
    takings = list(unwound.takings)
    if units > 0 and not any(taking.row.unlimited for taking in takings):
        used = {feature.id: -units}
        for taking in takings:
            if (paid := taking.row.feature_id) != feature.id:
                used[paid] = used.get(paid, ZERO) + taking.value
        count_usage(world, holdings, used, lock.properties)
    if unwound.homeless:
        takings += _take(world, lock, feature, -unwound.homeless)
    return takings


def _take(world: World, lock: Lock, feature: Feature, amount: Decimal) -> list[Taking]:
    order = Order(feature=feature, amount=amount, behavior=CAP, properties=lock.properties)
    return list(take(world, _holdings(world, lock), order).outcome.takings)


def _holdings(world: World, lock: Lock) -> Holdings:
    customer = world.store.customers.must(lock.customer)
    entity = world.store.entities.get(lock.entity) if lock.entity else None
    return load_holdings(world, customer, entity)
