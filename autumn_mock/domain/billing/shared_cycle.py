"""What plans give back and are charged when one that is billed with them begins their cycle anew
(reference: billing, trials and shared subscriptions).

Invariant: all plans of a Stripe subscription are in one trial and one cycle, so none of them pays
twice for a time, and none is had unpaid.
"""

from collections.abc import Collection

from msgspec.structs import replace

from autumn_mock.domain.billing.attaching import Attachment
from autumn_mock.domain.billing.cancelling import refundable, standing
from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.invoice_lines import Line, charges
from autumn_mock.domain.billing.subscriptions import COUNTING
from autumn_mock.domain.billing.turns import is_in_trial
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Invoice, StripeSubscription, Subscription


def moved_along(decided: Attachment, holdings: Holdings, *, without: Collection[str]) -> list[Subscription]:
    """The other plans whose cycle begins anew with that of an attached one. One that is to end is done
    with its last cycle and is left as it is."""
    if decided.joins is None or not decided.moves_anchor:
        return []
    return [
        row
        for row in holdings.subscriptions
        if row.stripe_subscription_id == decided.joins.id
        and row.status in COUNTING
        and row.expires_at is None
        and row.parent is None
        and row.id not in without
    ]


def given_back(
    row: Subscription, decided: Attachment, holdings: Holdings, invoices: Collection[Invoice]
) -> list[Line]:
    """What is left of the cycle that is cut off."""
    return list(refundable(row, holdings, invoices, now=decided.now))


def charged_anew(row: Subscription, decided: Attachment, holdings: Holdings) -> list[Line]:
    """What the cycle that begins costs: nothing while there is a trial, and never what is paid once."""
    anchor = decided.wish.anchor
    start = replace(
        standing(row, holdings, at=decided.now),
        anchor=anchor if isinstance(anchor, int) else None,
        trial_ends_at=decided.trial.ends_at,
    )
    lines = charges(holdings.plan_of(row), holdings.features, start)
    return [replace(line, row=row.id) for line in lines if line.period is not None]


def in_new_cycle(row: Subscription, shared: StripeSubscription, *, now: int) -> Subscription:
    """A plan of a Stripe subscription whose cycle has begun anew: counted from its anchor, and in its
    trial, if there is one."""
    row = row.but(billing_cycle_anchor=shared.anchor)
    ends = shared.trial_ends_at
    if ends is not None:
        return row.but(trial_ends_at=ends, current_period_end=ends, trial_ended=False)
    return row.but(trial_ends_at=whole_second(now), trial_ended=True) if is_in_trial(row) else row
