"""`customers.list`: newest first, by cursor since 2.3, by offset before (reference: customers)."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice

from msgspec.structs import replace

from autumn_mock.domain.billing.subscriptions import is_listed
from autumn_mock.domain.customers.customers import matches
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Customer, JsonObject, Subscription
from autumn_mock.errors.customers import ListLimitExceeded
from autumn_mock.operations.customer_view import customer_in_newest, expands_of
from autumn_mock.operations.loading import load_holdings
from autumn_mock.operations.paging import read_cursor, write_cursor
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.customers import RestListCustomers, list_customers
from autumn_mock.versions.customers import customer_list_in_version
from autumn_mock.versions.version import Version
from autumn_mock.world import World

_MOST = 1000
"""Customers on one page, whatever the schema lets pass."""

Wanted = Callable[[Customer], bool]


@operation("customers.list", body=list_customers, reply=customer_list_in_version)
def list_all(world: World, body: Body, call: Call) -> Reply:
    """A page of customers."""
    if call.version >= Version.V2_3:
        return _by_cursor(world, body, call)
    page = _by_offset(world, body, call)
    return page | {"has_more": len(page["list"]) == body["limit"]}


@operation("GET /customers", body=RestListCustomers(), reply=customer_list_in_version)
def rest_list(world: World, body: Body, call: Call) -> Reply:
    """The legacy form: offset pages without filters."""
    return _by_offset(world, body, call)


def _by_cursor(world: World, body: Body, call: Call) -> JsonObject:
    if body["limit"] > _MOST:
        raise ListLimitExceeded(limit=body["limit"], most=_MOST)
    position = read_cursor(body["start_cursor"])

    rising = body["sort_order"] == "asc"
    bounds = {"after" if rising else "before": position}
    in_order = world.store.customers.ordered("age", reverse=not rising, **bounds)
    wanted = _wanted(world, body)
    found = list(islice(_within(in_order, body, rising, wanted), body["limit"] + 1))

    page, more = found[: body["limit"]], len(found) > body["limit"]
    last = page[-1] if page else None
    return {
        "list": [_listed(world, customer, body, call) for customer in page],
        "next_cursor": write_cursor(last.created_at, last.id) if more and last and last.id else None,
    }


def _within(customers: Iterator[Customer], body: Body, rising: bool, wanted: Wanted) -> Iterator[Customer]:
    """Those in the asked range of creation, in order; stops where none can follow."""
    given = body.get("created_at_range") or {}
    start, end = given.get("start", Decimal(0)), given.get("end", Decimal("Infinity"))
    for customer in customers:
        before, after = customer.created_at < start, customer.created_at > end
        if (before and not rising) or (after and rising):
            return
        if not before and not after and wanted(customer):
            yield customer


def _by_offset(world: World, body: Body, call: Call) -> JsonObject:
    in_order = world.store.customers.ordered("age", reverse=True)
    limit, offset = body["limit"], body["offset"]
    if not _filters(body):
        page = list(islice(in_order, offset, offset + limit))
        filtered = len(world.store.customers)
    else:
        wanted = _wanted(world, body)
        found = [customer for customer in in_order if wanted(customer)]
        page, filtered = found[offset : offset + limit], len(found)
    return {
        "list": [_listed(world, customer, body, call) for customer in page],
        "total": len(page),
        "total_count": len(world.store.customers),
        "total_filtered_count": filtered,
        "limit": limit,
        "offset": offset,
    }


def _listed(world: World, customer: Customer, body: Body, call: Call) -> JsonObject:
    holdings = load_holdings(world, customer)
    if status := body.get("subscription_status"):
        holdings = _narrowed(holdings, status)
    expand = expands_of(world, body.get("expand"), call)
    return customer_in_newest(world, holdings, expand, listed=True)


def _narrowed(holdings: Holdings, status: str) -> Holdings:
    """Only plans in this status, with their rows, and what hangs on no plan."""
    kept = tuple(s for s in holdings.subscriptions if is_listed(s, status))
    names = {None, *(s.id for s in kept)}
    rows = tuple(row for row in holdings.rows if row.subscription in names)
    return replace(holdings, subscriptions=kept, rows=rows)


def _filters(body: Body) -> bool:
    return any(body.get(name) for name in ("search", "plans", "processors"))


def _wanted(world: World, body: Body) -> Wanted:
    """Whether a customer passes all filters."""
    search = body.get("search", "").strip().lower()
    plans, processors = body.get("plans"), body.get("processors")

    def wanted(customer: Customer) -> bool:
        if search and not matches(customer, search):
            return False
        if processors and not any(_is_in(customer, name) for name in processors):
            return False
        return not plans or _has_plan(world, customer, plans, body.get("subscription_status"))

    return wanted


def _is_in(customer: Customer, processor: str) -> bool:
    if processor == "stripe":
        return customer.stripe_id is not None
    return processor == "vercel" and bool((customer.processors or {}).get("vercel"))


def _has_plan(world: World, customer: Customer, plans: list[Body], status: str | None) -> bool:
    held = world.store.subscriptions.find("customer", customer.internal_id)
    return any(
        _is_of(world, subscription, plan) for subscription in held
        if is_listed(subscription, status) for plan in plans
    )  # fmt: skip


def _is_of(world: World, subscription: Subscription, plan: Body) -> bool:
    if subscription.plan_id != plan["id"]:
        return False
    versions = plan.get("versions")
    return not versions or world.store.plans.must(subscription.plan).version in versions
