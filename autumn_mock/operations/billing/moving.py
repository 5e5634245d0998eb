"""Moving the billing cycle of a Stripe subscription (reference: billing_cycle_anchor, trials).

Invariant: all plans that it bills share its cycle and its trial.
"""

from autumn_mock.domain.billing.attaching import Attachment
from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.subscriptions import COUNTING
from autumn_mock.domain.billing.turns import is_in_trial
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
        anchored = row.but(billing_cycle_anchor=moved.anchor)
        if trial_ends_at is None and is_in_trial(row):
            anchored = anchored.but(trial_ends_at=whole_second(decided.now), trial_ended=True)
        elif trial_ends_at is not None:
            in_trial = {"trial_ends_at": trial_ends_at, "current_period_end": trial_ends_at}
            anchored = anchored.but(**in_trial, trial_ended=False)
        world.store.subscriptions.put(anchored)
