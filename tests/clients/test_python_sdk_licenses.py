"""Licences, the lists of plans, imports and test clocks of the official Python SDK, unmodified."""

from datetime import UTC, datetime

import pytest
from autumn_sdk import Autumn, errors

from autumn_mock.testing import AutumnOrg
from tests.clients.catalog import make_features
from tests.clients.releases import since_1_2

NOON = datetime(2030, 1, 31, 12, tzinfo=UTC)
MARCH = datetime(2030, 3, 1, tzinfo=UTC)
MONTHLY = {"interval": "month"}


@pytest.fixture(autouse=True)
def _catalog(autumn: AutumnOrg) -> None:
    autumn.freeze(NOON)
    make_features(autumn)
    granted = {"feature_id": "messages", "included": 50, "reset": {"interval": "month"}}
    autumn.call("plans.create", plan_id="free", name="Free", items=[granted])
    autumn.call("plans.create", plan_id="seat", name="Seat", price={"amount": 10, **MONTHLY}, items=[granted])
    autumn.call("plans.create", plan_id="pack", name="Pack", price={"amount": 9, "interval": "one_off"})
    autumn.call(
        "plans.create",
        plan_id="team",
        name="Team",
        price={"amount": 30, **MONTHLY},
        licenses=[{"license_plan_id": "seat", "included": 1}],
    )
    autumn.call("customers.get_or_create", customer_id="acme")
    autumn.control("POST", "payment_methods", {"customer_id": "acme"})


def order(sdk: Autumn, seats: int) -> object:
    return sdk.billing.attach(
        customer_id="acme",
        plan_id="team",
        license_quantities=[{"license_plan_id": "seat", "quantity": seats}],
    )


def test_seats_are_ordered_given_used_and_taken_back(sdk: Autumn) -> None:
    done = sdk.billing.attach(
        customer_id="acme",
        plan_id="team",
        license_quantities=[{"license_plan_id": "seat", "quantity": 3}],
    )

    given = sdk.licenses.attach(
        customer_id="acme",
        plan_id="seat",
        entities=[{"entity_id": "ada", "name": "Ada", "feature_id": "seats"}],
    )
    sdk.track(customer_id="acme", entity_id="ada", feature_id="messages", value=7)
    entity = sdk.entities.get(customer_id="acme", entity_id="ada")
    taken = sdk.licenses.release(customer_id="acme", entity_ids=["ada"])

    assert done.invoice is not None
    assert done.invoice.total == 50
    assert (given.success, taken.success) == (True, True)
    assert [each.plan_id for each in entity.subscriptions] == ["seat", "team"]
    assert entity.balances["messages"].remaining == 43
    assert sdk.entities.get(customer_id="acme", entity_id="ada").balances == {}


def test_more_seats_are_previewed_and_bought(sdk: Autumn) -> None:
    order(sdk, 3)
    more = [{"license_plan_id": "seat", "quantity": 5}]

    shown = sdk.billing.preview_update(customer_id="acme", plan_id="team", license_quantities=more)
    done = sdk.billing.update(customer_id="acme", plan_id="team", license_quantities=more)

    assert shown.total == 20
    assert done.invoice is not None
    assert done.invoice.total == 20


def test_one_customer_has_more_seats_included(sdk: Autumn) -> None:
    shown = sdk.billing.preview_attach(
        customer_id="acme",
        plan_id="team",
        customize={"upsert_licenses": [{"license_plan_id": "seat", "included": 2}]},
        license_quantities=[{"license_plan_id": "seat", "quantity": 4}],
    )

    assert [(line.description.partition(" (")[0], line.total) for line in shown.line_items] == [
        ("Team - Base Price", 30),
        ("Seat - 2x Base Price", 20),
    ]


def test_a_refusal_is_an_error_of_the_sdk(sdk: Autumn) -> None:
    with pytest.raises(errors.AutumnError) as refused:
        sdk.licenses.attach(customer_id="acme", plan_id="seat", entities=[{"entity_id": "ada"}])

    assert refused.value.status_code == 400
    assert "No plan on this customer offers license seat." in refused.value.body


@since_1_2
def test_plans_of_all_customers_are_listed(sdk: Autumn, autumn: AutumnOrg) -> None:
    order(sdk, 1)
    sdk.billing.attach(customer_id="acme", plan_id="pack")
    autumn.call("customers.get_or_create", customer_id="bob")
    autumn.call("billing.attach", customer_id="bob", plan_id="free")

    first = sdk.customers.list_subscriptions(limit=1)
    second = sdk.customers.list_subscriptions(limit=1, start_cursor=first.next_cursor)
    bought = sdk.customers.list_purchases(customer_id="acme")

    listed = [*first.list, *second.list]
    assert sorted((row.customer_id, row.plan_id) for row in listed) == [("acme", "team"), ("bob", "free")]
    assert (first.has_more, second.has_more, second.next_cursor) == (True, False, None)
    assert [(row.plan_id, row.status) for row in bought.list] == [("pack", "active")]


@since_1_2
def test_expired_plans_are_listed_when_asked_for(sdk: Autumn) -> None:
    order(sdk, 1)
    sdk.billing.update(customer_id="acme", plan_id="team", cancel_action="cancel_immediately")

    found = sdk.customers.list_subscriptions(customer_id="acme", statuses=["expired"], plan_id="team")

    assert [row.status for row in found.list] == ["expired"]
    assert sdk.customers.list_subscriptions(customer_id="acme").list == []


@since_1_2
def test_a_test_clock_brings_renewals(sdk: Autumn) -> None:
    order(sdk, 2)

    moved = sdk.customers.advance_test_clock(customer_id="acme", frozen_time=_ms(MARCH))

    assert (moved.status, moved.frozen_time) == ("ready", _ms(MARCH))
    paid = sdk.customers.get(customer_id="acme", expand=["invoices"])
    assert [(invoice.status, invoice.total) for invoice in paid.invoices or []] == [("paid", 40), ("paid", 40)]
    with pytest.raises(errors.AutumnError):
        sdk.customers.advance_test_clock(customer_id="acme", frozen_time=_ms(NOON))


@since_1_2
def test_a_customer_is_imported_and_verified(sdk: Autumn) -> None:
    imported = sdk.billing.import_(
        customer_id="old",
        customer_data={"name": "Old", "email": "old@example.com"},
        processors=[{"type": "stripe", "id": "cus_elsewhere"}],
        billables=[
            {
                "processor": "stripe",
                "link": {"subscription_id": "sub_elsewhere"},
                "plan": {
                    "plan_id": "seat",
                    "started_at": _ms(NOON) - 86_400_000,
                    "balances": [{"feature_id": "messages", "usage": 8}],
                },
            }
        ],
    )
    verified = sdk.billing.verify(customer_id="old")

    assert [(each.plan_id, each.status, each.skipped) for each in imported.flashed] == [
        ("seat", "active", False)
    ]
    assert imported.customer is not None
    assert imported.customer.balances["messages"].remaining == 42
    assert [(each.stripe_subscription_id, each.status) for each in verified.subscriptions] == [
        ("sub_elsewhere", "correct")
    ]


@since_1_2
def test_mismatches_are_read(sdk: Autumn) -> None:
    order(sdk, 1)
    sdk.billing.import_(customer_id="acme", billables=[{"plan": {"plan_id": "free"}}])

    [entry] = sdk.billing.verify(customer_id="acme").subscriptions

    assert entry.status == "mismatched"
    assert [mismatch.type for mismatch in entry.mismatches] == ["stripe_sub_not_in_autumn"]


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1_000)
