"""What a test does to its organisation from outside the API: cards, hosted pages, webhooks.

Each method is one control route (`/_mock/…`), with its words; what is left out is not sent.
"""

from collections.abc import Sequence
from typing import Any, Protocol
from urllib.parse import quote, urlencode

Told = dict[str, Any]
"""What a control route answers."""
Listed = list[Told]


class Control(Protocol):
    """A control route, called: `control("POST", "payment_methods", {…})`."""

    def __call__(self, method: str, route: str, body: Any = None) -> Any: ...


class PaymentMethods:
    """The cards that customers have on file."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def put(
        self,
        customer_id: str,
        *,
        card: str | None = None,
        outcome: str | None = None,
        script: Sequence[str] | None = None,
    ) -> Told:
        """Put a card on file, which becomes the one that pays: one that works, unless `card` (a test card of
        Stripe), `outcome` (`"decline:lost_card"`, `"requires_action"`, …) or `script` says otherwise."""
        given = _given(card=card, outcome=outcome, script=script)
        told: Told = self._control("POST", "payment_methods", {"customer_id": customer_id, **given})
        return told

    def list(self, customer_id: str) -> Listed:
        """The cards of a customer, newest first."""
        told: Listed = self._control("GET", f"payment_methods?{_query(customer_id)}")["list"]
        return told

    def remove(self, customer_id: str, payment_method_id: str | None = None) -> Sequence[str]:
        """Take one card away, or all of them; answers the ids of those that are gone."""
        which = f"/{quote(payment_method_id)}" if payment_method_id else f"?{_query(customer_id)}"
        gone: Sequence[str] = self._control("DELETE", f"payment_methods{which}")["removed"]
        return gone


class Checkouts:
    """Hosted pages, as the person on them sees to them; `url` is what an answer gave."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def list(self) -> Listed:
        """All pages: `{url, kind, mode, status, customer_id, …}`, oldest first."""
        told: Listed = self._control("GET", "checkouts")["list"]
        return told

    def complete(self, url: str, **typed: Any) -> Told:
        """Complete a page with what is `typed` on it: `card`, `name`, `email`, `save_card`, `quantities`,
        `promotion_code`; `settle=False` pays it and leaves what it was for to come.
        Raises RefusedByMock, with status 402 where the card fails: the page stays open."""
        return self._done("complete", url, **typed)

    def settle(self, url: str) -> Told:
        """Let a paid page bring what it was for."""
        return self._done("settle", url)

    def expire(self, url: str) -> Told:
        """Let a page be over."""
        return self._done("expire", url)

    def _done(self, verb: str, url: str, **typed: Any) -> Told:
        told: Told = self._control("POST", f"checkouts/{verb}", {"url": url, **typed})["checkout"]
        return told


class Webhooks:
    """The webhooks that the organisation sent."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def list(self, type: str | None = None) -> Listed:
        """Those sent, oldest first: `{id, type, payload, created_at, deliveries, …}`; of one type, if given."""
        told: Listed = self._control("GET", "webhooks")["list"]
        return [each for each in told if type is None or each["type"] == type]

    def replay(self, message_id: str) -> Told:
        """Send one again."""
        told: Told = self._control("POST", f"webhooks/{quote(message_id)}/replay")
        return told

    def clear(self) -> None:
        """Forget those sent so far."""
        self._control("DELETE", "webhooks")


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _query(customer_id: str) -> str:
    return urlencode({"customer_id": customer_id})
