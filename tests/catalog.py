"""A catalog as the official CLI sends it, and short ways to push and preview one."""

from typing import Any

from tests.builders import item
from tests.conftest import Api

MESSAGES = {"feature_id": "messages", "name": "Messages", "type": "metered", "consumable": True}
SEATS = {"feature_id": "seats", "name": "Seats", "type": "metered", "consumable": False}
CREDITS = {
    "feature_id": "credits",
    "name": "Credits",
    "type": "credit_system",
    "credit_schema": [{"metered_feature_id": "messages", "credit_cost": 2}],
}


def sent_plan(plan_id: str, *items: Any, **facts: Any) -> dict[str, Any]:
    """A plan as the CLI sends it."""
    whole = {
        "plan_id": plan_id, "name": plan_id.capitalize(), "licenses": [], "group": "", "add_on": False,
        "auto_enable": False, "price": None, "items": list(items), "free_trial": None,
    }  # fmt: skip
    return whole | facts


FREE = sent_plan("free", item("messages", 10, "month"), auto_enable=True)
PRO = sent_plan(
    "pro",
    item("messages", 100, "month"),
    item("seats", 1, price={"amount": 10, "interval": "month", "billing_method": "usage_based"}),
    price={"amount": 20, "interval": "month"},
    free_trial={"duration_type": "day", "duration_length": 7, "card_required": True},
)
WHOLE = {"features": [SEATS, MESSAGES, CREDITS], "plans": [FREE, PRO], "skip_deletions": False}


def push(api: Api, **body: Any) -> Any:
    return api("catalog.update", version="2.2.0", **body)


def preview(api: Api, **body: Any) -> Any:
    return api("catalog.preview_update", version="2.2.0", **body)


def actions(told: Any) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    return (
        [(each["plan_id"], each["action"]) for each in told["plan_changes"]],
        [(each["feature_id"], each["action"]) for each in told["feature_changes"]],
    )


def everything(api: Api) -> tuple[list[str], list[str]]:
    """Plans and features that are there and not archived."""
    plans = [each["id"] for each in api("plans.list")["list"]]
    return plans, [each["id"] for each in api("features.list")["list"] if not each["archived"]]
