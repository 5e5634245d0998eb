"""The card part of a form: what it begins with, and the test cards to choose from."""

from typing import Any

from autumn_mock.web.pages.typed import Form, next_expiry


def card_part(form: Form, now: int) -> dict[str, Any]:
    """What templates need of it."""
    cards = {"shown": "4242 4242 4242 4242", "effect": "Works.", "all": [], "linked": []}
    return {"form": form, "cards": cards, "expiry": next_expiry(now)}


def declined(reason: str) -> dict[str, str]:
    return {"title": reason, "text": "Nothing was charged. Try another card."}
