"""Legacy routes of entities (reference: entities, legacy REST)."""

from typing import Any

from autumn_mock.call import Call
from autumn_mock.web.rest.route import Args, Route, from_query


def _array(args: Args, body: Any, call: Call) -> Any:
    """One entity or an array of them."""
    return {"entities": body if isinstance(body, list) else [body], **args}


def _query(args: Args, body: Any, call: Call) -> Any:
    """`expand` is a comma list; one name alone is a list of one."""
    query = from_query(args, body, call)
    if isinstance(query.get("expand"), str):
        query["expand"] = [query["expand"]]
    return query


_ONE = "/customers/<customer_id>/entities/<entity_id>"

ROUTES: tuple[Route, ...] = (
    Route("POST", "/customers/<customer_id>/entities", "POST /customers/{customer_id}/entities", _array),
    Route("GET", "/customers/<customer_id>/entities", "GET /customers/{customer_id}/entities", from_query),
    Route("GET", _ONE, "entities.get", _query),
    Route("DELETE", _ONE, "entities.delete", from_query),
)
