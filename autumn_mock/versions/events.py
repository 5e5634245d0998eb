"""Aggregates of events up to 2.0: flat bins (reference: events, older versions)."""

from typing import Any

from autumn_mock.call import Call
from autumn_mock.versions.version import Version


def aggregate_in_version(reply: dict[str, Any], call: Call) -> dict[str, Any]:
    if call.version > Version.V2_0:
        return reply
    return {**reply, "list": [_flat(each) for each in reply["list"]]}


def _flat(item: dict[str, Any]) -> dict[str, Any]:
    """The features stand beside the period, grouped ones with their groups."""
    return {"period": item["period"], **item.get("grouped_values", item["values"])}
