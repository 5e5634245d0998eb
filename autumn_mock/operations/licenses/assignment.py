"""`licenses.attach` and `licenses.release` (reference: licences).

Invariant: a request gives or takes back all seats that it names, or none.
"""

from collections import Counter
from collections.abc import Iterable

from autumn_mock.domain.customers.entities import NewEntity
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.licenses.seat_pools import pool_of_license
from autumn_mock.domain.records import Customer, Entity, Subscription
from autumn_mock.errors.licenses import (
    EntityGivenTwiceForLicense,
    EntityOfLicenseUnknown,
    LicenseNotHeld,
    LicensePlanArchived,
    NoSeatLeft,
    NothingToRelease,
    SeveralLicensesHeld,
)
from autumn_mock.operations.entity_making import make_entities
from autumn_mock.operations.licenses.seats import give, new_seat, release
from autumn_mock.operations.loading import (
    find_customer,
    find_entity,
    find_feature,
    load_holdings,
    look_up_entity,
    look_up_plan,
)
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.licenses import AttachLicense, ReleaseLicense
from autumn_mock.world import World


@operation("licenses.attach", body=AttachLicense())
def attach(world: World, body: Body, call: Call) -> Reply:
    """Give a seat to each entity, which is made if it isn't there; one that holds such a seat keeps it.
    Seats that were released come first."""
    customer = find_customer(world, body["customer_id"])
    pool = pool_of_license(load_holdings(world, customer), body["plan_id"])
    license_plan = look_up_plan(world, pool.license_plan_id)
    if license_plan is not None and license_plan.archived:
        raise LicensePlanArchived(license_plan_id=pool.license_plan_id)
    wanted = body["entities"]
    _check_once((each["entity_id"] for each in wanted), field="entities")
    for each in wanted:
        if "feature_id" not in each and look_up_entity(world, customer, each["entity_id"]) is None:
            raise EntityOfLicenseUnknown(entity_id=each["entity_id"])
    holders = {seat.entity for seat in pool.held}
    needing = [each for each in wanted if _internal_id(world, customer, each) not in holders]
    if len(needing) > pool.remaining:
        raise NoSeatLeft

    entities = _found_or_made(world, customer, needing)
    holdings = load_holdings(world, customer)
    free = list(pool.free)
    for entity in entities:
        if free:
            give(world, free.pop(0), entity)
        else:
            new_seat(world, holdings, pool.parent, pool.seats.license, entity)
    return {"success": True}


def _check_once(entity_ids: Iterable[str], *, field: str) -> None:
    for entity_id, count in Counter(entity_ids).items():
        if count > 1:
            raise EntityGivenTwiceForLicense(entity_id=entity_id, field=field)


def _internal_id(world: World, customer: Customer, wanted: Body) -> str | None:
    entity = look_up_entity(world, customer, wanted["entity_id"])
    return entity.internal_id if entity else None


def _found_or_made(world: World, customer: Customer, wanted: list[Body]) -> list[Entity]:
    found = {each["entity_id"]: look_up_entity(world, customer, each["entity_id"]) for each in wanted}
    new = [
        NewEntity(id=each["entity_id"], feature=find_feature(world, each["feature_id"]), name=each.get("name"))
        for each in wanted
        if found[each["entity_id"]] is None
    ]
    made = {each.id: each for each in make_entities(world, customer, new)[0]} if new else {}
    return [entity or made[name] for name, entity in found.items()]


@operation("licenses.release", body=ReleaseLicense())
def take_back(world: World, body: Body, call: Call) -> Reply:
    """Take the seats of entities back into their pools, each with its balances."""
    customer = find_customer(world, body["customer_id"])
    _check_once(body["entity_ids"], field="entity_ids")
    entities = [find_entity(world, customer, entity_id) for entity_id in body["entity_ids"]]
    holdings = load_holdings(world, customer)
    seats = [_seat_of(entity, holdings, body.get("license_plan_id")) for entity in entities]

    for seat in seats:
        release(world, seat)
    return {"success": True}


def _seat_of(entity: Entity, holdings: Holdings, license_plan_id: str | None) -> Subscription:
    """The one seat that is meant. Raises NothingToRelease, LicenseNotHeld, SeveralLicensesHeld."""
    entity_id = entity.id or entity.internal_id
    held = [
        row for row in holdings.subscriptions if row.parent is not None and row.entity == entity.internal_id
    ]
    if license_plan_id is not None:
        held = [row for row in held if row.plan_id == license_plan_id]
        if not held:
            raise LicenseNotHeld(entity_id=entity_id, license_plan_id=license_plan_id)
    if not held:
        raise NothingToRelease(entity_id=entity_id)
    if len(held) > 1:
        raise SeveralLicensesHeld(entity_id=entity_id)
    return held[0]
