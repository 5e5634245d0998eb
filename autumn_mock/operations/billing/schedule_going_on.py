"""What a schedule's Stripe subscription bills from now on (reference: create_schedule, next_cycle).

Invariant: each plan is there from the start of its first phase to the start of the first one that does not
name it, and what stands outside the schedule until a phase replaces it.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from autumn_mock.domain.billing.next_cycle import GoingOn, plans_on, replaced_by
from autumn_mock.domain.billing.plan_changes import current_row
from autumn_mock.operations.billing.schedule_deciding import Entry, Scheduled, end_of


def scheduled_to_go_on(decided: Scheduled) -> list[GoingOn]:
    """The plans of all phases, those beside them, and the others on the same Stripe subscription."""
    found = [
        GoingOn(
            entry.decided.wish.plan,
            entry.decided.start,
            since=decided.starts[index] if index else None,
            until=end_of(decided, index, entry),
        )
        for index, entry in _first_named(decided)
        if entry.goes_on is None and entry.decided.wish.bills
    ]
    beside = [
        GoingOn(entry.decided.wish.plan, entry.decided.start)
        for entry in decided.beside
        if entry.decided.wish.bills
    ]
    return [*_standing(decided), *found, *beside]


def _first_named(decided: Scheduled) -> Iterator[tuple[int, Entry]]:
    """Each entry with the first phase that names it."""
    seen: list[Entry] = []
    for index, phase in enumerate(decided.phases):
        for entry in phase:
            if not any(entry is other for other in seen):
                seen.append(entry)
                yield index, entry


def _standing(decided: Scheduled) -> list[GoingOn]:
    """What is billed there already, up to where the schedule ends it."""
    billed_by = subscription_of(decided)
    if billed_by is None:
        return []
    replaced = replaced_by(step for step, _ in decided.steps)
    forgotten = {e.decided.scheduled.id for _, e in _first_named(decided) if e.decided.scheduled is not None}
    ends = _ends(decided)
    return [
        each if each.row is None else replace(each, until=ends.get(each.row, each.until))
        for each in plans_on(billed_by, decided.holdings, without=replaced | forgotten)
    ]


def subscription_of(decided: Scheduled) -> str | None:
    """The Stripe subscription that bills the schedule, if it is there already."""
    joined = (step.joins.id for step, _ in decided.steps if step.joins is not None)
    going_on = (entry.goes_on.stripe_subscription_id for _, entry in _first_named(decided) if entry.goes_on)
    return next((each for each in (*joined, *going_on) if each is not None), None)


def _ends(decided: Scheduled) -> dict[str, int | None]:
    """Where phases end rows that run now: those that go on, and those that a later phase replaces."""
    ends: dict[str, int | None] = {}
    for index, entry in _first_named(decided):
        wish = entry.decided.wish
        if entry.goes_on is not None:
            ends[entry.goes_on.id] = end_of(decided, index, entry)
        elif index and (row := current_row(decided.holdings, wish.plan, wish.entity)) is not None:
            ends.setdefault(row.id, decided.starts[index])
    return ends
