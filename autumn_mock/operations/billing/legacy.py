"""`POST /attach` and `POST /cancel`, the billing routes of old SDKs (reference: legacy routes).

Invariant: they do what `billing.attach` and `billing.update` do; only their words differ.
"""

from decimal import Decimal

from autumn_mock.domain.billing.attach_lines import attach_lines
from autumn_mock.domain.billing.attaching import Attachment, decide
from autumn_mock.domain.billing.cancelling import END_OF_CYCLE, IMMEDIATELY, UNCANCEL, decide_cancel
from autumn_mock.domain.billing.hosted_pages import mode_for, path_of
from autumn_mock.domain.billing.plan_changes import current_row, scheduled_row
from autumn_mock.domain.billing.requantifying import QuantityChange
from autumn_mock.domain.billing.row_choice import choose_row
from autumn_mock.domain.catalog.plans import is_free, is_one_off
from autumn_mock.domain.catalog.pricing import PREPAID, plan_prices
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.links import link
from autumn_mock.domain.records import Invoice, JsonObject, Plan, Subscription
from autumn_mock.errors import billing_legacy as errors
from autumn_mock.errors.http import NotEmulated
from autumn_mock.operations.billing.attach import ATTACH
from autumn_mock.operations.billing.cancel import carry_out_cancel
from autumn_mock.operations.billing.execute import carry_out
from autumn_mock.operations.billing.invoicing import Payment
from autumn_mock.operations.billing.one_at_a_time import one_at_a_time
from autumn_mock.operations.billing.pages import keep_page, page_of
from autumn_mock.operations.billing.telling import telling
from autumn_mock.operations.billing.update import carry_out_update
from autumn_mock.operations.billing.wishes import means_of, read_wish
from autumn_mock.operations.loading import find_customer, find_entity, find_plan, load_holdings
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.billing_legacy import LegacyAttach, LegacyCancel
from autumn_mock.stripe.checkouts import open_checkout
from autumn_mock.versions.billing import attached_in_version
from autumn_mock.versions.version import NEWEST
from autumn_mock.world import World

_NOT_EMULATED = ("items", "free_trial", "reward")
MISSING = ", ".join((*_NOT_EMULATED, "several product_ids"))


@operation(
    "POST /attach",
    body=LegacyAttach(),
    reply=attached_in_version,
    missing=MISSING,
    excludes=one_at_a_time("Attach"),
)
def attach(world: World, body: Body, call: Call) -> Reply:
    """Attach a product, renew one that was to end, or change the quantities of one that runs."""
    plan = named_plan(world, body, route="POST /v1/attach")
    customer = find_customer(world, body["customer_id"])
    entity = find_entity(world, customer, body["entity_id"]) if body.get("entity_id") else None
    holdings = load_holdings(world, customer, entity)
    running = current_row(holdings, plan, entity)

    with telling(world, customer.internal_id):
        if running is not None and running.plan_id == plan.id:
            return _again(world, body, holdings, running)
        return _first(world, body, call, holdings, plan)


def named_plan(world: World, body: Body, *, route: str) -> Plan:
    """The one plan that the body names. Raises NotEmulated for several and for what is left out."""
    named = [body["product_id"]] if "product_id" in body else body.get("product_ids") or []
    if not named:
        raise errors.ProductIdRequired
    if len(named) > 1:
        raise NotEmulated(operation=f"{route} with several product_ids")
    for name in _NOT_EMULATED:
        if body.get(name) is not None:
            raise NotEmulated(operation=f"{route} with {name}")
    return find_plan(world, named[0], body.get("version"))


def _again(world: World, body: Body, holdings: Holdings, running: Subscription) -> JsonObject:
    """The product that runs: taken back from its end, given other quantities, or refused."""
    plan, now = holdings.plan_of(running), world.now()
    invoices = list(means_of(world, holdings.customer).invoices)
    if running.canceled_at is not None:
        decided = decide_cancel(UNCANCEL, running, holdings, invoices, now=now, gives_back=False)
        carry_out_cancel(world, holdings, decided)
        return _told(holdings, plan, "renewed_product", "Successfully renewed product")
    given = quantities(plan, body)
    if not given:
        raise errors.ProductAlreadyAttached(name=plan.name)
    change = QuantityChange(row=running, holdings=holdings, given=given, invoices=invoices, now=now).decide()
    payment, _ = carry_out_update(world, holdings, change, {})
    told = _told(holdings, plan, "features_updated", "Successfully updated quantity for features")
    return told | ({} if payment is None else {"invoice": _in_cents(payment.invoice)})


