"""Seats as they are written: given to an entity, taken back, handed over to another plan, ended.

A seat has the plan of the licence, and its balances reset counted from the plan that offers it. The seats
of a plan that ends end with it.
Invariant: a seat that nobody holds belongs to no entity and feeds no pool of balances.
"""

from collections.abc import Sequence

from autumn_mock.domain.billing.carry_over import NOTHING, Carry, carried
from autumn_mock.domain.billing.plan_changes import row_anchor
from autumn_mock.domain.billing.subscriptions import ACTIVE, EXPIRED, Start, start_plan
from autumn_mock.domain.billing.turns import RELEASED
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.licenses.plans_had import offered_plan, plan_had
from autumn_mock.domain.licenses.succession import succession
from autumn_mock.domain.records import (
    Balance,
    Entity,
    LicenseAssignment,
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


def take_over(
    world: World,
    holdings: Holdings,
    seats: Sequence[Subscription],
    parent: Subscription,
    carry: Carry = NOTHING,
) -> None:
    """A plan takes over the `seats` of the one that it replaces, as far as it offers them. One whose
    plan is another from now on begins anew: what is held of it stays held, what is carried stays used."""
    plan = plan_had(parent, world.store.plans.records)
    licenses = {each.license_plan_id: each.license for each in plan.seats}
    becoming = succession(seats, plan, holdings.plans)
    for seat in becoming.stay:
        world.store.subscriptions.put(seat.but(parent=parent.id))
    for seat in becoming.end:
        end_plan(world, seat, at=world.now())
    for seat in becoming.change:
        old = _rows_of(world, seat)
        end_plan(world, seat, at=world.now())
        entity = world.store.entities.must(seat.entity or "")
        row, fresh = _started(world, holdings, parent, licenses[seat.plan_id], entity)
        row = row.but(started_at=seat.started_at)
        put_plan(world, holdings.customer, row, carried(fresh, old, holdings.features, carry))


def _rows_of(world: World, seat: Subscription) -> list[Balance]:
    rows = world.store.balances.find("customer", seat.customer)
    return [row for row in rows if row.subscription == seat.id]
