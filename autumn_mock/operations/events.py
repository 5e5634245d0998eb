"""`events.*`: what was tracked, listed and summed (reference: events)."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from autumn_mock.domain.balances.tracked import deduction_object
from autumn_mock.domain.catalog.features import METERED
from autumn_mock.domain.events.event_bins import DAYS, bins_between
from autumn_mock.domain.events.event_deductions import Asked, deductions_list
from autumn_mock.domain.events.event_filters import EventFilter, check_path
from autumn_mock.domain.events.event_groups import FEATURE, PLAN, PROPERTIES, GroupOf, group_by
from autumn_mock.domain.events.event_totals import grouped_list, plain_list, total, within
from autumn_mock.domain.events.event_windows import Window, as_range, running_cycle, window_of
from autumn_mock.domain.numbers import exact
from autumn_mock.domain.periods import HOUR, SECOND
from autumn_mock.domain.records import Customer, Event, JsonObject
from autumn_mock.errors.usage import DeductionsAreNotFiltered, DeductionsHavePlans, DeductionsNeedCustomer
from autumn_mock.operations.loading import find_customer, load_holdings, look_up_customer
from autumn_mock.operations.paging import read_cursor, write_cursor
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.events import AggregateEvents, list_events
from autumn_mock.versions.events import aggregate_in_version
from autumn_mock.versions.version import Version
from autumn_mock.world import World

_END_OF_TIME = 10**18
_MICROSECONDS = 1_000
"""In a millisecond: cursors count them."""


@operation("events.list", body=list_events)
def list_all(world: World, body: Body, call: Call) -> Reply:
    """A page of events, newest first; nobody's for a customer that is not known."""
    for path in body["filter_by"]:
        check_path(path)
    limit = body["limit"]
    if call.version < Version.V2_3:
        found = list(islice(_matching(world, body), body["offset"], body["offset"] + limit + 1))
        page = [event_object(event) for event in found[:limit]]
        return {
            "list": page, "has_more": len(found) > limit, "total": len(page),
            "offset": body["offset"], "limit": limit,
        }  # fmt: skip
    position = read_cursor(body["start_cursor"])
    before = None if position is None else (position[0] // _MICROSECONDS, position[1])
    found = list(islice(_matching(world, body, before), limit + 1))
    last = found[limit - 1] if len(found) > limit else None
    return {
        "list": [event_object(event) for event in found[:limit]],
        "next_cursor": write_cursor(last.timestamp * _MICROSECONDS, last.id) if last else None,
    }


@operation("events.aggregate", body=AggregateEvents(), reply=aggregate_in_version)
def aggregate(world: World, body: Body, call: Call) -> Reply:
    """Sums of events by bin and feature, by group where asked, and of what they deducted."""
    customer = _aggregated_customer(world, body)
    window = _window(world, body, customer)
    names, size, group = tuple(body["feature_id"]), body["bin_size"], body.get("group_by")
    wanted = _filter(body)
    start = min(window.start, window.total_from)
    events = [e for e in _between(world, customer, start, window.end + HOUR) if wanted.passes(e)]
    events.reverse()

    counted = within(events, window.start, window.end)
    bins = bins_between(window.start, min(window.end, world.now()), size)
    group_of = group_by(group, _plan_of(world)) if group else None
    if group_of is None or group == FEATURE:
        shown = plain_list(counted, names, bins, size)
    else:
        shown = grouped_list(counted, names, bins, size, group_of=group_of, most=body["max_groups"])
    reply: JsonObject = {"list": shown, "total": total(events, window)}
    if "aggregate_on" in body:
        reply["deductions"] = deductions_list(counted, _asked(world, body, names, group_of))
    return reply


def event_object(event: Event) -> JsonObject:
    """`value` as it was sent; `deductions` null when nothing was taken."""
    taken = event.deductions
    return {
        "id": event.id,
        "timestamp": event.timestamp,
        "feature_id": event.name,
        "customer_id": event.customer_id,
        "value": exact(event.value),
        "properties": event.properties,
        "deductions": [deduction_object(each) for each in taken] if taken else None,
    }


def _filter(body: Body) -> EventFilter:
    return EventFilter(
        names=frozenset(body.get("feature_id", ())),
        entity_id=body.get("entity_id"),
        properties=body["filter_by"],
    )


def _matching(world: World, body: Body, before: tuple[int, str] | None = None) -> Iterator[Event]:
    """Events that a list is about, newest first, those before a position."""
    customer = None
    if "customer_id" in body:
        customer = look_up_customer(world, body["customer_id"])
        if customer is None:
            return
    start, end = _list_range(world, body, customer)
    wanted = _filter(body)
    for event in _between(world, customer, start, end, before):
        if wanted.passes(event):
            yield event


def _list_range(world: World, body: Body, customer: Customer | None) -> tuple[int, int]:
    """Both bounds inclusive; a bound of 0 counts as absent."""
    if "range_" in body:
        window = _window(world, body | {"bin_size": DAYS}, customer)
        return window.start, window.end + SECOND - 1
    given = body.get("custom_range") or {}
    return int(given.get("start") or 0), int(given.get("end") or _END_OF_TIME)


def _between(
    world: World,
    customer: Customer | None,
    start: int,
    end: int,
    before: tuple[int, str] | None = None,
) -> Iterator[Event]:
    """Events of a customer (or of all) from `start` to `end`, newest first."""
    low: Any = (start,)
    high: Any = min((end + 1,), before) if before is not None else (end + 1,)
    if customer is None:
        return world.store.events.ordered("age", after=low, before=high, reverse=True)
    whose = (customer.internal_id,)
    return world.store.events.ordered("customer_age", after=whose + low, before=whose + high, reverse=True)


def _aggregated_customer(world: World, body: Body) -> Customer | None:
    """The customer of an aggregate. Raises what is wrong with the request as a whole."""
    group = body.get("group_by", "")
    if "aggregate_on" in body:
        if "customer_id" not in body:
            raise DeductionsNeedCustomer
        if group == PLAN:
            raise DeductionsHavePlans
        if body["filter_by"]:
            raise DeductionsAreNotFiltered
    customer = find_customer(world, body["customer_id"]) if "customer_id" in body else None
    for path in body["filter_by"]:
        check_path(path)
    if group.startswith(PROPERTIES):
        check_path(group.removeprefix(PROPERTIES))
    return customer


def _window(world: World, body: Body, customer: Customer | None) -> Window:
    cycle = running_cycle(load_holdings(world, customer)) if customer is not None else None
    return window_of(
        body.get("range_"),
        as_range(body.get("custom_range")),
        cycle,
        by_day=body["bin_size"] == DAYS,
        now=world.now(),
    )


def _plan_of(world: World) -> GroupOf:
    """The internal id of the plan version that an event was paid from first; empty for none."""
    store = world.store

    def plan_of(event: Event) -> str:
        for deduction in event.deductions or ():
            row = store.balances.get(deduction.balance_id)
            held = store.subscriptions.get(row.subscription) if row and row.subscription else None
            if held is not None:
                return held.plan
            versions = store.plans.find("id", deduction.plan_id) if deduction.plan_id else []
            active = next((plan for plan in versions if plan.active), None)
            return active.internal_id if active else ""
        return ""

    return plan_of


def _asked(world: World, body: Body, names: tuple[str, ...], group_of: GroupOf | None) -> Asked:
    features = world.store.features

    def kind_of(feature_id: str) -> str:
        feature = features.get(feature_id)
        return METERED if feature is None or feature.type == METERED else "credit_system"

    def cost_of(feature_id: str, owner: str) -> Any:
        feature = features.get(owner)
        schema = feature.credit_schema or () if feature else ()
        return next((c.credit_cost for c in schema if c.metered_feature_id == feature_id), None)

    return Asked(
        size=body["bin_size"], names=names, group_by=body.get("group_by"), group_of=group_of,
        most=body["max_groups"], kind_of=kind_of, cost_of=cost_of,
    )  # fmt: skip
