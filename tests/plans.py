"""Short ways to make, change and read plans; the plans that are changed hold notes."""

from typing import Any

from tests.builders import boolean, customer, item, metered, plan, seats
from tests.conftest import Api

MONTHLY = {"amount": 5, "interval": "month"}


def notes(included: int) -> list[dict[str, Any]]:
    return [item("notes", included, "month")]


def jobs_desks_flag(api: Api) -> Api:
    """A feature of each kind: what is consumed, what is not, and yes or no."""
    metered(api, "jobs")
    seats(api, "desks")
    boolean(api, "flag")
    return api


def basic_of_bob(api: Api) -> Api:
    """A default plan of 10 notes; bob holds it."""
    plan(api, "basic", *notes(10), auto_enable=True)
    customer(api, "bob")
    return api


def refused_plan(api: Api, *items: Any, **facts: Any) -> tuple[int, str, str]:
    """Making plan x, which must be refused."""
    return api.refused("plans.create", **{"plan_id": "x", "name": "X", "items": list(items)} | facts)


def left(api: Api) -> Any:
    """The plan that a refusal left behind, None if there is none."""
    status, shown = api.call("plans.get", {"plan_id": "x"})
    return shown if status == 200 else None


def update(api: Api, plan_id: str, **facts: Any) -> Any:
    status, shown = api.call("plans.update", {"plan_id": plan_id, **facts})
    assert status == 200, shown
    return shown


def refused(api: Api, plan_id: str, **facts: Any) -> tuple[int, str, str]:
    return api.refused("plans.update", plan_id=plan_id, **facts)


def get(api: Api, plan_id: str, version: int = 0) -> Any:
    """Version 0 is the active one."""
    status, shown = api.call("plans.get", {"plan_id": plan_id, "version": version})
    assert status == 200, shown
    return shown


def included(shown: Any) -> list[int]:
    return [each["included"] for each in shown["items"]]


def versions(api: Api) -> list[tuple[int, list[int]]]:
    return [(each["version"], included(each)) for each in api("plans.list", all_versions=True)["list"]]


def held(api: Api, customer_id: str) -> int:
    return int(api("customers.get", customer_id=customer_id)["balances"]["notes"]["granted"])
