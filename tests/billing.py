"""The catalogue of the billing cases, and what a person does with cards."""

from typing import Any

from tests.builders import boolean, customer, item, metered, plan, seats
from tests.conftest import Api

NOON = "2026-01-01T00:00:00Z"
"""Where the clock stands: a month of 31 days lies ahead."""
PER_CALL = {"interval": "month", "billing_units": 1, "billing_method": "usage_based"}
PACK = {"amount": 10, "interval": "month", "billing_units": 100, "billing_method": "prepaid"}


def monthly(amount: float) -> dict[str, Any]:
    return {"price": {"amount": amount, "interval": "month"}}


def trial(length: int, unit: str = "day", *, card_required: bool = True) -> dict[str, Any]:
    return {"free_trial": {"duration_length": length, "duration_type": unit, "card_required": card_required}}


def catalogue(api: Api) -> None:
    """Features credits, seats, sso, calls; the plans of the cases."""
    api.freeze(NOON)
    metered(api, "credits")
    seats(api, "seats")
    boolean(api, "sso")
    words = {"singular": "API call", "plural": "API calls"}
    api("features.create", feature_id="calls", name="Calls", type="metered", consumable=True, display=words)
    plan(api, "starter", item("credits", 100, "month"))
    plan(api, "pro", item("credits", 1000, "month"), **monthly(20))
    plan(api, "premium", item("credits", 5000, "month"), **monthly(50))
    plan(api, "mini", item("credits", 50, "month"), **monthly(5))
    plan(api, "lite", item("credits", 300, "month"), **monthly(12))
    plan(api, "pro_year", item("credits", 1000, "month"), price={"amount": 200, "interval": "year"})
    plan(api, "boost", item("credits", 500), price={"amount": 50, "interval": "one_off"})
    plan(api, "extra", item("credits", 10, "month"), add_on=True, **monthly(8))
    plan(api, "bonus", item("credits", 25, "month"), add_on=True)
    plan(api, "packs", item("credits", 100, "month", price=PACK), **monthly(30))
    plan(api, "basic", item("calls", 100, "month", price={**PER_CALL, "amount": 0.5}), **monthly(20))
    plan(api, "scale", item("calls", 1000, "month", price={**PER_CALL, "amount": 0.25}), **monthly(80))
    plan(api, "team", item("seats", 2, price={**PER_CALL, "amount": 10}), **monthly(40))
    plan(api, "company", item("seats", 10, price={**PER_CALL, "amount": 8}), **monthly(120))
    plan(api, "pro_t", item("credits", 1000, "month"), **monthly(20), **trial(14))
    plan(api, "pro_n", item("credits", 1000, "month"), **monthly(20), **trial(1, "month", card_required=False))
    for customer_id in "ckd":
        customer(api, customer_id, name=customer_id.upper())
    give_card(api, "k")
    give_card(api, "d", "decline:card_declined")


def tried_plans(api: Api) -> None:
    """Plans that are tried for one and for two weeks."""
    plan(api, "week", item("credits", 1000, "month"), **monthly(20), **trial(7))
    plan(api, "fortnight", item("credits", 5000, "month"), **monthly(50), **trial(14))


def give_card(api: Api, customer_id: str, outcome: str = "ok") -> None:
    body = {"customer_id": customer_id, "outcome": outcome}
    status, answer = api.request("POST", "/_mock/payment_methods", body)
    assert status == 200, answer


def pay(api: Api, url: str) -> None:
    """Pay a hosted page."""
    status, answer = api.request("POST", "/_mock/checkouts/complete", {"url": url})
    assert status == 200, answer


def attach(api: Api, customer_id: str, plan_id: str, **more: Any) -> Any:
    return api("billing.attach", customer_id=customer_id, plan_id=plan_id, **more)


def preview(api: Api, customer_id: str, plan_id: str, **more: Any) -> Any:
    return api("billing.preview_attach", customer_id=customer_id, plan_id=plan_id, **more)


