"""Cards that customers have on file, as a test or a person puts them there and takes them away."""

from typing import Any

from autumn_mock.domain.customers.payment_methods import expiry_of
from autumn_mock.domain.payments.cards import card_numbered, find_card
from autumn_mock.domain.payments.outcomes import (
    NONE,
    OUTCOMES,
    STEPS,
    Wanted,
    outcome_now,
    read_script,
    read_wanted,
)
from autumn_mock.domain.records import Customer, JsonObject, PaymentMethod
from autumn_mock.errors import InvalidInputs
from autumn_mock.errors.cards import PaymentMethodNotFound
from autumn_mock.operations.loading import find_customer
from autumn_mock.stripe.cards import cards_of, default_card, give_card, newest_first, take_card
from autumn_mock.stripe.customers import ensure_stripe_customer
from autumn_mock.world import World


def put_card_on_file(world: World, customer_id: str, wanted: Wanted) -> PaymentMethod:
    """Give a customer a default card. Raises CustomerNotFound."""
    customer = find_customer(world, customer_id)

    customer = ensure_stripe_customer(world.store, world.ids, customer, now=world.now())
    return give_card(world.store, world.ids, customer, wanted, now=world.now())


def take_cards_off_file(world: World, customer_id: str) -> list[PaymentMethod]:
    """Take all cards of a customer away; answers them. Raises CustomerNotFound."""
    cards = cards_of(world.store, find_customer(world, customer_id))
    for card in cards:
        take_card(world.store, card)
    return cards


def take_card_off_file(world: World, card_id: str) -> PaymentMethod:
    """Take one card away; the newest that is left pays from now on. Raises PaymentMethodNotFound."""
    card = world.store.payment_methods.get(card_id)
    if card is None:
        raise PaymentMethodNotFound(payment_method_id=card_id)
    take_card(world.store, card)
    return card


def wanted_card(body: JsonObject, *, now: int) -> Wanted | None:
    """The card that a body asks for by `card`, `outcome` and `script`; None for `outcome: "none"`.

    Raises InvalidInputs.
    """
    number, outcome, steps = body.get("card"), body.get("outcome"), body.get("script")
    if outcome == NONE:
        _refuse("card", "a card can't be given and taken at once", when=bool(number or steps))
        return None
    _refuse("script", "can't stand beside outcome; put that in the script", when=bool(steps and outcome))
    kind = find_card(number) if number is not None else None
    _refuse(
        "card",
        "must be a test card of the provider, as 4242424242424242 or pm_card_visa",
        when=number is not None and kind is None,
    )
    try:
        wanted = read_wanted(kind, outcome, now=now)
    except ValueError:
        raise InvalidInputs([("outcome", f"must be {OUTCOMES}")]) from None
    if steps is None:
        return wanted
    try:
        return Wanted(wanted.kind, script=read_script(steps))
    except ValueError:
        raise InvalidInputs([("script", f"must be a list {STEPS}")]) from None


def _refuse(field: str, text: str, *, when: bool) -> None:
    if when:
        raise InvalidInputs([(field, text)])


def listed_cards(world: World, customer_id: str) -> list[JsonObject]:
    """The cards of a customer, newest first. Raises CustomerNotFound."""
    customer = find_customer(world, customer_id)
    cards = newest_first(cards_of(world.store, customer))
    return [card_told(world, customer, card) for card in cards]


def card_told(world: World, customer: Customer, card: PaymentMethod) -> dict[str, Any]:
    """A card as the control routes show it. `next` is what a charge would come to now."""
    kind, (month, year) = card_numbered(card.number), expiry_of(card)
    default = default_card(world.store, customer)
    return {
        "id": card.id,
        "stripe_customer": card.stripe_customer,
        "outcome": card.outcome,
        "script": list(card.script),
        "next": outcome_now(card, now=world.now()),
        "charges": card.asked,
        "default": default is not None and default.id == card.id,
        "brand": kind.brand,
        "last4": kind.last4,
        "funding": kind.funding,
        "country": kind.country,
        "exp_month": month,
        "exp_year": year,
        "expires_at": card.expires_at,
        "created_at": card.created_at,
    }
