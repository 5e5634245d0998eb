"""Deciding a schedule: what begins now, what comes later, and where each plan ends (reference:
create_schedule).

Invariant: a plan that the next phase does not name ends where that phase begins.
"""

from itertools import pairwise
from typing import Any

import msgspec
from msgspec.structs import replace

from autumn_mock.domain.billing.attaching import Attachment, decide
from autumn_mock.domain.billing.phases import check_first, on_boundary, phase_starts
from autumn_mock.domain.billing.plan_changes import current_row, replaces, row_anchor
from autumn_mock.domain.billing.subscriptions import SCHEDULED
from autumn_mock.domain.catalog.pricing import is_paid_recurring
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Discount, Plan, Subscription
from autumn_mock.errors.billing_multi import ConflictingScheduledPlans, ScheduleReverts, UnscheduledButClaimed
from autumn_mock.operations.billing.discounts import read_discounts
from autumn_mock.operations.billing.execute import Step
from autumn_mock.operations.billing.multi_attach import as_attach, as_customized, check_places, decide_all
from autumn_mock.operations.billing.wishes import JUST_NOW, Sent, means_of, read_wish
from autumn_mock.operations.loading import find_customer, find_entity, find_plan, load_holdings
from autumn_mock.operations.registry import Body
from autumn_mock.world import World

CREATE_SCHEDULE = "billing.create_schedule"
Wanted = tuple[dict[str, Any], Plan]
"""A plan as a body names it, and the plan."""


class Entry(msgspec.Struct, frozen=True):
    """A plan of a phase: what it makes of the plan, or the row that goes on into the phase."""

    decided: Attachment
    goes_on: Subscription | None = None

    @property
    def place(self) -> tuple[str, str | None]:
        entity = self.decided.wish.entity
        return self.decided.wish.plan.id, entity.internal_id if entity else None


class Scheduled(msgspec.Struct, frozen=True):
    """A schedule that was decided: the steps of now, and the phases with their starts."""

    holdings: Holdings
    steps: list[Step]
    starts: list[int]
    phases: list[list[Entry]]
    given: tuple[Discount, ...] = ()
    """Coupons for the first phase."""
    beside: list[Entry] = []
    """Plans that begin now and that no phase ends."""
    anew: frozenset[int] = frozenset()
    """The phases whose start begins the billing cycle anew."""

    unprorated: frozenset[int] = frozenset()
    """The phases whose start bills no part of a period."""

    def prorates(self, index: int) -> bool:
        return index not in self.unprorated

    def moves_anchor(self, index: int) -> bool:
        return index in self.anew

    @property
    def enables_at_once(self) -> bool:
        """The first phase begins although its payment is open."""
        return any(step.wish.enables_at_once for step, _ in self.steps)

    @property
    def pages(self) -> list[str]:
        """The pages that have to be paid or confirmed before the first phase begins."""
        return [step.checkout for step, _ in self.steps if step.checkout is not None]


def check_beside(body: Body, phases: list[list[Plan]], beside: list[Plan]) -> None:
    """What no phase ends may not be what a phase replaces. Raises UnscheduledButClaimed."""
    unscheduled = body.get("unscheduled_plans") or []
    for each, plan in zip(unscheduled, beside, strict=True):
        for phase, plans in zip(body["phases"][1:], phases[1:], strict=True):
            claimed = zip(phase["plans"], plans, strict=True)
            if any(_same_place(body, (each, plan), other) for other in claimed):
                raise UnscheduledButClaimed(plan_id=plan.id)
    first = {**body, "plans": [*body["phases"][0]["plans"], *unscheduled]}
    check_places(first, [*phases[0], *beside], ConflictingScheduledPlans)


def _same_place(body: Body, one: tuple[Body, Plan], other: tuple[Body, Plan]) -> bool:
    """Whether two plans of a body can't run beside each other."""
    scopes = [each["entity_id"] if "entity_id" in each else body.get("entity_id") for each, _ in (one, other)]
    places = [(plan.group, scope) for (_, plan), scope in zip((one, other), scopes, strict=True)]
    return replaces(one[1]) and replaces(other[1]) and places[0] == places[1]


def end_of(decided: Scheduled, index: int, entry: Entry) -> int | None:
    """Where the entry ends: the start of the first later phase that does not name it."""
    for later in range(index + 1, len(decided.phases)):
        if entry.place not in {other.place for other in decided.phases[later]}:
            return decided.starts[later]
    return None


