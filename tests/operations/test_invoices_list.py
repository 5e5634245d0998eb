"""`invoices.insert`, `invoices.list` and the invoices of customers and entities."""

from typing import Any

import pytest

from autumn_mock.operations.paging import read_cursor
from tests.billing import attach, give_card
from tests.builders import customer, plan, seats
from tests.conftest import Api
from tests.invoices import listed, record

T = 1_750_000_000_000
KEYS = [
    "plan_ids", "stripe_id", "processor_type", "status", "total", "currency", "created_at",
    "hosted_invoice_url", "id", "customer_id", "entity_id", "amount_paid", "refunded_amount",
]  # fmt: skip


@pytest.fixture(autouse=True)
def ada_and_bob(api: Api) -> None:
    api.freeze("2026-01-01T00:00:00Z")
    plan(api, "pro", price={"amount": 20, "interval": "month"})
    for name in ("ada", "bob"):
        customer(api, name)


def expanded(api: Api, customer_id: str, **how: Any) -> list[Any]:
    shown: list[Any] = api("customers.get", customer_id=customer_id, expand=["invoices"], **how)["invoices"]
    return shown


def test_s55_a_new_customer_has_no_invoices(api: Api) -> None:
    assert expanded(api, "ada") == []
    assert "invoices" not in api("customers.get", customer_id="ada")


def test_s56_a_paid_attach_leaves_a_paid_invoice(api: Api) -> None:
    give_card(api, "ada")
    answer = attach(api, "ada", "pro")

    [invoice] = expanded(api, "ada")

    assert invoice.pop("hosted_invoice_url").rpartition("/")[0].endswith("/invoices/hosted_invoice_url")
    assert invoice == {
        "plan_ids": ["pro"], "stripe_id": answer["invoice"]["stripe_id"], "processor_type": "stripe",
        "status": "paid", "total": 20, "currency": "usd", "created_at": 1_767_225_600_000,
    }  # fmt: skip
    [in_list] = api("invoices.list", customer_id="ada")["list"]
    assert list(in_list) == KEYS
    assert (in_list["amount_paid"], in_list["refunded_amount"], in_list["entity_id"]) == (20, 0, None)
    assert in_list["hosted_invoice_url"].endswith(in_list["id"])
    assert in_list["id"].startswith("inv_")


def test_s57_older_versions_name_products(api: Api) -> None:
    record(api, {"plan_ids": ["pro"]})

    [invoice] = expanded(api, "ada", version="1.2.0")

    assert list(invoice) == [
        "product_ids", "stripe_id", "status", "total", "currency", "created_at", "hosted_invoice_url",
    ]  # fmt: skip
    assert invoice["product_ids"] == ["pro"]
    [in_list] = api("invoices.list", version="1.2.0", customer_id="ada")["list"]
    assert in_list["plan_ids"] == ["pro"]


def test_s58_an_empty_organisation_has_no_invoices(api: Api) -> None:
    assert api("invoices.list") == {"list": [], "next_cursor": None}


def test_s59_what_is_recorded_is_told_in_its_order_and_listed_newest_first(api: Api) -> None:
    older = {"stripe_id": "in_old", "plan_ids": ["pro", "pro"], "created_at": T, "total": 20}
    newer = {"stripe_id": "in_new", "created_at": T + 1, "hosted_invoice_url": "https://example.com/2"}

    told = record(api, older, newer)

    assert [each["stripe_id"] for each in told] == ["in_old", "in_new"]
    assert told[0] == {
        "id": told[0]["id"], "customer_id": "ada", "plan_ids": ["pro"], "stripe_id": "in_old",
        "processor_type": "stripe", "status": "paid", "total": 20, "amount_paid": None,
        "refunded_amount": 0, "currency": "usd", "created_at": T, "hosted_invoice_url": None,
    }  # fmt: skip
    assert told[1]["hosted_invoice_url"] == "https://example.com/2"
    first = api("invoices.list", customer_id="ada")["list"][0]
    assert (first["stripe_id"], first["amount_paid"], first["refunded_amount"]) == ("in_new", None, 0)
    assert first["hosted_invoice_url"].endswith(f"/invoices/hosted_invoice_url/{told[1]['id']}")
    assert api("invoices.insert", invoices=[]) == {"invoices": []}


