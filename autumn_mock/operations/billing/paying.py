"""What a person does outside the API: putting a card on file, completing a hosted page.

Invariant: a page is completed once. Then it does what the request that led to it asked for; until
then, and after a card that declines, nothing has changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from autumn_mock.domain.billing.hosted_pages import COMPLETE, OPEN, PAYMENT, state_of
from autumn_mock.domain.records import CheckoutSession, Customer, PaymentMethod, StripeCustomer
from autumn_mock.errors.billing_pages import CheckoutDeclined, CheckoutNotOpen
from autumn_mock.operations.billing.fulfilling import fulfil
from autumn_mock.operations.billing.pages import find_page
from autumn_mock.operations.loading import find_customer
from autumn_mock.stripe.cards import OK, default_card, give_card
from autumn_mock.stripe.charges import outcome_of
from autumn_mock.stripe.customers import ensure_stripe_customer
from autumn_mock.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class PageInput:
    """What the person typed and chose on a page. Without any of it a working card is used."""

    card: str | None = None
    """The number of the card; None: the one on file, if it works, else a new one."""
    outcome: str = OK
    """What a charge of the card does where no number says so: `ok` or `decline:<code>`."""
    name: str | None = None
    email: str | None = None
    save_card: bool = False
    """Keep the card of a page that takes one payment. Others always keep it."""
    quantities: Mapping[str, Decimal] = field(default_factory=dict)
    """By prepaid feature that may be adjusted, the included amount counted."""
    promotion_code: str | None = None


def put_card_on_file(world: World, customer_id: str, outcome: str) -> PaymentMethod:
    """Give a customer a default card that works or declines. Raises CustomerNotFound."""
    customer = find_customer(world, customer_id)

    customer = ensure_stripe_customer(world.store, world.ids, customer, now=world.now())
    return give_card(world.store, world.ids, customer, outcome, now=world.now())


def complete_checkout(world: World, url: str, typed: PageInput | None = None) -> CheckoutSession:
    """Complete a hosted page of any kind by its URL, path or id; answers it as it is afterwards.

    Raises CheckoutNotFound, CheckoutNotOpen, CheckoutDeclined (the page stays open and keeps the
    reason), and what the request raises when it is no longer possible. To be called inside a
    transaction of the world, as all operations are.
    """
    typed = typed or PageInput()
    page = find_page(world, url)
    state = state_of(page, now=world.now())
    if state != OPEN:
        raise CheckoutNotOpen(url=url, state=state)
    customer = _payer_of(world, page)
    before = world.store.stripe_customers.must(customer.stripe_id or "")
    _take_card(world, page, customer, typed)

    _note_person(world, customer, typed)
    done = page.but(
        status=COMPLETE,
        failure=None,
        completed_at=world.now(),
        quantities=dict(typed.quantities),
        promotion_code=typed.promotion_code,
    )
    world.store.checkouts.put(done)
    fulfil(world, done)
    if page.mode == PAYMENT and not typed.save_card:
        _give_back_card(world, before)
    return done


def _payer_of(world: World, page: CheckoutSession) -> Customer:
    customer = world.store.customers.must(page.customer)
    return ensure_stripe_customer(world.store, world.ids, customer, now=world.now())


def _take_card(world: World, page: CheckoutSession, customer: Customer, typed: PageInput) -> None:
    """Make the card of the page the one that is charged. Raises CheckoutDeclined."""
    if typed.card is None and typed.outcome == OK:
        known = default_card(world.store, customer)
        if known is not None and known.outcome == OK:
            return
    asked = outcome_of(typed.outcome)
    if not asked.paid:
        world.store.checkouts.put(page.but(failure=asked.reason))
        raise CheckoutDeclined(reason=asked.reason).keeping_changes()
    give_card(world.store, world.ids, customer, typed.outcome, now=world.now())


def _give_back_card(world: World, before: StripeCustomer) -> None:
    """A card that was typed for one payment is not kept."""
    payers = world.store.stripe_customers
    payer = payers.must(before.id)
    if payer.default_payment_method != before.default_payment_method:
        world.store.payment_methods.delete(payer.default_payment_method or "")
        payers.put(payer.but(default_payment_method=before.default_payment_method))


def _note_person(world: World, customer: Customer, typed: PageInput) -> None:
    """Name and e-mail that were typed fill what is missing; what is known is never overwritten."""
    customer = world.store.customers.must(customer.internal_id)
    named = customer.but(name=customer.name or typed.name, email=customer.email or typed.email)
    if named != customer:
        world.store.customers.put(named)
        payer = world.store.stripe_customers.must(named.stripe_id or "")
        world.store.stripe_customers.put(payer.but(name=named.name, email=named.email))
