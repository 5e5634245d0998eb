"""Running one operation: the body is read, what fell due is settled, everything lands or nothing.

Used by the HTTP view and by seeds alike, so both obey the same rules.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from autumn_mock import passing_time
from autumn_mock.errors.customers import ClockHeld
from autumn_mock.operations.books import check_books
from autumn_mock.operations.registry import Answer, Call, Operation, Until
from autumn_mock.schemas.base import load_body
from autumn_mock.world import World

_NOT_ALONE = nullcontext()


def run_operation(world: World, found: Operation, body: Any, call: Call) -> Any:
    """Run one operation as a transaction of its world; the reply is in the version of the call."""
    loaded = load_body(found.shape(call.version), body, world.rules)
    with _alone(world, found, loaded), world.lock:
        if found.moves_clock_to is not None:
            _let_time_pass(world, found.moves_clock_to, loaded)
        reply = _run(world, found, loaded, call)
    if found.reply is None:
        return reply
    if isinstance(reply, Answer):
        return Answer(found.reply(reply.body, call), reply.status)
    return found.reply(reply, call)


def _run(world: World, found: Operation, body: dict[str, Any], call: Call) -> Any:
    with world.store.transaction():
        passing_time.settle(world)
        if found.excludes is not None:
            found.excludes.check(world, body)
        reply = found.run(world, body, call)
        if world.settings.invariants:
            check_books(world)
    return reply


@contextmanager
def changing(world: World, alone: AbstractContextManager[None] = _NOT_ALONE) -> Iterator[None]:
    """The same around anything else that is asked of a world, as pages and control routes do. `alone` is
    what it excludes meanwhile."""
    with alone, world.lock, world.store.transaction():
        passing_time.settle(world)
        yield
        if world.settings.invariants:
            check_books(world)


def _let_time_pass(world: World, until: Until, body: dict[str, Any]) -> None:
    """All that falls due happens, or the clock stays where it is. Raises ClockHeld inside of another
    change (a seed), which could not be taken back with the clock."""
    if world.store.in_transaction:
        raise ClockHeld
    passing_time.move(world, lambda clock: clock.move_to(until(world, body)))


def _alone(world: World, found: Operation, body: dict[str, Any]) -> AbstractContextManager[None]:
    """What the operation excludes is claimed before the world is waited for, or nothing would be refused."""
    if found.excludes is None:
        return _NOT_ALONE
    return world.exclusions.held(found.excludes.name(body), found.excludes.refuse)
