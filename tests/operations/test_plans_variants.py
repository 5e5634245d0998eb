"""Variants of plans, how they are made, told and linked: cases K182 and K184."""

from typing import Any

import pytest

from tests.builders import item, plan
from tests.conftest import Api
from tests.variants import YEARLY, details, get, included, make, shop_with_variant, update, views


@pytest.fixture
def shop(api: Api) -> Api:
    return shop_with_variant(api)


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
