"""`entities.list`: newest first, by cursor since 2.3, by offset before (reference: entities)."""

from collections.abc import Callable, Iterator
from itertools import islice

from autumn_mock.domain.billing.subscriptions import is_listed
from autumn_mock.domain.customers.entities import matches
from autumn_mock.domain.records import Entity, JsonObject, Subscription
from autumn_mock.operations.entity_view import entity_in_newest
from autumn_mock.operations.loading import load_holdings, look_up_customer
from autumn_mock.operations.paging import Position, read_cursor, write_cursor
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.entities import list_entities
from autumn_mock.versions.entities import entity_list_in_version
from autumn_mock.versions.version import Version
from autumn_mock.world import World

Wanted = Callable[[Entity], bool]


@operation("entities.list", body=list_entities, reply=entity_list_in_version)
def list_all(world: World, body: Body, call: Call) -> Reply:
    """A page of entities, over all customers or of one."""
    return _by_cursor(world, body, call) if call.version >= Version.V2_3 else _by_offset(world, body, call)


def _by_cursor(world: World, body: Body, call: Call) -> JsonObject:
    position = read_cursor(body["start_cursor"])
    wanted = _wanted(world, body)
    rest = (entity for entity in _newest_first(world, body, position) if wanted(entity))
    found = list(islice(rest, body["limit"] + 1))

    page, more = found[: body["limit"]], len(found) > body["limit"]
    last = page[-1] if page else None
    return {
        "list": [_listed(world, entity, call) for entity in page],
        "next_cursor": write_cursor(last.created_at, last.id or "") if more and last else None,
    }


def _by_offset(world: World, body: Body, call: Call) -> JsonObject:
    limit, offset = body["limit"], body["offset"]
    wanted = _wanted(world, body)
    found = [entity for entity in _newest_first(world, body, None) if wanted(entity)]
    page = found[offset : offset + limit]
    return {
        "list": [_listed(world, entity, call) for entity in page],
        "total": len(page),
        "total_count": len(world.store.entities),
        "total_filtered_count": len(found),
        "limit": limit,
        "offset": offset,
        "has_more": offset + len(page) < len(found),
    }


def _newest_first(world: World, body: Body, position: Position | None) -> Iterator[Entity]:
    """Those before a position; of one customer if the body names it."""
    if "customer_id" not in body:
        yield from world.store.entities.ordered("age", before=position, reverse=True)
        return
    customer = look_up_customer(world, body["customer_id"])
    if customer is None:
        return
    found = world.store.entities.find("customer", customer.internal_id)
    for entity in sorted(found, key=_age, reverse=True):
        if position is None or _age(entity) < position:
            yield entity


def _age(entity: Entity) -> Position:
    return entity.created_at, entity.id or ""


def _listed(world: World, entity: Entity, call: Call) -> JsonObject:
    customer = world.store.customers.must(entity.customer)
    return entity_in_newest(world, load_holdings(world, customer), entity, {}, call)


def _wanted(world: World, body: Body) -> Wanted:
    """Whether an entity passes all filters."""
    search = body.get("search", "").strip().lower()
    plans, processors = body.get("plans"), body.get("processors")

    def wanted(entity: Entity) -> bool:
        if search and not matches(entity, search):
            return False
        if processors and not _is_in(world, entity, processors):
            return False
        return not plans or _has_plan(world, entity, plans, body.get("subscription_status"))

    return wanted


def _is_in(world: World, entity: Entity, processors: list[str]) -> bool:
    """Whether the entity's customer is known to one of these processors."""
    customer = world.store.customers.must(entity.customer)
    known = {name for name, facts in (customer.processors or {}).items() if facts}
    if customer.stripe_id is not None:
        known.add("stripe")
    return not known.isdisjoint(processors)


def _has_plan(world: World, entity: Entity, plans: list[Body], status: str | None) -> bool:
    """Plans of the entity itself and those that it has from its customer."""
    held = [
        row
        for row in world.store.subscriptions.find("customer", entity.customer)
        if row.entity in {None, entity.internal_id} and is_listed(row, status)
    ]
    return any(_is_of(world, row, plan) for row in held for plan in plans)


def _is_of(world: World, row: Subscription, plan: Body) -> bool:
    if row.plan_id != plan["id"]:
        return False
    versions = plan.get("versions")
    return not versions or world.store.plans.must(row.plan).version in versions
