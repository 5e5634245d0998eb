"""Control routes for the cards that customers have on file (`/_mock/payment_methods`)."""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from autumn_mock.errors import InvalidInputs
from autumn_mock.operations.billing import cards
from autumn_mock.operations.loading import find_customer
from autumn_mock.running import changing
from autumn_mock.schemas.base import load_body
from autumn_mock.schemas.cards import GiveCard
from autumn_mock.web.answers import read_json
from autumn_mock.web.control_base import calling_world, control_blueprint, json_answer

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator


def blueprint(emulator: "Emulator") -> Blueprint:
    """The control routes of cards."""
    routes = control_blueprint("control_cards", "/_mock/payment_methods")
    _add_giving(routes, emulator)
    _add_taking(routes, emulator)

    @routes.get("")
    def read() -> Response:
        here = calling_world(emulator)
        with here.lock:
            return json_answer({"list": cards.listed_cards(here, _customer_asked_for())})

    return routes


def _add_giving(routes: Blueprint, emulator: "Emulator") -> None:
    @routes.post("")
    def give() -> Response:
        here = calling_world(emulator)
        body: dict[str, Any] = load_body(GiveCard(), read_json(request.get_data()), here.rules)
        with changing(here):
            wanted = cards.wanted_card(body, now=here.now())
            if wanted is None:
                taken = cards.take_cards_off_file(here, body["customer_id"])
                return json_answer({"removed": [card.id for card in taken]})
            given = cards.put_card_on_file(here, body["customer_id"], wanted)
            return json_answer(cards.card_told(here, find_customer(here, body["customer_id"]), given))


def _add_taking(routes: Blueprint, emulator: "Emulator") -> None:
    @routes.delete("")
    def take_all() -> Response:
        here = calling_world(emulator)
        with changing(here):
            taken = cards.take_cards_off_file(here, _customer_asked_for())
        return json_answer({"removed": [card.id for card in taken]})

    @routes.delete("/<card_id>")
    def take(card_id: str) -> Response:
        here = calling_world(emulator)
        with changing(here):
            taken = cards.take_card_off_file(here, card_id)
        return json_answer({"removed": [taken.id]})


def _customer_asked_for() -> str:
    customer_id = request.args.get("customer_id")
    if not customer_id:
        raise InvalidInputs([("customer_id", "say whose cards in the query: ?customer_id=…")])
    return customer_id
