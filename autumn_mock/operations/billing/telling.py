"""Telling the outside what a billing action, or time, changed in a customer's plans: `billing.updated`,
then `customer.products.updated` for each changed plan and each new one.

with telling(world, customer.internal_id):
    …  # whatever changes the customer's plans
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from autumn_mock.call import Call
from autumn_mock.domain.billing.billing_changes import (
    PlanChange,
    change_object,
    changes_between,
    scenario_of,
    tags_of_changes,
)
from autumn_mock.domain.billing.subscriptions import ACTIVE
from autumn_mock.domain.catalog.plans import plan_object
from autumn_mock.domain.customers.customers import customer_object
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Customer, Entity, JsonObject, Plan, Subscription
from autumn_mock.operations.customer_view import expands_of
from autumn_mock.operations.entity_view import show_entity
from autumn_mock.operations.loading import load_holdings
from autumn_mock.versions.customers import customer_in_version
from autumn_mock.versions.entities import entity_in_version
from autumn_mock.versions.plans import plan_in_version
from autumn_mock.versions.version import Version
from autumn_mock.webhooks import payloads
from autumn_mock.webhooks.outbox import publish
from autumn_mock.world import World

_OLD = Call(version=Version.V1_2, rest=True)
"""`customer.products.updated` speaks the shapes of 1.2."""


@contextmanager
def telling(world: World, customer_key: str, *, in_time: bool = False) -> Iterator[None]:
    """Publish what changes inside. `in_time`: it happens by itself, not by a request. Inside of another
    one for the same customer, that one tells everything."""
    if customer_key in world.being_told:
        yield
        return
    plans = world.store.subscriptions
    before = {each.id: each for each in plans.find("customer", customer_key)}
    world.being_told.add(customer_key)
    try:
        yield
    finally:
        world.being_told.discard(customer_key)
    changes = changes_between(before, plans.find("customer", customer_key))
    if changes:
        _tell_all(world, customer_key, changes, in_time=in_time)


def _tell_all(world: World, customer_key: str, changes: list[PlanChange], *, in_time: bool) -> None:
    customer = world.store.customers.must(customer_key)
    by_entity: dict[str | None, list[PlanChange]] = defaultdict(list)
    for change in changes:
        by_entity[change.after.entity].append(change)
    for entity_key, scoped in by_entity.items():
        entity = world.store.entities.get(entity_key) if entity_key else None
        _tell(world, customer, entity, scoped, in_time=in_time)


def _tell(
    world: World, customer: Customer, entity: Entity | None, changes: list[PlanChange], *, in_time: bool
) -> None:
    holdings = load_holdings(world, customer, entity)
    told = [change_object(change, holdings.plan_of(change.after)) for change in changes]
    publish(world, payloads.billing_updated(customer, entity, told, tags_of_changes(changes)))
    if ":" in (customer.id or ""):
        return  # the reference drops this message for such ids, and this one alone
    for change in sorted(changes, key=lambda change: change.before is None):
        scenario = scenario_of(change, changes, holdings, in_time=in_time)
        if scenario is not None:
            _tell_product(world, holdings, change, scenario)


def tell_paid_for(world: World, row: Subscription) -> None:
    """The checkout of a plan that had begun before it was paid is complete: `active`, though nothing of
    the plan changed that `billing.updated` shows."""
    customer = world.store.customers.must(row.customer)
    if ":" not in (customer.id or ""):
        entity = world.store.entities.get(row.entity) if row.entity else None
        holdings = load_holdings(world, customer, entity)
        _tell_product(world, holdings, PlanChange(row, row), ACTIVE)


def _tell_product(world: World, holdings: Holdings, change: PlanChange, scenario: str) -> None:
    customer, entity = holdings.customer, holdings.entity
    webhook = payloads.products_updated(customer, entity, scenario, _shown(world, holdings, change))
    publish(world, webhook)


def _plans_of(holdings: Holdings, change: PlanChange) -> dict[str, Plan]:
    """The plan versions that show the holdings: those that are had, and those that they offer as licences."""
    had = {each.plan: holdings.plans[each.plan] for each in (*holdings.subscriptions, change.after)}
    licensed = {
        license.plan: holdings.plans[license.plan]
        for each in (*holdings.subscriptions, change.after)
        for license in (had[each.plan].licenses if each.licenses is None else each.licenses)
    }
    return had | licensed


def _shown(world: World, holdings: Holdings, change: PlanChange) -> Callable[[], payloads.Shown]:
    """What the webhook shows. Most are never looked at, so all but the entity's is made later, out of
    the holdings as they are now."""
    now, env, expand = world.now(), world.env, expands_of(world, None, _OLD)
    kept = replace(
        holdings,
        features=dict(holdings.features),
        plans=_plans_of(holdings, change),
        entity=None,
    )
    shown_entity: JsonObject | None = None
    if holdings.entity is not None:
        seen = show_entity(world, holdings.customer, holdings.entity, {}, _OLD)
        shown_entity = entity_in_version(seen, _OLD)

    def shown() -> payloads.Shown:
        customer = customer_object(kept, {}, now=now, env=env, expand=expand)
        named = {"autumn_id": kept.customer.internal_id, **customer}
        plan = plan_object(kept.plan_of(change.after), kept.features, env=env, expanded=True)
        return payloads.Shown(customer_in_version(named, _OLD), plan_in_version(plan, _OLD), shown_entity)

    return shown
