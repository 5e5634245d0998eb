"""Seats as they are written: given to an entity, taken back, handed over to another plan, ended.

A seat has the plan of the licence, and its balances reset counted from the plan that offers it. What the
reference does with the seats of a plan that ends or is replaced is not known; here they end with it, and
a plan that takes its place and offers the same licence takes them over.
Invariant: a seat that nobody holds belongs to no entity and feeds no pool of balances.
"""

from collections.abc import Sequence

from autumn_mock.domain.billing.carry_over import NOTHING, carried
from autumn_mock.domain.billing.plan_changes import row_anchor
from autumn_mock.domain.billing.subscriptions import ACTIVE, EXPIRED, Start, start_plan
from autumn_mock.domain.billing.turns import RELEASED
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.licenses.plans_had import offered_plan, plan_had
from autumn_mock.domain.records import (
    Balance,
    Entity,
    LicenseAssignment,
    Plan,
    PlanLicense,
    Subscription,
)
from autumn_mock.operations.billing.rows import end_plan, leave_pool, put_plan
from autumn_mock.world import World


def new_seat(
    world: World, holdings: Holdings, parent: Subscription, license: PlanLicense, entity: Entity
) -> None:
    """Give an entity a seat that nobody had before."""
    row, rows = _started(world, holdings, parent, license, entity)
    put_plan(world, holdings.customer, row, rows)


def _started(
    world: World, holdings: Holdings, parent: Subscription, license: PlanLicense, entity: Entity | None
) -> tuple[Subscription, list[Balance]]:
    plan = offered_plan(license, holdings.plans)
    start = Start(
        customer=holdings.customer,
        entity=entity,
        entities=holdings.entities,
        at=world.now(),
        anchor=row_anchor(parent),
        custom=license.customize is not None,
    )
    row, rows = start_plan(plan, holdings.features, start, world.make_id)
    return row.but(parent=parent.id), rows


def give(world: World, seat: Subscription, entity: Entity) -> None:
    """Hand a released seat, with its balances, to an entity."""
    store = world.store
    customer = store.customers.must(seat.customer)
    pooled = {item.entitlement_id for item in plan_had(seat, store.plans.records).items if item.pooled}
    rows = [
        row.but(entity=entity.internal_id, pooled=row.entitlement_id in pooled) for row in _rows_of(world, seat)
    ]
    put_plan(world, customer, seat.but(status=ACTIVE, entity=entity.internal_id, started_at=world.now()), rows)


def release(world: World, seat: Subscription) -> None:
    """Take a seat back: it keeps its balances for the next one."""
    store = world.store
    _note_end(world, seat)
    for row in _rows_of(world, seat):
        leave_pool(world, row)
        store.balances.put(row.but(entity=None, pooled=False))
    store.subscriptions.put(seat.but(status=RELEASED, entity=None))


def release_all_of(world: World, entity: Entity) -> None:
    """The entity goes: its seats are free."""
    for row in world.store.subscriptions.find("customer", entity.customer):
        if row.parent is not None and row.entity == entity.internal_id and row.status != EXPIRED:
            release(world, row)


def _note_end(world: World, seat: Subscription) -> None:
    entity = world.store.entities.get(seat.entity or "")
    if entity is None:
        return
    world.store.license_assignments.put(
        LicenseAssignment(
            id=world.make_id("lic_asn_"),
            seat=seat.id,
            customer=seat.customer,
            entity_id=entity.id or entity.internal_id,
            license_plan_id=seat.plan_id,
            started_at=seat.started_at,
            ended_at=world.now(),
        )
    )


def take_over(world: World, holdings: Holdings, seats: Sequence[Subscription], parent: Subscription) -> None:
    """A plan takes over the `seats` of the one that it replaces, as far as it offers them: those that
    were given first. One whose plan is another from now on begins anew, what is held of it held on."""
    plan = plan_had(parent, world.store.plans.records)
    offered = {each.license_plan_id: each for each in plan.seats}
    left = {name: each.granted for name, each in offered.items()}
    for seat in sorted(seats, key=lambda seat: (seat.status == RELEASED, seat.started_at)):
        if left.get(seat.plan_id, 0) == 0:
            end_plan(world, seat, at=world.now())
            continue
        left[seat.plan_id] -= 1
        _take_over(world, holdings, seat, parent, offered[seat.plan_id].license)


def _take_over(
    world: World, holdings: Holdings, seat: Subscription, parent: Subscription, license: PlanLicense
) -> None:
    plan = offered_plan(license, holdings.plans)
    if _same(plan, plan_had(seat, holdings.plans)):
        world.store.subscriptions.put(seat.but(parent=parent.id))
        return
    if seat.entity is None:
        end_plan(world, seat, at=world.now())
        return
    old = _rows_of(world, seat)
    end_plan(world, seat, at=world.now())
    entity = world.store.entities.must(seat.entity)
    row, fresh = _started(world, holdings, parent, license, entity)
    row = row.but(started_at=seat.started_at)
    put_plan(world, holdings.customer, row, carried(fresh, old, holdings.features, NOTHING))


def _same(plan: Plan, other: Plan) -> bool:
    return (plan.internal_id, plan.items) == (other.internal_id, other.items)


def _rows_of(world: World, seat: Subscription) -> list[Balance]:
    rows = world.store.balances.find("customer", seat.customer)
    return [row for row in rows if row.subscription == seat.id]
