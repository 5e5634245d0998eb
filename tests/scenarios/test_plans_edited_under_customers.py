"""Plans that change while customers hold them: what is billed and granted later."""

from typing import Any

import pytest

from tests.builders import customer, item, metered, plan
from tests.conftest import Api

MONTHLY = {"amount": 10, "interval": "month"}


@pytest.fixture
def ada(api: Api) -> Api:
    """Ada pays 10 a month for 100 notes, by card."""
    api.freeze("2027-01-01T00:00:00Z")
    metered(api, "notes")
    plan(api, "pro", item("notes", 100, "month"), price=MONTHLY)
    customer(api, "ada", email="ada@example.com")
    api.request("POST", "/_mock/payment_methods", {"customer_id": "ada"})
    api("billing.attach", customer_id="ada", plan_id="pro")
    return api


def invoices(api: Api) -> list[float]:
    shown = api("customers.get", customer_id="ada", expand=["invoices"])["invoices"]
    return [invoice["total"] for invoice in reversed(shown)]


def granted(api: Api) -> float:
    return float(api("customers.get", customer_id="ada")["balances"]["notes"]["granted"])


@pytest.mark.parametrize(
    "how",
    [{"disable_version": True}, {"all_versions": True}, {}],
    ids=["in_place", "all_versions", "versioned"],
)
def test_a_customer_goes_on_paying_and_getting_what_was_bought(ada: Api, how: Any) -> None:
    dearer = {"items": [item("notes", 50, "month")], "price": {**MONTHLY, "amount": 25}}
    ada("plans.update", plan_id="pro", **dearer, **how)

    ada.advance("1 month")

    assert invoices(ada) == [10, 10]
    assert granted(ada) == 100


def test_a_new_customer_pays_what_the_plan_costs_now(ada: Api) -> None:
    ada("plans.update", plan_id="pro", disable_version=True, price={**MONTHLY, "amount": 25})
    customer(ada, "bob", email="bob@example.com")
    ada.request("POST", "/_mock/payment_methods", {"customer_id": "bob"})

    attached = ada("billing.attach", customer_id="bob", plan_id="pro")

    assert attached["invoice"]["total"] == 25


def test_a_feature_that_is_renamed_before_anybody_has_it_is_granted_under_its_new_id(api: Api) -> None:
    metered(api, "notes")
    plan(api, "pro", item("notes", 100, "month"), auto_enable=True)
    api("features.update", feature_id="notes", new_feature_id="pages")

    balances = customer(api, "ada")["balances"]

    assert {name: balance["granted"] for name, balance in balances.items()} == {"pages": 100}
