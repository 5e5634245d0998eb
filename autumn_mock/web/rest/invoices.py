"""Legacy routes of invoices (reference: legacy routes)."""

from autumn_mock.web.rest.route import Route, from_query

_REFUND = "/customers/{customer_id}/invoices/{stripe_invoice_id}/refund"

ROUTES: tuple[Route, ...] = (
    Route(
        "GET", "/invoices/<stripe_invoice_id>/stripe", "GET /invoices/{stripe_invoice_id}/stripe", from_query
    ),
    Route("POST", _REFUND.replace("{", "<").replace("}", ">"), f"POST {_REFUND}"),
)
