"""`billing.preview_create_schedule` (reference: create_schedule).

Invariant: it decides as creating the schedule does, and tells of the next charge what will be charged.
"""

from collections.abc import Collection

from autumn_mock.domain.billing.attach_preview import credit_object, money_object, outgoing, plan_object
from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.next_cycle import NextCycle
from autumn_mock.domain.records import JsonObject
from autumn_mock.operations.billing.create_schedule import carry_out_schedule
from autumn_mock.operations.billing.previews.attach_preview import credit_of, with_plans
from autumn_mock.operations.billing.previews.following import following
from autumn_mock.operations.billing.schedule_deciding import Scheduled, end_of, load_and_decide
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.billing_schedule import create_schedule_shape
from autumn_mock.world import World


@operation(
    "billing.preview_create_schedule",
    body=create_schedule_shape,
)
def preview_create_schedule(world: World, body: Body, call: Call) -> Reply:
    """What creating it would do."""
    return previewed_schedule(world, load_and_decide(world, body), body["expand"])


def previewed_schedule(world: World, decided: Scheduled, expand: Collection[str] = ()) -> JsonObject:
    """The preview of a decided schedule: what `preview_create_schedule` answers and hosted pages show."""
    holdings, now = decided.holdings, world.now()
    credit = credit_of(world, holdings.customer)
    named = [*decided.beside, *(entry for phase in decided.phases for entry in phase)]
    entries = [entry for entry in named if entry.goes_on is None]

    lines = [line for _, lines in decided.steps for line in lines]
    preview = money_object(holdings, lines, _following(world, decided), credit=credit)
    preview["incoming"] = _incoming(decided, now)
    preview["outgoing"] = [entry for step, _ in decided.steps for entry in outgoing(step, holdings)]
    preview["redirect_to_checkout"] = bool(decided.pages)
    preview["checkout_type"] = next(iter(decided.pages), None)
    plans = {each.decided.wish.plan.id: each.decided.wish.plan for each in entries}
    for step, _ in decided.steps:
        if step.current is not None:
            plans.setdefault(step.current.plan_id, holdings.plan_of(step.current))
    return with_plans(world, preview | credit_object(credit), plans, expand)


def _following(world: World, decided: Scheduled) -> NextCycle | None:
    """What is charged next, by whatever phase is in force by then."""

    def schedule(apart: World) -> list[str]:
        _, rows = carry_out_schedule(apart, decided)
        return [row.id for of_phase in rows for row in of_phase]

    return following(world, decided.holdings.customer, schedule)


def _incoming(decided: Scheduled, now: int) -> list[JsonObject]:
    shown = []
    for index, phase in enumerate(decided.phases):
        start = decided.starts[index]
        for entry in (*phase, *(decided.beside if index == 0 else ())):
            if entry.goes_on is None:
                shown.append(
                    plan_object(
                        entry.decided.wish.plan,
                        entry.decided.start.feature_quantities or {},
                        effective_at=None if start <= now else whole_second(start),
                        expires_at=None if entry in decided.beside else end_of(decided, index, entry),
                    )
                )
    return shown
