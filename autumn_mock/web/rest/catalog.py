"""Legacy routes of features, plans and the organisation (reference: catalog, legacy REST)."""

from autumn_mock.web.rest.route import Route, from_query

ROUTES: tuple[Route, ...] = (
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
