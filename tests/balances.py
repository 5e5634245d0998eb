"""Checks, tracks and grants in the few words that a case has."""

from typing import Any

from tests.builders import boolean, customer, item, metered, plan
from tests.conftest import Api

WHO, OF = "ada", "messages"
PER_USE = {"amount": 1, "interval": "month", "billing_method": "usage_based", "billing_units": 1}


def bare_ada(api: Api) -> Api:
    """Customer ada, who has nothing."""
    metered(api, "messages", "other")
    customer(api, "ada", email="ada@example.com")
    return api


def with_messages(api: Api) -> Api:
    """Ada has 100 messages a month."""
    plan(api, "free", item("messages", 100, "month"))
    api("billing.attach", customer_id="ada", plan_id="free")
    return api


def busy_ada(api: Api) -> Api:
    """Ada with 20 of 25 messages, no end of views, a flag, and pay per use of posts at -2."""
    metered(api, "messages", "views", "posts", "other")
    boolean(api, "dark")
    api.freeze("2026-11-25T09:00:00Z")
    plan(api, "free", item("messages", 25, "month"), auto_enable=True)
    customer(api, "ada", email="ada@example.com")
    api.request("POST", "/_mock/payment_methods", {"customer_id": "ada"})
    items = (item("posts", 3, "month", price=PER_USE), item("views", unlimited=True), item("dark"))
    plan(api, "mixed", *items, add_on=True)
    api("billing.attach", customer_id="ada", plan_id="mixed")
    track(api, 5)
    track(api, 5, feature_id="posts")
    track(api, 8, feature_id="views")
    return api


def _about(facts: dict[str, Any]) -> dict[str, Any]:
    given = {"customer_id": WHO, **facts}
    if "event_name" not in given and "product_id" not in given:
        given.setdefault("feature_id", OF)
    return given


def check(api: Api, required: float | None = None, **more: Any) -> Any:
    """`balances.check` of ada's messages; `required` is `required_balance`."""
    asked = {} if required is None else {"required_balance": required}
    return api("balances.check", **_about(asked | more))


def allowed(api: Api, required: float, **more: Any) -> bool:
    return bool(check(api, required, **more)["allowed"])


def track(api: Api, value: float | None = None, **more: Any) -> Any:
    """`balances.track` of ada's messages."""
    asked = {} if value is None else {"value": value}
    return api("balances.track", **_about(asked | more))


def reject(api: Api, value: float, **more: Any) -> tuple[int, str, str]:
    """A track with `reject` that must be refused."""
    return api.refused("balances.track", **_about({"value": value, "overage_behavior": "reject"} | more))


def refused(api: Api, operation: str, **body: Any) -> tuple[int, str, str]:
    """An operation about ada's messages that must be refused."""
    return api.refused(operation, **{"customer_id": WHO, "feature_id": OF} | body)


def balance(api: Api, **more: Any) -> Any:
    """The balance as a check that needs nothing shows it."""
    return check(api, 0, **more)["balance"]


def left(api: Api, **more: Any) -> Any:
    found = balance(api, **more)
    return found and found["remaining"]


def three(shown: Any) -> tuple[Any, Any, Any]:
    """Granted, remaining and usage of a balance."""
    return shown["granted"], shown["remaining"], shown["usage"]


def rows(shown: Any) -> dict[str, Any]:
    """What each row of a balance has left, in order, by its id or plan."""
    return {row["plan_id"] or row["id"]: row["remaining"] for row in shown["breakdown"]}


def taken(answer: Any) -> list[Any]:
    """The values of a track's deductions."""
    return [each["value"] for each in answer["deductions"]]


def grant(api: Api, included: float, balance_id: str | None = None, **more: Any) -> None:
    """`balances.create` for ada; `every` names a reset interval."""
    asked = _about({"included_grant": included} | more)
    if balance_id is not None:
        asked["balance_id"] = balance_id
    if "every" in asked:
        asked["reset"] = {"interval": asked.pop("every")}
    assert api("balances.create", **asked) == {"success": True}


def update(api: Api, **more: Any) -> None:
    assert api("balances.update", **_about(more)) == {"success": True}


def events(api: Api) -> list[Any]:
    """What was recorded, oldest first: name, value and properties."""
    return [
        (event.name, float(event.value), event.properties) for event in api.world.store.events.ordered("age")
    ]