def load_and_decide(world: World, body: Body, sent: Sent = JUST_NOW) -> Scheduled:
    """What a checked body decides. Raises what attaching its plans raises, and what schedules refuse."""
    customer = find_customer(world, body["customer_id"])
    holdings, now = load_holdings(world, customer).without(sent.begun), sent.first_seen_at or world.now()
    starts = phase_starts(body["phases"], now=now)
    plans = [
        [find_plan(world, each["plan_id"], each.get("version")) for each in phase["plans"]]
        for phase in body["phases"]
    ]
    shaped = [as_customized(world, each["plans"], own) for each, own in zip(body["phases"], plans, strict=True)]
    has_schedule = any(row.status == SCHEDULED for row in holdings.subscriptions)
    check_first(starts[0], shaped[0], now=now, has_schedule=has_schedule)
    if (body.get("free_trial") or {}).get("on_end") == "revert":
        raise ScheduleReverts
    for phase, of_phase in zip(body["phases"], shaped, strict=True):
        check_places({**body, "plans": phase["plans"]}, of_phase, ConflictingScheduledPlans)
    beside = [
        find_plan(world, each["plan_id"], each.get("version")) for each in body.get("unscheduled_plans") or ()
    ]
    check_beside(body, shaped, as_customized(world, body.get("unscheduled_plans") or [], beside))
    decided = _decide(world, body, Scheduled(holdings, [], starts, []), plans, beside, sent)
    anew = (index for index, phase in enumerate(body["phases"]) if phase.get("billing_cycle_anchor"))
    unprorated = (i for i, phase in enumerate(body["phases"]) if phase.get("proration_behavior") == "none")
    return replace(decided, anew=frozenset(anew), unprorated=frozenset(unprorated))


def _decide(
    world: World,
    body: Body,
    asked: Scheduled,
    plans: list[list[Plan]],
    beside: list[Plan],
    sent: Sent,
) -> Scheduled:
    holdings, starts, now = asked.holdings, asked.starts, sent.first_seen_at or world.now()
    asked_for = read_discounts(world, holdings.customer, body.get("discounts") or (), plans[0])
    given = () if body.get("no_billing_changes") else asked_for
    begins_now = starts[0] <= now
    now_body = body | ({"starts_at": starts[0]} if starts[0] < now else {})
    wanted = list(zip(_as_first(body["phases"][0]), plans[0], strict=True)) if begins_now else []
    going_on, fresh = _split(world, now_body, wanted, holdings)
    unscheduled = list(zip(body.get("unscheduled_plans") or (), beside, strict=True))
    fresh_beside = _split(world, now_body, unscheduled, holdings)[1]
    begins = [*fresh, *fresh_beside]
    steps = decide_all(world, {**now_body, "plans": [each for each, _ in begins]}, holdings,
                       [plan for _, plan in begins], given, sent=sent)  # fmt: skip
    begun = [Entry(decided) for decided, _ in steps]
    phases: list[list[Entry]] = [begun[: len(fresh)] + going_on] if begins_now else []
    anchor = world.now() if starts[0] == now else starts[0]
    for index in range(len(phases), len(starts)):
        starts[index] = _aligned(starts[index], phases, anchor)
        at_start = {**body, "starts_at": starts[index]}
        pairs = zip(body["phases"][index]["plans"], plans[index], strict=True)
        phases.append([_entry(world, at_start, each, plan, holdings) for each, plan in pairs])
    return Scheduled(holdings, steps, starts, _with_what_goes_on(phases), given, begun[len(fresh) :])


def _as_first(phase: dict[str, Any]) -> list[dict[str, Any]]:
    """The plans of the first phase, whose own proration goes before that of the schedule."""
    own = {name: phase[name] for name in ("proration_behavior",) if name in phase}
    return [{**each, **own} for each in phase["plans"]]


def _split(
    world: World, body: Body, wanted: list[Wanted], holdings: Holdings
) -> tuple[list[Entry], list[Wanted]]:
    """Plans that run already, and those that begin."""
    going_on, fresh = [], []
    for each, plan in wanted:
        scoped = _scoped(world, body, each, holdings)
        running = current_row(scoped, plan, scoped.entity)
        if running is not None and running.plan_id == plan.id and not each.get("customize"):
            going_on.append(_entry(world, body, each, plan, holdings, goes_on=running))
        else:
            fresh.append((each, plan))
    return going_on, fresh


def _entry(
    world: World,
    body: Body,
    each: dict[str, Any],
    plan: Plan,
    holdings: Holdings,
    *,
    goes_on: Subscription | None = None,
) -> Entry:
    scoped = _scoped(world, body, each, holdings)
    wish = read_wish(world, as_attach(body, each), plan, scoped)
    decided = decide(wish, scoped, means_of(world, holdings.customer), now=world.now())
    return Entry(decided, goes_on)


def _scoped(world: World, body: Body, each: dict[str, Any], holdings: Holdings) -> Holdings:
    entity_id = each["entity_id"] if "entity_id" in each else body.get("entity_id")
    return holdings.seen_by(find_entity(world, holdings.customer, entity_id) if entity_id else None)


def _aligned(at: int, phases: list[list[Entry]], anchor: int) -> int:
    """The start of a phase after those before it, which may be billed in cycles. `anchor` is that of
    what begins now."""
    for entry in phases[-1] if phases else ():
        plan = entry.decided.wish.plan
        if is_paid_recurring(plan):
            at = on_boundary(at, plan, row_anchor(entry.goes_on) if entry.goes_on else anchor)
    return at


def _with_what_goes_on(phases: list[list[Entry]]) -> list[list[Entry]]:
    """A plan that the phase before had already goes on rather than beginning again."""
    for before, phase in pairwise(phases):
        had = {entry.place: entry for entry in before}
        for index, entry in enumerate(phase):
            if entry.place in had and not entry.decided.wish.custom:
                phase[index] = had[entry.place]
    return phases
