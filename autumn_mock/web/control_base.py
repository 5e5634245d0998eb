"""What all control routes share: the bearer key says which world, failures keep the API's envelope."""

import logging
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, g, request

from autumn_mock.errors import ApiError
from autumn_mock.web.answers import encode, envelope, json_response, unforeseen
from autumn_mock.web.auth import read_caller
from autumn_mock.world import SANDBOX, World

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator

_log = logging.getLogger("autumn_mock.web")


def control_blueprint(name: str, prefix: str = "/_mock") -> Blueprint:
    """Routes under `/_mock` that answer failures in the envelope."""
    routes = Blueprint(name, __name__, url_prefix=prefix)

    @routes.errorhandler(ApiError)
    def refuse(error: ApiError) -> Response:
        return json_response(encode(envelope(error, g.get("env", SANDBOX))), error.status)

    @routes.errorhandler(Exception)
    def fail(error: Exception) -> Response:
        _log.exception("%s %s failed; this is a bug of autumn-mock", request.method, request.path)
        return unforeseen(g.get("env", SANDBOX))

    return routes


def calling_world(emulator: "Emulator") -> World:
    """The world of the request's key. Raises a 401 by name."""
    caller = read_caller(
        request.environ.get("HTTP_AUTHORIZATION"), request.method, request.path, emulator.settings.keys
    )
    g.env = caller.env
    return emulator.worlds.get(caller.org, caller.env)


def json_answer(value: Any) -> Response:
    return json_response(encode(value))
