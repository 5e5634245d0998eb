"""`subscriptions.list` and `purchases.list` (cases S102 to S106)."""

from typing import Any

import pytest

from autumn_mock.world import World
from tests.billing import attach, catalogue, give_card
from tests.builders import customer
from tests.conftest import Api


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def listed(api: Api, what: str = "subscriptions", **filters: Any) -> list[tuple[Any, Any]]:
    """Customer and plan of each row."""
    return [(row["customer_id"], row["plan_id"]) for row in api(f"{what}.list", **filters)["list"]]


def test_s102_the_plans_of_all_customers_or_of_one(api: Api) -> None:
    attach(api, "c", "starter")
    api.advance("1 day")
    attach(api, "k", "pro")

    assert listed(api) == [("k", "pro"), ("c", "starter")]
    assert listed(api, customer_id="c") == [("c", "starter")]


def test_s102_a_row_is_the_customers_plan_and_whose_it_is(api: Api) -> None:
    attach(api, "k", "pro", subscription_id="mine")

    [row] = api("subscriptions.list")["list"]
    [shown] = api("customers.get", customer_id="k")["subscriptions"]

    assert row == shown | {"customer_id": "k", "entity_id": None, "created_at": row["started_at"]}
    assert row["id"] == "mine"


def test_s103_what_is_over_is_asked_for(api: Api) -> None:
    attach(api, "k", "pro")
    api("billing.update", customer_id="k", plan_id="pro", cancel_action="cancel_immediately")

    assert listed(api) == []
    [row] = api("subscriptions.list", statuses=["expired"])["list"]
    assert (row["plan_id"], row["status"]) == ("pro", "expired")


def test_s103_past_due_reads_as_active(api: Api) -> None:
    attach(api, "k", "pro")
    give_card(api, "k", "decline:card_declined")
    api.advance("32 days")

    [row] = api("subscriptions.list", statuses=["past_due"])["list"]

    assert (row["status"], row["past_due"]) == ("active", True)
    assert listed(api) == [("k", "pro")]


@pytest.mark.parametrize("one_customer", [False, True])
def test_s104_pages_walk_through(api: Api, one_customer: bool) -> None:
    for plan_id in ("starter", "bonus", "bonus"):
        attach(api, "c", plan_id)
    attach(api, "c", "extra", customize={"price": None})
    filters = {"customer_id": "c"} if one_customer else {}
    seen, cursor, pages = [], "", 0

    while pages == 0 or cursor:
        page = api("subscriptions.list", limit=1, start_cursor=cursor or "", **filters)
        assert page["has_more"] is (page["next_cursor"] is not None)
        seen += [row["id"] for row in page["list"]]
        cursor, pages = page["next_cursor"], pages + 1

    assert pages == 4
    assert seen == [row["id"] for row in api("subscriptions.list")["list"]]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"entity_id": "e"}, "invalid_inputs"),
        ({"limit": 201}, "invalid_inputs"),
        ({"limit": 0}, "invalid_inputs"),
        ({"statuses": ["trialing"]}, "invalid_inputs"),
        ({"customer_id": "nobody"}, "customer_not_found"),
        ({"customer_id": "c", "entity_id": "nobody"}, "entity_not_found"),
    ],
)
def test_s105_what_is_refused(api: Api, body: Any, code: str) -> None:
    assert api.refused("subscriptions.list", **body)[1] == code


def test_s105_the_plans_of_an_entity(api: Api) -> None:
    attach(api, "c", "starter")
    api("entities.create", customer_id="c", entity_id="e", feature_id="seats")
    attach(api, "c", "bonus", entity_id="e")

    [row] = api("subscriptions.list", customer_id="c", entity_id="e")["list"]

    assert (row["plan_id"], row["entity_id"], row["scope"]) == ("bonus", "e", "entity")


def test_s106_what_is_paid_once_is_a_purchase(api: Api) -> None:
    attach(api, "k", "boost")
    attach(api, "c", "starter")

    [row] = api("purchases.list")["list"]

    assert list(row) == [
        "id", "status", "plan_id", "expires_at", "started_at", "quantity", "scope", "customer_id",
        "entity_id", "created_at",
    ]  # fmt: skip
    assert (row["plan_id"], row["status"], row["customer_id"]) == ("boost", "active", "k")
    assert listed(api) == [("c", "starter")]


def test_rows_of_one_plan(api: Api) -> None:
    attach(api, "k", "pro")
    attach(api, "c", "starter")
    attach(api, "d", "starter", customize={"items": []})

    assert listed(api, plan_id="starter") == [("d", "starter"), ("c", "starter")]
    assert listed(api, plan_id="none") == []


def test_a_page_looks_at_no_more_than_it_shows(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(60):
        customer(api, f"many{number}")
        attach(api, f"many{number}", "starter")
    seen = _count_rows(api.world, monkeypatch)

    api("subscriptions.list", limit=2)
    api("purchases.list", limit=2)

    assert seen[0] < 20


def _count_rows(world: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows the order of the list hands out."""
    table, seen = type(world.store.subscriptions), [0]
    ordered = table.ordered

    def counted(self: Any, order: str, **how: Any) -> Any:
        for record in ordered(self, order, **how):
            seen[0] += order == "listed"
            yield record

    monkeypatch.setattr(table, "ordered", counted)
    return seen
