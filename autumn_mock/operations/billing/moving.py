"""Moving the billing cycle of a Stripe subscription (reference: billing_cycle_anchor, trials).

Invariant: all plans that it bills share its cycle and its trial.
"""

from autumn_mock.domain.billing.attaching import Attachment
from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.shared_cycle import in_new_cycle
from autumn_mock.domain.billing.subscriptions import COUNTING
from autumn_mock.stripe.subscriptions import move_subscription
from autumn_mock.world import World


def move_billing(world: World, decided: Attachment) -> None:
    """A cycle or a trial that begins anew does so for everything on the Stripe subscription."""
    if decided.joins is None or not decided.moves_anchor or not decided.wish.bills:
        return
    ends = decided.trial.ends_at
    trial_ends_at = None if ends is None else whole_second(ends)
    moved = move_subscription(
        world.store,
        decided.joins,
        trial_ends_at=trial_ends_at,
        now=decided.now,
        anchor=decided.billing_anchor,
    )
    for row in world.store.subscriptions.find("customer", decided.joins.customer):
        if row.stripe_subscription_id != decided.joins.id or row.status not in COUNTING:
            continue
        world.store.subscriptions.put(in_new_cycle(row, moved, now=decided.now))
