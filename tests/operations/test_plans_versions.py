"""Versions of plans: cases K109 to K121, K181 and K191 to K195."""

from typing import Any

import pytest

from tests.builders import customer, metered, plan
from tests.conftest import Api
from tests.plans import MONTHLY, basic_of_bob, get, held, included, notes, refused, update, versions

DAY = 86_400_000


@pytest.fixture
def shop(api: Api) -> Api:
    metered(api, "notes")
    return api


@pytest.fixture
def basic(shop: Api) -> Api:
    return basic_of_bob(shop)


def test_k109_changed_items_make_a_version_for_new_customers(basic: Api) -> None:
    basic.freeze(basic.world.now() + DAY)

    shown = update(basic, "basic", items=notes(25), metadata={"season": "spring"})

    assert (shown["version"], included(shown), shown["auto_enable"]) == (2, [25], True)
    assert shown["created_at"] == basic.world.now()
    old = get(basic, "basic", 1)
    assert (included(old), old["auto_enable"], old["metadata"]) == ([10], False, {"season": "spring"})
    customer(basic, "cid")
    assert (held(basic, "bob"), held(basic, "cid")) == (10, 25)
    [subscription] = basic("customers.get", customer_id="bob")["subscriptions"]
    assert subscription["auto_enable"] is True


@pytest.mark.parametrize("facts", [{"items": notes(10)}, {"name": "Renamed"}, {"billing_controls": {}}])
def test_k110_k111_k195_nothing_that_differs_makes_no_version(basic: Api, facts: Any) -> None:
    assert update(basic, "basic", **facts)["version"] == 1


def test_k112_an_edit_in_place_leaves_customers_what_they_have(basic: Api) -> None:
    shown = update(basic, "basic", disable_version=True, items=notes(8))
    customer(basic, "emil")

    assert (shown["version"], included(shown)) == (1, [8])
    assert (held(basic, "bob"), held(basic, "emil")) == (10, 8)


@pytest.mark.parametrize(
    "facts",
    [
        {"free_trial": {"duration_length": 3, "duration_type": "day", "card_required": False}},
        {"price": MONTHLY, "auto_enable": False},
    ],
)
def test_k113_k195_a_trial_or_a_price_makes_a_version(basic: Api, facts: Any) -> None:
    assert update(basic, "basic", **facts)["version"] == 2


def test_k114_a_version_can_be_forced(shop: Api) -> None:
    made = plan(shop, "solo", *notes(1), price=MONTHLY)

    shown = update(shop, "solo", force_version=True)

    assert (shown["version"], included(shown)) == (2, [1])
    assert shown["price"]["price_id"] != made["price"]["price_id"]
    assert shown["items"][0]["entitlement_id"] != made["items"][0]["entitlement_id"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("force_version", "disable_version"),
        ("all_versions", "disable_version"),
        ("all_versions", "force_version"),
    ],
)
def test_k115_flags_that_contradict_each_other(shop: Api, one: str, other: str) -> None:
    plan(shop, "solo")

    answer = refused(shop, "solo", **{one: True, other: True})

    assert answer == (400, "conflicting_version_flags", f"Cannot use both {one} and {other}")


@pytest.fixture
def three(shop: Api) -> Api:
    """Plan solo with versions 1 to 3 of 1 note, for 5, 5 and 6."""
    plan(shop, "solo", *notes(1), price=MONTHLY)
    update(shop, "solo", force_version=True)
    update(shop, "solo", force_version=True, price={**MONTHLY, "amount": 6})
    return shop


def test_k116_k181_an_old_version_is_edited_and_the_active_one_shown(three: Api) -> None:
    shown = update(three, "solo", version=1, price={**MONTHLY, "amount": 4})

    assert (shown["version"], shown["price"]["amount"]) == (3, 6)
    assert get(three, "solo", 1)["price"]["amount"] == 4
    assert get(three, "solo", 0)["version"] == 3


def test_k117_an_unknown_version(three: Api) -> None:
    message = "Product solo (version 9) not found"

    assert refused(three, "solo", version=9, name="Nine") == (404, "product_not_found", message)
    assert three.refused("plans.get", plan_id="solo", version=9)[2] == message


def test_k118_an_old_version_is_not_enabled_by_itself(shop: Api) -> None:
    plan(shop, "solo")
    update(shop, "solo", force_version=True)

    answer = refused(shop, "solo", version=1, auto_enable=True)

    message = "Only the latest version of a plan can be marked as auto-enable."
    assert answer == (400, "historical_plan_version_cannot_be_default", message)


def test_k119_k120_all_versions_are_edited_in_place(three: Api) -> None:
    shown = update(three, "solo", all_versions=True, name="Alone", items=notes(3))

    every = three("plans.list", all_versions=True)["list"]
    assert shown["version"] == 3
    assert versions(three) == [(1, [3]), (2, [3]), (3, [3])]
    assert [(each["name"], each["price"]["amount"]) for each in every] == [
        ("Alone", 5),
        ("Alone", 5),
        ("Alone", 6),
    ]


def test_k121_the_version_before_takes_over_from_a_deleted_one(three: Api) -> None:
    three("plans.delete", plan_id="solo")
    before = get(three, "solo")

    three("plans.delete", plan_id="solo", all_versions=True)

    assert before["version"] == 2
    assert three.refused("plans.get", plan_id="solo")[0] == 404


def test_a_plan_of_which_only_archived_versions_are_left_is_gone(three: Api) -> None:
    for version in (1, 2):
        update(three, "solo", version=version, archived=True)

    three("plans.delete", plan_id="solo")

    assert three.refused("plans.get", plan_id="solo")[0] == 404
    assert three("plans.list", include_archived=True)["list"] == []
    assert get(three, "solo", 2)["archived"] is True


def test_k191_k192_k193_an_old_version_with_a_customer_takes_over(basic: Api) -> None:
    update(basic, "basic", items=notes(2))

    shown = update(basic, "basic", version=1, items=notes(5))

    every = basic("plans.list", all_versions=True)["list"]
    assert (shown["version"], included(shown)) == (3, [5])
    assert [each["auto_enable"] for each in every] == [False, False, False]
    update(basic, "basic", all_versions=True, name="All", items=notes(9))
    assert versions(basic) == [(1, [9]), (2, [9]), (3, [9])]
    assert held(basic, "bob") == 10
    assert update(basic, "basic", archived=True)["archived"] is True
    assert basic("plans.list")["list"] == []


def test_k194_a_customer_of_the_past_does_not_count(basic: Api) -> None:
    plan(basic, "more", *notes(20))
    basic("billing.attach", customer_id="bob", plan_id="more")

    shown = update(basic, "basic", items=notes(4))

    asked = basic("plans.has_customers", plan_id="basic", items=notes(5))
    assert (shown["version"], included(shown)) == (1, [4])
    assert asked == {"current_version": 1, "will_version": False, "archived": False}
    assert refused(basic, "basic", new_plan_id="lighter")[0] == 409
