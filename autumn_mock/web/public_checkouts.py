"""`/checkouts/<id>`: what the page of a checkout asks of this service, without a key (reference: the
Autumn checkout page). The id says whose it is, so it is looked for in all worlds.

Invariant: with `--rate-limits` each checkout gets ten answers a minute, and every answer says how many
are left.
"""

import logging
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from autumn_mock.errors import ApiError
from autumn_mock.errors.billing_pages import CheckoutUnavailable
from autumn_mock.operations.billing.one_at_a_time import confirming
from autumn_mock.operations.billing.pages.autumn_checkouts import (
    confirm_checkout,
    show_checkout,
    start_checkout,
)
from autumn_mock.operations.registry import Body
from autumn_mock.running import changing
from autumn_mock.schemas.base import load_body
from autumn_mock.schemas.billing_pages import ConfirmCheckout
from autumn_mock.web.answers import base_url_of, encode, encoder, envelope, json_response, read_json, unforeseen
from autumn_mock.web.rate_limits import count_checkout
from autumn_mock.world import SANDBOX, World

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator

_log = logging.getLogger("autumn_mock.web")
Do = Callable[[World, str, Body], Any]


def blueprint(emulator: "Emulator") -> Blueprint:
    """The public routes of checkouts."""
    routes = Blueprint("public_checkouts", __name__, url_prefix="/checkouts")

    @routes.errorhandler(Exception)
    def fail(error: Exception) -> Response:
        _log.exception("%s %s failed; this is a bug of autumn-mock", request.method, request.path)
        return unforeseen(SANDBOX)

    @routes.get("/<checkout_id>")
    def show(checkout_id: str) -> Response:
        return _answer(emulator, checkout_id, lambda world, key, _: show_checkout(world, key, {}))

    @routes.post("/<checkout_id>/preview")
    def preview(checkout_id: str) -> Response:
        return _answer(emulator, checkout_id, show_checkout)

    @routes.post("/<checkout_id>/confirm")
    def confirm(checkout_id: str) -> Response:
        return _answer(emulator, checkout_id, confirm_checkout)

    @routes.get("/<checkout_id>/start")
    def start(checkout_id: str) -> Response:
        return _answer(emulator, checkout_id, lambda world, key, _: start_checkout(world, key))

    return routes


def _answer(emulator: "Emulator", checkout_id: str, do: Do) -> Response:
    world = emulator.worlds.with_page(checkout_id)
    told: dict[str, str] = {}
    if world is not None and emulator.settings.rate_limits:
        over = count_checkout(world, checkout_id, told)
        if over is not None:
            return over
    try:
        if world is None:
            raise CheckoutUnavailable
        response = _told(_done(world, checkout_id, do), base_url_of(request.environ, emulator.settings))
    except ApiError as error:
        env = SANDBOX if world is None else world.env
        response = json_response(encode(envelope(error, env)), error.status)
    response.headers.extend(told)
    return response


def _told(reply: Any, base_url: str) -> Response:
    """A path is where to go on, everything else is JSON."""
    if isinstance(reply, str):
        return Response(status=303, headers={"Location": base_url + reply})
    return json_response(encoder(base_url)(reply))


def _done(world: World, checkout_id: str, do: Do) -> Any:
    """Do it inside the world of the checkout: everything lands or nothing."""
    chosen = load_body(ConfirmCheckout(), read_json(request.get_data()), world.rules)
    alone = confirming(world, checkout_id) if do is confirm_checkout else nullcontext()
    with changing(world, alone):
        return do(world, checkout_id, chosen)
