"""Legacy routes of balances."""

from autumn_mock.web.rest.route import Route, from_query

ROUTES: tuple[Route, ...] = (
    Route("POST", "/check", "balances.check"),
    Route("POST", "/entitled", "balances.check"),
    Route("POST", "/track", "balances.track"),
    Route("POST", "/events", "balances.track"),
    Route("POST", "/usage", "POST /usage"),
    Route("POST", "/customers/<customer_id>/balances", "POST /customers/{customer_id}/balances"),
    Route("POST", "/balances/create", "balances.create"),
    Route("POST", "/balances/update", "balances.update"),
    Route("POST", "/balances/recalculate", "balances.recalculate"),
    Route("POST", "/balances/preview_recalculate", "balances.preview_recalculate"),
    Route("GET", "/balances/list", "GET /balances/list", from_query),
)
