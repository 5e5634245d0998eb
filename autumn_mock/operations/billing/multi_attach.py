"""`billing.multi_attach` (reference: several plans at once).

Invariant: all plans begin in the same instant, on one Stripe subscription, by one invoice, or none does.
"""

from collections import defaultdict
from typing import Any

from msgspec.structs import replace

from autumn_mock.domain.billing.attach_checks import check_checkout
from autumn_mock.domain.billing.attach_lines import attach_lines_together
from autumn_mock.domain.billing.attaching import Attachment
from autumn_mock.domain.billing.attaching_together import decide_together
from autumn_mock.domain.billing.discounts import check_codes
from autumn_mock.domain.billing.hosted_pages import kind_for, mode_for, path_of
from autumn_mock.domain.billing.plan_changes import ALWAYS, replaces
from autumn_mock.domain.billing.wishes import Wish
from autumn_mock.domain.catalog.plans import is_one_off
from autumn_mock.domain.catalog.pricing import is_paid_recurring
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.invoices.states import WAITING
from autumn_mock.domain.records import Discount, Plan
from autumn_mock.errors import ApiError
from autumn_mock.errors import billing_multi as errors
from autumn_mock.errors.billing import AnchorWithTrial, DuplicateSubscriptionId, RevertsToNothing
from autumn_mock.errors.customers import MultiCurrencyDisabled
from autumn_mock.operations.billing.begun import begin_unpaid
from autumn_mock.operations.billing.customizing import customized
from autumn_mock.operations.billing.discounts import find_discounts
from autumn_mock.operations.billing.execute import Step, carry_out_all
from autumn_mock.operations.billing.invoicing import billing_reply
from autumn_mock.operations.billing.one_at_a_time import one_at_a_time
from autumn_mock.operations.billing.pages.pages import held, keep_page, page_of
from autumn_mock.operations.billing.telling import telling
from autumn_mock.operations.billing.wishes import JUST_NOW, Sent, means_of, read_wish
from autumn_mock.operations.loading import find_customer, find_entity, find_plan, load_holdings
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.billing_multi import multi_attach_shape
from autumn_mock.stripe.checkouts import open_checkout, open_page
from autumn_mock.world import World

MULTI_ATTACH = "billing.multi_attach"
_SHARED = (
    "starts_at", "invoice_mode", "billing_cycle_anchor", "redirect_mode",
    "new_billing_subscription", "enable_plan_immediately", "no_billing_changes",
)  # fmt: skip


@operation(
    MULTI_ATTACH,
    body=multi_attach_shape,
    excludes=one_at_a_time("Multi-attach"),
)
def multi_attach(world: World, body: Body, call: Call) -> Reply:
    """Give several plans at once."""
    holdings, steps = load_and_decide_all(world, body)
    customer, entity_id, request = holdings.customer, body.get("entity_id"), held(world, call.raw)

    waiting = open_page(world.store, customer.internal_id, MULTI_ATTACH, request, now=world.now())
    if waiting is not None:
        return billing_reply(customer, entity_id, None, path_of(waiting))
    kind = kind_for((decided.checkout for decided, _ in steps), body)
    if kind is not None:
        decided = [step for step, _ in steps]
        rows, mode = begin_unpaid(world, holdings, decided), mode_for(each.wish.plan for each in decided)
        page = page_of(world, call, customer, MULTI_ATTACH, request=request, kind=kind)
        page = open_checkout(world.store, page.but(rows=rows, mode=mode))
        return billing_reply(customer, entity_id, None, path_of(page))
    with telling(world, customer.internal_id):
        done = carry_out_all(world, holdings, steps)
    at_once = steps[0][0].wish.enables_at_once
    if done.payment is not None and done.payment.invoice.status in WAITING and not at_once:
        page = page_of(world, call, customer, MULTI_ATTACH, request=request)
        keep_page(world, page, done.payment.invoice, done.rows)
    return billing_reply(customer, entity_id, done.payment, at_once=at_once)


def load_and_decide_all(world: World, body: Body, sent: Sent = JUST_NOW) -> tuple[Holdings, list[Step]]:
    """The holdings of the customer, and what is decided for each plan."""
    customer = find_customer(world, body["customer_id"])
    plans = [find_plan(world, each["plan_id"], each.get("version")) for each in body["plans"]]
    _check(world, body, as_customized(world, body["plans"], plans))
    holdings = load_holdings(world, customer).without(sent.begun)
    return holdings, decide_all(world, body, holdings, plans, sent=sent)


