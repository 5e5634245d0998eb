"""Control routes for what a person does with a card: putting one on file, paying a hosted page."""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from autumn_mock import passing_time
from autumn_mock.errors import ApiError
from autumn_mock.operations.billing.paying import complete_checkout, put_card_on_file
from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape, load_body
from autumn_mock.web.answers import encode, envelope, json_response, read_json
from autumn_mock.web.auth import read_caller
from autumn_mock.world import SANDBOX, World

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator


class GiveCard(Shape):
    customer_id = fields.String(required=True)
    outcome = fields.String(
        pattern=r"ok|decline:[a-z_]+",
        pattern_text="must be 'ok' or 'decline:<code>', as in decline:card_declined",
        load_default="ok",
    )


class PayPage(Shape):
    url = fields.String(required=True)


def blueprint(emulator: "Emulator") -> Blueprint:
    """The control routes of payments."""
    routes = Blueprint("control_payments", __name__, url_prefix="/_mock")

    def world() -> World:
        caller = read_caller(
            request.environ.get("HTTP_AUTHORIZATION"), request.method, request.path,
            emulator.settings.keys,
        )  # fmt: skip
        return emulator.worlds.get(caller.org, caller.env)

    @routes.errorhandler(ApiError)
    def refuse(error: ApiError) -> Response:
        return _json(envelope(error, SANDBOX), error.status)

    @routes.post("/payment_methods")
    def give_card() -> Response:
        here = world()
        body = load_body(GiveCard(), read_json(request.get_data()), here.rules)
        with here.lock, here.store.transaction():
            passing_time.settle(here)
            card = put_card_on_file(here, body["customer_id"], body["outcome"])
        return _json({"id": card.id, "stripe_customer": card.stripe_customer, "outcome": card.outcome})

    @routes.post("/checkouts/complete")
    def complete() -> Response:
        here = world()
        body = load_body(PayPage(), read_json(request.get_data()), here.rules)
        with here.lock, here.store.transaction():
            passing_time.settle(here)
            complete_checkout(here, body["url"])
        return _json({"success": True})

    return routes


def _json(value: Any, status: int = 200) -> Response:
    return json_response(encode(value), status)
