"""`billing.multi_update` (reference: several updates at once).

Invariant: all of them happen, or none does.
"""

from collections import defaultdict

from autumn_mock.domain.billing.cancelling import Cancelling, once_done
from autumn_mock.domain.billing.row_choice import choose_row
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.licenses.seat_checks import check_holds_no_seat
from autumn_mock.operations.billing.cancel import carry_out_cancel, decide_end
from autumn_mock.operations.billing.invoicing import Payment, bill_rows, billing_reply
from autumn_mock.operations.billing.one_at_a_time import one_at_a_time
from autumn_mock.operations.billing.telling import telling
from autumn_mock.operations.loading import find_customer, find_entity, load_holdings
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.billing_multi import MultiUpdate
from autumn_mock.world import World

Scoped = tuple[Holdings, Cancelling]


@operation("billing.multi_update", body=MultiUpdate(), excludes=one_at_a_time("Multi-update"))
def multi_update(world: World, body: Body, call: Call) -> Reply:
    """Cancel several plans, or take that back, with one invoice for what they give back."""
    holdings, decided = load_and_decide(world, body)

    payment: Payment | None = None
    with telling(world, holdings.customer.internal_id):
        for together in by_subscription(decided).values():
            rows = [each.row for _, each in together]
            lines = [line for _, each in together for line in each.lines]
            payment = bill_rows(world, holdings, rows, lines) or payment
        for scoped, each in decided:
            carry_out_cancel(world, scoped, each, bills=False)
    return billing_reply(holdings.customer, body.get("entity_id"), payment)


def load_and_decide(world: World, body: Body) -> tuple[Holdings, list[Scoped]]:
    """The customer's holdings, and what is decided for each entry, seen by its scope and after those
    before it: two of one plan mean two rows of it."""
    customer = find_customer(world, body["customer_id"])
    holdings = load_holdings(world, customer)
    decided, left = [], holdings
    for each in body["updates"]:
        entity_id = each["entity_id"] if "entity_id" in each else body.get("entity_id")
        scoped = left.seen_by(find_entity(world, customer, entity_id) if entity_id else None)
        check_holds_no_seat(scoped)
        row = choose_row(scoped, subscription_id=each.get("subscription_id"), plan_id=each.get("plan_id"))
        gives_back = each.get("proration_behavior") != "none"
        cancelled = decide_end(world, each["cancel_action"], row, scoped, gives_back=gives_back)
        decided.append((scoped, cancelled))
        left = once_done(left, cancelled)
    return holdings, decided


def by_subscription(decided: list[Scoped]) -> dict[str | None, list[Scoped]]:
    """The entries by the Stripe subscription that bills their rows."""
    found: dict[str | None, list[Scoped]] = defaultdict(list)
    for scoped, each in decided:
        found[each.row.stripe_subscription_id].append((scoped, each))
    return found
