"""`billing.create_schedule` and its preview (reference: create_schedule).

Invariant: the first phase is attached and paid, or nothing is scheduled.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.hosted_pages import kind_for, mode_for, path_of
from autumn_mock.domain.billing.plan_changes import current_row, scheduled_row
from autumn_mock.domain.billing.subscriptions import SCHEDULED, start_plan
from autumn_mock.domain.catalog.pricing import is_paid_recurring
from autumn_mock.domain.records import Customer, JsonObject, Subscription
from autumn_mock.operations.billing.begun import begin_unpaid
from autumn_mock.operations.billing.discounts import count_codes, give
from autumn_mock.operations.billing.execute import Done, carry_out_all
from autumn_mock.operations.billing.invoicing import Payment, billing_reply
from autumn_mock.operations.billing.one_at_a_time import one_at_a_time
from autumn_mock.operations.billing.pages.pages import held, keep_page, page_of
from autumn_mock.operations.billing.rows import delete_plan, put_scheduled
from autumn_mock.operations.billing.schedule_deciding import (
    CREATE_SCHEDULE,
    Entry,
    Scheduled,
    end_of,
    load_and_decide,
)
from autumn_mock.operations.billing.telling import telling
from autumn_mock.operations.loading import load_holdings
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.billing_schedule import create_schedule_shape
from autumn_mock.stripe.checkouts import open_checkout, open_page
from autumn_mock.world import World


@operation(
    CREATE_SCHEDULE,
    body=create_schedule_shape,
    excludes=one_at_a_time("Create schedule"),
)
def create_schedule(world: World, body: Body, call: Call) -> Reply:
    """Begin the first phase and keep the later ones for their time."""
    decided = load_and_decide(world, body)
    customer, request = decided.holdings.customer, held(world, call.raw)

    page = open_page(world.store, customer.internal_id, CREATE_SCHEDULE, request, now=world.now())
    kind = kind_for(decided.pages, body)
    if page is None and kind is not None:
        begins = [step for step, _ in decided.steps]
        rows, mode = begin_unpaid(world, decided.holdings, begins), mode_for(step.wish.plan for step in begins)
        page = page_of(world, call, customer, CREATE_SCHEDULE, request=request, kind=kind)
        page = open_checkout(world.store, page.but(rows=rows, mode=mode))
    if page is not None:
        return _pending(body, billing_reply(customer, None, None, path_of(page)))
    with telling(world, customer.internal_id):
        done, rows_of_phases = carry_out_schedule(world, decided)
    payment = done.payment
    reply = billing_reply(customer, None, payment, at_once=decided.enables_at_once)
    if payment is not None and is_awaited(decided, payment):
        page = page_of(world, call, customer, CREATE_SCHEDULE, request=request)
        keep_page(world, page, payment.invoice, done.rows)
        return _pending(body, reply)
    return _created(world, body, decided, rows_of_phases, reply)


def _created(
    world: World, body: Body, decided: Scheduled, rows: list[list[Subscription]], reply: JsonObject
) -> JsonObject:
    """The answer of a schedule that is there, with the rows of each phase."""
    head = {"customer_id": reply.pop("customer_id"), "entity_id": body.get("entity_id")}
    phases = [
        {
            "phase_id": world.make_id("phase_"),
            "starts_at": start,
            "customer_product_ids": [row.id for row in of_phase],
        }
        for start, of_phase in zip(decided.starts, rows, strict=True)
    ]
    return {
        **head, "status": "created", "schedule_id": world.make_id("sched_"), "phases": phases, **reply,
    }  # fmt: skip


def is_awaited(decided: Scheduled, payment: Payment | None) -> bool:
    """Whether the schedule waits for its first phase to be paid."""
    return payment is not None and not payment.outcome.paid and not decided.enables_at_once


def _pending(body: Body, reply: JsonObject) -> JsonObject:
    """Nothing is scheduled until the first phase is paid."""
    head = {"customer_id": reply.pop("customer_id"), "entity_id": body.get("entity_id")}
    return {**head, "status": "pending_payment", "schedule_id": None, "phases": [], **reply}


def carry_out_schedule(
    world: World, decided: Scheduled, *, paid_before: bool = False, begun: Sequence[Subscription] = ()
) -> tuple[Done, list[list[Subscription]]]:
    """Write it; answers what begins now with its payment, and the rows of each phase, if it went through.
    `paid_before`: the open invoice of the first phase was paid, so nothing is charged."""
    done = Done((), None)
    if decided.steps:
        done = carry_out_all(world, decided.holdings, decided.steps, paid_before=paid_before, begun=begun)
        if is_awaited(decided, done.payment):
            return done, []
    fresh = [entry for entry in (*decided.phases[0], *decided.beside) if entry.goes_on is None]
    by_entry = {id(entry): row for entry, row in zip(fresh, done.rows, strict=False)}
    if not decided.steps:
        _give(world, decided)
    rows = []
    for index, phase in enumerate(decided.phases):
        rows.append([_row_of(world, decided, index, entry, by_entry) for entry in phase])
    return done, rows


def _give(world: World, decided: Scheduled) -> None:
    """Coupons for a first phase in which nothing begins now: for what runs, or for what is to come."""
    count_codes(world, decided.given)
    running = next((entry.goes_on for entry in decided.phases[0] if entry.goes_on is not None), None)
    if running is not None:
        give(world, decided.holdings.customer, running.stripe_subscription_id, decided.given)


def _row_of(
    world: World, decided: Scheduled, index: int, entry: Entry, by_entry: dict[int, Subscription]
) -> Subscription:
    """The row of an entry, with the end that the schedule gives it; made if it is to come."""
    known = by_entry.get(id(entry)) or entry.goes_on
    if known is None:
        known = _schedule(world, decided, index, entry, by_entry)
    by_entry[id(entry)] = known
    stored = world.store.subscriptions.must(known.id)
    ended = stored.but(expires_at=end_of(decided, index, entry))
    if stored != ended and index == _first_phase_of(decided, entry):
        world.store.subscriptions.put(ended)
    return stored


def _first_phase_of(decided: Scheduled, entry: Entry) -> int:
    return next(index for index, phase in enumerate(decided.phases) if any(e is entry for e in phase))


def _schedule(
    world: World, decided: Scheduled, index: int, entry: Entry, by_entry: dict[int, Subscription]
) -> Subscription:
    wish = entry.decided.wish
    holdings = load_holdings(world, _customer(world, decided), wish.entity)
    replaced = scheduled_row(holdings, wish.plan, wish.entity)
    if replaced is not None and replaced.id not in {row.id for row in by_entry.values()}:
        delete_plan(world, replaced)
    billed = None
    if is_paid_recurring(wish.plan):
        runs = current_row(holdings, wish.plan, wish.entity)  # outside of the schedule so far
        known = (*by_entry.values(), *((runs,) if runs is not None else ()))
        billed = next((row for row in known if row.stripe_subscription_id), None)
    start = replace(
        entry.decided.start,
        customer=holdings.customer,
        at=whole_second(decided.starts[index]),
        anchor=None,
        status=SCHEDULED,
        created_at=world.now(),
        stripe_subscription_id=billed.stripe_subscription_id if billed else None,
        period=_period(billed) if billed else None,
    )
    row, _ = start_plan(wish.plan, holdings.features, start, world.make_id)
    if index == 0:
        row = row.but(brings=decided.given)
    row = row.but(moves_anchor=decided.moves_anchor(index), prorates=decided.prorates(index))
    put_scheduled(world, row, None)
    return row


def _period(row: Subscription) -> tuple[int, int] | None:
    if row.current_period_start is None or row.current_period_end is None:
        return None
    return row.current_period_start, row.current_period_end


def _customer(world: World, decided: Scheduled) -> Customer:
    return world.store.customers.must(decided.holdings.customer.internal_id)
