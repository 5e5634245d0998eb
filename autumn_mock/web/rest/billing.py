"""Legacy routes of billing (reference: billing, legacy routes)."""

from typing import Any

from autumn_mock.call import Call
from autumn_mock.web.rest.route import Args, Route

_SETUP_FIELDS = ("customer_id", "success_url", "checkout_session_params", "customer_data")


def _setup(args: Args, body: Any, call: Call) -> Any:
    """The old form knows no plan: whatever else is sent is passed over."""
    return {name: body[name] for name in _SETUP_FIELDS if name in body} if isinstance(body, dict) else body


def _portal(args: Args, body: Any, call: Call) -> Any:
    """`return_url` may stand in the query."""
    sent = body if isinstance(body, dict) else {}
    asked = {"return_url": call.query["return_url"]} if "return_url" in call.query else {}
    return {**asked, **sent, **args}


_PORTAL = "GET /customers/{customer_id}/billing_portal"

ROUTES: tuple[Route, ...] = (
    Route("POST", "/attach", "POST /attach"),
    Route("POST", "/attach/preview", "POST /attach/preview"),
    Route("POST", "/checkout", "POST /checkout"),
    Route("POST", "/cancel", "POST /cancel"),
    Route("POST", "/setup_payment", "billing.setup_payment", _setup),
    Route("POST", "/customers/<customer_id>/billing_portal", _PORTAL, _portal),
    Route("GET", "/customers/<customer_id>/billing_portal", _PORTAL, _portal),
)
