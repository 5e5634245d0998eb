"""Control routes under `/_mock`: what a test or a person does to a world from outside the API."""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from autumn_mock import __version__
from autumn_mock.errors.control import InvalidSeed
from autumn_mock.operations.registry import standing
from autumn_mock.seeding import SeedError
from autumn_mock.web import control_clock
from autumn_mock.web.answers import read_json
from autumn_mock.web.control_base import calling_world, control_blueprint, json_answer
from autumn_mock.world import World

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator


def blueprint(emulator: "Emulator") -> Blueprint:
    """The control routes of an emulator."""
    routes = control_blueprint("control")
    control_clock.add_to(routes, emulator)
    _add_world_routes(routes, emulator)
    _add_request_log(routes, emulator)
    _add_server_routes(routes, emulator)
    return routes


def _add_world_routes(routes: Blueprint, emulator: "Emulator") -> None:
    @routes.post("/reset")
    def reset() -> Response:
        emulator.reset(calling_world(emulator))
        return json_answer({"success": True})

    @routes.post("/seed")
    def seed() -> Response:
        world = calling_world(emulator)
        try:
            emulator.seed(world, read_json(request.get_data()))
        except SeedError as error:
            raise InvalidSeed(reason=str(error)) from None
        return json_answer(_counted(world))

    @routes.get("/state")
    def state() -> Response:
        world = calling_world(emulator)
        counted = _counted(world)
        if "full" in request.args:
            counted["records"] = emulator.records(world)
        return json_answer(counted)


def _add_request_log(routes: Blueprint, emulator: "Emulator") -> None:
    @routes.get("/requests")
    def read_requests() -> Response:
        return json_answer({"list": calling_world(emulator).requests.entries()})

    @routes.delete("/requests")
    def clear_requests() -> Response:
        calling_world(emulator).requests.clear()
        return json_answer({"success": True})


def _add_server_routes(routes: Blueprint, emulator: "Emulator") -> None:
    @routes.get("/health")
    def health() -> Response:
        return json_answer({"status": "ok", "version": __version__})

    @routes.get("/operations")
    def operations() -> Response:
        return json_answer({"list": standing()})

    @routes.get("/openapi.json")
    def openapi() -> Response:
        from autumn_mock.web.openapi import document

        return json_answer(document(emulator.settings.base_url))


def _counted(world: World) -> dict[str, Any]:
    """Whose world it is, when, and how much is in it."""
    counts = {name: len(table) for name, table in world.store.tables.items()}
    return {"org": world.org, "env": world.env, "now": world.clock.now(), "counts": counts}
