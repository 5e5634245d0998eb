"""`billing.attach` (reference: billing.attach)."""

from autumn_mock.domain.billing.attach_checks import check_attach
from autumn_mock.domain.billing.attach_lines import attach_lines
from autumn_mock.domain.billing.attaching import Attachment, decide
from autumn_mock.domain.billing.hosted_pages import kind_for, mode_for, path_of
from autumn_mock.domain.billing.invoice_lines import Line
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.invoices.states import WAITING
from autumn_mock.domain.records import JsonObject
from autumn_mock.operations.billing.begun import begin_unpaid
from autumn_mock.operations.billing.execute import carry_out
from autumn_mock.operations.billing.invoicing import billing_reply
from autumn_mock.operations.billing.legacy.older_form import in_newest_form
from autumn_mock.operations.billing.linking import set_fields
from autumn_mock.operations.billing.one_at_a_time import one_at_a_time
from autumn_mock.operations.billing.pages.pages import keep_page, page_of
from autumn_mock.operations.billing.telling import telling
from autumn_mock.operations.billing.wishes import (
    JUST_NOW,
    Sent,
    means_of,
    read_wish,
)
from autumn_mock.operations.loading import find_customer, find_entity, find_plan, load_holdings
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.billing import attach_shape
from autumn_mock.stripe.checkouts import open_checkout, open_page
from autumn_mock.world import World

ATTACH = "billing.attach"


@operation(ATTACH, body=attach_shape, excludes=one_at_a_time("Attach"))
def attach(world: World, body: Body, call: Call) -> Reply:
    """Give a plan to a customer or an entity: charged at once, scheduled, or by a hosted page."""
    body = in_newest_form(world, body)
    decided, holdings, lines = load_and_decide(world, body)
    wish, customer = decided.wish, holdings.customer
    entity_id = body.get("entity_id")

    waiting = open_page(world.store, customer.internal_id, ATTACH, _request(call, decided), now=world.now())
    if waiting is not None:
        return billing_reply(customer, entity_id, None, path_of(waiting))
    kind = kind_for([decided.checkout], body)
    if kind is not None:
        rows = begin_unpaid(world, holdings, [decided])
        page = page_of(world, call, customer, ATTACH, request=_request(call, decided), kind=kind)
        page = open_checkout(world.store, page.but(rows=rows, mode=mode_for([wish.plan])))
        return billing_reply(customer, entity_id, None, path_of(page))
    with telling(world, customer.internal_id):
        done = carry_out(world, holdings, decided, lines)
        set_fields(world, customer, done.row.id, body)
    if done.payment is not None and done.payment.invoice.status in WAITING and not wish.enables_at_once:
        page = page_of(world, call, customer, ATTACH, request=_request(call, decided))
        keep_page(world, page, done.payment.invoice, done.rows)
    return billing_reply(customer, entity_id, done.payment, at_once=wish.enables_at_once)


def load_and_decide(
    world: World,
    body: Body,
    sent: Sent = JUST_NOW,
    *,
    previews: bool = False,
) -> tuple[Attachment, Holdings, list[Line]]:
    """What a body of attach decides, and its lines. `first_seen_at`: its hosted page is paid now;
    `begun` are the rows that did not wait for that. `previews`: it is only asked about."""
    customer = find_customer(world, body["customer_id"])
    entity = find_entity(world, customer, body["entity_id"]) if body.get("entity_id") else None
    plan = find_plan(world, body["plan_id"], body.get("version"))
    holdings = load_holdings(world, customer, entity).without(sent.begun)
    wish = read_wish(world, body, plan, holdings, sent)
    means = means_of(world, customer, paid_by_page=sent.is_paid)

    decided = decide(wish, holdings, means, now=world.now())
    check_attach(decided, holdings, previews=previews)
    return decided, holdings, attach_lines(decided, holdings, means)


def _request(call: Call, decided: Attachment) -> JsonObject:
    """What a hosted page keeps of a request: it holds on to the version of the plan."""
    return {**call.raw, "version": decided.wish.plan.version}
