"""What the seats of a plan owe that is over, or makes room for another (reference: billing, scheduled rows,
cancellations; licences).

Invariant: use beyond the grant of a seat is billed once: when the seat ends, or with the period.
"""

from autumn_mock.domain.billing.invoice_lines import Line
from autumn_mock.domain.billing.turns import is_in_trial
from autumn_mock.domain.licenses.succession import succession
from autumn_mock.domain.records import Plan, Subscription
from autumn_mock.operations.billing.renewals.renewal import restart_priced, used_up
from autumn_mock.operations.billing.rows import seats_under
from autumn_mock.world import World


def owed_by_seats(world: World, parent: Subscription, after: Plan | None, *, at: int) -> list[Line]:
    """The use that is billed of the seats of a plan: all of those that end, and of those that the plan
    `after` takes over what a renewal would bill. These begin their period anew."""
    if is_in_trial(parent):
        return []
    becoming = succession(seats_under(world, parent), after, world.store.plans.records)
    lines = [line for seat in becoming.over for line in used_up(world, seat, at=at, all_prices=True)]
    for seat in becoming.stay:
        lines += used_up(world, seat, at=at, all_prices=False)
        restart_priced(world, seat, at=at)
    return lines
