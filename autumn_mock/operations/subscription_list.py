"""`subscriptions.list` and `purchases.list`: the plans of all customers, newest first, by cursor.

Invariant: a page costs what it shows, however many plans there are: the plans of one version and status
stand together in an order, and only the orders that can hold what is asked for are read, side by side.
"""

from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import islice

from autumn_mock.domain.catalog.plans import is_one_off
from autumn_mock.domain.customers.customer_plans import purchase_object, subscription_object
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.licenses.plans_had import plan_had
from autumn_mock.domain.records import JsonObject, Plan, Subscription
from autumn_mock.operations.loading import find_customer, find_entity, load_holdings
from autumn_mock.operations.paging import Position, read_cursor, write_cursor
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.subscriptions import ListSubscriptions
from autumn_mock.world import World

_MEANT = {
    "active": ("active", "past_due"),
    "scheduled": ("scheduled",),
    "past_due": ("past_due",),
    "expired": ("expired",),
}
"""The stored statuses that a status of the request means: a plan that is past due reads as active."""
_CUSTOM = ""
"""Where plans that were customised stand in the order, whatever their version is."""
_NEVER = float("inf")
Show = Callable[[Subscription, Plan, Holdings, int], JsonObject]


@operation("subscriptions.list", body=ListSubscriptions())
def list_subscriptions(world: World, body: Body, call: Call) -> Reply:
    """Recurring and free plans."""
    return _page(world, body, _subscription, once=False)


@operation("purchases.list", body=ListSubscriptions())
def list_purchases(world: World, body: Body, call: Call) -> Reply:
    """Plans that are paid once."""
    return _page(world, body, _purchase, once=True)


def _page(world: World, body: Body, show: Show, *, once: bool) -> JsonObject:
    position = read_cursor(body["start_cursor"])
    rows = (
        _of_customer(world, body, position) if "customer_id" in body else _of_all(world, body, position, once)
    )
    plans = world.store.plans.records
    wanted = (row for row in rows if is_one_off(plan_had(row, plans)) == once)
    found = list(islice(wanted, body["limit"] + 1))

    page, more = found[: body["limit"]], len(found) > body["limit"]
    return {
        "list": [_listed(world, row, show) for row in page],
        "has_more": more,
        "next_cursor": write_cursor(page[-1].created_at, page[-1].id) if more else None,
    }


def _of_customer(world: World, body: Body, position: Position | None) -> Iterator[Subscription]:
    """The rows of a customer, or of one of its entities, newest first. Raises CustomerNotFound and
    EntityNotFound."""
    customer = find_customer(world, body["customer_id"])
    entity = find_entity(world, customer, body["entity_id"]) if "entity_id" in body else None
    statuses = _statuses(body)
    rows = sorted(world.store.subscriptions.find("customer", customer.internal_id), key=_age, reverse=True)
    for row in rows:
        if row.status not in statuses or body.get("plan_id") not in {None, row.plan_id}:
            continue
        if entity is not None and row.entity != entity.internal_id:
            continue
        if position is None or _age(row) < position:
            yield row


def _of_all(world: World, body: Body, position: Position | None, once: bool) -> Iterable[Subscription]:
    """The rows of all customers, newest first."""
    before = (_NEVER, "") if position is None else position
    versions = [
        plan.internal_id
        for plan in world.store.plans
        if is_one_off(plan) == once and body.get("plan_id") in {None, plan.id}
    ]
    runs = [
        world.store.subscriptions.ordered(
            "listed", after=(version, status), before=(version, status, *before), reverse=True
        )
        for version in (_CUSTOM, *versions)
        for status in sorted(_statuses(body))
    ]
    rows = merge(*runs, key=_age, reverse=True)
    return (row for row in rows if body.get("plan_id") in {None, row.plan_id})


def _statuses(body: Body) -> set[str]:
    return {stored for status in body["statuses"] for stored in _MEANT[status]}


def _age(row: Subscription) -> Position:
    return row.created_at, row.id


def _listed(world: World, row: Subscription, show: Show) -> JsonObject:
    customer = world.store.customers.must(row.customer)
    entity = world.store.entities.get(row.entity) if row.entity else None
    holdings = load_holdings(world, customer)
    return show(row, holdings.plan_of(row), holdings, world.now()) | {
        "customer_id": customer.id or customer.internal_id,
        "entity_id": entity and (entity.id or entity.internal_id),
        "created_at": row.created_at,
    }


def _subscription(row: Subscription, plan: Plan, holdings: Holdings, now: int) -> JsonObject:
    return subscription_object(row, plan, holdings, now, ())


def _purchase(row: Subscription, plan: Plan, holdings: Holdings, now: int) -> JsonObject:
    shown = subscription_object(row, plan, holdings, now, ())
    return {name: shown[name] for name in ("id", "status")} | purchase_object(row, plan, holdings, ())
