"""Making room for a plan: the rows that it replaces end, and it takes over what they leave (reference:
billing.attach, balances at an immediate change).

Invariant: what the new plan carries is read before the old one ends.
"""

from autumn_mock.domain.billing import carry_over
from autumn_mock.domain.billing.attaching import Attachment
from autumn_mock.domain.billing.turns import PAUSED
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Balance, Subscription
from autumn_mock.operations.billing.rows import delete_plan, end_plan, seats_under
from autumn_mock.stripe.subscriptions import close_subscription
from autumn_mock.world import World


def carried(world: World, holdings: Holdings, decided: Attachment, fresh: list[Balance]) -> list[Balance]:
    """The new rows with what they take over, and loose ones for what is left of the old plan."""
    before = decided.hands_over
    if before is None or decided.wish.reverts:
        return fresh
    old = [row for row in holdings.rows if row.subscription == before.id]
    carry, features = decided.carry, holdings.features
    if decided.wish.in_place:
        anew = decided.wish.anchor is not None
        return carry_over.kept(fresh, old, features, carry, anew=anew)
    rows = carry_over.carried(fresh, old, features, carry)
    return rows + carry_over.leftovers(old, features, carry, world.make_id, now=decided.now)


def seats_to_take_over(world: World, decided: Attachment) -> list[Subscription]:
    if decided.current is None or decided.current not in decided.ending:
        return []
    return seats_under(world, decided.current)


def close_billing(world: World, decided: Attachment) -> None:
    """Let Stripe subscriptions end that bill nothing any more, now that everything new is written."""
    for row in decided.ending:
        close_subscription(world.store, row)


def make_room(world: World, decided: Attachment) -> None:
    """End the rows that the plan replaces, drop the one that was to come."""
    if decided.scheduled is not None:
        delete_plan(world, decided.scheduled)
    for row in decided.ending:
        end_plan(world, row, at=decided.now, keeps_seats=row is decided.current)
    if decided.current is not None and decided.wish.reverts:
        world.store.subscriptions.put(decided.current.but(status=PAUSED))
    elif not decided.immediate:
        for row in decided.giving_way:
            world.store.subscriptions.put(row.but(canceled_at=decided.now, expires_at=decided.at))
