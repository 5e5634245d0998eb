"""What an instant changed, in words: plans that began, renewed or ended, invoices and their payments, locks
and rewards.

It is read from the records before and after, so nothing that changes them has to tell of itself.
Invariant: what did not change is not told of.
"""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from autumn_mock.domain.billing.subscriptions import COUNTING, EXPIRED, PAST_DUE, SCHEDULED
from autumn_mock.domain.billing.turns import PAUSED, RELEASED
from autumn_mock.domain.invoices.states import OPEN
from autumn_mock.domain.numbers import number
from autumn_mock.domain.records import (
    Invoice,
    JsonObject,
    Lock,
    Record,
    Redemption,
    Subscription,
)

Change = tuple[Record | None, Record | None]
"""A record before and after."""


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to a customer (internal id); `facts` as they are told."""

    what: str
    customer: str
    facts: JsonObject = {}


def happenings(changes: Iterable[Change]) -> Iterator[Happening]:
    """What some changes were, in their order."""
    for before, after in changes:
        for kind, tell in _TELL.items():
            if isinstance(after or before, kind):
                yield from tell(before, after)


def _plan(before: Subscription | None, after: Subscription | None) -> Iterator[Happening]:
    known = after or before
    if known is None:
        return
    facts: JsonObject = {"plan_id": known.plan_id}
    if known.entity is not None:
        facts["entity"] = known.entity
    for what in _of_plan(before, after):
        yield Happening(what=what, customer=known.customer, facts=facts)


def _of_plan(before: Subscription | None, after: Subscription | None) -> Iterator[str]:
    if after is None:
        if before is not None and before.status == SCHEDULED:
            yield "plan_forgotten"
    elif before is None or before.status == SCHEDULED:
        yield from _beginning(before, after)
    else:
        yield from _going_on(before, after)


def _going_on(before: Subscription, after: Subscription) -> Iterator[str]:
    goes_on = after.status in COUNTING
    if goes_on and after.trial_ended and not before.trial_ended:
        yield "trial_ended"
    elif goes_on and _renewed(before, after):
        yield "plan_renewed"
    if goes_on and after.canceled_at is not None and before.canceled_at is None:
        yield "plan_canceled"
    turn = _turned(before, after) if before.status != after.status else None
    if turn is not None:
        yield turn


def _turned(before: Subscription, after: Subscription) -> str | None:
    """What another status means for a plan that was had already."""
    if RELEASED in (before.status, after.status):
        return None
    if after.status == EXPIRED:
        return "plan_ended" if after.parent is None else "seat_ended"
    if PAUSED in (before.status, after.status):
        return "plan_resumed" if after.status in COUNTING else "plan_paused"
    return "plan_past_due" if after.status == PAST_DUE else "plan_recovered"


def _beginning(before: Subscription | None, after: Subscription) -> Iterator[str]:
    if after.status in COUNTING:
        yield "plan_started"
    elif after.status == EXPIRED and before is not None:
        yield "plan_ended"
    elif before is None and after.status == SCHEDULED:
        yield "plan_scheduled"


def _renewed(before: Subscription, after: Subscription) -> bool:
    """Its next period has begun where the one before ended."""
    ended, begun = before.renews_at or before.current_period_end, after.current_period_start
    return ended is not None and begun is not None and begun >= ended


def _invoice(before: Invoice | None, after: Invoice | None) -> Iterator[Happening]:
    """An invoice that is new or came into another state, or a further try to pay it that failed; the
    first such try is told by the invoice that stays open."""
    if after is None:
        return
    if before is None or before.status != after.status:
        what = f"invoice_{after.status}"
    elif before.retry_at is not None and before.retry_at != after.retry_at and after.status == OPEN:
        what = "payment_failed"
    else:
        return
    facts = {"amount": number(after.total), "currency": after.currency, "invoice": after.id}
    yield Happening(what=what, customer=after.customer, facts=facts)


def _lock(before: Lock | None, after: Lock | None) -> Iterator[Happening]:
    if before is not None and after is None:
        what = "lock_released" if before.expires_at is not None else "lock_forgotten"
        facts: JsonObject = {"feature_id": before.feature_id, "lock_id": before.id}
        yield Happening(what=what, customer=before.customer, facts=facts)


def _redemption(before: Redemption | None, after: Redemption | None) -> Iterator[Happening]:
    if after is not None and after.triggered and (before is None or not before.triggered):
        yield Happening(what="reward_triggered", customer=after.customer)


_TELL: dict[type[Record], Callable[..., Iterator[Happening]]] = {
    Subscription: _plan,
    Invoice: _invoice,
    Lock: _lock,
    Redemption: _redemption,
}
