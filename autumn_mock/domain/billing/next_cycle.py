"""What the cycle after an attach will charge (reference: billing.preview_attach, next_cycle).

Invariant: it names what goes on together on one Stripe subscription, and only what falls due first.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec
from msgspec.structs import replace

from autumn_mock.domain.billing.attaching import Attachment
from autumn_mock.domain.billing.cancelling import standing
from autumn_mock.domain.billing.cycles import cycle_at, whole_second
from autumn_mock.domain.billing.discounts import discounted, in_force
from autumn_mock.domain.billing.invoice_lines import Line, charges
from autumn_mock.domain.billing.subscriptions import COUNTING, SCHEDULED, Start
from autumn_mock.domain.billing.waiting_lines import waiting
from autumn_mock.domain.billing.wishes import NOW
from autumn_mock.domain.catalog.plans import is_free, is_one_off
from autumn_mock.domain.catalog.pricing import PlanPrice, is_paid_recurring, plan_prices
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.periods import MINUTE
from autumn_mock.domain.records import Discount, JsonObject, Plan

_USAGE_CLOSES_EARLY = 30 * MINUTE
"""Use is billed up to half an hour before the cycle ends."""


class NextCycle(msgspec.Struct, frozen=True, kw_only=True):
    starts_at: int
    lines: Sequence[Line] = ()
    usage: Sequence[JsonObject] = ()
    """Prices that are paid after the use, as they are shown."""


class GoingOn(msgspec.Struct, frozen=True):
    """A plan that goes on, and how it stands."""

    plan: Plan
    start: Start
    waiting: Sequence[Line] = ()
    """What waits for its next invoice."""
    since: int | None = None
    """When it begins, if it is still to come."""
    until: int | None = None
    """When it ends, if that is known."""
    row: str | None = None
    """Its row, if it is there."""

    def runs_on(self, at: int) -> bool:
        """Whether it is charged for what begins then. Milliseconds don't count: the payment provider
        has whole seconds."""
        begun = self.since is None or whole_second(self.since) <= whole_second(at)
        return begun and (self.until is None or whole_second(self.until) > whole_second(at))


def next_cycle(
    decided: Attachment, holdings: Holdings, together: Sequence[Attachment] = ()
) -> NextCycle | None:
    """The next cycle; None when it is the plan's first one that begins now, and where nothing comes.
    `together` are attached in the same step."""
    plan = decided.wish.plan
    if not decided.immediate:
        waits = decided.current is not None or decided.joins is not None
        return _after_switch(decided, holdings) if waits else None
    if is_free(plan) or is_one_off(plan):
        return None
    going_on = [*_others(decided, holdings, together), *(begun(each) for each in (decided, *together))]
    if decided.trial.ends_at is not None:
        ends = decided.trial.ends_at
        return NextCycle(starts_at=ends, lines=charged(going_on, holdings, ends, ends))
    waits_for_anchor = isinstance(decided.wish.anchor, int)
    if decided.wish.anchor == NOW or decided.trial.ends_running:
        return None
    if decided.joins is None and not waits_for_anchor and decided.at >= decided.now:
        return None
    return at_boundary(going_on, holdings, anchor=decided.start.anchor or decided.at, now=decided.now)


def next_charge(
    decided: Attachment, holdings: Holdings, together: Sequence[Attachment] = ()
) -> NextCycle | None:
    """The next cycle, also where the plan's first one begins now: a person who pays is told what follows."""
    following = next_cycle(decided, holdings, together)
    if following is not None or not decided.immediate:
        return following
    return at_boundary(
        [*_others(decided, holdings, together), *(begun(each) for each in (decided, *together))],
        holdings,
        anchor=decided.start.anchor or decided.at,
        now=decided.now,
    )


def with_discounts(following: NextCycle | None, discounts: Iterable[Discount]) -> NextCycle | None:
    """The next cycle, lowered by the discounts that still count when it begins."""
    if following is None:
        return None
    then = in_force(discounts, at=following.starts_at)
    return replace(following, lines=discounted(following.lines, then))


def _after_switch(decided: Attachment, holdings: Holdings) -> NextCycle:
    going_on = _others(decided, holdings)
    if is_paid_recurring(decided.wish.plan):
        going_on.append(begun(decided))
    return NextCycle(starts_at=decided.at, lines=charged(going_on, holdings, decided.at, decided.at))


