"""What becomes of the seats of a plan when another one takes its place (reference: licences).

Those that were given first go on, as far as the new plan offers them. What the reference does is not
known; ending somebody's seat that the customer still has would be the worse surprise.
Invariant: no more seats go on than the new plan grants, and each seat is in one of the three lots.
"""

from collections.abc import Iterable, Mapping

import msgspec

from autumn_mock.domain.billing.turns import RELEASED
from autumn_mock.domain.licenses.plans_had import offered_plan, plan_had
from autumn_mock.domain.records import Plan, Subscription


class Succession(msgspec.Struct, frozen=True):
    """The seats of the plan that goes."""

    stay: tuple[Subscription, ...] = ()
    """They go on as they are."""
    change: tuple[Subscription, ...] = ()
    """Their licence is another plan from now on: their holders get that one."""
    end: tuple[Subscription, ...] = ()

    @property
    def over(self) -> tuple[Subscription, ...]:
        """Those whose balances end now."""
        return self.change + self.end


def succession(seats: Iterable[Subscription], after: Plan | None, plans: Mapping[str, Plan]) -> Succession:
    """`after` is the new plan as the customer has it, with its seats; None: there is none."""
    offered = {each.license_plan_id: each for each in (after.seats if after is not None else ())}
    left = {name: each.granted for name, each in offered.items()}
    stay, change, end = [], [], []
    for seat in sorted(seats, key=lambda seat: (seat.status == RELEASED, seat.started_at)):
        if left.get(seat.plan_id, 0) == 0:
            end.append(seat)
            continue
        left[seat.plan_id] -= 1
        if _same(offered_plan(offered[seat.plan_id].license, plans), plan_had(seat, plans)):
            stay.append(seat)
        elif seat.status == RELEASED:
            end.append(seat)
        else:
            change.append(seat)
    return Succession(tuple(stay), tuple(change), tuple(end))


def _same(plan: Plan, other: Plan) -> bool:
    return (plan.internal_id, plan.items) == (other.internal_id, other.items)
