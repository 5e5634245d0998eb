"""`billing.setup_payment`: a page on which a card is put on file (reference: billing.setup_payment).

Invariant: the customer is there afterwards, with a Stripe customer, whatever the plan leads to.
"""

from autumn_mock.call import Call
from autumn_mock.domain.billing.hosted_pages import SETUP, path_of
from autumn_mock.domain.links import link
from autumn_mock.domain.records import CheckoutSession, Customer, JsonObject
from autumn_mock.errors import ApiError
from autumn_mock.operations.billing.attach import attach, load_and_decide
from autumn_mock.operations.billing.legacy.older_form import in_newest_form
from autumn_mock.operations.billing.pages.pages import new_page
from autumn_mock.operations.registry import Body, Reply, operation
from autumn_mock.operations.subjects import find_or_make_subject
from autumn_mock.schemas.base import load_body
from autumn_mock.schemas.billing_pages import setup_payment_shape
from autumn_mock.stripe.customers import ensure_stripe_customer
from autumn_mock.versions.version import Version
from autumn_mock.world import World

SETUP_PAYMENT = "billing.setup_payment"


@operation(SETUP_PAYMENT, body=setup_payment_shape)
def setup_payment(world: World, body: Body, call: Call) -> Reply:
    """A page to put a card on file, and to begin a plan with it. The customer is made if unknown."""
    customer = find_or_make_subject(world, body, call).customer
    customer = ensure_stripe_customer(world.store, world.ids, customer, now=world.now())
    wanted = _as_attach(world, body)
    if wanted is not None:
        _check(world, wanted)

    request = {name: call.raw[name] for name in body if name in call.raw}
    page = new_page(world, customer, SETUP, SETUP_PAYMENT, request).but(mode=SETUP, version=call.version)
    world.store.checkouts.put(page)
    return _told(customer, body, page)


def begin_plan(world: World, page: CheckoutSession) -> None:
    """Attach the plan of a page whose card is on file now, and stays so. Raises what attaching raises."""
    wanted = plan_wanted(world, page)
    if wanted is None:
        return
    try:
        attach(world, wanted, Call(version=Version(page.version), raw=page.request))
    except ApiError as error:
        raise error.keeping_changes() from None


def plan_wanted(world: World, page: CheckoutSession) -> Body | None:
    """The body of attach that a page runs when its card is on file; None without a plan."""
    body = load_body(setup_payment_shape(Version(page.version)), page.request, world.rules)
    return _as_attach(world, body | {"customer_id": page.customer})


def _as_attach(world: World, body: Body) -> Body | None:
    """The body as attach takes it; None without a plan."""
    newest = in_newest_form(world, body)
    return {**newest, "redirect_mode": "if_required"} if newest.get("plan_id") else None


def _check(world: World, wanted: Body) -> None:
    """Raises what a preview raises; the customer stays."""
    try:
        load_and_decide(world, wanted)
    except ApiError as error:
        raise error.keeping_changes() from None


def _told(customer: Customer, body: Body, page: CheckoutSession) -> JsonObject:
    told: JsonObject = {"customer_id": customer.id or customer.internal_id}
    if body.get("entity_id"):
        told["entity_id"] = body["entity_id"]
    return {**told, "url": link(path_of(page))}
