"""Short ways to say what a test is given."""

from typing import Any

from tests.conftest import Api


def metered(api: Api, *ids: str, consumable: bool = True) -> None:
    """Metered features, each named as its id with a capital."""
    for feature_id in ids:
        api(
            "features.create",
            feature_id=feature_id,
            name=feature_id.capitalize(),
            type="metered",
            consumable=consumable,
        )


def seats(api: Api, *ids: str) -> None:
    """Metered features that are not consumed."""
    metered(api, *ids, consumable=False)


def boolean(api: Api, feature_id: str, name: str | None = None) -> None:
    api("features.create", feature_id=feature_id, name=name or feature_id.capitalize(), type="boolean")


def item(feature_id: str, included: float = 0, every: str | None = None, **more: Any) -> dict[str, Any]:
    """A plan item that starts again `every` interval."""
    reset = {"reset": {"interval": every}} if every else {}
    return {"feature_id": feature_id, "included": included, **reset, **more}


def plan(api: Api, plan_id: str, *items: dict[str, Any], **facts: Any) -> Any:
    """A plan named as its id with a capital."""
    return api("plans.create", plan_id=plan_id, name=plan_id.capitalize(), items=list(items), **facts)


def customer(api: Api, customer_id: str, **facts: Any) -> Any:
    return api("customers.get_or_create", customer_id=customer_id, **facts)
