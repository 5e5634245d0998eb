"""The feature object before 2.0 (reference: features, older versions)."""

from typing import Any

from autumn_mock.call import Call
from autumn_mock.versions.version import Version


def feature_in_version(feature: dict[str, Any], call: Call) -> dict[str, Any]:
    return feature if call.version >= Version.V2_0 else feature_1_2(feature)


def feature_list_in_version(reply: dict[str, Any], call: Call) -> dict[str, Any]:
    return {"list": [feature_in_version(each, call) for each in reply["list"]]}


def feature_1_2(feature: dict[str, Any]) -> dict[str, Any]:
    """`single_use` and `continuous_use` stand in the type; display and schema may be null."""
    kind = feature["type"]
    if kind == "metered":
        kind = "single_use" if feature["consumable"] else "continuous_use"
    display = feature.get("display")
    schema = feature.get("credit_schema")
    return {
        "id": feature["id"],
        "name": feature["name"],
        "type": kind,
        "display": display and {word: text or "" for word, text in display.items()},
        "credit_schema": schema and [
            {"metered_feature_id": c["metered_feature_id"], "credit_cost": c["credit_cost"]}
            for c in schema
        ],
        "archived": feature["archived"],
    }  # fmt: skip


_OLD_KINDS: dict[str, dict[str, Any]] = {
    "static": {"type": "boolean"},
    "boolean": {"type": "boolean"},
    "single_use": {"type": "metered", "consumable": True},
    "continuous_use": {"type": "metered", "consumable": False},
}


def facts_of_old_feature(body: dict[str, Any]) -> dict[str, Any]:
    """A body of 1.2 and older in the words of the newest version: nulls are nothing, `archived` is lost."""
    facts = {key: body[key] for key in ("name", "display", "credit_schema") if body.get(key) is not None}
    if "type" in body:
        facts |= _OLD_KINDS.get(body["type"], {"type": body["type"]})
    return facts
