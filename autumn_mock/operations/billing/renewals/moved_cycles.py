"""A plan of a schedule whose start begins the billing cycle anew, for all that is billed with it (reference:
create_schedule, trials and shared subscriptions).

Invariant: what is cut off of a period is given back, and the whole one that begins then is charged.
"""

from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.invoice_lines import Line, charges
from autumn_mock.domain.records import Subscription
from autumn_mock.operations.billing.renewals.renewal import (
    begin_period,
    plan_of,
    plans_billed_by,
    running_prices,
    start_of,
    unused,
)
from autumn_mock.stripe.subscriptions import move_subscription
from autumn_mock.world import World


def move_cycle(world: World, begun: Subscription, *, at: int) -> list[tuple[Subscription, list[Line]]]:
    """Begin the cycle of what bills a plan that begins; answers what that comes to for each of the other
    plans that go on. One that ends now is done with its last cycle."""
    shared = world.store.stripe_subscriptions.must(begun.stripe_subscription_id or "")
    if shared.anchor == whole_second(at):
        return []
    along = [
        (row, running_prices(world, row, at=at), unused(world, row, at=at))
        for row in plans_billed_by(world, shared)
        if row.id != begun.id and (row.expires_at is None or whole_second(row.expires_at) > whole_second(at))
    ]
    move_subscription(world.store, shared, trial_ends_at=None, now=at)
    found = []
    for row, cut_off, back in along:
        begin_period(world, row, plan_of(world, row), at=at)
        found.append((row, back + charges(cut_off, world.store.features.records, start_of(world, row, at))))
    return found
