"""What a change that is previewed will charge next (reference: billing.preview_attach, next_cycle).

Invariant: the change is made in a rehearsal by the code that makes it, and time goes on there; so the
next cycle is told as it will be charged, as long as nothing else changes.
"""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from autumn_mock.domain.billing.attaching_together import billed_first
from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.invoice_lines import Line
from autumn_mock.domain.billing.next_cycle import NextCycle, as_if_it_went_on, has_next_cycle, usage_closes
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Customer, JsonObject
from autumn_mock.operations.billing.execute import Step, carry_out_all
from autumn_mock.operations.billing.renewals.rehearsing import future, goes_on
from autumn_mock.stripe.subscriptions import running_subscriptions
from autumn_mock.world import World

Change = Callable[[World], Sequence[str | None]]
"""Makes the change in a world; answers the ids of the plans whose Stripe subscriptions are looked at, the
most important one first."""

Follows = Callable[[World, Holdings, Sequence[Step]], NextCycle | None]
"""What is told to follow attaches that were decided together."""


def next_cycle(world: World, holdings: Holdings, steps: Sequence[Step]) -> NextCycle | None:
    """The next cycle after an attach; None when it is the plan's first one that begins now, and where
    nothing comes."""
    first, _ = billed_first([decided for decided, _ in steps])
    return next_charge(world, holdings, steps) if has_next_cycle(first) else None


def next_charge(world: World, holdings: Holdings, steps: Sequence[Step]) -> NextCycle | None:
    """The same, also where the plan's first cycle begins now: a person who pays is told what follows."""
    decided = [each for each, _ in steps]
    first, _ = billed_first(decided)

    def attach(apart: World) -> tuple[str | None, ...]:
        done = carry_out_all(apart, holdings, steps)
        return done.rows[decided.index(first)].id, first.current.id if first.current else None

    if first.wish.reverts:
        return as_if_it_went_on(first, holdings)
    at = first.trial.ends_at if first.immediate else first.at
    if at is None:
        return following(world, holdings.customer, attach)
    found = following(world, holdings.customer, attach, since=whole_second(at))
    if found is None or whole_second(found.starts_at) != whole_second(at):
        return NextCycle(starts_at=at)
    return replace(found, starts_at=at)


def following(
    world: World, customer: Customer, change: Change, *, since: int | None = None
) -> NextCycle | None:
    """What falls due first, at `since` or later, of what bills the plans after a change; None where
    nothing goes on."""
    apart = world.rehearsal(customer)
    with apart.store.transaction():
        plans = change(apart)
        for at, charged in future(apart, customer):
            if since is not None and at < since:
                continue
            running = running_subscriptions(apart.store, customer)
            billed_by = [each for each in _billing(apart, plans) if each in running]
            told = [_told(apart, charged[each], at) for each in billed_by if each in charged]
            found = next((each for each in told if each.lines or each.usage), None)
            if found is not None or not billed_by:
                return found
    return None


def _billing(apart: World, plans: Sequence[str | None]) -> list[str]:
    """What bills the plans now."""
    rows = [apart.store.subscriptions.get(each or "") for each in plans]
    return [row.stripe_subscription_id for row in rows if row is not None and row.stripe_subscription_id]


def _told(apart: World, lines: Sequence[Line], at: int) -> NextCycle:
    """What is paid in advance, and which use is billed of the plans that go on."""
    used = [line for line in lines if line.used is not None and goes_on(apart, line)]
    return NextCycle(
        starts_at=at,
        lines=[line for line in lines if line.used is None],
        usage=[_usage(line, line.period) for line in used if line.period],
    )


def _usage(line: Line, period: tuple[int, int]) -> JsonObject:
    return {
        "display_name": line.display_name,
        "plan_id": line.plan_id,
        "feature_id": line.feature_id,
        "period": {"start": period[0], "end": usage_closes(period)},
    }
