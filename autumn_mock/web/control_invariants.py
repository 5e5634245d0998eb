"""The control route that checks the books of a world: what does not add up, customer by customer."""

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from autumn_mock.errors import ApiError
from autumn_mock.operations.books import orphans, problems_of
from autumn_mock.web.answers import encode, envelope, json_response
from autumn_mock.web.auth import read_caller
from autumn_mock.world import SANDBOX

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator


def blueprint(emulator: "Emulator") -> Blueprint:
    """The control route of invariants."""
    routes = Blueprint("control_invariants", __name__, url_prefix="/_mock")

    @routes.errorhandler(ApiError)
    def refuse(error: ApiError) -> Response:
        return json_response(encode(envelope(error, SANDBOX)), error.status)

    @routes.get("/invariants")
    def read() -> Response:
        caller = read_caller(
            request.environ.get("HTTP_AUTHORIZATION"), request.method, request.path,
            emulator.settings.keys,
        )  # fmt: skip
        world = emulator.worlds.get(caller.org, caller.env)
        with world.lock:
            broken: list[dict[str, str | None]] = [
                {"customer_id": customer.id or customer.internal_id, "problem": problem}
                for customer in world.store.customers
                for problem in problems_of(world, customer)
            ]
            broken += [{"customer_id": None, "problem": problem} for problem in orphans(world)]
        return json_response(encode({"ok": not broken, "broken": broken}))

    return routes