def test_s60_an_invoice_is_recorded_once(api: Api) -> None:
    [first] = record(api, {"total": 5, "amount_paid": 5})
    twice = [{"customer_id": "ada", "stripe_id": "in_9", "status": "paid", "total": 1, "created_at": 1}] * 2

    [again] = record(api, {"total": 7, "customer_id": "bob", "status": "void"})

    assert api.refused("invoices.insert", invoices=twice) == (
        400, "invalid_request", "Duplicate stripe_id values are not allowed in one batch",
    )  # fmt: skip
    assert (again["id"], again["total"], again["amount_paid"]) == (first["id"], 7, None)
    assert (listed(api, customer_id="ada"), listed(api, customer_id="bob")) == ([], ["in_0"])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([{"customer_id": "x"}, {"customer_id": "y"}, {"customer_id": "x"}], "Customers not found: x, y"),
        ([{"plan_ids": ["ghost", "pro", "none"]}], "Plans not found: ghost, none"),
        ([{}, {"entity_id": "e"}], "Entity e not found for customer ada"),
    ],
)
def test_s61_one_that_fits_nothing_inserts_none(api: Api, wrong: list[Any], message: str) -> None:
    usual = {"customer_id": "ada", "status": "paid", "total": 1, "created_at": 1}
    sent = [{**usual, "stripe_id": f"in_{n}", **each} for n, each in enumerate(wrong)]

    assert api.refused("invoices.insert", invoices=sent) == (400, "invalid_request", message)
    assert listed(api) == []


def test_s62_the_cursor_walks_through_all(api: Api) -> None:
    record(api, *({"created_at": T + step} for step in (0, 5, 5, 10)))
    seen, cursor = [], ""

    while cursor is not None:
        page = api("invoices.list", limit=1, start_cursor=cursor)
        seen += [each["stripe_id"] for each in page["list"]]
        cursor = page["next_cursor"]

    assert sorted(seen) == ["in_0", "in_1", "in_2", "in_3"]
    assert (seen[0], seen[-1]) == ("in_3", "in_0")
    assert listed(api, limit="4") == seen
    page = api("invoices.list", limit=3)
    assert read_cursor(page["next_cursor"]) == (T + 5, page["list"][-1]["id"])


@pytest.mark.parametrize(
    ("limit", "refusal"),
    [
        (0, (400, "invalid_inputs", "limit: Too small: expected number to be >=1")),
        (2000, (400, "invalid_request", "limit 2000 exceeds max of 1000 for this org")),
        (6000, (400, "invalid_inputs", "limit: Too big: expected number to be <=5000")),
    ],
)
def test_s63_a_page_has_bounds(api: Api, limit: int, refusal: tuple[int, str, str]) -> None:
    assert api.refused("invoices.list", limit=limit) == refusal


def test_s64_an_entity_is_of_a_customer(api: Api) -> None:
    assert api.refused("invoices.list", entity_id="e") == (
        400, "invalid_inputs", "input: entity_id filter requires customer_id",
    )  # fmt: skip
    assert listed(api, customer_id="ada", entity_id="e") == []
    assert listed(api, customer_id="nobody") == []


def test_s65_a_status_filters(api: Api) -> None:
    record(api, {"status": "paid"}, {"status": "open"}, {"status": "draft"})

    assert listed(api, status=["paid"]) == ["in_0"]
    assert sorted(listed(api, status=["open", "draft"])) == ["in_1", "in_2"]
    assert api.refused("invoices.list", status=["done"]) == (
        400, "invalid_inputs", "status.0: must be one of: draft, open, void, paid, uncollectible",
    )  # fmt: skip


def test_s66_a_cursor_is_checked(api: Api) -> None:
    answer = api.refused("invoices.list", start_cursor="%%%")

    assert answer == (400, "invalid_cursor", "cursor payload is not valid JSON")


def test_s67_a_processor_filters(api: Api) -> None:
    record(api, {}, {"processor_type": "revenuecat", "hosted_invoice_url": "https://example.com"})

    [found] = api("invoices.list", processor_types=["revenuecat"])["list"]

    assert (found["stripe_id"], found["hosted_invoice_url"]) == ("in_1", None)


def test_s71_a_batch_has_at_most_500(api: Api) -> None:
    one = {"customer_id": "ada", "status": "paid", "total": 1, "created_at": 1}
    many = [{**one, "stripe_id": f"in_{n}"} for n in range(501)]

    assert api.refused("invoices.insert", invoices=many) == (
        400, "invalid_inputs", "invoices: Too big: expected array to have <=500 items",
    )  # fmt: skip
    assert len(api("invoices.insert", invoices=many[1:])["invoices"]) == 500


def test_what_is_missing_is_told_field_by_field(api: Api) -> None:
    assert api.refused("invoices.insert", invoices=[{"customer_id": "ada"}])[2] == (
        "[Validation Errors] invoices.0.stripe_id: must be a string (received undefined); invoices.0.status: "
        "must be one of: draft, open, void, paid, uncollectible; invoices.0.total: must be a number (received "
        "undefined); invoices.0.created_at: must be a number (received undefined)"
    )
    assert api.refused("invoices.insert")[2] == "invoices: Invalid input: expected array, received undefined"


