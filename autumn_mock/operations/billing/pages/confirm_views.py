"""What the page of a checkout of this service shows (reference: the Autumn checkout page).

Invariant: it is what the public route of the checkout tells; nothing here writes.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from autumn_mock.domain.billing.hosted_pages import OPEN, state_of
from autumn_mock.domain.billing.orders import Adjustable, Order, order_of_preview
from autumn_mock.domain.customers.payment_methods import card_object
from autumn_mock.domain.numbers import decimal
from autumn_mock.domain.records import CheckoutSession, JsonObject
from autumn_mock.operations.billing.pages.autumn_checkouts import show_checkout
from autumn_mock.stripe.cards import default_card
from autumn_mock.world import World


class Side(msgspec.Struct, frozen=True):
    """A plan that comes or goes, `at` an instant or now."""

    name: str
    at: int | None


class ConfirmView(msgspec.Struct, frozen=True, kw_only=True):
    """`replaces`: there is something that it changes. `card` is the provider's card object of the card
    that is charged."""

    id: str
    org: str
    now: int
    replaces: bool
    success_url: str
    name: str | None
    email: str | None
    entity: str | None
    incoming: tuple[Side, ...]
    outgoing: tuple[Side, ...]
    order: Order
    adjustable: tuple[Adjustable, ...]
    takes_code: bool
    card: JsonObject | None


def confirm_view(world: World, checkout_id: str, chosen: Mapping[str, Any]) -> ConfirmView:
    """A checkout that waits, with what was chosen on it (a body of its routes). Raises what they raise."""
    shown = show_checkout(world, checkout_id, dict(chosen))
    page = world.store.checkouts.must(checkout_id)
    customer, preview = world.store.customers.must(page.customer), shown["preview"]
    card = default_card(world.store, customer)
    entity = shown["entity"]
    return ConfirmView(
        id=page.id,
        org=world.org,
        now=world.now(),
        replaces="intent" in preview or bool(preview["outgoing"]),
        success_url=page.success_url,
        name=customer.name,
        email=customer.email,
        entity=entity and (entity["name"] or entity["id"]),
        incoming=_sides(preview["incoming"]),
        outgoing=_sides(preview["outgoing"]),
        order=order_of_preview(preview),
        adjustable=_adjustable(world, preview["incoming"], shown["adjustable_feature_ids"]),
        takes_code=not page.request.get("discounts"),
        card=None if card is None else card_object(card, customer)["card"],
    )


def page_to_pay(world: World, checkout_id: str) -> CheckoutSession | None:
    """The page that has to be paid before a confirmed change happens."""
    led_to = world.store.checkouts.find("checkout", checkout_id)
    return next((each for each in led_to if state_of(each, now=world.now()) == OPEN), None)


def _sides(entries: list[JsonObject]) -> tuple[Side, ...]:
    return tuple(Side(each["plan"]["name"], each["effective_at"]) for each in entries)


def _adjustable(world: World, incoming: list[JsonObject], asked: list[str]) -> tuple[Adjustable, ...]:
    """The quantities that the request leaves open, as the preview has them."""
    found = []
    for entry in incoming:
        items = {item["feature_id"]: item for item in entry["plan"]["items"]}
        for each in entry["feature_quantities"]:
            feature_id = each["feature_id"]
            if feature_id not in asked:
                continue
            item = items[feature_id]
            found.append(
                Adjustable(
                    feature_id=feature_id,
                    name=world.store.features.must(feature_id).name,
                    quantity=decimal(each["quantity"]),
                    least=decimal(item["included"]),
                    pack=decimal((item["price"] or {}).get("billing_units") or Decimal(1)),
                )
            )
    return tuple(found)
