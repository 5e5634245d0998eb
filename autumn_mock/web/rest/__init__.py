"""Legacy REST routes, as tables: each names an operation and says how its body is put together."""

from functools import cache
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter, RequestRedirect, Rule

from autumn_mock.operations.registry import OPERATIONS, Call, Operation
from autumn_mock.web.rest import (
    balances,
    billing,
    catalog,
    customers,
    entities,
    events,
    invoices,
    rewards,
)
from autumn_mock.web.rest.route import Route

ROUTES: tuple[Route, ...] = (
    *customers.ROUTES,
    *entities.ROUTES,
    *catalog.ROUTES,
    *balances.ROUTES,
    *events.ROUTES,
    *billing.ROUTES,
    *invoices.ROUTES,
    *rewards.ROUTES,
)


@cache
def _matcher() -> MapAdapter:
    """Made for the first legacy request: compiling the rules takes a tenth of a start."""
    rules = [Rule(route.path, methods=[route.method], endpoint=route) for route in ROUTES]
    return Map(rules, merge_slashes=False, strict_slashes=True).bind("")


def match_rest(method: str, path: str, body: Any, call: Call) -> tuple[Operation, Any, Call] | None:
    """The operation, body and call that a REST request means; None for an unknown route."""
    if method == "HEAD":
        return None
    try:
        route, path_args = _matcher().match(path, method)
    except (HTTPException, RequestRedirect):
        return None
    found: Route = route
    return found.read(OPERATIONS, path_args, body, call)
