"""Hosted pages that a billing request waits for: making one, finding one.

Invariant: what a page needs to know of its request is read when it is made; the request is kept as
it came, for it is compared and run again.
"""

from collections.abc import Sequence

from autumn_mock.domain.billing.hosted_pages import (
    AUTUMN,
    COMPLETE,
    EXPIRED,
    INVOICE,
    OPEN,
    PROCESSING,
    STRIPE,
    expiry_of,
    id_in,
    state_of,
)
from autumn_mock.domain.invoices import states
from autumn_mock.domain.records import CheckoutSession, Customer, Invoice, JsonObject, Subscription
from autumn_mock.domain.records.checkouts import SUCCESS_URL
from autumn_mock.errors.billing_pages import CheckoutNotFound
from autumn_mock.operations.loading import find_plan
from autumn_mock.operations.registry import Call
from autumn_mock.versions.version import NEWEST
from autumn_mock.world import LIVE, World

_PREFIXES = {AUTUMN: "co_", "portal": "bps_"}
PAY_INVOICE = "invoices.pay"
_STANDING = {states.OPEN: OPEN, states.UNCOLLECTIBLE: OPEN, states.PAID: COMPLETE, states.VOID: EXPIRED}


def find_page(world: World, url: str) -> CheckoutSession:
    """The page that a URL, a path or an id leads to. Raises CheckoutNotFound."""
    found = look_up_page(world, url)
    if found is None:
        raise CheckoutNotFound(url=url)
    return found


def look_up_page(world: World, url: str) -> CheckoutSession | None:
    """The page that a URL, a path or an id leads to."""
    page_id = id_in(url)
    invoice = world.store.invoices.get(page_id) or world.store.invoices.first("invoice_id", page_id)
    pages = world.store.checkouts
    if invoice is None:
        return pages.get(page_id)
    if invoice.status == states.DRAFT:
        return None
    page = pages.first("invoice", invoice.id)
    is_over = page is not None and state_of(page, now=world.now()) == EXPIRED
    return _plain_page(invoice) if page is None or is_over else page


def waits(world: World, invoice: Invoice) -> bool:
    """Whether a change waits for this invoice to be paid."""
    return invoice.status == states.OPEN and any(
        state_of(page, now=world.now()) in {OPEN, PROCESSING}
        for page in world.store.checkouts.find("invoice", invoice.id)
    )


def _plain_page(invoice: Invoice) -> CheckoutSession | None:
    """The page of an invoice that no change waits for, as that of a renewal. A draft has none."""
    if invoice.status not in _STANDING:
        return None
    return CheckoutSession(
        id=invoice.id,
        customer=invoice.customer,
        operation=PAY_INVOICE,
        request={},
        version=NEWEST,
        created_at=invoice.created_at,
        kind=INVOICE,
        status=_STANDING[invoice.status],
        invoice=invoice.id,
    )


def page_of(
    world: World,
    call: Call,
    customer: Customer,
    operation: str,
    *,
    request: JsonObject | None = None,
    kind: str = STRIPE,
) -> CheckoutSession:
    """A page for the request, by itself one of the payment provider, not yet written."""
    request = call.raw if request is None else request
    return new_page(world, customer, kind, operation, request).but(version=call.version)


def held(world: World, request: JsonObject) -> JsonObject:
    """A request of several plans as its page keeps it: it holds on to the versions that they have now."""
    fixed = dict(request)
    for name in ("plans", "unscheduled_plans"):
        if request.get(name):
            fixed[name] = [
                {**each, "version": find_plan(world, each["plan_id"], each.get("version")).version}
                for each in request[name]
            ]
    if request.get("phases"):
        fixed["phases"] = [held(world, phase) for phase in request["phases"]]
    return fixed


def new_page(
    world: World, customer: Customer, kind: str, operation: str, request: JsonObject
) -> CheckoutSession:
    """A page of any kind for a request in the newest form, not yet written."""
    params = request.get("checkout_session_params") or {}
    long_lived = kind == AUTUMN and bool(request.get("long_lived_checkout"))
    own = request.get("metadata") or {}
    return CheckoutSession(
        id=world.make_public_id(_PREFIXES.get(kind) or ("cs_live_" if world.env == LIVE else "cs_test_")),
        customer=customer.internal_id,
        operation=operation,
        request=request,
        version=NEWEST,
        created_at=world.now(),
        kind=kind,
        expires_at=expiry_of(kind, params, now=world.now(), long_lived=long_lived),
        success_url=request.get("success_url") or SUCCESS_URL,
        metadata={**(params.get("metadata") or {}), **own},
        long_lived=long_lived,
    )


def keep_page(world: World, page: CheckoutSession, invoice: Invoice, rows: Sequence[Subscription] = ()) -> None:
    """The page of the invoice that a change waits for, until that is due; `rows` are those that it
    charges and that begin with it."""
    if invoice.status not in states.WAITING:
        return
    promised = tuple(row.id for row in rows)
    expires_at = invoice.due_at if invoice.status == states.OPEN else None
    kept = page.but(kind=INVOICE, expires_at=expires_at, invoice=invoice.id, promised=promised)
    world.store.checkouts.put(kept)


def complete_started(world: World, page: CheckoutSession) -> None:
    """The checkout that led to a completed page is completed with it."""
    if page.checkout is not None:
        led_here = world.store.checkouts.must(page.checkout)
        world.store.checkouts.put(led_here.but(status=COMPLETE, completed_at=world.now()))
