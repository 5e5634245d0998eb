"""Control routes for what a person does with a card: putting one on file."""

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from autumn_mock import passing_time
from autumn_mock.operations.billing.paying import put_card_on_file
from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape, load_body
from autumn_mock.web.answers import read_json
from autumn_mock.web.control_base import calling_world, control_blueprint, json_answer

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator


class GiveCard(Shape):
    customer_id = fields.String(required=True)
    outcome = fields.String(
        pattern=r"ok|decline:[a-z_]+",
        pattern_text="must be 'ok' or 'decline:<code>', as in decline:card_declined",
        load_default="ok",
    )


def blueprint(emulator: "Emulator") -> Blueprint:
    """The control routes of payments."""
    routes = control_blueprint("control_payments")

    @routes.post("/payment_methods")
    def give_card() -> Response:
        here = calling_world(emulator)
        body = load_body(GiveCard(), read_json(request.get_data()), here.rules)
        with here.lock, here.store.transaction():
            passing_time.settle(here)
            card = put_card_on_file(here, body["customer_id"], body["outcome"])
        return json_answer({"id": card.id, "stripe_customer": card.stripe_customer, "outcome": card.outcome})

    return routes
