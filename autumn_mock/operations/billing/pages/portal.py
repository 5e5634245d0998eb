"""What a customer does on the portal: cancelling a plan, taking that back, changing card, name and
e-mail (reference: billing.open_customer_portal).

Invariant: each is the operation of the API that does the same, so the portal can't do what the API forbids.
"""

from autumn_mock.domain.billing.cancelling import END_OF_CYCLE, UNCANCEL
from autumn_mock.domain.billing.hosted_pages import OPEN, PORTAL, state_of
from autumn_mock.domain.payments.cards import Card
from autumn_mock.domain.payments.outcomes import Wanted
from autumn_mock.domain.records import CheckoutSession, Customer, JsonObject
from autumn_mock.errors.billing_pages import (
    CheckoutDeclined,
    CheckoutNotFound,
    CheckoutNotOpen,
)
from autumn_mock.errors.pages import NotOnThisPortal
from autumn_mock.operations.billing.cards import put_card_on_file
from autumn_mock.operations.billing.update import UPDATE
from autumn_mock.operations.registry import OPERATIONS
from autumn_mock.stripe.charges import FAILED, told
from autumn_mock.versions.version import NEWEST
from autumn_mock.world import World

_KEPT_THOUGH_IT_FAILS = "pm_card_chargeCustomerFail"
"""The provider's test card that can be kept, and is declined when it is charged."""


def open_portal_of(world: World, page_id: str) -> tuple[CheckoutSession, Customer]:
    """The portal of an id, and its customer. Raises CheckoutNotFound and CheckoutNotOpen."""
    page = world.store.checkouts.get(page_id)
    if page is None or page.kind != PORTAL or page.customer not in world.store.customers:
        raise CheckoutNotFound(url=page_id)
    state = state_of(page, now=world.now())
    if state != OPEN:
        raise CheckoutNotOpen(url=page_id, state=state)
    return page, world.store.customers.must(page.customer)


def cancel_plan(world: World, page_id: str, row_id: str) -> None:
    """End a plan with its cycle. Raises NotOnThisPortal and what `billing.update` raises."""
    _update(world, page_id, row_id, END_OF_CYCLE)


def keep_plan(world: World, page_id: str, row_id: str) -> None:
    """Take a cancellation back. Raises NotOnThisPortal and what `billing.update` raises."""
    _update(world, page_id, row_id, UNCANCEL)


def change_person(world: World, page_id: str, name: str | None, email: str | None) -> None:
    """Set name and e-mail; None takes one away. Raises what `customers.update` raises."""
    _, customer = open_portal_of(world, page_id)
    _run(world, "customers.update", {"customer_id": _id_of(customer), "name": name, "email": email})


def change_card(world: World, page_id: str, kind: Card) -> None:
    """Put a test card on file in front of its holder, as the one that is charged from now on. Raises
    CheckoutDeclined for one that its bank lets nobody keep."""
    _, customer = open_portal_of(world, page_id)
    asked = told(kind.outcome)
    if asked.code == FAILED and kind.name != _KEPT_THOUGH_IT_FAILS:
        raise CheckoutDeclined(reason=asked.reason)
    card = put_card_on_file(world, _id_of(customer), Wanted(kind, kind.outcome))
    world.store.payment_methods.put(card.but(set_up=True))


def _update(world: World, page_id: str, row_id: str, action: str) -> None:
    _, customer = open_portal_of(world, page_id)
    row = world.store.subscriptions.get(row_id)
    if row is None or row.customer != customer.internal_id:
        raise NotOnThisPortal
    body = {"customer_id": _id_of(customer), "subscription_id": row.id, "cancel_action": action}
    if row.entity is not None:
        body["entity_id"] = row.entity
    _run(world, UPDATE, body)


def _id_of(customer: Customer) -> str:
    return customer.id or customer.internal_id


def _run(world: World, operation: str, request: JsonObject) -> None:
    OPERATIONS[operation].answer(world, request, NEWEST)
