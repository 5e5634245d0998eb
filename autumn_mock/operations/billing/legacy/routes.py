"""`POST /attach` and `POST /cancel`, the billing routes of old SDKs (reference: legacy routes).

Invariant: they do what `billing.attach` and `billing.update` do; only their words differ.
"""

from autumn_mock.domain.billing.attach_lines import attach_lines
from autumn_mock.domain.billing.attaching import decide
from autumn_mock.domain.billing.cancelling import END_OF_CYCLE, IMMEDIATELY, UNCANCEL
from autumn_mock.domain.billing.hosted_pages import STRIPE, kind_for, mode_for, path_of
from autumn_mock.domain.billing.plan_changes import current_row, replaces, scheduled_row
from autumn_mock.domain.billing.requantifying import QuantityChange
from autumn_mock.domain.billing.row_choice import choose_row
from autumn_mock.domain.catalog.plans import is_free
from autumn_mock.domain.licenses.seat_checks import check_holds_no_seat
from autumn_mock.domain.links import link
from autumn_mock.domain.records import JsonObject, Plan, Subscription
from autumn_mock.errors import billing_legacy as errors
from autumn_mock.errors.billing_multi import ConflictingPlans
from autumn_mock.errors.billing_update import SameConfiguration
from autumn_mock.operations.billing.attach import ATTACH
from autumn_mock.operations.billing.cancel import carry_out_cancel, decide_end
from autumn_mock.operations.billing.discounts import discounts_of
from autumn_mock.operations.billing.execute import Step, carry_out_all
from autumn_mock.operations.billing.legacy.form import (
    Asked,
    attach_body,
    kept,
    multi_attach_body,
    quantities,
    read_asked,
)
from autumn_mock.operations.billing.legacy.words import (
    QUANTITIES,
    RENEWED,
    UPDATED,
    checkout_created,
    in_cents,
    outcome,
    to_be_paid,
    told,
)
from autumn_mock.operations.billing.multi_attach import MULTI_ATTACH, check_places, decide_all
from autumn_mock.operations.billing.one_at_a_time import one_at_a_time
from autumn_mock.operations.billing.pages.pages import keep_page, page_of
from autumn_mock.operations.billing.telling import telling
from autumn_mock.operations.billing.update import carry_out_update
from autumn_mock.operations.billing.update_deciding import Decided, decide_update
from autumn_mock.operations.billing.wishes import means_of, read_wish
from autumn_mock.operations.loading import find_customer, find_entity, load_holdings
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.billing_legacy import LegacyAttach, LegacyCancel
from autumn_mock.stripe.checkouts import open_checkout
from autumn_mock.versions.billing import attached_in_version
from autumn_mock.versions.version import NEWEST
from autumn_mock.world import World


@operation(
    "POST /attach",
    body=LegacyAttach(),
    reply=attached_in_version,
    excludes=one_at_a_time("Attach"),
)
def attach(world: World, body: Body, call: Call) -> Reply:
    """Attach products, renew one that was to end, or change one that runs."""
    asked = read_asked(world, body)
    running = running_row(asked)

    with telling(world, asked.customer.internal_id):
        if running is not None:
            return _again(world, asked, running)
        return _first(world, asked, call)


def running_row(asked: Asked) -> Subscription | None:
    """The row of the one product that is asked for, if it runs already."""
    if len(asked.plans) > 1:
        return None
    [plan] = asked.plans
    running = current_row(asked.holdings, plan, asked.holdings.entity)
    return running if running is not None and running.plan_id == plan.id else None


def _again(world: World, asked: Asked, running: Subscription) -> JsonObject:
    """The product that runs: taken back from its end, changed, or refused."""
    holdings = asked.holdings
    if running.canceled_at is not None:
        back = decide_end(world, UNCANCEL, running, holdings, gives_back=False)
        carry_out_cancel(world, holdings, back)
        return told(holdings, asked.plans, RENEWED)
    decided = decide_again(world, asked, running)
    payment, _ = carry_out_update(world, holdings, running, decided, {})
    words = UPDATED if changes_plan(asked, running) else QUANTITIES
    answer = told(holdings, asked.plans, words)
    return answer | ({} if payment is None else {"invoice": in_cents(payment.invoice)})


def changes_plan(asked: Asked, running: Subscription) -> bool:
    """Other items, another trial or another version, rather than other quantities."""
    [plan] = asked.plans
    return bool(asked.customize) or ("version" in asked.body and plan.internal_id != running.plan)


