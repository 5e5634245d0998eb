"""Words that the stories share: what somebody has left, and when it comes back."""

from typing import Any

from autumn_mock.domain.periods import iso
from tests.conftest import Api

START = "2026-12-01T10:30:00.250Z"


def balance(api: Api, feature_id: str = "notes", who: str = "joe", **more: Any) -> dict[str, Any] | None:
    """The balance as a check shows it."""
    found: dict[str, Any] | None = api("balances.check", customer_id=who, feature_id=feature_id, **more)[
        "balance"
    ]
    return found


def left(api: Api, feature_id: str = "notes", who: str = "joe", **more: Any) -> float | None:
    """What remains; None without a balance."""
    found = balance(api, feature_id, who, **more)
    return None if found is None else found["remaining"]


def resets_at(api: Api, feature_id: str = "notes", who: str = "joe") -> str | None:
    found = balance(api, feature_id, who)
    return iso(found["next_reset_at"]) if found and found["next_reset_at"] is not None else None


def rollovers(api: Api, **more: Any) -> list[dict[str, Any]]:
    found = balance(api, **more)
    assert found is not None
    rows: list[dict[str, Any]] = found["rollovers"]
    return rows


def track(api: Api, value: float, feature_id: str = "notes", who: str = "joe", **more: Any) -> dict[str, Any]:
    done: dict[str, Any] = api("balances.track", customer_id=who, feature_id=feature_id, value=value, **more)
    return done


def grant(api: Api, amount: float, every: str | None = None, count: int = 1, **more: Any) -> None:
    """A loose grant to joe, that comes again if `every` says so."""
    reset = {"reset": {"interval": every, "interval_count": count}} if every else {}
    body = {"customer_id": "joe", "feature_id": "notes", "included_grant": amount} | reset | more
    api("balances.create", **body)


def give_card(api: Api, who: str = "joe", outcome: str = "ok") -> None:
    status, answer = api.request("POST", "/_mock/payment_methods", {"customer_id": who, "outcome": outcome})
    assert status == 200, answer


def plans(api: Api, who: str = "joe") -> dict[str, dict[str, Any]]:
    """The subscriptions of a customer by plan id."""
    return {s["plan_id"]: s for s in api("customers.get", customer_id=who)["subscriptions"]}


def invoices(api: Api, who: str = "joe") -> list[tuple[float, str]]:
    """Total and status of the invoices, newest first."""
    found = api("customers.get", customer_id=who, expand=["invoices"])["invoices"]
    return [(invoice["total"], invoice["status"]) for invoice in found]
