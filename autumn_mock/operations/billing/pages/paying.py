"""What a person does outside the API: completing a hosted page.

Invariant: a page is completed once. Then it does what the request that led to it asked for; until
then, and after a card that declines, nothing has changed.
"""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from autumn_mock.domain.billing.hosted_pages import (
    AUTUMN,
    COMPLETE,
    EXPIRED,
    OPEN,
    PAYMENT,
    PORTAL,
    PROCESSING,
    state_of,
)
from autumn_mock.domain.payments.cards import SUCCEED
from autumn_mock.domain.periods import SECOND
from autumn_mock.domain.records import CheckoutSession, Customer
from autumn_mock.errors import ApiError
from autumn_mock.errors.billing_pages import CheckoutDeclined, CheckoutNotOpen
from autumn_mock.operations.billing.pages.adjusting import check_choice
from autumn_mock.operations.billing.pages.autumn_checkouts import (
    confirm_checkout,
    start_checkout,
)
from autumn_mock.operations.billing.pages.fulfilling import fulfil
from autumn_mock.operations.billing.pages.page_cards import paying_with, refusal_of
from autumn_mock.operations.billing.pages.pages import complete_started, find_page
from autumn_mock.stripe.customers import ensure_stripe_customer
from autumn_mock.world import World

_SETTLES_AFTER = 5 * SECOND


class PageInput(msgspec.Struct, frozen=True, kw_only=True):
    """What the person typed and chose on a page. Without any of it a working card is used."""

    card: str | None = None
    """The number of the card; None: the one on file, if it works, else a new one."""
    outcome: str = SUCCEED
    """What a charge of the card comes to where no number says so (`domain.payments.outcomes`)."""
    name: str | None = None
    email: str | None = None
    save_card: bool = False
    """Keep the card of a page that takes one payment. Others always keep it."""
    quantities: Mapping[str, Decimal] = {}
    """By prepaid feature that may be adjusted, the included amount counted."""
    promotion_code: str | None = None


NOTHING_TYPED = PageInput()


def complete_checkout(
    world: World, url: str, typed: PageInput | None = None, *, settles: bool = True
) -> CheckoutSession:
    """Complete a hosted page of any kind by its URL, path or id; answers it as it is afterwards.

    `settles` False: it is paid, but what was asked for waits for `settle_checkout` or some seconds.
    Raises CheckoutNotFound, CheckoutNotOpen, CheckoutDeclined (the page stays open and keeps the
    reason), what is wrong with the choice, and what the request raises when it is no longer possible.
    To be called inside a transaction of the world, as all operations are.
    """
    typed = typed or NOTHING_TYPED
    page = _open_page(world, url)
    if page.kind == AUTUMN:
        return _confirm(world, page, typed, settles=settles)
    check_choice(world, page, typed.quantities, typed.promotion_code)
    customer = _payer_of(world, page)
    paid = _with_typed(page, typed, now=world.now())
    refusal = refusal_of(world, paid, customer)
    if refusal is not None:
        world.store.checkouts.put(page.but(failure=refusal))
        raise CheckoutDeclined(reason=refusal).keeping_changes()

    _note_person(world, customer, typed)
    if settles:
        return _settle(world, paid)
    waiting = paid.but(status=PROCESSING, settles_at=world.now() + _SETTLES_AFTER)
    world.store.checkouts.put(waiting)
    return waiting


def _confirm(world: World, page: CheckoutSession, typed: PageInput, *, settles: bool) -> CheckoutSession:
    """Confirm a checkout of this service; a long-lived one that needs a payment is paid on the page that
    it leads to."""
    if page.long_lived:
        leads_to = find_page(world, start_checkout(world, page.id))
        if leads_to.id != page.id:
            complete_checkout(world, leads_to.id, typed, settles=settles)
            return world.store.checkouts.must(page.id)
    sent = [{"feature_id": name, "quantity": quantity} for name, quantity in typed.quantities.items()]
    code = [{"promotion_code": typed.promotion_code}] if typed.promotion_code is not None else []
    confirm_checkout(world, page.id, {"feature_quantities": sent, "discounts": code})
    return world.store.checkouts.must(page.id)


def settle_checkout(world: World, url: str) -> CheckoutSession:
    """Let a page that was paid do what was asked for. Raises as `complete_checkout` does."""
    page = find_page(world, url)
    if page.status != PROCESSING:
        raise CheckoutNotOpen(url=url, state=state_of(page, now=world.now()))
    return _settle(world, page)


def settle_due(world: World, page: CheckoutSession) -> None:
    """The same when its time has come. What is no longer possible stands on the page afterwards."""
    try:
        _settle(world, page)
    except ApiError as error:
        done = page.but(status=COMPLETE, settles_at=None, failure=error.message)
        world.store.checkouts.put(done)


def expire_checkout(world: World, url: str) -> CheckoutSession:
    """Let an open page be over now. Raises CheckoutNotFound and CheckoutNotOpen."""
    expired = _open_page(world, url).but(status=EXPIRED, expires_at=world.now())
    world.store.checkouts.put(expired)
    return expired


def _open_page(world: World, url: str) -> CheckoutSession:
    page = find_page(world, url)
    state = state_of(page, now=world.now())
    if state != OPEN or page.kind == PORTAL:
        raise CheckoutNotOpen(url=url, state=state if state != OPEN else page.kind)
    return page


def _payer_of(world: World, page: CheckoutSession) -> Customer:
    customer = world.store.customers.must(page.customer)
    return ensure_stripe_customer(world.store, world.ids, customer, now=world.now())


def _with_typed(page: CheckoutSession, typed: PageInput, *, now: int) -> CheckoutSession:
    return page.but(
        failure=None,
        completed_at=now,
        card=typed.card,
        outcome=None if typed.outcome in {"ok", SUCCEED} else typed.outcome,
        keeps_card=page.mode != PAYMENT or typed.save_card,
        quantities=dict(typed.quantities),
        promotion_code=typed.promotion_code,
    )


def _settle(world: World, page: CheckoutSession) -> CheckoutSession:
    done = page.but(status=COMPLETE, settles_at=None)
    if page.invoice is None:
        world.store.checkouts.put(done)
    with paying_with(world, done, _payer_of(world, done)):
        fulfil(world, done)
    if page.invoice is not None:
        world.store.checkouts.put(done)
    complete_started(world, done)
    return done


def _note_person(world: World, customer: Customer, typed: PageInput) -> None:
    """Name and e-mail that were typed fill what is missing; what is known is never overwritten."""
    named = customer.but(name=customer.name or typed.name, email=customer.email or typed.email)
    if named != customer:
        world.store.customers.put(named)
        payer = world.store.stripe_customers.must(named.stripe_id or "")
        world.store.stripe_customers.put(payer.but(name=named.name, email=named.email))
