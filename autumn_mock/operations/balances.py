"""`balances.*` that make and change balances (reference: balances, making and changing).

Checks stand in `checking`, tracks in `tracking`, locks in `balance_locks`.
"""

from collections.abc import Callable
from decimal import Decimal

from autumn_mock.domain.balances import balance_updates
from autumn_mock.domain.balances.balance_updates import Names, select
from autumn_mock.domain.balances.balances import of_feature
from autumn_mock.domain.balances.credit_systems import costs_of, credit_systems_of
from autumn_mock.domain.balances.grants import check_amount, check_grant, granted_row, read_grant
from autumn_mock.domain.balances.raw_balances import raw_balances
from autumn_mock.domain.balances.sight import Sight, look
from autumn_mock.domain.catalog.features import BOOLEAN
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Feature
from autumn_mock.errors.balances import ExpiryInPast
from autumn_mock.operations.loading import find_customer, find_entity, find_feature, load_holdings
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.operations.subjects import find_or_make_subject
from autumn_mock.schemas.balances import (
    CreateBalance,
    ListRawBalances,
    SetBalances,
    SetUsage,
    UpdateBalance,
)
from autumn_mock.world import World


@operation("balances.create", body=CreateBalance())
def create(world: World, body: Body, call: Call) -> Reply:
    """Grant a feature to a customer or an entity, beside its plans."""
    feature = find_feature(world, body["feature_id"])
    grant = read_grant(body, feature)
    check_amount(grant)
    holdings = find_holdings(world, body)

    check_grant(grant, holdings, holdings.rows, now=world.now())

    world.store.balances.put(granted_row(grant, holdings, now=world.now(), make_id=world.make_id))
    return {"success": True}


@operation("balances.update", body=UpdateBalance())
def update(world: World, body: Body, call: Call) -> Reply:
    """Set what is left, what was used or what is granted; when it resets or expires."""
    feature = find_feature(world, body["feature_id"])
    if "expires_at" in body and body["expires_at"] <= world.now():
        raise ExpiryInPast
    holdings = find_holdings(world, body)

    before, after = _updated(world, holdings, feature, body)

    put_changed(world, before, after)
    return {"success": True}


def _updated(world: World, holdings: Holdings, feature: Feature, body: Body) -> tuple[Sight, Sight]:
    """The rows before and after an update, field by field in the reference's order."""
    costs = costs_of(feature, credit_systems_of(feature, holdings.features))
    before = select(_sight(world, holdings, feature, tuple(costs)), body)
    names = Names(feature_id=feature.id, customer_id=body["customer_id"])
    remaining = body.get("remaining", body.get("current_balance"))
    after = before
    if remaining is not None:
        after = _own(after, feature, balance_updates.with_remaining, remaining)
    elif "add_to_balance" in body:
        after = balance_updates.moved(after, feature.id, body["add_to_balance"], costs=costs)
    if "usage" in body:
        after = _own(after, feature, balance_updates.with_usage, body["usage"])
    own = of_feature(after, feature.id)
    if "included_grant" in body:
        own = balance_updates.with_grant(own, body["included_grant"], names)
    if "next_reset_at" in body:
        own = balance_updates.with_next_reset(own, body["next_reset_at"], names)
    if "expires_at" in body:
        own = balance_updates.with_expiry(own, body["expires_at"], names)
    return before, after.with_rows({row.id: row for row in own.rows})


Change = Callable[[Sight, str, Decimal], Sight]
"""Sets the rows of a feature to a number."""


def _own(sight: Sight, feature: Feature, change: Change, target: Decimal) -> Sight:
    """A change that concerns the feature's own rows, not those of its credit systems."""
    changed = change(of_feature(sight, feature.id), feature.id, target)
    return sight.with_rows({row.id: row for row in changed.rows})


@operation("GET /balances/list", body=ListRawBalances())
def list_all(world: World, body: Body, call: Call) -> Reply:
    """The grants of a customer that are not of a plan as it stands, in full."""
    holdings = load_holdings(world, find_customer(world, body["customer_id"]))
    return {"balances": raw_balances(holdings, now=world.now(), org=world.org, env=world.env)}


@operation("POST /usage", body=SetUsage())
def set_usage(world: World, body: Body, call: Call) -> Reply:
    """Set what was used; the customer is made if unknown."""
    feature = find_feature(world, body["feature_id"])
    holdings = find_or_make_subject(world, body, call)

    before = _sight(world, holdings, feature, (feature.id,))
    after = balance_updates.with_usage(before, feature.id, body["value"])

    put_changed(world, before, after)
    return {"success": True}


@operation("POST /customers/{customer_id}/balances", body=SetBalances())
def set_balances(world: World, body: Body, call: Call) -> Reply:
    """Set the balances of features, their grants moving along."""
    features = [find_feature(world, each["feature_id"]) for each in body["balances"]]
    holdings = find_holdings(world, body)

    for feature, each in zip(features, body["balances"], strict=True):
        before = _sight(world, holdings, feature, (feature.id,))
        put_changed(world, before, balance_updates.with_total(before, feature.id, each["balance"]))
    return {"success": True}


def find_holdings(world: World, body: Body) -> Holdings:
    """What a known customer, or its entity, holds. Raises CustomerNotFound and EntityNotFound."""
    customer = find_customer(world, body["customer_id"])
    entity_id = body.get("entity_id")
    entity = None if entity_id is None else find_entity(world, customer, entity_id)
    return load_holdings(world, customer, entity)


def _sight(world: World, holdings: Holdings, feature: Feature, feature_ids: tuple[str, ...]) -> Sight:
    """Balances of a boolean feature can't be moved."""
    wanted = () if feature.type == BOOLEAN else feature_ids
    return look(holdings, now=world.now(), feature_ids=wanted, first=feature.id)


def put_changed(world: World, before: Sight, after: Sight) -> None:
    """Write the rows that differ."""
    for old, new in zip(before.rows, after.rows, strict=True):
        if new is not old:
            world.store.balances.put(new)
