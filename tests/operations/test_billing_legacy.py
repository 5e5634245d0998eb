"""The billing routes of old SDKs: cases L190 to L199."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.billing import attach, balance, catalogue, give_card, invoices, monthly, pay, plans_of
from tests.builders import item, plan
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


def test_l194_l195_l196_products_are_changed_and_taken_back(api: Api) -> None:
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


# Previews of what is more than a first plan


def shown(api: Api, body: dict[str, Any], path: str = "/v1/checkout") -> Any:
    return old(api, body, path=path)


def told_lines(answer: Any) -> list[tuple[str, Any]]:
    return [(line["description"], line["amount"]) for line in answer["lines"]]


def test_l198_a_checkout_of_an_upgrade_gives_back_and_charges(api: Api) -> None:
    old(api, product("k", "pro"))
    api.advance("15 days")

    answer = shown(api, product("k", "premium"))

    assert told_lines(answer) == [
        ("Unused 1 × Pro (at $20.00 / month)", -10.32),
        ("Premium - Base Price (from 16 Jan 2026 to 01 Feb 2026)", 25.81),
    ]
    assert (answer["total"], answer["has_prorations"], answer["url"]) == (15.49, True, None)
    assert [line["item"]["price"] for line in answer["lines"]] == [20, 50]
    assert (answer["product"]["id"], answer["current_product"]["id"]) == ("premium", "pro")
    assert answer["next_cycle"] == {"starts_at": from_iso("2026-02-01T00:00:00Z"), "total": 50}
    assert answer["next_cycle_at"] == answer["next_cycle"]["starts_at"]
    assert plans_of(api, "k") == [("pro", "active")]


def test_a_checkout_of_a_downgrade_charges_in_the_next_cycle(api: Api) -> None:
    old(api, product("k", "premium"))

    answer = shown(api, product("k", "pro"))

    assert (answer["lines"], answer["total"], answer["has_prorations"]) == ([], 0, False)
    assert answer["next_cycle"]["total"] == 20


def test_a_checkout_tells_packs_and_the_quantities_that_were_asked_for(api: Api) -> None:
    answer = shown(api, product("k", "packs", **options(200)))

    assert told_lines(answer)[0] == ("Packs - $30 / month", 30)
    assert [line["item"]["feature_id"] for line in answer["lines"]] == [None, "credits"]
    assert (answer["total"], answer["options"]) == (50, [{"feature_id": "credits", "quantity": 200}])


def test_a_checkout_of_other_quantities_tells_their_difference(api: Api) -> None:
    old(api, product("k", "packs", **options(200)))

    answer = shown(api, product("k", "packs", **options(400)))

    assert (answer["total"], answer["has_prorations"]) == (20, True)
    assert balance(api, "k") == (300, 300, 0)


def test_a_checkout_of_a_trial_charges_at_its_end(api: Api) -> None:
    answer = shown(api, product("k", "pro_t"))

    assert (answer["lines"], answer["total"]) == ([], 0)
    assert answer["next_cycle"] == {"starts_at": from_iso("2026-01-15T00:00:00Z"), "total": 20}


def test_a_checkout_of_the_running_product_is_refused(api: Api) -> None:
    old(api, product("k", "pro"))

    told = refused(api, product("k", "pro"), "/v1/checkout")

    assert told == (400, "product_already_attached", "Product Pro is already attached, can't attach again")


def test_a_checkout_of_a_product_that_was_to_end_costs_nothing(api: Api) -> None:
    old(api, product("k", "pro"))
    old(api, product("k", "pro"), path="/v1/cancel")

    answer = shown(api, product("k", "pro"))

    assert (answer["lines"], answer["total"]) == ([], 0)


def test_the_preview_is_a_checkout_without_a_page(api: Api) -> None:
    with_page = shown(api, product("c", "pro"))

    answer = shown(api, product("c", "pro"), "/v1/attach/preview")

    assert with_page.pop("url").startswith("http")
    assert answer == with_page
    assert len(list(api.world.store.checkouts)) == 1


# Products of its own form


OWN_ITEMS = [
    {"price": 12, "interval": "month"},
    {"feature_id": "credits", "included_usage": 400, "interval": "month"},
]


def test_items_of_its_own_replace_price_and_items(api: Api) -> None:
    answer = old(api, product("k", "pro", items=OWN_ITEMS))

    assert answer["code"] == "new_product_attached"
    assert invoices(api, "k") == [("paid", 12)]
    assert balance(api, "k") == (400, 400, 0)


def test_other_items_change_the_running_product_and_the_same_ones_are_refused(api: Api) -> None:
    old(api, product("k", "pro"))

    changed = old(api, product("k", "pro", items=OWN_ITEMS))

    assert (changed["code"], changed["message"]) == ("upgraded_to_new_product", "Successfully updated product")
    assert balance(api, "k") == (400, 400, 0)
    assert refused(api, product("k", "pro", items=OWN_ITEMS)) == (
        400,
        "invalid_request",
        "Items specified for Pro are the same as the existing product, can't attach again",
    )


def test_items_of_its_own_are_paid_on_a_page(api: Api) -> None:
    page = old(
        api,
        product("c", "packs", items=[*OWN_ITEMS, PREPAID], options=[{"feature_id": "calls", "quantity": 200}]),
    )

    pay(api, page["checkout_url"])

    assert invoices(api, "c") == [("paid", 32)]


PREPAID = {
    "feature_id": "calls", "price": 10, "billing_units": 100, "interval": "month", "usage_model": "prepaid",
}  # fmt: skip


@pytest.mark.parametrize(
    ("free_trial", "charged"),
    [(False, 20), (True, 0), ({"length": 3, "duration": "day"}, 0)],
)
def test_a_trial_is_had_or_not(api: Api, free_trial: Any, charged: int) -> None:
    old(api, product("k", "pro_t", free_trial=free_trial))

    assert invoices(api, "k")[0] == ("paid", charged)


def test_a_version_may_be_named(api: Api) -> None:
    old(api, product("k", "pro"))
    api("plans.update", plan_id="pro", price={"amount": 30, "interval": "month"})

    answer = old(api, product("k", "pro", version=2))

    assert answer["code"] == "upgraded_to_new_product"
    assert invoices(api, "k")[0] == ("paid", 10)


def test_volume_tiers_need_the_newer_attach(api: Api) -> None:
    tiers = [{"to": 100, "amount": 1}, {"to": "inf", "amount": 0.5}]
    price = {"tiers": tiers, "tier_behavior": "volume", "interval": "month", "billing_method": "prepaid"}
    plan(api, "bulk", item("credits", 0, "month", price=price), **monthly(1))

    assert refused(api, product("k", "bulk", **options(10))) == (
        400,
        "invalid_request",
        "Volume pricing is not supported on attach V1. "
        "Please upgrade to V2 of the Autumn API to use prepaid volume tiers",
    )


# Several products


def several(customer_id: str, *product_ids: str, **more: Any) -> dict[str, Any]:
    return {"customer_id": customer_id, "product_ids": list(product_ids), **more}


def test_several_products_begin_by_one_invoice(api: Api) -> None:
    answer = old(api, several("k", "pro", "extra"))

    assert answer["product_ids"] == ["pro", "extra"]
    assert answer["message"] == (
        "Successfully created subscriptions and attached product(s) Pro, Extra to customer K"
    )
    assert invoices(api, "k") == [("paid", 28)]


def test_several_products_are_paid_on_one_page(api: Api) -> None:
    answer = old(api, several("c", "pro", "extra"))

    pay(api, answer["checkout_url"])

    assert sorted(plans_of(api, "c")) == [("extra", "active"), ("pro", "active")]


@pytest.mark.parametrize(
    ("before", "asked", "told"),
    [
        (
            ("pro",),
            ("premium", "extra"),
            "Can't perform upgrade/downgrade to Premium when attaching multiple products simultaneously",
        ),
        (
            ("premium", "pro"),
            ("boost", "extra", "starter"),
            "Can't perform upgrade/downgrade to Starter when attaching multiple products simultaneously",
        ),
        (("pro",), ("pro", "extra"), "Product Pro is already attached, can't attach again"),
    ],
)
def test_several_products_do_not_take_the_place_of_one(
    api: Api, before: tuple[str, ...], asked: tuple[str, ...], told: str
) -> None:
    for product_id in before:
        old(api, product("k", product_id))

    assert refused(api, several("k", *asked))[2] == told


def test_several_products_do_not_take_one_place(api: Api) -> None:
    told = 'Multi-attach supports at most one plan per group and scope, but plans "pro", "premium" conflict.'

    assert refused(api, several("k", "pro", "premium")) == (400, "invalid_request", told)
    assert plans_of(api, "k") == []


def test_several_products_wait_until_a_scheduled_one_has_begun(api: Api) -> None:
    attach(api, "k", "pro", starts_at=from_iso("2026-01-20T00:00:00Z"))

    assert refused(api, several("k", "pro", "extra"))[2] == (
        "Can't attach multiple products when a scheduled product change is already pending"
    )


def test_l257_the_older_form_of_billing_attach_takes_items_a_trial_and_an_invoice(api: Api) -> None:
    asked = product("c", "pro", items=OWN_ITEMS, invoice=True, enable_product_immediately=True)

    status, answer = api.call("billing.attach", asked, version="1.2.0")

    assert (status, answer["invoice"]["status"], answer["invoice"]["total"]) == (200, "open", 12)
    assert plans_of(api, "c") == [("pro", "active")]
    assert balance(api, "c") == (400, 400, 0)


def test_l257_a_draft_and_no_trial_in_the_older_form(api: Api) -> None:
    asked = product("k", "pro_t", free_trial=False, invoice=True, finalize_invoice=False)

    status, answer = api.call("billing.attach", asked, version="1.2.0")

    assert (status, answer["invoice"]["status"], answer["invoice"]["total"]) == (200, "draft", 20)


def test_l257_the_older_form_of_update_takes_items(api: Api) -> None:
    attach(api, "k", "pro")

    status, answer = api.call("billing.update", product("k", "pro", items=OWN_ITEMS), version="1.2.0")

    assert (status, answer["invoice"]["total"]) == (200, -8)
    assert balance(api, "k") == (400, 400, 0)


def test_l257_a_plan_id_is_of_no_use_there(api: Api) -> None:
    answer = api.call("billing.attach", {"customer_id": "k", "plan_id": "pro"}, version="1.2.0")

    assert api.refusal(answer) == (400, "invalid_inputs", "product_id: must be a string (received undefined)")
