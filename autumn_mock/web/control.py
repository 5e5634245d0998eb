"""Control routes under `/_mock`: the same bearer key says which world."""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from autumn_mock import passing_time
from autumn_mock.domain import periods
from autumn_mock.errors import ApiError, InvalidInputs
from autumn_mock.operations.registry import standing
from autumn_mock.web.answers import encode, envelope, json_response, read_json
from autumn_mock.web.auth import read_caller
from autumn_mock.world import SANDBOX, World

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator


def blueprint(emulator: "Emulator") -> Blueprint:
    """The control routes of an emulator."""
    routes = Blueprint("control", __name__, url_prefix="/_mock")

    def world() -> World:
        caller = read_caller(
            request.environ.get("HTTP_AUTHORIZATION"), request.method, request.path,
            emulator.settings.keys,
        )  # fmt: skip
        return emulator.worlds.get(caller.org, caller.env)

    @routes.errorhandler(ApiError)
    def refuse(error: ApiError) -> Response:
        return json_response(encode(envelope(error, SANDBOX)), error.status)

    @routes.get("/health")
    def health() -> Response:
        return _json({"status": "ok"})

    @routes.post("/reset")
    def reset() -> Response:
        emulator.reset(world())
        return _json({"success": True})

    @routes.get("/clock")
    def read_clock() -> Response:
        return _json(_clock(world()))

    @routes.post("/clock")
    def set_clock() -> Response:
        here = world()
        with here.lock:
            _move_clock(here, read_json(request.get_data()))
            here.remember()
            with here.store.transaction():
                passing_time.settle(here)
        return _json(_clock(here))

    @routes.get("/requests")
    def read_requests() -> Response:
        return _json({"list": world().requests.entries()})

    @routes.delete("/requests")
    def clear_requests() -> Response:
        world().requests.clear()
        return _json({"success": True})

    @routes.get("/operations")
    def operations() -> Response:
        return _json({"list": standing()})

    return routes


def _json(value: Any) -> Response:
    return json_response(encode(value))


def _clock(world: World) -> dict[str, Any]:
    clock = world.clock
    state = "frozen" if clock.frozen_at is not None else "offset" if clock.offset else "real"
    return {"now": clock.now(), "iso": periods.iso(clock.now()), "state": state}


def _move_clock(world: World, body: Any) -> None:
    clock = world.clock
    if not isinstance(body, dict) or len(body.keys() & {"now", "advance", "real"}) != 1:
        raise InvalidInputs([("input", "give one of now, advance, real")])
    if "now" in body:
        clock.freeze(_instant(body["now"]))
    elif "advance" in body:
        clock.move_to(_advanced(clock.now(), body["advance"]))
    elif body["real"] is True:
        clock.run_real()
    else:
        raise InvalidInputs([("real", "must be true")])


_LAST_INSTANT = periods.from_iso("9000-01-01T00:00:00Z")


def _instant(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LAST_INSTANT:
        return value
    if isinstance(value, str):
        try:
            return periods.from_iso(value)
        except ValueError:
            pass
    raise InvalidInputs([("now", "must be epoch milliseconds or an ISO 8601 instant")])


def _advanced(now: int, text: Any) -> int:
    """`31 days`, `1 month`, `90 minutes`; several joined by blanks: `1 month 2 days`."""
    words = str(text).split()
    at = now
    try:
        if not words or len(words) % 2:
            raise ValueError(text)
        for count, unit in zip(words[::2], words[1::2], strict=True):
            at = _moved(at, int(count), unit.lower().removesuffix("s"))
    except (ValueError, KeyError, OverflowError):
        raise InvalidInputs([("advance", "must be like '31 days', '1 month' or '90 minutes'")]) from None
    return at


def _moved(at: int, count: int, unit: str) -> int:
    if count < 0:
        raise ValueError("time goes forward")
    if unit == "second":
        return at + count * periods.SECOND
    return periods.add_interval(at, unit, count)
