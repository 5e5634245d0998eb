"""What a person does outside the API: putting a card on file, paying a hosted page."""

from autumn_mock.domain.records import PaymentMethod
from autumn_mock.errors.billing import CheckoutNotFound, CheckoutNotOpen
from autumn_mock.errors.http import NotEmulated
from autumn_mock.operations.loading import find_customer
from autumn_mock.stripe.cards import give_card
from autumn_mock.stripe.customers import ensure_stripe_customer
from autumn_mock.world import World


def put_card_on_file(world: World, customer_id: str, outcome: str) -> PaymentMethod:
    """Give a customer a default card that works or declines. Raises CustomerNotFound."""
    customer = find_customer(world, customer_id)

    customer = ensure_stripe_customer(world.store, world.ids, customer, now=world.now())
    return give_card(world.store, world.ids, customer, outcome, now=world.now())


def complete_checkout(world: World, url: str) -> None:
    """Pay a hosted page. Raises CheckoutNotFound and CheckoutNotOpen."""
    page = world.store.checkouts.first("url", url)
    if page is None:
        raise CheckoutNotFound(url=url)
    if page.status != "open":
        raise CheckoutNotOpen(url=url, state=page.status)
    raise NotEmulated(operation="paying a checkout page")
