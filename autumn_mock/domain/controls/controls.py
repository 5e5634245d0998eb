"""Billing controls of a customer or an entity: storing them, and how they read back.

    controls = customer_controls(holdings, windows, now=now, listed=…, expand=…)
    controls = entity_controls(holdings.seen_by(entity), windows, now=now)

`windows` are the customer's counters (`store.usage_windows.find("customer", …)`). Both answer the
newest shape; older versions leave plan entries and `source` out. Invariant: what a request set
stands in the answer as it was stored.
"""

from collections.abc import Container, Iterable, Mapping
from typing import Any

from autumn_mock.domain.controls.control_levels import (
    AUTO_TOPUPS,
    CUSTOMER,
    OVERAGE_ALLOWED,
    PLAN,
    SPEND_LIMITS,
    USAGE_ALERTS,
    USAGE_LIMITS,
    identity,
    plan_entries,
)
from autumn_mock.domain.controls.topup_windows import shown_limit, with_count
from autumn_mock.domain.controls.usage_windows import counter_id, usage_in, window_of
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import number
from autumn_mock.domain.records import Customer, Entity, JsonObject, TopupState, UsageWindow
from autumn_mock.errors.usage import PurchaseCountExceedsLimit

PURCHASE_LIMIT = "billing_controls.auto_topups.purchase_limit"
"""In `expand`."""

_CUSTOMER_ORDER = (USAGE_LIMITS, SPEND_LIMITS, OVERAGE_ALLOWED, AUTO_TOPUPS, USAGE_ALERTS)
_ENTITY_ORDER = (SPEND_LIMITS, USAGE_LIMITS, USAGE_ALERTS, OVERAGE_ALLOWED)


def check_counts(controls: JsonObject | None) -> None:
    """Raises PurchaseCountExceedsLimit for an auto top-up whose count is above its limit."""
    for entry in (controls or {}).get(AUTO_TOPUPS, ()):
        limit = entry.get("purchase_limit", {})
        if limit.get("count", 0) > limit.get("limit", 0):
            raise PurchaseCountExceedsLimit(
                count=limit["count"], limit=limit["limit"], feature_id=entry["feature_id"]
            )


def merge_controls(customer: Customer, given: JsonObject | None, *, now: int) -> Customer:
    """The customer with the given lists in place of its own; counts go to the top-ups' windows."""
    if given is None:
        return customer
    topups = given.get(AUTO_TOPUPS)
    if topups is None:
        return customer.but(billing_controls={**customer.billing_controls, **given})
    stored = {**customer.billing_controls, **given, AUTO_TOPUPS: [_without_count(each) for each in topups]}
    states = customer.auto_topups | _counted(topups, customer.auto_topups, now)
    return customer.but(billing_controls=stored, auto_topups=states)


def merge_entity_controls(entity: Entity, given: JsonObject | None) -> Entity:
    """The entity with the given lists in place of its own."""
    if given is None:
        return entity
    return entity.but(billing_controls={**entity.billing_controls, **given})


def customer_controls(
    holdings: Holdings,
    windows: Iterable[UsageWindow],
    *,
    now: int,
    listed: bool = False,
    expand: Container[str] = (),
) -> JsonObject:
    """`billing_controls` of the customer, plan entries after its own; `listed` leaves those out."""
    customer = holdings.customer
    as_customer = holdings.seen_by(None) if holdings.entity is not None else holdings
    counters = {window.id: window for window in windows}
    shown: JsonObject = {}
    for kind in _CUSTOMER_ORDER:
        own = customer.billing_controls.get(kind)
        entries = [(CUSTOMER, entry) for entry in own or ()]
        if not listed:
            hidden = {identity(kind, entry) for entry in own or ()}
            entries += [
                (PLAN, entry)
                for entry in plan_entries(kind, as_customer, now=now)
                if identity(kind, entry) not in hidden
            ]
        if entries or own is not None:
            shown[kind] = [
                _shown(kind, entry, as_customer, counters, now) | ({} if listed else {"source": source})
                for source, entry in entries
            ]
    if AUTO_TOPUPS in shown and PURCHASE_LIMIT in expand:
        shown[AUTO_TOPUPS] = [_expanded(entry, customer.auto_topups, now) for entry in shown[AUTO_TOPUPS]]
    return shown


def entity_controls(holdings: Holdings, windows: Iterable[UsageWindow], *, now: int) -> JsonObject:
    """`billing_controls` of the entity that the holdings are seen by: only its own, without `source`."""
    own: Mapping[str, Any] = holdings.entity.billing_controls if holdings.entity else {}
    if not own:
        return {}
    counters = {window.id: window for window in windows}
    return {
        kind: [_shown(kind, entry, holdings, counters, now) for entry in own[kind]]
        for kind in _ENTITY_ORDER
        if kind in own
    }


def _shown(
    kind: str, entry: JsonObject, holdings: Holdings, counters: Mapping[str, UsageWindow], now: int
) -> JsonObject:
    """An entry with what its limit has counted, when it is enabled and its feature exists."""
    if kind != USAGE_LIMITS or not entry["enabled"] or entry["feature_id"] not in holdings.features:
        return entry
    counter = counters.get(counter_id(entry, holdings, holdings.entity))
    if counter is None:
        return {**entry, "usage": 0}
    window = window_of(entry, holdings, holdings.entity, now=now)
    return {**entry, "usage": number(usage_in(window, counter, now=now))}


def _expanded(entry: JsonObject, states: Mapping[str, TopupState], now: int) -> JsonObject:
    state = states.get(entry["feature_id"])
    if state is None:
        return entry
    return {**entry, "purchase_limit": shown_limit(entry.get("purchase_limit"), state, now=now)}


def _counted(topups: Iterable[JsonObject], states: Mapping[str, TopupState], now: int) -> dict[str, TopupState]:
    """The top-ups whose count was given, in their windows."""
    found = {}
    for entry in topups:
        limit = entry.get("purchase_limit", {})
        if "count" in limit:
            state = states.get(entry["feature_id"], TopupState())
            found[entry["feature_id"]] = with_count(state, limit, limit["count"], now=now)
    return found


def _without_count(entry: JsonObject) -> JsonObject:
    if "count" not in entry.get("purchase_limit", {}):
        return entry
    limit = {key: value for key, value in entry["purchase_limit"].items() if key != "count"}
    return {**entry, "purchase_limit": limit}