def test_the_invoices_of_an_entity_are_its_own_and_those_of_nobody(api: Api) -> None:
    seats(api, "seats")
    for entity_id in ("one", "two"):
        api("entities.create", customer_id="ada", entity_id=entity_id, feature_id="seats")
    record(api, {"entity_id": "one"}, {"entity_id": "two"}, {})

    shown = api("entities.get", customer_id="ada", entity_id="one", expand=["invoices"])["invoices"]

    assert sorted(each["stripe_id"] for each in shown) == ["in_0", "in_2"]
    assert listed(api, customer_id="ada", entity_id="one") == ["in_0"]
    assert {each["entity_id"] for each in api("invoices.list")["list"]} == {"one", "two", None}


def test_s57_older_versions_name_products_for_entities_too(api: Api) -> None:
    seats(api, "seats")
    api("entities.create", customer_id="ada", entity_id="one", feature_id="seats")
    record(api, {"entity_id": "one", "plan_ids": ["pro"]})
    asked = {"customer_id": "ada", "entity_id": "one", "expand": ["invoices"]}

    shapes = {
        version: api("entities.get", version=version, **asked)["invoices"][0] for version in ("1.2.0", "2.0.0")
    }

    assert "plan_ids" in shapes["2.0.0"]
    assert shapes["1.2.0"]["product_ids"] == ["pro"]
    assert not {"plan_ids", "processor_type"} & shapes["1.2.0"].keys()


def test_a_customer_shows_its_ten_newest(api: Api) -> None:
    record(api, *({"created_at": T + n} for n in range(12)))

    assert [each["stripe_id"] for each in expanded(api, "ada")] == [f"in_{n}" for n in range(11, 1, -1)]


@pytest.mark.parametrize("profile", ["documented", "server"])
def test_the_newer_filters_and_items_are_of_the_documented_profile(api: Api, profile: str) -> None:
    customer(api, "cyd", create_in_stripe=True)
    give_card(api, "cyd")
    attach(api, "cyd", "pro")
    record(api, {"customer_id": "cyd"})
    invoice_id = api("invoices.list", customer_id="cyd", status=["paid"])["list"][0]["id"]

    by_id = api("invoices.list", invoice_id=invoice_id)["list"]
    by_stripe_id = listed(api, stripe_id="in_0")

    if profile == "server":
        assert (len(by_id), len(by_stripe_id), "items" in by_id[0]) == (2, 2, False)
        return
    [one] = by_id
    [line] = one["items"]
    assert by_stripe_id == ["in_0"]
    assert line.pop("id").startswith("invoice_li_")
    assert line == {
        "description": "1 × Pro (at $20.00 / month)", "period_start": 1_767_225_600_000,
        "period_end": 1_769_904_000_000, "plan_id": "pro", "feature_id": None, "feature_name": None,
        "quantity": None, "amount": 20, "entities": [],
    }  # fmt: skip
    assert listed(api, stripe_id="in_0", customer_id="bob") == []


def test_a_renewal_is_listed_too(api: Api) -> None:
    give_card(api, "ada")
    attach(api, "ada", "pro")

    api.advance("1 month")

    found = api("invoices.list", customer_id="ada")["list"]
    assert [(each["status"], each["amount_paid"]) for each in found] == [("paid", 20), ("paid", 20)]
    assert found[0]["created_at"] > found[1]["created_at"]


@pytest.mark.parametrize(
    "said",
    [
        {"status": "open", "total": 7, "amount_paid": 3},
        {"status": "void", "total": 20},
        {"customer_id": "bob", "total": 9, "refunded_amount": 99},
    ],
)
def test_an_invoice_that_was_paid_here_is_recorded_over(api: Api, said: dict[str, Any]) -> None:
    give_card(api, "ada")
    stripe_id = attach(api, "ada", "pro")["invoice"]["stripe_id"]

    [told] = record(api, {"stripe_id": stripe_id, **said})

    assert told["stripe_id"] == stripe_id
    assert {name: told[name] for name in said} == said
    assert listed(api, customer_id=said.get("customer_id", "ada")) == [stripe_id]
    assert api.request("GET", "/_mock/invariants") == (200, {"ok": True, "broken": []})


def test_what_is_recorded_as_paid_is_tried_no_more(api: Api) -> None:
    give_card(api, "ada")
    attach(api, "ada", "pro")
    give_card(api, "ada", "decline:card_declined")
    api.advance("32 days")
    [failed] = listed(api, status=["open"])

    record(api, {"stripe_id": failed, "total": 20, "amount_paid": 20})
    give_card(api, "ada")
    api.advance("10 days")

    [invoice] = [each for each in api("invoices.list")["list"] if each["stripe_id"] == failed]
    assert (invoice["status"], invoice["total"], invoice["amount_paid"]) == ("paid", 20, 20)
    assert api.request("GET", "/_mock/invariants") == (200, {"ok": True, "broken": []})
