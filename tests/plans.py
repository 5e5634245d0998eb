"""Short ways to change and read plans; the plans of these tests hold notes."""

from typing import Any

from tests.builders import item
from tests.conftest import Api

MONTHLY = {"amount": 5, "interval": "month"}


def notes(included: int) -> list[dict[str, Any]]:
    return [item("notes", included, "month")]


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
