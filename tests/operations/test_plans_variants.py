"""Variants of plans: cases K182 to K184."""

from typing import Any

import pytest

from tests.builders import customer, item, metered, plan
from tests.conftest import Api

MONTHLY = {"amount": 10, "interval": "month"}
YEARLY = {"amount": 100, "interval": "year"}


def views(included: int) -> list[dict[str, Any]]:
    return [item("views", included, "month")]


@pytest.fixture
def shop(api: Api) -> Api:
    """Plan base for 10 a month with 100 views, and its variant base_year."""
    metered(api, "views", "likes")
    plan(api, "base", *views(100), price=MONTHLY)
    make(api)
    return api


def make(api: Api, **facts: Any) -> Any:
    wanted = {"base_plan_id": "base", "variant_plan_id": "base_year", "name": "Yearly"}
    return api("plans.create_variant", **wanted | facts)


def update(api: Api, plan_id: str, **facts: Any) -> Any:
    return api("plans.update", plan_id=plan_id, **facts)


def get(api: Api, plan_id: str = "base_year") -> Any:
    return api("plans.get", plan_id=plan_id)


def details(api: Api) -> Any:
    return get(api).get("variant_details")


def included(shown: Any) -> list[tuple[str, int]]:
    return [(each["feature_id"], each["included"]) for each in shown["items"]]


def test_k182_a_variant_begins_as_its_base(shop: Api) -> None:
    shown = make(shop, variant_plan_id="other")

    base = get(shop, "base")
    assert shown["variant_details"] == {"base_plan_id": "base"}
    assert (shown["price"]["amount"], included(shown)) == (10, [("views", 100)])
    assert shown["price"]["price_id"] != base["price"]["price_id"]
    assert "variant_details" not in base


def test_k182_what_a_variant_has_of_its_own_is_told(shop: Api) -> None:
    changed = update(shop, "base_year", price=YEARLY, items=[*views(100), item("likes", 5)])

    assert "variant_details" not in changed
    assert details(shop) == {
        "base_plan_id": "base",
        "customize": {
            "price": YEARLY,
            "add_items": [
                {
                    "feature_id": "likes",
                    "included": 5,
                    "unlimited": False,
                    "pooled": False,
                    "reset": {"interval": "one_off"},
                }
            ],
        },
    }
    listed = {each["id"]: each for each in shop("plans.list")["list"]}
    assert listed["base_year"]["variant_details"] == details(shop)
    update(shop, "base", archived=True)
    assert "variant_details" not in shop("plans.list")["list"][0]


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ({}, (409, "product_id_already_exists", "Product base_year already exists.")),
        (
            {"base_plan_id": "base_year", "variant_plan_id": "deeper"},
            (400, "nested_variant_not_allowed", "Cannot create a variant from another variant."),
        ),
        (
            {"base_plan_id": "nothing", "variant_plan_id": "x"},
            (404, "product_not_found", "Product nothing not found"),
        ),
    ],
)
def test_variants_that_can_not_be_made(shop: Api, facts: Any, answer: Any) -> None:
    wanted = {"base_plan_id": "base", "variant_plan_id": "base_year", "name": "Yearly"}

    assert shop.refused("plans.create_variant", **wanted | facts) == answer


def test_an_archived_plan_gets_no_variant(shop: Api) -> None:
    update(shop, "base", archived=True)

    answer = shop.refused("plans.create_variant", base_plan_id="base", variant_plan_id="x", name="X")
    assert answer == (400, "cannot_fork_archived_base", "Cannot fork an archived base plan.")


def test_k183_a_named_variant_follows_its_base(shop: Api) -> None:
    update(shop, "base_year", price=YEARLY)

    update(shop, "base", items=views(200), update_variant_ids=["base_year"])

    assert included(get(shop)) == [("views", 200)]
    assert details(shop)["customize"] == {"price": YEARLY}


def test_a_variant_that_is_not_named_stays(shop: Api) -> None:
    update(shop, "base", items=views(200))

    assert included(get(shop)) == [("views", 100)]


def test_a_variant_that_follows_takes_over_what_changed(shop: Api) -> None:
    update(shop, "base_year", price=YEARLY, items=[*views(500), item("views", 9, "day"), item("likes", 1)])

    update(shop, "base", items=views(200), price={**MONTHLY, "amount": 12}, update_variant_ids=["base_year"])

    shown = get(shop)
    assert included(shown) == [("likes", 1), ("views", 9), ("views", 200)]
    assert shown["price"]["amount"] == 12


