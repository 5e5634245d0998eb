"""The billing routes of old SDKs: cases L190 to L199."""

from typing import Any

import pytest

from tests.billing import attach, balance, catalogue, give_card, invoices, pay, plans_of
from tests.conftest import Api


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def old(api: Api, body: dict[str, Any], *, path: str = "/v1/attach", version: str = "1.2.0") -> Any:
    status, answer = api.request("POST", path, body, version=version)
    assert status == 200, answer
    return answer


def refused(api: Api, body: dict[str, Any], path: str = "/v1/attach") -> tuple[int, str, str]:
    return api.refusal(api.request("POST", path, body, version="1.2.0"))


def product(customer_id: str, product_id: str, **more: Any) -> dict[str, Any]:
    return {"customer_id": customer_id, "product_id": product_id, **more}


def options(quantity: float) -> dict[str, Any]:
    return {"options": [{"feature_id": "credits", "quantity": quantity}]}


def test_l190_a_free_product_is_inserted(api: Api) -> None:
    assert old(api, product("c", "starter")) == {
        "success": True,
        "customer_id": "c",
        "product_ids": ["starter"],
        "code": "free_product_attached",
        "message": "Successfully inserted free product Starter to C",
    }
    assert plans_of(api, "c") == [("starter", "active")]


def test_l191_without_a_card_there_is_a_checkout(api: Api) -> None:
    answer = old(api, product("c", "pro"))

    pay(api, answer["checkout_url"])

    assert answer["code"] == "checkout_created"
    assert answer["message"] == "Successfully created checkout for customer c, product(s) Pro"
    assert plans_of(api, "c") == [("pro", "active")]


@pytest.mark.parametrize(
    ("product_id", "code", "message"),
    [
        (
            "pro",
            "new_product_attached",
            "Successfully created subscriptions and attached product(s) Pro to customer K",
        ),
        (
            "boost",
            "one_off_product_attached",
            "Successfully purchased product(s) Boost and attached to customer K",
        ),
        ("pro_t", "new_product_attached", "Successfully attached product"),
    ],
)
def test_l192_with_a_card_it_is_paid(api: Api, product_id: str, code: str, message: str) -> None:
    answer = old(api, product("k", product_id))

    assert (answer["code"], answer["message"]) == (code, message)


def test_l193_the_same_product_is_refused(api: Api) -> None:
    old(api, product("k", "pro"))

    assert refused(api, product("k", "pro")) == (
        400,
        "product_already_attached",
        "Product Pro is already attached, can't attach again",
    )


def test_products_are_changed_and_taken_back(api: Api) -> None:
    old(api, product("k", "pro"))

    up = old(api, product("k", "premium"))
    down = old(api, product("k", "pro"))
    again = refused(api, product("k", "pro"))
    renewed = old(api, product("k", "premium"))

    assert (up["code"], up["message"]) == ("upgraded_to_new_product", "Successfully updated product")
    assert (down["code"], down["message"]) == (
        "downgrade_scheduled",
        "Successfully downgraded from Premium to Pro",
    )
    assert again[2] == "Product Pro is already scheduled, can't attach again"
    assert (renewed["code"], renewed["message"]) == ("renewed_product", "Successfully renewed product")
    assert plans_of(api, "k") == [("premium", "active")]


def test_quantities_leave_the_included_amount_out(api: Api) -> None:
    old(api, product("k", "packs", **options(200)))
    before = balance(api, "k")[0]

    answer = old(api, product("k", "packs", **options(400)))

    assert before == 300
    assert balance(api, "k")[0] == 500
    assert answer["code"] == "features_updated"
    assert answer["invoice"]["total"] == 2000
    assert invoices(api, "k") == [("paid", 20), ("paid", 50)]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Pass in 'quantity' for feature credits in options"),
        (options(-1), "Quantity cannot be negative"),
    ],
)
def test_quantities_are_needed(api: Api, given: dict[str, Any], message: str) -> None:
    assert refused(api, product("k", "packs", **given)) == (400, "invalid_options", message)


def test_a_declined_card_asks_for_a_payment(api: Api) -> None:
    answer = old(api, product("d", "pro"))

    pay(api, answer["checkout_url"])

    assert (answer["code"], answer["message"]) == ("invoice_action_required", "Payment action required")
    assert plans_of(api, "d") == [("pro", "active")]


def test_unknown_products_and_nothing_at_all_are_refused(api: Api) -> None:
    assert refused(api, product("k", "nope")) == (404, "product_not_found", "Product nope not found")
    assert refused(api, {"customer_id": "k"})[1] == "invalid_request"


def test_l197_a_product_is_cancelled(api: Api) -> None:
    attach(api, "k", "pro")

    later = old(api, product("k", "pro"), path="/v1/cancel")
    waiting = plans_of(api, "k")
    now = old(api, product("k", "pro", cancel_immediately=True), path="/v1/cancel")

    assert later == now == {"success": True, "customer_id": "k", "product_id": "pro"}
    assert waiting == [("pro", "active")]
    assert plans_of(api, "k") == []
    assert invoices(api, "k") == [("paid", -20), ("paid", 20)]


def test_cancelling_without_proration_gives_nothing_back(api: Api) -> None:
    attach(api, "k", "pro")

    old(api, product("k", "pro", cancel_immediately=True, prorate=False), path="/v1/cancel")

    assert invoices(api, "k") == [("paid", 20)]


def test_l199_the_oldest_versions_say_less(api: Api) -> None:
    inserted = old(api, product("c", "bonus"), version="0.2.0")
    checkout = old(api, product("c", "pro"), version="0.2.0")

    assert inserted == {"success": True, "message": "Successfully inserted free product Bonus to C"}
    assert list(checkout) == ["checkout_url"]


def test_l198_a_checkout_tells_the_price_and_attaches_nothing(api: Api) -> None:
    give_card(api, "k")
    old(api, product("k", "starter"))

    shown = old(api, product("k", "pro"), path="/v1/checkout")

    assert [(line["description"], line["amount"]) for line in shown["lines"]] == [("Pro - $20 / month", 20)]
    assert shown["lines"][0]["item"] == shown["product"]["items"][0]
    assert (shown["total"], shown["url"], shown["has_prorations"]) == (20, None, False)
    assert (shown["product"]["scenario"], shown["current_product"]["id"]) == ("upgrade", "starter")
    assert plans_of(api, "k") == [("starter", "active")]


def test_l198_a_checkout_without_a_card_can_be_paid(api: Api) -> None:
    shown = old(api, product("c", "boost"), path="/v1/checkout")
    pay(api, shown["url"])

    assert shown["lines"][0]["description"] == "Boost - $50"
    assert shown["current_product"] is None
    assert balance(api, "c") == (500, 500, 0)


def test_a_checkout_refuses_what_it_cannot_tell(api: Api) -> None:
    give_card(api, "k")
    old(api, product("k", "pro"))

    upgrade = refused(api, product("k", "premium"), "/v1/checkout")
    quantities = refused(api, product("c", "packs", **options(100)), "/v1/checkout")

    assert upgrade[:2] == quantities[:2] == (501, "not_emulated")
    assert "customer on a paid plan" in upgrade[2]


def test_the_preview_of_old_sdks_says_that_it_is_not_there(api: Api) -> None:
    give_card(api, "k")

    assert refused(api, product("k", "pro"), "/v1/attach/preview") == (
        501,
        "not_emulated",
        "POST /v1/attach/preview is not emulated yet",
    )
