"""`balances.list`: pages of the balances of all customers, as the breakdown of each customer has them."""

from typing import Any

import pytest

from autumn_mock.operations import balance_list
from tests.balances import grant, track
from tests.billing import give_card
from tests.builders import boolean, customer, item, metered, plan, seats
from tests.conftest import Api

EXTRA = {"feature_id", "status", "rollovers", "customer_id", "entity_id", "created_at"}
"""What a row has beyond an item of the breakdown."""
PACK = {"amount": 10, "interval": "month", "billing_units": 100, "billing_method": "prepaid"}


@pytest.fixture(autouse=True)
def _two_customers(api: Api) -> None:
    """Ada and bob with 100 messages a month by plan; ada has 50 more that are loose."""
    api.freeze("2026-11-25T09:00:00Z")
    metered(api, "messages", "other")
    plan(api, "free", item("messages", 100, "month"))
    for name in ("ada", "bob"):
        customer(api, name, email=f"{name}@example.com")
        api("billing.attach", customer_id=name, plan_id="free")
        api.advance("1 minute")
    grant(api, 50, "gift")


def listed(api: Api, **filters: Any) -> list[tuple[Any, Any, Any]]:
    """Customer, plan and what is left of each row."""
    rows = api("balances.list", **filters)["list"]
    return [(row["customer_id"], row["plan_id"], row["remaining"]) for row in rows]


def breakdown(api: Api, feature_id: str = "messages", **whose: Any) -> dict[str, Any]:
    """The items of a customer's (or an entity's) breakdown, by id."""
    of = "entities.get" if "entity_id" in whose else "customers.get"
    shown = api(of, **{"customer_id": "ada"} | whose)["balances"][feature_id]
    return {each["id"]: each for each in shown["breakdown"]}


def as_items(rows: list[Any]) -> dict[str, Any]:
    return {row["id"]: {key: row[key] for key in row if key not in EXTRA} for row in rows}


def test_rows_of_all_customers_newest_first(api: Api) -> None:
    assert listed(api) == [("ada", None, 50), ("bob", "free", 100), ("ada", "free", 100)]


def test_a_row_is_the_item_of_the_breakdown_and_whose_it_is(api: Api) -> None:
    track(api, 30)

    rows = api("balances.list", customer_id="ada")["list"]

    assert as_items(rows) == breakdown(api)
    [gift] = [row for row in rows if row["id"] == "gift"]
    assert list(gift) == [
        "id", "plan_id", "included_grant", "prepaid_grant", "remaining", "usage", "unlimited", "reset",
        "price", "expires_at", "feature_id", "status", "rollovers", "customer_id", "entity_id", "created_at",
    ]  # fmt: skip
    assert {key: gift[key] for key in EXTRA} == {
        "feature_id": "messages", "status": "active", "rollovers": [], "customer_id": "ada",
        "entity_id": None, "created_at": api.world.now(),
    }  # fmt: skip


@pytest.mark.parametrize("version", ["0.2", "1.2", "2.0", "2.3.0", "2.5.0"])
def test_every_version_has_the_same_shape(api: Api, version: str) -> None:
    assert api("balances.list", version=version) == api("balances.list")


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        ({"customer_id": "bob"}, [("bob", "free", 100)]),
        ({"plan_id": "free"}, [("bob", "free", 100), ("ada", "free", 100)]),
        ({"plan_id": None}, [("ada", None, 50)]),
        ({"plan_id": None, "customer_id": "bob"}, []),
        ({"plan_id": "none"}, []),
        ({"feature_id": "other"}, []),
        ({"feature_id": "messages", "customer_id": "bob"}, [("bob", "free", 100)]),
        ({"statuses": []}, []),
        ({"statuses": ["expired"]}, []),
    ],
)
def test_filters(api: Api, filters: Any, rows: Any) -> None:
    assert listed(api, **filters) == rows


def test_what_is_loose_expires(api: Api) -> None:
    grant(api, 5, "brief", expires_at=api.world.now() + 60_000)
    api.advance("2 minutes")

    assert listed(api, customer_id="ada") == [("ada", None, 50), ("ada", "free", 100)]
    [row] = api("balances.list", statuses=["expired"])["list"]
    assert (row["id"], row["status"], row["remaining"]) == ("brief", "expired", 5)
    assert len(listed(api, statuses=["active", "expired"])) == 4


def test_a_plan_that_is_over_has_no_active_balances(api: Api) -> None:
    api("billing.update", customer_id="bob", plan_id="free", cancel_action="cancel_immediately")

    assert listed(api, customer_id="bob") == []


def test_a_loose_balance_that_is_used_up_is_not_seen(api: Api) -> None:
    track(api, 150)

    assert [row["remaining"] for row in api("balances.list", plan_id=None)["list"]] == []
    assert as_items(api("balances.list", customer_id="ada")["list"]) == breakdown(api)


@pytest.mark.parametrize("filters", [{}, {"customer_id": "ada"}, {"feature_id": "messages"}])
def test_pages_walk_through(api: Api, filters: Any) -> None:
    seen, cursor, pages = [], "", 0

    while pages == 0 or cursor:
        page = api("balances.list", limit=1, start_cursor=cursor or "", **filters)
        assert page["has_more"] is (page["next_cursor"] is not None)
        seen += page["list"]
        cursor, pages = page["next_cursor"], pages + 1

    assert seen == api("balances.list", **filters)["list"]
    assert pages == len(seen) > 1