@pytest.mark.parametrize(("how", "version"), [({}, 2), ({"disable_version": True}, 1)])
def test_a_held_variant_becomes_a_version_when_its_base_does(shop: Api, how: Any, version: int) -> None:
    for customer_id, plan_id in (("ada", "base"), ("bob", "base_year")):
        customer(shop, customer_id, email=f"{customer_id}@example.com")
        shop.request("POST", "/_mock/payment_methods", {"customer_id": customer_id})
        shop("billing.attach", customer_id=customer_id, plan_id=plan_id)

    update(shop, "base", items=views(200), update_variant_ids=["base_year"], **how)

    assert (get(shop, "base")["version"], get(shop)["version"]) == (version, version)
    assert (included(get(shop)), details(shop)) == ([("views", 200)], {"base_plan_id": "base"})


@pytest.mark.parametrize(
    ("ids", "code", "message"),
    [
        (["plain"], "invalid_propagation_target", "Invalid propagation target: plain"),
        (["base"], "invalid_propagation_target", "Invalid propagation target: base"),
        (["nothing"], "invalid_propagation_target", "Invalid propagation target: nothing"),
        (["base_year"] * 21, "too_many_variants", "Cannot propagate to more than 20 variants"),
    ],
)
def test_only_variants_follow_a_base(shop: Api, ids: list[str], code: str, message: str) -> None:
    plan(shop, "plain")

    answer = shop.refused("plans.update", plan_id="base", name="New", update_variant_ids=ids)

    assert answer == (400, code, message)
    assert get(shop, "base")["name"] == "Base"


def test_an_archived_variant_does_not_follow(shop: Api) -> None:
    update(shop, "base_year", archived=True)

    update(shop, "base", items=views(200), update_variant_ids=["base_year"])

    assert included(get(shop)) == [("views", 100)]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"group": "elsewhere"}, "group"),
        ({"auto_enable": True}, "is_default"),
        ({"description": "Own"}, "description"),
        ({"add_on": True}, "is_add_on"),
        ({"metadata": {"a": 1}}, "metadata"),
    ],
)
def test_k184_what_stands_in_the_base_is_not_changed_in_a_variant(shop: Api, facts: Any, field: str) -> None:
    answer = shop.refused("plans.update", plan_id="base_year", **facts)

    message = f"Cannot update {field} directly on a variant plan."
    assert answer == (400, "invalid_propagation_target", message)


def test_a_variant_is_parted_from_its_base(shop: Api) -> None:
    update(shop, "base_year", base_plan_id=None)

    assert details(shop) is None
    assert update(shop, "base_year", group="elsewhere")["group"] == "elsewhere"
    assert update(shop, "base_year", base_plan_id="base")["id"] == "base_year"
    assert details(shop) == {"base_plan_id": "base"}


@pytest.mark.parametrize(
    ("plan_id", "base", "message"),
    [
        ("base_year", "base_year", "A plan cannot be linked to itself as a base plan."),
        ("plain", "base_year", "A variant plan cannot be used as a base plan."),
    ],
)
def test_links_that_can_not_be(shop: Api, plan_id: str, base: str, message: str) -> None:
    plan(shop, "plain")

    answer = shop.refused("plans.update", plan_id=plan_id, base_plan_id=base)
    assert answer == (400, "invalid_propagation_target", message)


def test_the_variants_of_a_deleted_version_go_to_the_one_before(shop: Api) -> None:
    update(shop, "base", force_version=True)
    make(shop, variant_plan_id="second")

    shop("plans.delete", plan_id="base")
    before = shop("plans.get", plan_id="second")["variant_details"]
    shop("plans.delete", plan_id="base")

    assert before == {"base_plan_id": "base"}
    assert "variant_details" not in shop("plans.get", plan_id="second")


def test_variants_are_described_with_their_base(shop: Api) -> None:
    wanted = [
        {"variant_plan_id": "base_year", "customize": {"price": YEARLY}},
        {
            "variant_plan_id": "likes",
            "name": "Likes",
            "customize": {
                "remove_items": [{"feature_id": "views", "interval": "month"}],
                "add_items": [item("likes", 7)],
                "free_trial": {"duration_length": 3, "duration_type": "day"},
            },
        },
    ]

    update(shop, "base", variants=wanted)

    assert details(shop)["customize"] == {"price": YEARLY}
    likes = get(shop, "likes")
    assert (likes["name"], included(likes), likes["free_trial"]["duration_length"]) == (
        "Likes",
        [("likes", 7)],
        3,
    )
    assert likes["variant_details"]["customize"]["remove_items"] == [
        {"feature_id": "views", "interval": "month", "interval_count": 1}
    ]
    nameless = [{"variant_plan_id": "nameless", "customize": {}}]
    assert shop.refused("plans.update", plan_id="base", variants=nameless)[0] == 404
