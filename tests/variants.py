"""Short ways to make, change and read plan base and its variant base_year."""

from typing import Any

from tests.builders import item, metered, plan
from tests.conftest import Api

MONTHLY = {"amount": 10, "interval": "month"}
YEARLY = {"amount": 100, "interval": "year"}


def views(included: int) -> list[dict[str, Any]]:
    return [item("views", included, "month")]


def shop_with_variant(api: Api) -> Api:
    """Plan base for 10 a month with 100 views, and its variant base_year."""
    metered(api, "views", "likes")
    plan(api, "base", *views(100), price=MONTHLY)
    make(api)
    return api


def make(api: Api, **facts: Any) -> Any:
    wanted = {"base_plan_id": "base", "variant_plan_id": "base_year", "name": "Yearly"}
    return api("plans.create_variant", **wanted | facts)


def update(api: Api, plan_id: str, **facts: Any) -> Any:
    return api("plans.update", plan_id=plan_id, **facts)


def get(api: Api, plan_id: str = "base_year") -> Any:
    return api("plans.get", plan_id=plan_id)


def details(api: Api) -> Any:
    return get(api).get("variant_details")


def included(shown: Any) -> list[tuple[str, int]]:
    return [(each["feature_id"], each["included"]) for each in shown["items"]]
