"""`/_mock/clock`: standing the clock of a world still, letting time pass, letting it run again.

Moving it settles what fell due; if that can't be kept the clock stays where it was.
"""

from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from autumn_mock import passing_time
from autumn_mock.clock import Clock
from autumn_mock.domain import periods, spans
from autumn_mock.domain.timeline.timeline import Timeline
from autumn_mock.errors import InvalidInputs
from autumn_mock.web.answers import read_json
from autumn_mock.web.control_base import calling_world, json_answer
from autumn_mock.world import World

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator

_WAYS = ("now", "advance", "real")
_LIMIT, _MOST = 200, 10_000
"""Entries of the timeline: as many unless it is said, and at most. None are collected at 0."""


def add_to(routes: Blueprint, emulator: "Emulator") -> None:
    """Add the routes of the clock."""

    @routes.get("/clock")
    def read_clock() -> Response:
        return json_answer(_told(calling_world(emulator).clock))

    @routes.post("/clock")
    def set_clock() -> Response:
        world = calling_world(emulator)
        happened = move(world, read_json(request.get_data()))
        return json_answer(_told(world.clock) | happened)


def move(world: World, body: Any) -> dict[str, Any]:
    """Move the clock and settle what fell due, both or neither; answers what happened: at most `limit`
    things, oldest first, and how many of each kind there were. Raises InvalidInputs and NotKept."""
    if not isinstance(body, dict) or len(body.keys() & set(_WAYS)) != 1:
        raise InvalidInputs([("input", f"give one of {', '.join(_WAYS)}")])
    timeline = Timeline(limit=_limit(body.get("limit", _LIMIT)), name_of=partial(_name_of, world))
    passing_time.move(world, lambda clock: _set(clock, body), timeline if timeline.limit else None)
    return timeline.told() if timeline.limit else {}


def _limit(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST:
        raise InvalidInputs([("limit", f"must be a whole number from 0 to {_MOST}")])
    return value


def _name_of(world: World, internal_id: str) -> str | None:
    """The caller's own id of a customer or an entity; the internal one of what has none or is gone."""
    found = world.store.customers.get(internal_id) or world.store.entities.get(internal_id)
    return (found.id if found is not None else None) or internal_id


def _set(clock: Clock, body: dict[str, Any]) -> None:
    if "now" in body:
        clock.freeze(_instant(body["now"]))
    elif "advance" in body:
        clock.move_to(_advanced(clock.now(), body["advance"]))
    elif body["real"] is True:
        clock.run_real()
    else:
        raise InvalidInputs([("real", "must be true")])


def _instant(value: Any) -> int:
    try:
        return spans.instant(value)
    except ValueError:
        raise InvalidInputs([("now", "must be epoch milliseconds or an ISO 8601 instant")]) from None


def _advanced(now: int, span: Any) -> int:
    try:
        return spans.move(now, str(span))
    except ValueError:
        raise InvalidInputs([("advance", f"must be like {spans.EXAMPLES}")]) from None


def _told(clock: Clock) -> dict[str, Any]:
    now = clock.now()
    state = "frozen" if clock.frozen_at is not None else "offset" if clock.offset else "real"
    return {"now": now, "iso": periods.iso(now), "state": state}
