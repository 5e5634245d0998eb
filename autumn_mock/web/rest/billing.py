"""Legacy routes of billing (reference: billing, legacy routes)."""

from autumn_mock.web.rest.route import Route

ROUTES: tuple[Route, ...] = (
    Route("POST", "/attach", "POST /attach"),
    Route("POST", "/attach/preview", "POST /attach/preview"),
    Route("POST", "/checkout", "POST /checkout"),
    Route("POST", "/cancel", "POST /cancel"),
)
