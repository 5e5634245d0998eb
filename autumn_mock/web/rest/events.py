"""Legacy routes of events; `POST /events` is one of balances."""

from autumn_mock.web.rest.route import Route

ROUTES = (
    Route("POST", "/events/list", "events.list"),
    Route("POST", "/events/aggregate", "events.aggregate"),
    Route("POST", "/query", "events.aggregate"),
)