def decide_again(world: World, asked: Asked, running: Subscription) -> Decided:
    """What asking again for a running product changes. Raises ProductAlreadyAttached for nothing."""
    holdings, body = asked.holdings, asked.body
    plan = holdings.plan_of(running)
    if changes_plan(asked, running):
        newest = attach_body(world, asked, asked.plans[0])
        names = ["customize", "feature_quantities"]
        if asked.plans[0].internal_id != running.plan:
            names.append("version")
        try:
            wanted = {name: newest[name] for name in names if name in newest}
            return decide_update(world, wanted, holdings, running)
        except SameConfiguration:
            raise errors.SameItems(name=plan.name) from None
    given = quantities(plan, body)
    if not given:
        raise errors.ProductAlreadyAttached(name=plan.name)
    change = QuantityChange(
        row=running,
        holdings=holdings,
        given=given,
        invoices=list(means_of(world, asked.customer).invoices),
        discounts=discounts_of(world, asked.customer, running.stripe_subscription_id),
        now=world.now(),
    )
    return change.decide()


def _first(world: World, asked: Asked, call: Call) -> JsonObject:
    holdings, plans = asked.holdings, asked.plans
    request, steps = decide_first(world, asked)
    decided = [each for each, _ in steps]
    name = ATTACH if len(plans) == 1 else MULTI_ATTACH
    kind = kind_for((each.checkout for each in decided), request)
    page = page_of(world, call, asked.customer, name, request=request, kind=kind or STRIPE)
    page = page.but(version=NEWEST, mode=mode_for(plans))

    if kind is not None:
        url = link(path_of(open_checkout(world.store, page)))
        words = checkout_created(asked.body["customer_id"], plans)
        return told(holdings, plans, words) | {"checkout_url": url}
    done = carry_out_all(world, holdings, steps)
    waits = done.payment is not None and not done.payment.outcome.paid
    if done.payment is not None and waits and not decided[0].wish.enables_at_once:
        keep_page(world, page, done.payment.invoice, done.rows)
        return to_be_paid(holdings, plans, done.payment.invoice)
    return told(holdings, plans, outcome(decided, holdings))


def decide_first(world: World, asked: Asked) -> tuple[Body, list[Step]]:
    """The request in today's form, and what it does. Raises what the old attach refuses."""
    if len(asked.plans) > 1:
        _check_several(asked)
        body = multi_attach_body(world, asked)
        steps = decide_all(world, body, asked.holdings, asked.plans)
        check_places(body, [decided.wish.plan for decided, _ in steps], ConflictingPlans)
        return kept(body), steps
    [plan] = asked.plans
    coming = scheduled_row(asked.holdings, plan, asked.holdings.entity)
    if coming is not None and coming.plan_id == plan.id:
        raise errors.ProductAlreadyScheduled(name=plan.name)
    body = attach_body(world, asked, plan)
    wish = read_wish(world, body, plan, asked.holdings)
    means = means_of(world, asked.customer)
    decided = decide(wish, asked.holdings, means, now=world.now())
    return kept(body), [(decided, attach_lines(decided, asked.holdings, means))]


def _check_several(asked: Asked) -> None:
    """Several products at once may not take the place of a paid one, nor of one that is to come."""
    holdings = asked.holdings
    for plan in asked.plans:
        _check_free_place(asked, plan)
    if any(scheduled_row(holdings, plan, holdings.entity) for plan in asked.plans):
        raise errors.SeveralWhileScheduled


def _check_free_place(asked: Asked, plan: Plan) -> None:
    running = current_row(asked.holdings, plan, asked.holdings.entity) if replaces(plan) else None
    if running is None:
        return
    if running.plan_id == plan.id:
        raise errors.ProductAlreadyAttached(name=plan.name)
    if not is_free(asked.holdings.plan_of(running)):
        raise errors.SeveralWithChange(name=plan.name)


@operation("POST /cancel", body=LegacyCancel(), excludes=one_at_a_time("Cancel"))
def cancel(world: World, body: Body, call: Call) -> Reply:
    """Cancel a product now or at the end of its cycle."""
    customer = find_customer(world, body["customer_id"])
    entity = find_entity(world, customer, body["entity_id"]) if body.get("entity_id") else None
    holdings = load_holdings(world, customer, entity)
    check_holds_no_seat(holdings)
    row = choose_row(holdings, plan_id=body["product_id"])

    action = IMMEDIATELY if body["cancel_immediately"] else END_OF_CYCLE
    decided = decide_end(world, action, row, holdings, gives_back=body["prorate"])

    with telling(world, customer.internal_id):
        carry_out_cancel(world, holdings, decided)
    return {
        "success": True,
        "customer_id": customer.id or customer.internal_id,
        "product_id": body["product_id"],
    }
