"""Variants that change with their base: case K183."""

from typing import Any

import pytest

from tests.builders import customer, item, plan
from tests.conftest import Api
from tests.variants import MONTHLY, YEARLY, details, get, included, make, shop_with_variant, update, views


@pytest.fixture
def shop(api: Api) -> Api:
    return shop_with_variant(api)


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


def test_what_changes_in_a_base_is_handed_on_to_all_its_variants(shop: Api) -> None:
    make(shop, variant_plan_id="weekly")
    told = {"description": "Text", "group": "g", "metadata": {"a": "b"}, "config": {"ignore_past_due": True}}

    update(shop, "base", name="New", auto_enable=False, **told)

    for plan_id in ("base_year", "weekly"):
        shown = get(shop, plan_id)
        assert {key: shown[key] for key in told} == told
        assert (shown["name"], shown["version"], details(shop)) == ("Yearly", 1, {"base_plan_id": "base"})


def test_what_stays_in_a_base_is_not_handed_on(shop: Api) -> None:
    update(shop, "base_year", base_plan_id=None)
    update(shop, "base_year", group="own")
    update(shop, "base_year", base_plan_id="base")

    update(shop, "base", description="Text")

    assert (get(shop)["group"], get(shop)["description"]) == ("own", "Text")


def test_a_variant_is_told_by_its_difference_from_the_newest_version_of_its_base(shop: Api) -> None:
    update(shop, "base", price=YEARLY, force_version=True)

    assert (get(shop, "base")["version"], get(shop)["version"]) == (2, 1)
    assert details(shop) == {"base_plan_id": "base", "customize": {"price": MONTHLY}}
