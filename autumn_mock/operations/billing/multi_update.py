"""`billing.multi_update` and its preview (reference: several updates at once).

Invariant: all of them happen, or none does.
"""

from collections import defaultdict

from autumn_mock.domain.billing.attach_preview import money_object, summed
from autumn_mock.domain.billing.cancelling import Cancelling, once_done
from autumn_mock.domain.billing.row_choice import choose_row
from autumn_mock.domain.billing.update_preview import row_after, row_before
from autumn_mock.domain.currencies import OWN_CURRENCY
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.licenses.seat_checks import check_holds_no_seat
from autumn_mock.domain.numbers import number
from autumn_mock.domain.records import JsonObject
from autumn_mock.operations.billing.cancel import carry_out_cancel, decide_end
from autumn_mock.operations.billing.following_update import after_several
from autumn_mock.operations.billing.invoicing import Payment, bill_rows, billing_reply
from autumn_mock.operations.billing.one_at_a_time import one_at_a_time
from autumn_mock.operations.billing.preview import credit_of
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


@operation("billing.preview_multi_update", body=MultiUpdate())
def preview_multi_update(world: World, body: Body, call: Call) -> Reply:
    """What they would do, for each Stripe subscription."""
    holdings, decided = load_and_decide(world, body)
    customer = holdings.customer

    shown = [
        _previewed(world, holdings, decided, [each for _, each in together])
        for billed_by, together in by_subscription(decided).items()
        if billed_by is not None
    ]
    return {
        "object": "multi_update_preview",
        "customer_id": customer.id or customer.internal_id,
        "currency": OWN_CURRENCY,
        "total": number(summed(line for _, each in decided for line in each.lines)),
        "subscriptions": shown,
    }


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


def _previewed(
    world: World, holdings: Holdings, decided: list[Scoped], together: list[Cancelling]
) -> JsonObject:
    lines = [line for each in together for line in each.lines]
    following = after_several(world, holdings, decided, together)
    shown = money_object(holdings, lines, following, credit=credit_of(world, holdings.customer))
    shown["incoming"] = [row_after(each, holdings) for each in together]
    shown["outgoing"] = [row_before(each, holdings) for each in together]
    return shown | {"plan_ids": [each.row.plan_id for each in together]}
