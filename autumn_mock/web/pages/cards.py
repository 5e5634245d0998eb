"""The card part of a form: what it begins with, the test cards to choose from, and the step at the bank
of those that ask their holder.

Invariant: only test cards are taken, so nobody types a card of theirs in vain.
"""

from typing import Any

import msgspec
from werkzeug.wrappers import Response

from autumn_mock.domain.payments.cards import (
    DECLINE,
    REQUIRES_ACTION,
    REQUIRES_SETUP,
    SUCCEED,
    TEST_CARDS,
    Card,
    find_card,
)
from autumn_mock.web.pages.base import page
from autumn_mock.web.pages.typed import Form, grouped, next_expiry

AUTHENTICATION = "authentication"
"""The field of the step at the bank: `complete` or `fail`."""
_LANDS = {"CN": "China", "DE": "Germany", "FR": "France", "GB": "United Kingdom", "JP": "Japan"}
_BRANDS = {"amex": "American Express", "diners": "Diners Club", "jcb": "JCB", "unionpay": "UnionPay"}


class Shown(msgspec.Struct, frozen=True):
    """A test card as it is offered."""

    number: str
    effect: str
    word: str = ""


def _effect(card: Card) -> str:
    if card.outcome == REQUIRES_ACTION:
        return "Asks for 3-D Secure each time."
    if card.outcome == REQUIRES_SETUP:
        return "Asks for 3-D Secure the first time."
    if card.outcome.startswith(DECLINE):
        return f"Is declined: {card.outcome.removeprefix(DECLINE).replace('_', ' ')}."
    funding = "" if card.funding == "credit" else f", {card.funding}"
    land = f", {_LANDS[card.country]}" if card.country in _LANDS else ""
    return f"Works: {_BRANDS.get(card.brand, card.brand.capitalize())}{funding}{land}."


_SHOWN = {card.number: Shown(grouped(card.number), _effect(card)) for card in TEST_CARDS}
_GROUPS = (
    ("These work", lambda card: card.outcome == SUCCEED),
    ("These ask for 3-D Secure", lambda card: card.outcome in {REQUIRES_ACTION, REQUIRES_SETUP}),
    ("These are declined", lambda card: card.outcome.startswith(DECLINE)),
)
_OFFERED = [(title, [_SHOWN[card.number] for card in TEST_CARDS if fits(card)]) for title, fits in _GROUPS]
_LINKED = [
    Shown(cards[0].number, cards[0].effect, word)
    for word, (_, cards) in zip(("works", "3-D Secure", "decline"), _OFFERED, strict=True)
]


def card_part(form: Form, now: int) -> dict[str, Any]:
    """What templates need for it: the form, the test cards, and what the fields begin with."""
    known = find_card(form.text("card")) or find_card(form.text("number", TEST_CARDS[0].number))
    shown = _SHOWN[known.number] if known else Shown("", "Not a test card.")
    if form.text("card") and known:
        form = Form({**form.values, "number": shown.number}, form.problems)
    cards = {"shown": shown.number, "effect": shown.effect, "groups": _OFFERED, "linked": _LINKED}
    return {"form": form, "cards": cards, "expiry": next_expiry(now)}


def read_card(form: Form, now: int) -> Card:
    """The test card that was typed; what is wrong with it stands in the problems of the form."""
    number = form.card_number(now)
    known = find_card(number)
    if known is None:
        form.wrong("number", "Only test cards are taken here. Choose one from the list.")
    return known or TEST_CARDS[0]


def bank_asks(card: Card, form: Form) -> bool:
    """Whether the holder of a card has to answer at the bank first."""
    return card.outcome in {REQUIRES_ACTION, REQUIRES_SETUP} and not form.text(AUTHENTICATION)


def holder_refused(card: Card, form: Form) -> bool:
    return card.outcome in {REQUIRES_ACTION, REQUIRES_SETUP} and form.text(AUTHENTICATION) != "complete"


def bank_page(card: Card, form: Form, org: str, amount: str | None, leads_to: str | None = None) -> Response:
    """The step at the bank, which sends the same form again. `amount` None: nothing is paid now."""
    typed = {name: value for name, value in form.values.items() if name != AUTHENTICATION}
    return page("authentication.html", leads_to=leads_to, org=org, last4=card.last4, amount=amount, typed=typed)


def declined(reason: str) -> dict[str, str]:
    """What is told of a card that did not pay."""
    return {"title": reason, "text": "Nothing was charged. Try another card."}


NOT_CONFIRMED = declined("The payment was not confirmed at the bank.")
