"""What a change of balances tells the outside: alerts, limits reached, and the old word for both.

In this order: alerts of the customer, alerts of the entity, limits reached, thresholds of old
versions. A change that nobody watches costs next to nothing.
"""

from collections.abc import Collection
from typing import NamedTuple

from autumn_mock.call import Call
from autumn_mock.domain.balances.balances import balance_in
from autumn_mock.domain.balances.credit_systems import costs_of, credit_systems_of
from autumn_mock.domain.balances.limits import NO_LIMITS, Limits
from autumn_mock.domain.balances.sight import look
from autumn_mock.domain.catalog.features import feature_object
from autumn_mock.domain.controls import limit_reached, limits_in_force, usage_alerts
from autumn_mock.domain.controls.control_levels import any_controls
from autumn_mock.domain.controls.limit_reached import State
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.periods import MINUTE
from autumn_mock.domain.records import Balance, Entity, Feature, JsonObject
from autumn_mock.operations.customer_view import customer_in_newest, expands_of
from autumn_mock.versions.customers import customer_in_version
from autumn_mock.versions.features import feature_in_version
from autumn_mock.versions.version import Version
from autumn_mock.webhooks import payloads
from autumn_mock.webhooks.outbox import publish
from autumn_mock.world import World


class Change(NamedTuple):
    """Holdings around a deduction, and the limits before it."""

    before: Holdings
    after: Holdings
    limits: Limits
    properties: JsonObject
    rows: list[Balance]
    """The rows that changed, as they are now."""

    @property
    def features(self) -> list[Feature]:
        """The features whose balances changed."""
        return [self.after.features[name] for name in dict.fromkeys(row.feature_id for row in self.rows)]


def tell(world: World, change: Change, feature_id: str, version: Version) -> None:
    """Publish everything that the change sets off; `feature_id` was tracked, by a caller of `version`."""
    if change.rows:
        if any_controls(change.after):
            _tell_alerts(world, change)
        if change.limits is not NO_LIMITS or any(not _has_some(row) for row in change.rows):
            _tell_limits(world, change)
    if version < Version.V2_1:
        _tell_threshold(world, change, feature_id, version)


def _has_some(row: Balance) -> bool:
    return row.unlimited or row.balance > 0


def _tell_alerts(world: World, change: Change) -> None:
    entity = change.after.entity
    as_customer = change.after.seen_by(None)
    for feature in change.features:
        watching = usage_alerts.customer_alerts(as_customer, feature.id, now=world.now())
        _tell_fired(world, change, feature, watching, None)
    for feature in change.features if entity else ():
        _tell_fired(world, change, feature, usage_alerts.entity_alerts(change.after, feature.id), entity)


def _tell_fired(
    world: World, change: Change, feature: Feature, alerts: list[JsonObject], entity: Entity | None
) -> None:
    if not alerts:
        return
    before = _shown(world, change.before.seen_by(entity), feature)
    after = _shown(world, change.after.seen_by(entity), feature)
    minute = world.now() // MINUTE
    for alert in usage_alerts.fired(alerts, before, after):
        customer = change.after.customer
        publish(world, payloads.usage_alert_triggered(customer, entity, feature.id, alert, minute=minute))


def _shown(world: World, holdings: Holdings, feature: Feature) -> JsonObject | None:
    return balance_in(look(holdings, now=world.now(), feature_ids={feature.id}), feature)


def _tell_limits(world: World, change: Change) -> None:
    """Publish `balances.limit_reached` for each feature that the change used up."""
    now = world.now()
    for feature in change.features:
        before = State(change.before, change.limits)
        after = State(change.after, _limits(world, change, {feature.id}))
        if limit_reached.is_used_up(feature, before, now=now):
            continue
        if limit_reached.is_used_up(feature, after, now=now):
            _tell_reached(world, change, feature, after)


def _tell_reached(world: World, change: Change, feature: Feature, after: State) -> None:
    now, holdings = world.now(), change.after
    counters = world.store.usage_windows.get
    applying = list(limits_in_force.usage_limits(holdings, feature.id, change.properties, counters, now=now))
    kind, wanted = limit_reached.reached(feature, after, applying, now=now)
    webhook = payloads.limit_reached(
        holdings.customer, holdings.entity, feature.id, limit_type=kind, filter_properties=dict(wanted)
    )
    publish(world, webhook)


def _limits(world: World, change: Change, feature_ids: Collection[str]) -> Limits:
    """The limits after the change."""
    if change.limits is NO_LIMITS:
        return NO_LIMITS
    counters = world.store.usage_windows.get
    return limits_in_force.limits_in_force(
        change.after, feature_ids, change.properties, counters, now=world.now()
    )


def _tell_threshold(world: World, change: Change, feature_id: str, version: Version) -> None:
    """Publish `customer.threshold_reached`, which only callers of old versions cause."""
    feature = change.after.features.get(feature_id)
    if feature is None:
        return
    paying = costs_of(feature, credit_systems_of(feature, change.after.features))
    before = State(change.before, change.limits)
    after = State(change.after, _limits(world, change, paying))
    kind = limit_reached.threshold_reached(feature, before, after, now=world.now())
    if kind is None:
        return
    call = Call(version=version, rest=True)
    holdings = change.after.seen_by(None)
    shown = customer_in_version(customer_in_newest(world, holdings, expands_of(world, None, call)), call)
    told = feature_in_version(feature_object(feature), call)
    publish(world, payloads.threshold_reached(change.after.customer, shown, told, kind))
