"""What webhooks say: event type, body and tags (reference: outgoing webhooks).

Invariant: keys stand in the reference's order, and a key without a value is left out.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from autumn_mock.domain.records import Customer, Entity, JsonObject, Later

_NOT_IN_TAGS = re.compile(r"[^A-Za-z0-9._#/-]")
_TAG_LENGTH = 128


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """One webhook to be sent."""

    type: str
    data: JsonObject | Later
    tags: tuple[str, ...] = ()
    head: JsonObject = {}
    """Keys of the body between its type and its data."""
    once: str | None = None
    """Of webhooks with the same one only the first is sent."""

    @property
    def body(self) -> JsonObject | Later:
        """Made when somebody looks at it, if its data are."""
        kind, head, data = self.type, self.head, self.data
        if isinstance(data, Later):
            return Later(lambda: {"type": kind, **head, "data": data()})
        return {"type": kind, **head, "data": data}


def tags_of(customer: Customer, entity: Entity | None = None) -> tuple[str, ...]:
    """Who a webhook is about."""
    tags = [f"customer_id.{_customer_id(customer)}"]
    if entity is not None:
        tags.append(f"entity_id.{_entity_id(entity)}")
    return tuple(_NOT_IN_TAGS.sub("_", tag)[:_TAG_LENGTH] for tag in tags)


def limit_reached(
    customer: Customer,
    entity: Entity | None,
    feature_id: str,
    *,
    limit_type: str,
    filter_properties: JsonObject | None = None,
) -> Webhook:
    """`balances.limit_reached`: nothing more of a feature is allowed."""
    data: JsonObject = {
        "customer_id": _customer_id(customer),
        "feature_id": feature_id,
        "limit_type": limit_type,
    }
    if entity is not None:
        data["entity_id"] = _entity_id(entity)
    if filter_properties:
        data["filter"] = {"properties": filter_properties}
    return Webhook(type="balances.limit_reached", data=data, tags=tags_of(customer, entity))


def usage_alert_triggered(
    customer: Customer, entity: Entity | None, feature_id: str, alert: JsonObject, *, minute: int
) -> Webhook:
    """`balances.usage_alert_triggered`: a balance crossed a line; once a minute at most."""
    data: JsonObject = {"customer_id": _customer_id(customer), "feature_id": feature_id}
    if entity is not None:
        data["entity_id"] = _entity_id(entity)
    told = {key: alert[key] for key in ("name", "threshold", "threshold_type") if key in alert}
    data["usage_alert"] = told
    about = (
        customer.internal_id, entity.internal_id if entity else "_", feature_id,
        alert["threshold_type"], alert["threshold"], minute,
    )  # fmt: skip
    return Webhook(
        type="balances.usage_alert_triggered",
        data=data,
        tags=tags_of(customer, entity),
        once="alert|" + "|".join(str(part) for part in about),
    )


def threshold_reached(
    customer: Customer, shown_customer: JsonObject, shown_feature: JsonObject, threshold_type: str
) -> Webhook:
    """`customer.threshold_reached`: the old word for a limit, in the shapes of the caller's version."""
    data = {"threshold_type": threshold_type, "customer": shown_customer, "feature": shown_feature}
    return Webhook(type="customer.threshold_reached", data=data, tags=tags_of(customer))


class Shown(NamedTuple):
    """Who and what a webhook about a plan shows, in the shapes of 1.2."""

    customer: JsonObject
    plan: JsonObject
    entity: JsonObject | None = None


def products_updated(
    customer: Customer, entity: Entity | None, scenario: str, shown: Callable[[], Shown]
) -> Webhook:
    """`customer.products.updated`: a plan of the customer began, changed or ended.

    `shown` is called when somebody looks at the webhook, maybe never: nothing that it uses may change.
    """

    def data() -> JsonObject:
        of = shown()
        about = {} if of.entity is None else {"entity": of.entity}
        return {"scenario": scenario, "customer": of.customer, **about, "updated_product": of.plan}

    return Webhook(type="customer.products.updated", data=Later(data), tags=tags_of(customer, entity))


def billing_updated(
    customer: Customer,
    entity: Entity | None,
    plan_changes: list[JsonObject],
    change_tags: tuple[str, ...] = (),
) -> Webhook:
    """`billing.updated`: everything that one billing action changed."""
    data: JsonObject = {"object": "billing.updated", "customer_id": _customer_id(customer)}
    if entity is not None:
        data["entity_id"] = _entity_id(entity)
    data |= {"plan_changes": plan_changes, "tags": list(change_tags)}
    return Webhook(type="billing.updated", data=data, tags=tags_of(customer, entity))


def auto_topup_succeeded(customer: Customer, event_id: str, told: JsonObject, *, now: int) -> Webhook:
    """`billing.auto_topup_succeeded`; `told` are its keys after `customer_id`."""
    return _auto_topup("succeeded", customer, event_id, told, now)


def auto_topup_failed(customer: Customer, event_id: str, told: JsonObject, *, now: int) -> Webhook:
    """`billing.auto_topup_failed`; `told` are its keys after `customer_id`."""
    return _auto_topup("failed", customer, event_id, told, now)


def _auto_topup(how: str, customer: Customer, event_id: str, told: JsonObject, now: int) -> Webhook:
    data: dict[str, Any] = {"customer_id": _customer_id(customer), **told}
    return Webhook(
        type=f"billing.auto_topup_{how}",
        head={"id": event_id, "occurred_at": now},
        data=data,
        tags=tags_of(customer),
    )


def _customer_id(customer: Customer) -> str:
    return customer.id or customer.internal_id


def _entity_id(entity: Entity) -> str:
    return entity.id or entity.internal_id
