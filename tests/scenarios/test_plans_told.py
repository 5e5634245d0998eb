"""What the outside is told as plans begin, change and end (usage, billing.updated and
customer.products.updated)."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.builders import customer, item, metered, plan, seats
from tests.conftest import Api
from tests.scenarios.stories import START, give_card

WEEK_TRIAL = {"duration_length": 7, "duration_type": "day", "card_required": False}
DAY = 24 * 60 * 60 * 1000
BILLING, PRODUCTS = "billing.updated", "customer.products.updated"


@pytest.fixture
def joe(api: Api) -> Api:
    """Joe has the free starter plan and a card; nothing was told yet."""
    api.freeze(START)
    metered(api, "notes")
    plan(api, "starter", item("notes", 100, "month"), auto_enable=True)
    for plan_id, amount in (("mini", 5), ("pro", 20), ("max", 90)):
        plan(api, plan_id, item("notes", amount * 10, "month"), price={"amount": amount, "interval": "month"})
    plan(
        api, "tryout", item("notes", 300, "month"), price={"amount": 20, "interval": "month"},
        free_trial=WEEK_TRIAL,
    )  # fmt: skip
    customer(api, "joe")
    give_card(api)
    forget(api)
    return api


def forget(api: Api) -> None:
    """Begin to listen: what was told before does not count."""
    store = api.world.store
    with store.transaction():
        for key in list(store.webhook_messages.records):
            store.webhook_messages.delete(key)


def told(api: Api, kind: str) -> list[dict[str, Any]]:
    """The data of the webhooks of a type, oldest first."""
    return [m.payload["data"] for m in api.world.store.webhook_messages if m.type == kind]


def changes(api: Api) -> list[tuple[str, str, Any]]:
    """Action, plan and previous attributes of everything told in `billing.updated`."""
    return [
        (change["action"], change.get("subscription", change.get("purchase"))["plan_id"],
         change["previous_attributes"])
        for data in told(api, BILLING)
        for change in data["plan_changes"]
    ]  # fmt: skip


def scenarios(api: Api) -> list[tuple[str, str]]:
    return [(data["scenario"], data["updated_product"]["id"]) for data in told(api, PRODUCTS)]


def attach(api: Api, plan_id: str, **more: Any) -> None:
    api("billing.attach", customer_id="joe", plan_id=plan_id, **more)


def test_an_upgrade_ends_the_old_plan_and_begins_the_new_one(joe: Api) -> None:
    attach(joe, "pro")
    forget(joe)
    now = from_iso(START)

    attach(joe, "max")

    assert changes(joe) == [
        ("activated", "max", None),
        ("expired", "pro", {"status": "active", "canceled_at": None, "expires_at": None}),
    ]
    (data,) = told(joe, BILLING)
    assert data["plan_changes"][1]["subscription"]["expires_at"] == now
    assert scenarios(joe) == [("cancel", "pro"), ("upgrade", "max")]


def test_a_downgrade_is_told_when_it_is_scheduled_and_when_it_begins(joe: Api) -> None:
    attach(joe, "pro")
    forget(joe)

    attach(joe, "mini")
    assert changes(joe) == [
        ("scheduled", "mini", None),
        ("updated", "pro", {"canceled_at": None, "expires_at": None}),
    ]
    assert scenarios(joe) == [("downgrade", "pro")]

    forget(joe)
    joe.freeze("2027-01-01T12:00:00Z")
    assert changes(joe) == [
        ("expired", "pro", {"status": "active"}),
        ("activated", "mini", {"status": "scheduled"}),
    ]
    assert [data["tags"] for data in told(joe, BILLING)] == [["phase_changed"]]
    assert scenarios(joe) == [("expired", "pro"), ("new", "mini")]


def test_a_renewal_that_is_paid_tells_nothing(joe: Api) -> None:
    attach(joe, "pro")
    forget(joe)

    joe.freeze("2027-03-15T00:00:00Z")

    assert changes(joe) == []


def test_a_payment_that_fails_and_is_made_up_for(joe: Api) -> None:
    attach(joe, "pro")
    give_card(joe, outcome="decline:card_declined")
    forget(joe)

    joe.freeze("2027-01-02T00:00:00Z")
    assert changes(joe) == [("updated", "pro", {"past_due": False})]
    assert scenarios(joe) == [("past_due", "pro")]

    forget(joe)
    give_card(joe)
    joe.freeze("2027-01-05T00:00:00Z")
    assert changes(joe) == [("updated", "pro", {"past_due": True})]
    assert scenarios(joe) == [("renew", "pro")]


def test_the_end_of_a_paid_trial(joe: Api) -> None:
    attach(joe, "tryout")
    forget(joe)

    joe.freeze("2026-12-09T00:00:00Z")

    ((action, plan_id, previous),) = changes(joe)
    assert (action, plan_id, list(previous)) == ("updated", "tryout", ["trial_ends_at"])
    assert [data["tags"] for data in told(joe, BILLING)] == [["trial_ended"]]


def test_the_end_of_a_trial_without_a_card(api: Api) -> None:
    api.freeze(START)
    metered(api, "notes")
    plan(api, "starter", item("notes", 100, "month"), auto_enable=True)
    plan(
        api, "tryout", item("notes", 300, "month"), price={"amount": 20, "interval": "month"},
        free_trial=WEEK_TRIAL,
    )  # fmt: skip
    customer(api, "joe")
    attach(api, "tryout")
    forget(api)

    api.freeze("2026-12-09T00:00:00Z")

    assert [(action, plan_id) for action, plan_id, _ in changes(api)] == [
        ("activated", "starter"),
        ("expired", "tryout"),
    ]
    assert scenarios(api) == [("expired", "tryout"), ("new", "starter")]


def test_a_plan_of_an_entity_names_it(joe: Api) -> None:
    seats(joe, "seats")
    plan(joe, "office", item("seats", 5), add_on=True)
    attach(joe, "office")
    joe("entities.create", customer_id="joe", entity_id="desk", feature_id="seats", name="Desk")
    forget(joe)

    attach(joe, "mini", entity_id="desk")

    (billing,), (products,) = told(joe, BILLING), told(joe, PRODUCTS)
    assert (billing["customer_id"], billing["entity_id"]) == ("joe", "desk")
    assert (products["entity"]["id"], products["customer"]["id"]) == ("desk", "joe")


def test_what_is_paid_once_is_a_purchase(joe: Api) -> None:
    price = {"amount": 10, "billing_units": 100, "billing_method": "prepaid", "interval": "one_off"}
    plan(joe, "pack", item("notes", 0, price=price))

    attach(joe, "pack", feature_quantities=[{"feature_id": "notes", "quantity": 100}])

    (data,) = told(joe, BILLING)
    assert data["plan_changes"] == [
        {
            "action": "activated",
            "purchase": {"plan_id": "pack", "status": "active", "expires_at": None},
            "previous_attributes": None,
            "item_changes": [],
        }
    ]
    assert scenarios(joe) == [("new", "pack")]


def test_a_plan_that_began_before_its_checkout_is_told_again_when_that_is_complete(joe: Api) -> None:
    customer(joe, "ann")
    page = joe(
        "billing.attach", customer_id="ann", plan_id="pro", enable_plan_immediately=True
    )["payment_url"]  # fmt: skip
    assert scenarios(joe)[-1] == ("upgrade", "pro")
    forget(joe)

    status, _ = joe.request("POST", "/_mock/checkouts/complete", {"url": page})

    assert status == 200
    assert changes(joe) == []
    assert scenarios(joe) == [("active", "pro")]


@pytest.mark.parametrize(
    ("first", "then", "scenarios_then"),
    [
        ("pro", [("max", {})], [("cancel", "pro"), ("upgrade", "max")]),
        ("starter", [("pro", {})], [("cancel", "starter"), ("upgrade", "pro")]),
        ("tryout", [("max", {})], [("cancel", "tryout"), ("upgrade", "max")]),
        ("pro", [("year", {})], [("cancel", "pro"), ("upgrade", "year")]),
        ("pro", [("mini", {"plan_schedule": "immediate"})], [("cancel", "pro"), ("new", "mini")]),
        ("pro", [("max", {"plan_schedule": "end_of_cycle"})], [("downgrade", "pro")]),
        ("pro", [("mini", {})], [("downgrade", "pro")]),
        ("pro", [("starter", {})], [("cancel", "pro")]),
        ("max", [("pro", {}), ("mini", {})], [("downgrade", "max")]),
        ("pro", [("twin", {})], [("cancel", "pro"), ("new", "twin")]),
        ("starter", [("gift", {})], [("cancel", "starter"), ("new", "gift")]),
        ("pro", [("extra", {})], [("new", "extra")]),
    ],
)
def test_what_an_attach_is_called(
    joe: Api, first: str, then: list[tuple[str, dict[str, Any]]], scenarios_then: list[tuple[str, str]]
) -> None:
    plan(joe, "year", item("notes", 10, "month"), price={"amount": 300, "interval": "year"})
    plan(joe, "extra", price={"amount": 8, "interval": "month"}, add_on=True)
    plan(joe, "twin", item("notes", 70, "month"), price={"amount": 20, "interval": "month"})
    plan(joe, "gift", item("notes", 7, "month"))
    if first != "starter":
        attach(joe, first)
    forget(joe)

    for plan_id, more in then:
        attach(joe, plan_id, **more)

    assert scenarios(joe) == scenarios_then


@pytest.mark.parametrize(
    ("action", "told_of_it"),
    [
        ("cancel_end_of_cycle", [("cancel", "pro")]),
        ("cancel_immediately", [("cancel", "pro"), ("new", "starter")]),
    ],
)
def test_what_a_cancellation_is_called(joe: Api, action: str, told_of_it: list[tuple[str, str]]) -> None:
    attach(joe, "pro")
    forget(joe)

    joe("billing.update", customer_id="joe", plan_id="pro", cancel_action=action)

    assert scenarios(joe) == told_of_it


@pytest.mark.parametrize(
    ("customize", "told_of_it"),
    [
        ({"items": [item("notes", 70, "month")]}, [("cancel", "pro"), ("new", "pro")]),
        (
            {"items": [], "price": {"amount": 45, "interval": "month"}},
            [("cancel", "pro"), ("upgrade", "pro")],
        ),
        (
            {"items": [], "price": {"amount": 5, "interval": "month"}},
            [("cancel", "pro"), ("new", "pro")],
        ),
        ({"price": {"amount": 45, "interval": "month"}}, []),
    ],
)
def test_what_an_update_is_called(
    joe: Api, customize: dict[str, Any], told_of_it: list[tuple[str, str]]
) -> None:
    """A row of the same plan that takes the place of the old one is new, unless it is dearer."""
    attach(joe, "pro")
    forget(joe)

    joe("billing.update", customer_id="joe", plan_id="pro", customize=customize)

    assert scenarios(joe) == told_of_it


def test_a_cancellation_taken_back_is_a_renewal_by_either_route(joe: Api) -> None:
    attach(joe, "pro")
    pro = {"customer_id": "joe", "product_id": "pro"}
    assert joe.request("POST", "/v1/cancel", pro, version="1.2")[0] == 200
    forget(joe)

    assert joe.request("POST", "/v1/attach", pro, version="1.2")[0] == 200
    assert scenarios(joe) == [("renew", "pro")]

    forget(joe)
    joe("billing.update", customer_id="joe", plan_id="pro", cancel_action="cancel_end_of_cycle")
    joe("billing.update", customer_id="joe", plan_id="pro", cancel_action="uncancel")
    assert scenarios(joe) == [("cancel", "pro"), ("renew", "pro")]


def test_several_plans_are_one_action(joe: Api) -> None:
    plan(joe, "extra", price={"amount": 8, "interval": "month"}, add_on=True)

    joe("billing.multi_attach", customer_id="joe", plans=[{"plan_id": "pro"}, {"plan_id": "extra"}])

    (data,) = told(joe, BILLING)
    assert [each["action"] for each in data["plan_changes"]] == ["activated", "activated", "expired"]
    assert scenarios(joe) == [("cancel", "starter"), ("upgrade", "pro"), ("new", "extra")]


def test_phases_are_told_when_they_are_made_and_when_they_begin(joe: Api) -> None:
    now = from_iso(START)
    phases = [
        {"starts_at": now, "plans": [{"plan_id": "pro"}]},
        {"starts_at": now + 40 * DAY, "plans": [{"plan_id": "max"}]},
    ]

    joe("billing.create_schedule", customer_id="joe", phases=phases)
    assert [change[:2] for change in changes(joe)] == [
        ("activated", "pro"),
        ("scheduled", "max"),
        ("expired", "starter"),
    ]
    assert scenarios(joe) == [("cancel", "starter"), ("upgrade", "pro")]

    forget(joe)
    joe.advance("41 days")
    assert [data["tags"] for data in told(joe, BILLING)] == [["phase_changed"]]
    assert scenarios(joe) == [("expired", "pro"), ("new", "max")]


def test_a_plan_that_is_never_paid_for_ends(joe: Api) -> None:
    attach(joe, "pro")
    give_card(joe, outcome="decline:card_declined")
    forget(joe)

    joe.freeze("2027-03-01T00:00:00Z")

    assert scenarios(joe) == [("past_due", "pro"), ("expired", "pro"), ("new", "starter")]
    assert [change[:2] for change in changes(joe)] == [
        ("updated", "pro"),
        ("activated", "starter"),
        ("expired", "pro"),
    ]


def test_a_plan_that_waits_for_its_payment_is_told_when_that_is_made(joe: Api) -> None:
    asked = {"enabled": True, "enable_plan_immediately": False, "finalize": True}
    page = joe("billing.attach", customer_id="joe", plan_id="pro", invoice_mode=asked)["payment_url"]
    assert (changes(joe), scenarios(joe)) == ([], [])

    joe.request("POST", "/_mock/checkouts/complete", {"url": page})

    assert scenarios(joe) == [("cancel", "starter"), ("upgrade", "pro")]


def test_the_old_shapes_of_1_2(joe: Api) -> None:
    attach(joe, "pro")

    data = told(joe, PRODUCTS)[-1]

    assert list(data) == ["scenario", "customer", "updated_product"]
    assert list(data["customer"]) == [
        "autumn_id", "id", "created_at", "name", "email", "fingerprint", "stripe_id", "env", "metadata",
        "send_email_receipts", "products", "features",
    ]  # fmt: skip
    assert list(data["updated_product"]) == [
        "id", "name", "group", "env", "is_add_on", "is_default", "archived", "version", "created_at",
        "items", "free_trial", "base_variant_id", "properties",
    ]  # fmt: skip