def refused(api: Api, customer_id: str, plan_id: str, **more: Any) -> tuple[int, str, str]:
    return api.refused("billing.attach", customer_id=customer_id, plan_id=plan_id, **more)


def update(api: Api, customer_id: str, plan_id: str | None = None, **changes: Any) -> Any:
    status, answer = api.call("billing.update", _updating(customer_id, plan_id, changes))
    assert status == 200, answer
    return answer


def preview_update(api: Api, customer_id: str, plan_id: str | None = None, **changes: Any) -> Any:
    status, answer = api.call("billing.preview_update", _updating(customer_id, plan_id, changes))
    assert status == 200, answer
    return answer


def refused_update(
    api: Api, customer_id: str, plan_id: str | None = None, **changes: Any
) -> tuple[int, str, str]:
    """What an update is refused with, which its preview is too."""
    body = _updating(customer_id, plan_id, changes)
    told = api.refusal(api.call("billing.update", body))
    assert api.refusal(api.call("billing.preview_update", body)) == told
    return told


def _updating(customer_id: str, plan_id: str | None, changes: dict[str, Any]) -> dict[str, Any]:
    """The body, made here because `version` is one of the changes, not that of the request."""
    named = {} if plan_id is None else {"plan_id": plan_id}
    return {"customer_id": customer_id, **named, **changes}


def cancel(api: Api, customer_id: str, plan_id: str, action: str, **more: Any) -> Any:
    """`action` is a `cancel_action`, such as `cancel_end_of_cycle` or `uncancel`."""
    return update(api, customer_id, plan_id, cancel_action=action, **more)


def quantity(amount: float, feature_id: str = "credits") -> list[dict[str, Any]]:
    """`feature_quantities` of one feature."""
    return [{"feature_id": feature_id, "quantity": amount}]


def state(api: Api, customer_id: str) -> Any:
    return api("customers.get", customer_id=customer_id, expand=["invoices"])


def plans_of(api: Api, customer_id: str) -> list[tuple[str, str]]:
    return [(each["plan_id"], each["status"]) for each in state(api, customer_id)["subscriptions"]]


def row_of(api: Api, customer_id: str, plan_id: str) -> Any:
    """The customer's only subscription of a plan."""
    [found] = [each for each in state(api, customer_id)["subscriptions"] if each["plan_id"] == plan_id]
    return found


def balance(api: Api, customer_id: str, feature_id: str = "credits") -> tuple[Any, ...]:
    """Granted, remaining and usage."""
    found = state(api, customer_id)["balances"][feature_id]
    return found["granted"], found["remaining"], found["usage"]


def invoices(api: Api, customer_id: str) -> list[tuple[str, Any]]:
    """Status and total, newest first."""
    return [(each["status"], each["total"]) for each in state(api, customer_id)["invoices"]]


def lines(shown: Any) -> list[tuple[str, Any]]:
    """Description and total of a preview's lines."""
    return [(line["description"], line["total"]) for line in shown["line_items"]]


def use(api: Api, customer_id: str, feature_id: str, value: float) -> None:
    api("balances.track", customer_id=customer_id, feature_id=feature_id, value=value)


def track_for(api: Api, customer_id: str, entity_id: str, feature_id: str, value: float) -> None:
    api("balances.track", customer_id=customer_id, entity_id=entity_id, feature_id=feature_id, value=value)


def started(plan_id: str, **more: Any) -> dict[str, Any]:
    """A plan of an image that began two weeks before NOON."""
    return {"plan_id": plan_id, "started_at": 1_766_000_000_000, **more}


def image(api: Api, customer_id: str, *plans: dict[str, Any], **more: Any) -> Any:
    """Import a customer. Each of `plans` is a plan, or a whole billable."""
    billables = [{"plan": each} if "plan_id" in each else each for each in plans]
    return api("billing.import", customer_id=customer_id, billables=billables, **more)
