"""`billing.preview_create_schedule` (reference: create_schedule).

Invariant: it decides as creating the schedule does, and tells of the next charge what will be charged.
"""

from collections.abc import Collection

from autumn_mock.domain.billing.attach_preview import credit_object, money_object, plan_object
from autumn_mock.domain.billing.cancelling import standing
from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.discounts import left_over
from autumn_mock.domain.billing.next_cycle import GoingOn, NextCycle, at_boundary, with_discounts
from autumn_mock.domain.billing.phase_changes import Leaving, leaving, phase_lines
from autumn_mock.domain.billing.plan_changes import current_row, is_in_trial, replaces, row_anchor
from autumn_mock.domain.catalog.pricing import is_paid_recurring
from autumn_mock.domain.records import JsonObject
from autumn_mock.operations.billing.discounts import discounts_of
from autumn_mock.operations.billing.preview import credit_of, with_plans
from autumn_mock.operations.billing.schedule_deciding import Entry, Scheduled, end_of, load_and_decide
from autumn_mock.operations.billing.schedule_going_on import scheduled_to_go_on, subscription_of
from autumn_mock.operations.billing.wishes import means_of
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
    following = _following(world, decided, now)
    billed_by = subscription_of(decided)
    counting = left_over(discounts_of(world, holdings.customer, billed_by, decided.given), lines)
    preview = money_object(holdings, lines, with_discounts(following, counting), credit=credit)
    preview["incoming"] = _incoming(decided, now)
    preview["outgoing"] = []
    preview["redirect_to_checkout"] = bool(decided.pages)
    preview["checkout_type"] = next(iter(decided.pages), None)
    plans = {each.decided.wish.plan.id: each.decided.wish.plan for each in entries}
    return with_plans(world, preview | credit_object(credit), plans, expand)


def _following(world: World, decided: Scheduled, now: int) -> NextCycle | None:
    """What is charged next: by a phase that begins within the cycle, or else at the boundary of what
    begins now, with the plans of the phase that is in force by then."""
    anchor, holdings, going_on = _anchor(decided), decided.holdings, scheduled_to_go_on(decided)
    is_billed = any(is_paid_recurring(each.plan) for each in going_on if each.since is None)
    following = at_boundary(going_on, holdings, anchor=anchor, now=now) if is_billed else None
    comes = _coming_within(decided, following, is_billed=is_billed)
    if comes and following is not None and not decided.prorates(1) and not decided.moves_anchor(1):
        return at_boundary(going_on, holdings, anchor=anchor, now=whole_second(decided.starts[1]))
    if comes:
        return _within_cycle(world, decided, comes, anchor, anew=not is_billed)
    return following


def _coming_within(decided: Scheduled, following: NextCycle | None, *, is_billed: bool) -> list[Entry]:
    """What the second phase begins before the first has a boundary; of a first phase that is never
    billed, only what is paid."""
    if len(decided.starts) == 1:
        return []
    comes = [
        entry for entry in decided.phases[1] if entry not in decided.phases[0] and entry.decided.wish.bills
    ]
    if following is None and is_billed:
        return comes
    if following is None:
        return comes if any(is_paid_recurring(entry.decided.wish.plan) for entry in comes) else []
    return comes if whole_second(decided.starts[1]) < whole_second(following.starts_at) else []


def _anchor(decided: Scheduled) -> int:
    """Where the cycles of the first phase are counted from."""
    for entry in decided.phases[0]:
        if entry.goes_on is not None and entry.goes_on.stripe_subscription_id is not None:
            return row_anchor(entry.goes_on)
    anchors = (step.start.anchor for step, _ in decided.steps)
    return next((anchor for anchor in anchors if anchor is not None), decided.starts[0])


def _within_cycle(
    world: World, decided: Scheduled, comes: list[Entry], anchor: int, *, anew: bool
) -> NextCycle:
    """The second phase gives back and charges for the rest of the cycle."""
    at = decided.starts[1]
    goes = [found for entry in comes if (found := _leaving(world, decided, entry)) is not None]
    stays = _staying(decided, at) if decided.moves_anchor(1) else []
    lines = phase_lines(
        [*goes, *(_cut_off(world, decided, each) for each in stays)],
        [*stays, *_going_on(comes)],
        decided.holdings.features,
        at=at,
        anchor=whole_second(anchor),
        anew=anew or decided.moves_anchor(1),
    )
    return NextCycle(starts_at=whole_second(at), lines=lines)


def _staying(decided: Scheduled, at: int) -> list[GoingOn]:
    """The plans that run when the second phase begins, and go on."""
    return [each for each in scheduled_to_go_on(decided) if each.since is None and each.runs_on(at)]


def _cut_off(world: World, decided: Scheduled, stays: GoingOn) -> Leaving:
    """What a plan that goes on gives back of a cycle that ends early."""
    features = decided.holdings.features
    for step, lines in decided.steps:
        if step.start is stays.start:
            return leaving(stays.plan, stays.start, lines, features)
    [row] = [row for row in decided.holdings.subscriptions if row.id == stays.row]
    return Leaving(row, stays.plan, stays.start, means_of(world, decided.holdings.customer).invoices)


def _leaving(world: World, decided: Scheduled, comes: Entry) -> Leaving | None:
    """What an entry of the second phase replaces; None where that gives nothing back."""
    wish, holdings = comes.decided.wish, decided.holdings
    for step, lines in decided.steps:
        same = step.wish.plan.group == wish.plan.group and step.wish.entity == wish.entity
        if same and replaces(step.wish.plan) and replaces(wish.plan):
            in_trial = step.trial.ends_at is not None or not step.wish.bills
            return None if in_trial else leaving(step.wish.plan, step.start, lines, holdings.features)
    row = current_row(holdings, wish.plan, wish.entity)
    if row is None or row.stripe_subscription_id is None or is_in_trial(row, now=decided.starts[1]):
        return None
    start = standing(row, holdings, at=decided.starts[1])
    invoices = means_of(world, holdings.customer).invoices
    return Leaving(row, holdings.plan_of(row), start, invoices)


def _going_on(entries: list[Entry]) -> list[GoingOn]:
    return [GoingOn(each.decided.wish.plan, each.decided.start) for each in entries]


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