def test_a_page_looks_at_so_many_rows_and_goes_on(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balance_list, "MOST_LOOKED_AT", 2)
    api.advance("1 minute")
    customer(api, "cyd")
    api("billing.attach", customer_id="cyd", plan_id="free")

    first = api("balances.list", plan_id="free", limit=2)
    rest = api("balances.list", plan_id="free", limit=2, start_cursor=first["next_cursor"])

    assert [row["customer_id"] for row in first["list"]] == ["cyd"]
    assert [row["customer_id"] for row in rest["list"]] == ["bob", "ada"]
    assert (first["has_more"], rest["has_more"], rest["next_cursor"]) == (True, False, None)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"entity_id": "e"}, 400, "invalid_inputs"),
        ({"limit": 201}, 400, "invalid_inputs"),
        ({"limit": 0}, 400, "invalid_inputs"),
        ({"statuses": ["scheduled"]}, 400, "invalid_inputs"),
        ({"customer_id": None}, 400, "invalid_inputs"),
        ({"customer_id": "nobody"}, 404, "customer_not_found"),
        ({"customer_id": "ada", "entity_id": "nobody"}, 404, "entity_not_found"),
    ],
)
def test_what_is_refused(api: Api, body: Any, status: int, code: str) -> None:
    assert api.refused("balances.list", **body)[:2] == (status, code)


def test_a_cursor_that_is_none_is_refused_as_of_subscriptions(api: Api) -> None:
    refused = api.refused("balances.list", start_cursor="x")

    assert refused == api.refused("subscriptions.list", start_cursor="x")


def test_unlimited_and_boolean(api: Api) -> None:
    boolean(api, "sso")
    api("balances.create", customer_id="bob", feature_id="other", unlimited=True)
    api("balances.create", customer_id="bob", feature_id="sso")
    track(api, 7, customer_id="bob", feature_id="other")

    [endless] = api("balances.list", feature_id="other")["list"]
    [flag] = api("balances.list", feature_id="sso")["list"]

    assert as_items([endless]) == breakdown(api, "other", customer_id="bob")
    assert (endless["unlimited"], endless["usage"], endless["reset"]) == (True, 7, None)
    assert (flag["unlimited"], flag["included_grant"], flag["remaining"], flag["reset"]) == (False, 0, 0, None)
    assert flag["id"] == api("customers.get", customer_id="bob")["flags"]["sso"]["id"]


def test_rows_of_an_entity(api: Api) -> None:
    seats(api, "seats")
    for name in ("e", "f"):
        api("entities.create", customer_id="ada", entity_id=name, feature_id="seats")
    grant(api, 8, "own", entity_id="e")
    plan(api, "each", item("other", 10, "month", entity_feature_id="seats"), add_on=True)
    api("billing.attach", customer_id="ada", plan_id="each")
    track(api, 3, entity_id="e", feature_id="other")

    of_e = api("balances.list", customer_id="ada", entity_id="e")["list"]
    [own] = [row for row in of_e if row["id"] == "own"]
    [share] = [row for row in of_e if row["feature_id"] == "other"]
    of_all = api("balances.list", customer_id="ada", feature_id="other")["list"]

    assert len(of_e) == 2
    assert (own["entity_id"], own["remaining"]) == ("e", 8)
    assert as_items([share]) == breakdown(api, "other", entity_id="e")
    assert (share["entity_id"], share["remaining"]) == (None, 7)
    assert as_items(of_all) == breakdown(api, "other")
    assert [row["remaining"] for row in of_all] == [17]


def test_what_was_rolled_over(api: Api) -> None:
    rule = {"max": 40, "expiry_duration_type": "month", "expiry_duration_length": 2}
    plan(api, "roll", item("other", 60, "month", rollover=rule), add_on=True)
    api("billing.attach", customer_id="bob", plan_id="roll")
    api.advance("1 month")
    track(api, 5, customer_id="bob", feature_id="other")

    [row] = api("balances.list", feature_id="other")["list"]

    assert row["rollovers"] == api("customers.get", customer_id="bob")["balances"]["other"]["rollovers"]
    assert [(each["granted"], each["balance"]) for each in row["rollovers"]] == [(40, 35)]


def test_what_was_bought_in_advance_has_its_price(api: Api) -> None:
    plan(api, "packs", item("other", 100, price=PACK), add_on=True)
    give_card(api, "bob")
    bought = [{"feature_id": "other", "quantity": 300}]
    api("billing.attach", customer_id="bob", plan_id="packs", feature_quantities=bought)

    [row] = api("balances.list", feature_id="other")["list"]

    assert as_items([row]) == breakdown(api, "other", customer_id="bob")
    assert (row["included_grant"], row["prepaid_grant"]) == (100, 200)
    assert (row["price"]["amount"], row["price"]["billing_method"]) == (10, "prepaid")


def test_the_old_route_tells_raw_rows(api: Api) -> None:
    status, raw = api.request("GET", "/v1/balances/list?customer_id=ada")

    assert (status, [row["external_id"] for row in raw["balances"]]) == (200, ["gift"])