def decide_all(
    world: World,
    body: Body,
    holdings: Holdings,
    plans: list[Plan],
    given: tuple[Discount, ...] | None = None,
    *,
    sent: Sent = JUST_NOW,
) -> list[Step]:
    """What each of the body's plans does, each in its scope. `given` are the body's coupons, which are
    for all of them, where they were read before."""
    customer = holdings.customer
    wanted = find_discounts(world, customer, body.get("discounts") or ()) if given is None else given
    means = means_of(world, customer, paid_by_page=sent.is_paid)
    asked: list[tuple[Wish, Holdings]] = []
    for each, plan in zip(body["plans"], plans, strict=True):
        entity_id = each["entity_id"] if "entity_id" in each else body.get("entity_id")
        scoped = holdings.seen_by(find_entity(world, customer, entity_id) if entity_id else None)
        wish = read_wish(world, as_attach(body, each), plan, scoped, sent)
        asked.append((replace(wish, discounts=wanted), scoped))
    decided = decide_together(asked, means, now=world.now())
    _check_decided(body, decided, holdings)
    if given is None:
        check_codes(wanted, [plan.id for plan in plans])
    found = [(each, scoped) for each, (_, scoped) in zip(decided, asked, strict=True)]
    return list(zip(decided, attach_lines_together(found, means), strict=True))


def as_attach(body: Body, each: dict[str, Any]) -> Body:
    """One plan of the body as a body of attach."""
    shared = {name: body[name] for name in _SHARED if name in body}
    if "billing_behavior" in body:
        shared["proration_behavior"] = body["billing_behavior"]
    customize = dict(each.get("customize") or {})
    if "free_trial" in body:
        customize["free_trial"] = body["free_trial"]
    return {**shared, **each, "plan_schedule": "immediate"} | ({"customize": customize} if customize else {})


def as_customized(world: World, wanted: list[dict[str, Any]], plans: list[Plan]) -> list[Plan]:
    """The plans as they will be had: whether they replace others may be customised too."""
    return [
        customized(world, plan, each.get("customize") or {}) for each, plan in zip(wanted, plans, strict=True)
    ]


def _check(world: World, body: Body, plans: list[Plan]) -> None:
    starts_at = body.get("starts_at")
    if starts_at is not None and starts_at > world.now():
        raise errors.MultiStartInTheFuture
    if starts_at is not None and (
        any(is_one_off(plan) for plan in plans) or not any(is_paid_recurring(plan) for plan in plans)
    ):
        raise errors.MultiStartNotPaid
    check_places(body, plans, errors.ConflictingPlans)


def check_places(body: Body, plans: list[Plan], conflict: type[ApiError]) -> None:
    """One main plan for each group and scope. Raises `conflict`."""
    by_place = defaultdict(list)
    for each, plan in zip(body["plans"], plans, strict=True):
        if replaces(plan):
            scope = each["entity_id"] if "entity_id" in each else body.get("entity_id")
            by_place[plan.group, scope].append(plan.id)
    for conflicting in by_place.values():
        if len(conflicting) > 1:
            raise conflict(listed=", ".join(f'"{plan_id}"' for plan_id in conflicting))


def _check_decided(body: Body, decided: list[Attachment], holdings: Holdings) -> None:
    for each in decided:
        if each.current is not None and each.current.plan_id == each.wish.plan.id:
            raise errors.PlanIsCurrent(plan_id=each.wish.plan.id)
    billed = any(row.stripe_subscription_id for row in holdings.subscriptions)
    always = any(each.wish.redirect == ALWAYS for each in decided)
    if always and billed and not body.get("new_billing_subscription"):
        raise errors.AlwaysRedirectsWithSubscription
    if any(each.wish.reverts for each in decided):
        raise RevertsToNothing
    if body.get("billing_cycle_anchor") is not None:
        if any(each.trial.ends_at is not None for each in decided):
            raise AnchorWithTrial
        if all(is_one_off(each.wish.plan) for each in decided):
            raise errors.AnchorOfOneOffsOnly
    _check_ids(decided, holdings)
    if body.get("currency") is not None:
        raise MultiCurrencyDisabled
    check_checkout(decided, holdings)


def _check_ids(decided: list[Attachment], holdings: Holdings) -> None:
    taken = {row.subscription_id for row in holdings.subscriptions}
    seen: set[str] = set()
    for each in decided:
        wanted = each.wish.subscription_id
        if wanted is None:
            continue
        if wanted in seen:
            raise errors.SubscriptionIdTwice(subscription_id=wanted)
        if wanted in taken:
            raise DuplicateSubscriptionId(subscription_id=wanted)
        seen.add(wanted)
