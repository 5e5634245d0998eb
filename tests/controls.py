"""Short ways to speak of billing controls in tests."""

from typing import Any

from tests.builders import customer, item, metered, plan, seats
from tests.conftest import Api

Entry = dict[str, Any]
NOON = "2026-11-25T12:00:00Z"


def free_plan(api: Api, included: int = 100, controls: dict[str, Any] | None = None) -> None:
    """Features messages and api; every new customer gets `included` messages a month."""
    metered(api, "messages", "api")
    more = {"billing_controls": controls} if controls else {}
    plan(api, "free", item("messages", included, "month"), auto_enable=True, **more)


def set_controls(api: Api, **lists: list[Entry]) -> Any:
    """Set the customer's controls; answers how they read back."""
    return api("customers.update", customer_id="ada", billing_controls=lists)["billing_controls"]


def read_controls(api: Api, **how: Any) -> Any:
    return api("customers.get", customer_id="ada", **how)["billing_controls"]


def given_customer(api: Api, included: int = 100, **lists: list[Entry]) -> None:
    """Customer ada on the free plan with these controls."""
    free_plan(api, included)
    customer(api, "ada")
    if lists:
        set_controls(api, **lists)


def given_entities(api: Api, *ids: str) -> None:
    """Seats of customer ada."""
    seats(api, "seats")
    for entity_id in ids:
        api("entities.create", customer_id="ada", entity_id=entity_id, feature_id="seats")


def set_entity_controls(api: Api, entity_id: str, **lists: list[Entry]) -> Any:
    changed = api("entities.update", customer_id="ada", entity_id=entity_id, billing_controls=lists)
    return changed["billing_controls"]


def track(api: Api, value: float, feature_id: str = "messages", **more: Any) -> Any:
    return api("balances.track", customer_id="ada", feature_id=feature_id, value=value, **more)


def taken(api: Api, value: float, feature_id: str = "messages", **more: Any) -> float:
    """Track, and answer what was taken."""
    found: float = sum(each["value"] for each in track(api, value, feature_id, **more)["deductions"])
    return found


def allowed(api: Api, required: float = 1, feature_id: str = "messages", **more: Any) -> bool:
    body = {"customer_id": "ada", "feature_id": feature_id, "required_balance": required, **more}
    found: bool = api("balances.check", **body)["allowed"]
    return found


def balance(api: Api, feature_id: str = "messages", **more: Any) -> Any:
    return api("balances.check", customer_id="ada", feature_id=feature_id, **more)["balance"]


def daily(limit: float, feature_id: str = "messages", **more: Any) -> Entry:
    return {"feature_id": feature_id, "limit": limit, "interval": "day", **more}


def only_with(**properties: Any) -> Entry:
    """The filter of a usage limit."""
    return {"filter": {"properties": properties}}


def usage(api: Api, index: int = 0) -> float:
    found: float = read_controls(api)["usage_limits"][index]["usage"]
    return found


def webhooks(api: Api, *types: str) -> list[dict[str, Any]]:
    """The data of webhooks of these types, oldest first."""
    _, answer = api.request("GET", "/_mock/webhooks")
    return [each["payload"]["data"] for each in answer["list"] if each["type"] in types]
