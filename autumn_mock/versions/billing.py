"""Answers of the old billing routes stepped down (reference: legacy routes)."""

from typing import Any

from autumn_mock.call import Call
from autumn_mock.versions.version import Version

Shown = dict[str, Any]


def attached_in_version(reply: Shown, call: Call) -> Shown:
    """Up to 0.2 a checkout URL stands alone, and success says what it was."""
    if call.version > Version.V0_2:
        return reply
    if "checkout_url" in reply:
        return {"checkout_url": reply["checkout_url"]}
    return {"success": reply["success"], "message": reply["message"]}
