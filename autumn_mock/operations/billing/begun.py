"""Plans that begin before their hosted page is paid (reference: enable_plan_immediately).

Invariant: until then nothing bills them, and what the page is paid for is what they cost.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from autumn_mock.domain.billing.attaching import Attachment
from autumn_mock.domain.billing.plan_changes import STRIPE_CHECKOUT
from autumn_mock.domain.billing.subscriptions import COUNTING, start_plan
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import CheckoutSession, Subscription
from autumn_mock.operations.billing.making_room import carried, close_billing, make_room
from autumn_mock.operations.billing.rows import put_plan
from autumn_mock.operations.billing.telling import telling
from autumn_mock.operations.billing.wishes import Sent
from autumn_mock.stripe.customers import ensure_stripe_customer
from autumn_mock.world import World


def begin_unpaid(world: World, holdings: Holdings, decided: Sequence[Attachment]) -> tuple[str, ...]:
    """Start the plans that are paid together on a page, if that is asked for. Answers their rows' ids."""
    waits = any(each.checkout == STRIPE_CHECKOUT for each in decided)
    if not waits or not decided[0].wish.enables_at_once:
        return ()
    customer = ensure_stripe_customer(world.store, world.ids, holdings.customer, now=world.now())
    with telling(world, customer.internal_id):
        return tuple(_begin(world, replace(holdings, customer=customer), each) for each in decided)


def _begin(world: World, holdings: Holdings, decided: Attachment) -> str:
    start = replace(decided.start, customer=holdings.customer, period=None)
    row, fresh = start_plan(decided.wish.plan, world.store.features.records, start, world.make_id)
    make_room(world, decided)
    put_plan(world, holdings.customer, row, carried(world, holdings, decided, fresh))
    close_billing(world, decided)
    return row.id


def begun_on(world: World, page: CheckoutSession) -> tuple[Subscription, ...]:
    """The plans of a page that did not wait for it and that are still there."""
    rows = (world.store.subscriptions.get(key) for key in page.begun)
    return tuple(row for row in rows if row is not None and row.status in COUNTING)


def sent_for(world: World, page: CheckoutSession) -> Sent:
    """How the request of a page that is paid comes to be carried out."""
    return Sent(page.created_at, begun_on(world, page))
