"""`balances.list`: the balances of all customers, of one, or of an entity, newest first, by cursor.

Invariant: a page looks at no more than so many rows, however many there are: where few of them are
asked for, it may hold fewer than its limit (even none) and still say that there is more.
"""

from collections.abc import Iterable

from autumn_mock.domain.balances.listed_balances import is_of_entity, listed_balance, listed_status
from autumn_mock.domain.records import Balance, Entity, JsonObject
from autumn_mock.operations.loading import find_customer, find_entity
from autumn_mock.operations.paging import Position, read_cursor, write_cursor
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.balance_list import ListBalances
from autumn_mock.world import World

MOST_LOOKED_AT = 2_000
"""Rows that one page looks at."""


@operation("balances.list", body=ListBalances(), missing="balances of expired plans: they are not kept")
def list_balances(world: World, body: Body, call: Call) -> Reply:
    """Rows as the breakdown has them. Raises CustomerNotFound, EntityNotFound and InvalidCursor."""
    position = read_cursor(body["start_cursor"])
    rows: Iterable[Balance] = world.store.balances.ordered("age", before=position, reverse=True)
    entity = None
    if "customer_id" in body:
        customer = find_customer(world, body["customer_id"])
        entity = find_entity(world, customer, body["entity_id"]) if "entity_id" in body else None
        rows = _of_customer(world, customer.internal_id, position)

    shown, reached = _page(world, body, rows, entity)
    return {
        "list": shown,
        "has_more": reached is not None,
        "next_cursor": None if reached is None else write_cursor(*_age(reached)),
    }


def _of_customer(world: World, customer: str, position: Position | None) -> list[Balance]:
    rows = sorted(world.store.balances.find("customer", customer), key=_age, reverse=True)
    return [row for row in rows if position is None or _age(row) < position]


def _page(
    world: World, body: Body, rows: Iterable[Balance], entity: Entity | None
) -> tuple[list[JsonObject], Balance | None]:
    """The rows to show, and the one after which to go on; None when there is no more."""
    shown: list[JsonObject] = []
    last_shown = last = None
    for looked_at, row in enumerate(rows):
        if looked_at == MOST_LOOKED_AT:
            return shown, last
        status = _status_wanted(world, body, row, entity)
        if status is not None and len(shown) == body["limit"]:
            return shown, last_shown
        if status is not None:
            shown.append(_shown(world, row, status, entity))
            last_shown = row
        last = row
    return shown, None


def _status_wanted(world: World, body: Body, row: Balance, entity: Entity | None) -> str | None:
    """The status of a row that is asked for, else None."""
    if entity is not None and not is_of_entity(row, entity):
        return None
    if (
        body.get("plan_id", row.plan_id) != row.plan_id
        or body.get("feature_id", row.feature_id) != row.feature_id
    ):
        return None
    store = world.store
    plan = store.subscriptions.get(row.subscription) if row.subscription else None
    status = listed_status(row, plan, store.features.records, now=world.now())
    return status if status in body["statuses"] else None


def _shown(world: World, row: Balance, status: str, seen_by: Entity | None) -> JsonObject:
    store = world.store
    feature, customer = store.features.must(row.feature_id), store.customers.must(row.customer)
    entity = store.entities.get(row.entity) if row.entity else None
    return listed_balance(row, feature, status=status, seen_by=seen_by, now=world.now()) | {
        "customer_id": customer.id or customer.internal_id,
        "entity_id": entity and (entity.id or entity.internal_id),
        "created_at": row.created_at,
    }


def _age(row: Balance) -> Position:
    return row.created_at, row.id
