"""`customers.advance_test_clock` (reference: test clocks).

The real service advances the clock of one customer at its payment provider, in the background and two
billing periods at most; here the clock of the whole organisation moves, at once and as far as is asked
within a lifetime: what nobody waits for (an instant in other units, most likely) is refused.
"""

from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.periods import add_interval
from autumn_mock.errors.customers import ClockNotLater, ClockOutsideSandbox, ClockTooFar
from autumn_mock.operations.loading import find_customer
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.customers import AdvanceTestClock
from autumn_mock.world import World

_MOST_YEARS = 100


def _until(world: World, body: Body) -> int:
    """Raises CustomerNotFound, ClockOutsideSandbox, ClockNotLater, ClockTooFar."""
    find_customer(world, body["customer_id"])
    if not world.is_sandbox:
        raise ClockOutsideSandbox
    until = whole_second(body["frozen_time"])
    if until <= world.now():
        raise ClockNotLater(frozen_time=until, now=world.now())
    if until > add_interval(world.now(), "year", _MOST_YEARS):
        raise ClockTooFar(years=_MOST_YEARS)
    return until


@operation("customers.advance_test_clock", body=AdvanceTestClock(), moves_clock_to=_until)
def advance_test_clock(world: World, body: Body, call: Call) -> Reply:
    """Let time pass until an instant: everything that falls due happens, in order."""
    frozen_time = whole_second(body["frozen_time"])
    return {"customer_id": body["customer_id"], "frozen_time": frozen_time, "status": "ready"}
