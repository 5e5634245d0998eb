"""Drafts of a move of customers to what a push makes of their plans (reference: catalog.preview_update).

A draft is only told: nothing runs it here.
"""

from collections.abc import Iterable, Sequence

import msgspec

from autumn_mock.domain.records import JsonObject, Plan

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Target(msgspec.Struct, frozen=True):
    """A plan whose customers would move. `version` None: those of every version."""

    plan_id: str
    version: int | None
    customize: JsonObject


def migration(
    plan: Plan, targets: Sequence[Target], changes: JsonObject, *, include_custom: bool, now: int
) -> JsonObject | None:
    """`{draft, plan_ids, include_custom, has_billing_changes}`; None when nobody would move.

    `plan` and `changes` are what decides whether customers would be billed differently.
    """
    if not targets:
        return None
    billing = changes_billing(plan, changes)
    return {
        "draft": {
            "id": f"plan-migrate-{len(targets)}-{_stamp(now)}",
            "filter": {"customer": {"plan": _filter(targets, include_custom)}},
            "operations": {"customer": [_operation(each, include_custom) for each in targets]},
            "no_billing_changes": not billing,
        },
        "plan_ids": [target.plan_id for target in targets],
        "include_custom": include_custom,
        "has_billing_changes": billing,
    }


def changes_billing(plan: Plan, changes: JsonObject) -> bool:
    """A base price that changes, a priced item that comes, or one of a feature that had a price."""
    if "price" in changes or any(item.get("price") for item in changes.get("add_items", ())):
        return True
    gone = {item["feature_id"] for item in changes.get("remove_items", ())}
    return any(item.price is not None and item.feature_id in gone for item in plan.items)


def _operation(target: Target, include_custom: bool) -> JsonObject:
    moved = {key: value for key, value in target.customize.items() if key != "free_trial"}
    return {"type": "update_plan", "plan_filter": _filter([target], include_custom), "customize": moved}


def _filter(targets: Sequence[Target], include_custom: bool) -> JsonObject:
    found: JsonObject = {"plan_id": _matching([target.plan_id for target in targets])}
    versions = sorted({target.version for target in targets if target.version is not None})
    if versions:
        found["version"] = _matching(versions)
    return found if include_custom else found | {"custom": False}


def _matching(values: Iterable[str | int]) -> str | int | JsonObject:
    values = list(values)
    return values[0] if len(values) == 1 else {"$in": values}


def _stamp(now: int) -> str:
    """Three characters of the clock."""
    rest, stamp = now // 1000, ""
    for _ in range(3):
        rest, digit = divmod(rest, 36)
        stamp = _DIGITS[digit] + stamp
    return stamp
