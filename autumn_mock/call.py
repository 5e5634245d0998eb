"""What an operation, and the stepping down of its reply, may know of a call beside the body."""

from typing import Any

import msgspec

from autumn_mock.versions.version import NEWEST, Version


class Call(msgspec.Struct, frozen=True, kw_only=True):
    version: Version = NEWEST
    rest: bool = False
    """Came by a legacy REST route, not by the RPC name."""
    public: bool = False
    """Made with a publishable key."""
    raw: Any = None
    """The JSON body before it was read."""
    query: dict[str, Any] = {}
    """The query string: nested, `true`/`false` as booleans, else text."""
    path: str = ""
    """The path called, with `/v1`."""
