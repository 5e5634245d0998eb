"""One legacy route: method, path, the operation it means and how its body comes about."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from autumn_mock.errors.http import NotEmulated
from autumn_mock.operations.registry import Call, Operation

Args = Mapping[str, str]
"""What stands in the path."""
BodyOf = Callable[[Args, Any, Call], Any]
"""From path, JSON body and call (with its query) to the operation's body."""


def from_json(args: Args, body: Any, call: Call) -> Any:
    """The JSON body, and over it what stands in the path."""
    return {**body, **args} if isinstance(body, dict) else body


def from_query(args: Args, body: Any, call: Call) -> Any:
    """The query, and over it what stands in the path."""
    return {**call.query, **args}


class Route(msgspec.Struct, frozen=True, eq=False):
    method: str
    path: str
    """Without `/v1`, in werkzeug's notation: `/customers/<customer_id>`."""
    operation: str
    body: BodyOf = from_json

    def read(
        self, operations: Mapping[str, Operation], args: Args, body: Any, call: Call
    ) -> tuple[Operation, Any, Call]:
        found = operations.get(self.operation)
        if found is None:
            raise NotEmulated(operation=f"{self.method} /v1{self.path}")
        call = msgspec.structs.replace(call, rest=True)
        return found, self.body(args, body, call), call