def _first(world: World, body: Body, call: Call, holdings: Holdings, plan: Plan) -> JsonObject:
    coming = scheduled_row(holdings, plan, holdings.entity)
    if coming is not None and coming.plan_id == plan.id:
        raise errors.ProductAlreadyScheduled(name=plan.name)
    newest = in_newest_form(body, plan)
    wish = read_wish(world, newest, plan, holdings, first_seen_at=None)
    means = means_of(world, holdings.customer)
    decided = decide(wish, holdings, means, now=world.now())

    if decided.checkout is not None:
        page = page_of(world, call, holdings.customer, ATTACH, request=newest, mode=mode_for([plan]))
        page = open_checkout(world.store, page.but(version=NEWEST))
        words = f"Successfully created checkout for customer {body['customer_id']}, product(s) {plan.name}"
        return _told(holdings, plan, "checkout_created", words) | {"checkout_url": link(path_of(page))}
    done = carry_out(world, holdings, decided, attach_lines(decided, holdings, means))
    if done.payment is not None and not done.payment.outcome.paid and not wish.enables_at_once:
        page = page_of(world, call, holdings.customer, ATTACH, request=newest).but(version=NEWEST)
        keep_page(world, page, done.payment.invoice, done.rows)
        return _to_be_paid(holdings, plan, done.payment)
    return _told(holdings, plan, *_outcome(decided, holdings))


def in_newest_form(body: Body, plan: Plan) -> Body:
    """The body as `billing.attach` takes it."""
    newest: Body = {
        "customer_id": body["customer_id"],
        "plan_id": plan.id,
        "version": plan.version,
        "redirect_mode": "always" if body.get("force_checkout") else "if_required",
    }
    if body.get("entity_id"):
        newest["entity_id"] = body["entity_id"]
    if given := quantities(plan, body):
        newest["feature_quantities"] = [
            {"feature_id": feature_id, "quantity": quantity} for feature_id, quantity in given.items()
        ]
    if body.get("invoice"):
        at_once = bool(body.get("enable_product_immediately"))
        newest["invoice_mode"] = {"enabled": True, "enable_plan_immediately": at_once, "finalize": True}
    return newest


def quantities(plan: Plan, body: Body) -> dict[str, Decimal]:
    """Quantities with the included amount, of every prepaid feature. Raises InvalidOptions."""
    sent = {each["feature_id"]: each.get("quantity") for each in body.get("options") or []}
    prices = plan_prices(plan)
    found: dict[str, Decimal] = {}
    for item in plan.items:
        if item.price is None or item.price.billing_method != PREPAID:
            continue
        quantity = sent.get(item.feature_id)
        if quantity is None:
            raise errors.QuantityMissing(feature_id=item.feature_id)
        if quantity < 0:
            raise errors.QuantityNegative
        if quantity == 0 and len(prices) == 1:
            raise errors.QuantityZero
        found[item.feature_id] = quantity + item.included
    return found


def _outcome(decided: Attachment, holdings: Holdings) -> tuple[str, str]:
    """Code and message of what attaching did."""
    plan, customer = decided.wish.plan, holdings.customer
    name = customer.name or customer.id or customer.internal_id
    current = holdings.plan_of(decided.current) if decided.current is not None else None
    if not decided.immediate and current is not None:
        return "downgrade_scheduled", f"Successfully downgraded from {current.name} to {plan.name}"
    if is_free(plan):
        return "free_product_attached", f"Successfully inserted free product {plan.name} to {name}"
    if is_one_off(plan):
        words = f"Successfully purchased product(s) {plan.name} and attached to customer {name}"
        return "one_off_product_attached", words
    if current is not None and not is_free(current):
        return "upgraded_to_new_product", "Successfully updated product"
    if decided.trial.ends_at is not None:
        return "new_product_attached", "Successfully attached product"
    words = f"Successfully created subscriptions and attached product(s) {plan.name} to customer {name}"
    return "new_product_attached", words


def _told(holdings: Holdings, plan: Plan, code: str, message: str) -> JsonObject:
    return {
        "success": True,
        "customer_id": holdings.customer.id or holdings.customer.internal_id,
        "product_ids": [plan.id],
        "code": code,
        "message": message,
    }


def _to_be_paid(holdings: Holdings, plan: Plan, payment: Payment) -> JsonObject:
    told = _told(holdings, plan, "invoice_action_required", "Payment action required")
    url = link(payment.invoice.hosted_invoice_url)
    return told | {"checkout_url": url, "invoice": _in_cents(payment.invoice)}


def _in_cents(invoice: Invoice) -> JsonObject:
    return {
        "status": invoice.status,
        "stripe_id": invoice.id,
        "hosted_invoice_url": link(invoice.hosted_invoice_url),
        "total": int(invoice.total * 100),
        "currency": invoice.currency,
    }


@operation("POST /cancel", body=LegacyCancel(), excludes=one_at_a_time("Cancel"))
def cancel(world: World, body: Body, call: Call) -> Reply:
    """Cancel a product now or at the end of its cycle."""
    customer = find_customer(world, body["customer_id"])
    entity = find_entity(world, customer, body["entity_id"]) if body.get("entity_id") else None
    holdings = load_holdings(world, customer, entity)
    row = choose_row(holdings, plan_id=body["product_id"])

    action = IMMEDIATELY if body["cancel_immediately"] else END_OF_CYCLE
    invoices = list(means_of(world, customer).invoices)
    decided = decide_cancel(action, row, holdings, invoices, now=world.now(), gives_back=body["prorate"])

    with telling(world, customer.internal_id):
        carry_out_cancel(world, holdings, decided)
    return {
        "success": True,
        "customer_id": customer.id or customer.internal_id,
        "product_id": body["product_id"],
    }