def begun(decided: Attachment) -> GoingOn:
    """The plan of an attach, once that is made."""
    return GoingOn(decided.wish.plan, decided.start, until=decided.start.expires_at)


def at_boundary(going_on: list[GoingOn], holdings: Holdings, *, anchor: int, now: int) -> NextCycle | None:
    """The first boundary of any price after now, and what begins there; None without a price that
    comes again."""
    starts_at = min((at for each in going_on for at in _boundaries(each, anchor, now)), default=None)
    if starts_at is None:
        return None
    return NextCycle(
        starts_at=starts_at,
        lines=charged(going_on, holdings, anchor, starts_at),
        usage=[
            _usage(each.plan, price, holdings, _cycle(price, anchor, now))
            for each in going_on
            if each.runs_on(starts_at)
            for price in plan_prices(each.plan)
            if price.usage_based and _cycle(price, anchor, now)[1] == starts_at
        ],
    )


def _boundaries(each: GoingOn, anchor: int, now: int) -> Iterator[int]:
    """Where the running cycles of a plan's prices end and the plan goes on."""
    for price in plan_prices(each.plan):
        if price.recurring and each.runs_on(at := _cycle(price, anchor, now)[1]):
            yield at


def _others(decided: Attachment, holdings: Holdings, together: Sequence[Attachment] = ()) -> list[GoingOn]:
    """The other plans of the Stripe subscription that are not replaced."""
    if decided.joins is None:
        return []
    return plans_on(decided.joins.id, holdings, without=replaced_by((decided, *together)))


def replaced_by(decided: Iterable[Attachment]) -> set[str]:
    """The rows that attaches end, and those that they forget before they begin."""
    return {row.id for each in decided for row in (*each.giving_way, each.scheduled) if row is not None}


def plans_on(billed_by: str, holdings: Holdings, *, without: Collection[str] = ()) -> list[GoingOn]:
    """The plans of a Stripe subscription that run or are to come."""
    return [
        GoingOn(
            holdings.plan_of(row),
            standing(row, holdings, at=row.started_at),
            waiting(row),
            since=row.started_at if row.status == SCHEDULED else None,
            until=row.expires_at,
            row=row.id,
        )
        for row in holdings.subscriptions
        if row.stripe_subscription_id == billed_by and row.id not in without
        if row.status in COUNTING or row.status == SCHEDULED
    ]


def charged(going_on: list[GoingOn], holdings: Holdings, anchor: int, starts_at: int) -> list[Line]:
    """What is paid in advance at `starts_at`: every price whose cycle begins there."""
    lines: list[Line] = []
    for each in going_on:
        if not each.runs_on(starts_at):
            continue
        plan = each.plan
        base = plan.price if plan.price and begins_at(PlanPrice(plan.price), anchor, starts_at) else None
        items = tuple(
            item
            for item in plan.items
            if item.price and begins_at(PlanPrice(item.price, item), anchor, starts_at)
        )
        seats = tuple(s for s in plan.seats if s.price and begins_at(PlanPrice(s.price), anchor, starts_at))
        start = Start(
            customer=holdings.customer,
            entity=each.start.entity,
            at=starts_at,
            anchor=starts_at,
            quantity=each.start.quantity,
            feature_quantities=each.start.feature_quantities,
        )
        lines += each.waiting
        lines += charges(plan.but(price=base, items=items, seats=seats), holdings.features, start)
    return lines


def begins_at(price: PlanPrice, anchor: int, at: int) -> bool:
    """Whether a cycle of the price begins then."""
    return price.recurring and _cycle(price, anchor, at)[0] == at


def _cycle(price: PlanPrice, anchor: int, at: int) -> tuple[int, int]:
    return cycle_at(anchor, price.price.interval, price.price.interval_count, at=at)


def _usage(plan: Plan, price: PlanPrice, holdings: Holdings, cycle: tuple[int, int]) -> JsonObject:
    feature_id = price.item.feature_id if price.item else ""
    return {
        "display_name": holdings.features[feature_id].name,
        "plan_id": plan.id,
        "feature_id": feature_id,
        "period": {"start": cycle[0], "end": usage_closes(cycle)},
    }


def usage_closes(cycle: tuple[int, int]) -> int:
    """Until when use is billed with the cycle."""
    return cycle[1] - _USAGE_CLOSES_EARLY
