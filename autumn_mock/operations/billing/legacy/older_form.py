"""Bodies of billing in the form that was used before 2.0, read as the newest one (reference: attach, V1 form).

Invariant: what comes out is what the newest form would have said; nothing is decided here.
"""

from decimal import Decimal
from typing import Any

from autumn_mock.domain.catalog.product_items import check_product_items, content_sent
from autumn_mock.domain.numbers import exact
from autumn_mock.operations.registry import Body
from autumn_mock.world import World

_OLDER = (
    "product_id", "options", "items", "free_trial", "invoice", "enable_product_immediately", "finalize_invoice",
)  # fmt: skip


def in_newest_form(world: World, body: Body) -> Body:
    """`product_id`, `options`, `items`, `free_trial`, `invoice` and its companions in today's words.

    Raises what `check_product_items` raises.
    """
    if not _is_older(body):
        return body
    newest = {key: value for key, value in body.items() if key not in _OLDER}
    if "product_id" in body:
        newest["plan_id"] = body["product_id"]
    if "options" in body:
        newest["feature_quantities"] = body["options"]
    if own := customize_of(world, body):
        newest["customize"] = {**own, **body.get("customize", {})}
    if "invoice" in body and "invoice_mode" not in body:
        newest["invoice_mode"] = invoice_mode_of(body)
    return newest


def _is_older(body: Body) -> bool:
    """Whether a body says anything in the older form; `free_trial` there is in both, each its own way."""
    trial = body.get("free_trial")
    older_trial = isinstance(trial, bool) or (isinstance(trial, dict) and "length" in trial)
    return older_trial or any(field in body for field in _OLDER if field != "free_trial")


def customize_of(world: World, body: Body) -> dict[str, Any]:
    """`items` (a base price may be among them) and `free_trial` (false: none) as `customize` says it."""
    customize: dict[str, Any] = {}
    if body.get("items") is not None:
        check_product_items(body["items"], world.store.features.records)
        customize |= content_sent(body["items"])
    trial = body.get("free_trial", True)
    if not trial:
        customize["free_trial"] = None
    elif trial is not True:
        customize["free_trial"] = {
            "duration_length": trial["length"],
            "duration_type": trial["duration"],
            "card_required": trial["card_required"],
        }
    return customize


def invoice_mode_of(body: Body) -> dict[str, Any]:
    """`invoice`, `enable_product_immediately` and `finalize_invoice` in one."""
    return {
        "enabled": bool(body.get("invoice")),
        "enable_plan_immediately": bool(body.get("enable_product_immediately")),
        "finalize": body.get("finalize_invoice", True),
    }


def as_json(value: Any) -> Any:
    """A read body with its numbers as JSON has them, so that it can be kept and read again."""
    if isinstance(value, Decimal):
        return exact(value)
    if isinstance(value, dict):
        return {key: as_json(each) for key, each in value.items()}
    return [as_json(each) for each in value] if isinstance(value, list) else value
