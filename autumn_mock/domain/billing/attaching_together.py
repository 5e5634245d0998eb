"""Deciding several attaches of one step (reference: several plans at once, trials).

Invariant: plans that begin on one Stripe subscription are in one trial, or none of them is.
"""

from collections.abc import Iterable, Sequence

from autumn_mock.domain.billing.attaching import Attachment, decide
from autumn_mock.domain.billing.wishes import Means, Wish
from autumn_mock.domain.catalog.pricing import is_paid_recurring
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Subscription


def decide_together(asked: Sequence[tuple[Wish, Holdings]], means: Means, *, now: int) -> list[Attachment]:
    """What each does, in its scope. One of those that are billed together leads them into its trial, or
    out of one; to the others it is as if they joined its Stripe subscription."""
    alone = [decide(wish, holdings, means, now=now) for wish, holdings in asked]
    found = []
    for each, (wish, holdings) in zip(alone, asked, strict=True):
        leads = _leader([other for other in alone if _together(each, other)])
        shares = leads is not None and leads.trial != each.trial
        found.append(decide(wish, holdings, means, now=now, leads=leads) if shares else each)
    return found


def begun_before(decided: Sequence[Attachment], begun: Iterable[Subscription]) -> list[Subscription | None]:
    """For each of them the row with which it began already, if it did."""
    left = list(begun)
    found = []
    for each in decided:
        scope = each.wish.entity.internal_id if each.wish.entity else None
        own = next((row for row in left if (row.plan_id, row.entity) == (each.wish.plan.id, scope)), None)
        found.append(own)
        left = [row for row in left if row is not own]
    return found


def _together(one: Attachment, other: Attachment) -> bool:
    """One Stripe subscription bills both: the one that they join, or a new one."""
    if not _is_billed(one) or not _is_billed(other):
        return False
    return (one.joins and one.joins.id) == (other.joins and other.joins.id)


def _is_billed(each: Attachment) -> bool:
    return each.immediate and each.wish.bills and is_paid_recurring(each.wish.plan)


def _leader(group: Sequence[Attachment]) -> Attachment | None:
    """The first to be given a trial by the caller; else the first that changes that of the Stripe
    subscription, or that a new one is made for."""
    given = (each for each in group if each.wish.trial.given is not None)
    changing = (each for each in group if each.joins is None or each.trial.fresh or each.trial.ends_running)
    return next(given, None) or next(changing, None)


def billed_first(decided: Sequence[Attachment]) -> tuple[Attachment, list[Attachment]]:
    """The plan whose cycle the others share, and the others."""
    first = next((each for each in decided if is_paid_recurring(each.wish.plan)), decided[0])
    return first, [each for each in decided if each is not first]
