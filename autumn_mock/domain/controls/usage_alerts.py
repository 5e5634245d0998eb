"""Usage alerts: which ones watch a feature, and when a change of its balance sets one off.

Nothing is remembered: an alert fires at each crossing of its line, never for standing beyond it.
"""

from collections.abc import Callable
from decimal import Decimal

from autumn_mock.domain.controls import control_levels
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import decimal
from autumn_mock.domain.records import JsonObject

Measure = Callable[[JsonObject], Decimal | None]
"""What an alert looks at in a balance; None when there is no such share."""


def customer_alerts(holdings: Holdings, feature_id: str, *, now: int) -> list[JsonObject]:
    """The customer's alerts of a feature; without any, disabled ones included, those of its plans."""
    own = _about(feature_id, holdings.customer.billing_controls.get(control_levels.USAGE_ALERTS, []))
    if own:
        return own
    return _about(feature_id, control_levels.plan_entries(control_levels.USAGE_ALERTS, holdings, now=now))


def entity_alerts(holdings: Holdings, feature_id: str) -> list[JsonObject]:
    """The own alerts of the entity that looks."""
    if holdings.entity is None:
        return []
    return _about(feature_id, holdings.entity.billing_controls.get(control_levels.USAGE_ALERTS, []))


def fired(alerts: list[JsonObject], before: JsonObject | None, after: JsonObject | None) -> list[JsonObject]:
    """The alerts whose line the balance of the API crossed from `before` to `after`, in stored order."""
    if before is None or after is None or before["unlimited"] or after["unlimited"]:
        return []
    return [alert for alert in alerts if alert["enabled"] and _crosses(alert, before, after)]


def _crosses(alert: JsonObject, before: JsonObject, after: JsonObject) -> bool:
    kind = alert["threshold_type"]
    old, new = _MEASURES[kind](before), _MEASURES[kind](after)
    if old is None or new is None:
        return False
    line = decimal(alert["threshold"])
    return old < line <= new if kind.startswith("usage") else new <= line < old


def _usage(balance: JsonObject) -> Decimal:
    return decimal(balance["usage"])


def _remaining(balance: JsonObject) -> Decimal:
    return decimal(balance["remaining"])


def _share(amount: Measure) -> Measure:
    """In per cent of what is granted."""

    def measure(balance: JsonObject) -> Decimal | None:
        granted, part = decimal(balance["granted"]), amount(balance)
        return None if granted <= 0 or part is None else part / granted * 100

    return measure


_MEASURES: dict[str, Measure] = {
    "usage": _usage,
    "usage_percentage": _share(_usage),
    "remaining": _remaining,
    "remaining_percentage": _share(_remaining),
}


def _about(feature_id: str, alerts: list[JsonObject]) -> list[JsonObject]:
    return [alert for alert in alerts if alert.get("feature_id") in {None, feature_id}]
