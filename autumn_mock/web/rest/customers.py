"""Legacy routes of customers (reference: customers, legacy REST)."""

from typing import Any

from autumn_mock.call import Call
from autumn_mock.web.rest.route import Args, Route, from_json, from_query


def _with_query(args: Args, body: Any, call: Call) -> Any:
    """The JSON body; `expand` and `with_autumn_id` may stand in the query instead."""
    if not isinstance(body, dict):
        return body
    named: dict[str, Any] = {key: call.query[key] for key in ("expand", "with_autumn_id") if key in call.query}
    return {**_listed(named), **body, **args}


def _query(args: Args, body: Any, call: Call) -> Any:
    return _listed(from_query(args, body, call))


def _listed(query: dict[str, Any]) -> dict[str, Any]:
    """`expand=invoices` is a list of one."""
    if isinstance(query.get("expand"), str):
        return {**query, "expand": [query["expand"]]}
    return query


ROUTES: tuple[Route, ...] = (
    Route("GET", "/customers", "GET /customers", from_query),
    Route("POST", "/customers", "POST /customers", _with_query),
    Route("POST", "/customers/list", "customers.list", from_json),
    Route("GET", "/customers/<customer_id>", "GET /customers/{customer_id}", _query),
    Route("POST", "/customers/<customer_id>", "PATCH /customers/{customer_id}", _with_query),
    Route("PATCH", "/customers/<customer_id>", "PATCH /customers/{customer_id}", _with_query),
    Route("DELETE", "/customers/<customer_id>", "DELETE /customers/{customer_id}", from_query),
)
