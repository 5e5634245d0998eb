"""The entity object stepped down (reference: entities, older versions): 2.0, 1.2, 1.1."""

from typing import Any

from autumn_mock.call import Call
from autumn_mock.versions.customer_plans import products_1_2, subscriptions_2_0
from autumn_mock.versions.customers import balances_2_0, features_1_1, features_1_2
from autumn_mock.versions.invoices import invoice_1_2
from autumn_mock.versions.version import Version

Json = dict[str, Any]
_HEAD = ("autumn_id", "id", "name", "customer_id", "feature_id", "created_at", "env")


def entity_in_version(entity: Json, call: Call) -> Json:
    """The newest entity object in the shape of the call's version."""
    if call.version >= Version.V2_1:
        return entity
    return entity_2_0(entity, call) if call.version == Version.V2_0 else entity_1_2(entity, call)


def entity_2_0(entity: Json, call: Call) -> Json:
    active, scheduled = subscriptions_2_0(entity["subscriptions"], entity["purchases"], call)
    return {
        **_head(entity),
        "subscriptions": active,
        "scheduled_subscriptions": scheduled,
        "balances": balances_2_0(entity["balances"], entity["flags"]),
        **_invoices(entity),
    }


def entity_1_2(entity: Json, call: Call) -> Json:
    features = features_1_2(entity["balances"], entity["flags"])
    shown = _invoices(entity)
    if shown:
        shown = {"invoices": [invoice_1_2(invoice) for invoice in shown["invoices"]]}
    return {
        **_head(entity),
        "products": products_1_2(entity["subscriptions"], entity["purchases"], call),
        "features": features if call.version >= Version.V1_2 else features_1_1(features),
        **shown,
    }


def created_in_version(reply: Json, call: Call) -> Json:
    """What the legacy creation answers: one entity, a list of them, or mere success."""
    if call.version < Version.V1_2:
        return {"success": True}
    if "list" in reply:
        return {"list": [entity_in_version(entity, call) for entity in reply["list"]]}
    return entity_in_version(reply, call)


def entity_list_in_version(reply: Json, call: Call) -> Json:
    return reply | {"list": [entity_in_version(entity, call) for entity in reply["list"]]}


def _head(entity: Json) -> Json:
    return {key: entity[key] for key in _HEAD if key in entity}


def _invoices(entity: Json) -> Json:
    return {"invoices": entity["invoices"]} if "invoices" in entity else {}
