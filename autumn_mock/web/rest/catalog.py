"""Legacy routes of features, plans and the organisation (reference: catalog, legacy REST)."""

from typing import Any

from autumn_mock.call import Call
from autumn_mock.web.rest.route import Args, Route, from_query


def _with_query(args: Args, body: Any, call: Call) -> Any:
    """The JSON body; `version`, `upsert` and `disable_version` may stand in the query instead."""
    if not isinstance(body, dict):
        return body
    named = {key: call.query[key] for key in ("version", "upsert", "disable_version") if key in call.query}
    return {**named, **body, **args}


def _plan_routes(root: str) -> tuple[Route, ...]:
    one = f"{root}/<plan_id>"
    return (
        Route("GET", root, "plans.list", from_query),
        Route("POST", root, "POST /products"),
        Route("GET", one, "GET /products/{plan_id}", from_query),
        Route("POST", one, "POST /products/{plan_id}", _with_query),
        Route("PATCH", one, "POST /products/{plan_id}", _with_query),
        Route("DELETE", one, "plans.delete", from_query),
        Route("GET", f"{one}/has_customers", "POST /products/{plan_id}/has_customers", from_query),
        Route("POST", f"{one}/has_customers", "POST /products/{plan_id}/has_customers"),
        Route("GET", f"{one}/deletion_info", "GET /products/{plan_id}/deletion_info", from_query),
        Route("POST", f"{one}/copy", "POST /products/{plan_id}/copy"),
    )


ROUTES: tuple[Route, ...] = (
    *_plan_routes("/products"),
    *_plan_routes("/plans"),
    Route("GET", "/products_beta", "plans.list", from_query),
    Route("GET", "/components/pricing_table", "GET /components/pricing_table", from_query),
    Route("POST", "/migrations", "POST /migrations"),
    Route("GET", "/organization", "GET /organization", from_query),
    Route("GET", "/organization/me", "GET /organization/me", from_query),
    Route("GET", "/features", "features.list"),
    Route("POST", "/features", "POST /features"),
    Route("GET", "/features/<feature_id>", "features.get", from_query),
    Route("POST", "/features/<feature_id>", "POST /features/{feature_id}"),
    Route("DELETE", "/features/<feature_id>", "features.delete", from_query),
    Route(
        "GET",
        "/features/<feature_id>/deletion_info",
        "GET /features/{feature_id}/deletion_info",
        from_query,
    ),
)
