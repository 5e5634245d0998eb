"""Changing and deleting plans: cases K102 to K126, K181, K191 to K195, K201 to K204 and K208."""

from typing import Any

import pytest

from tests.builders import customer, item, metered, plan, seats
from tests.conftest import Api

MONTHLY = {"amount": 5, "interval": "month"}
DAY = 86_400_000


@pytest.fixture
def shop(api: Api) -> Api:
    metered(api, "notes")
    return api


def notes(included: int) -> list[dict[str, Any]]:
    return [item("notes", included, "month")]


def update(api: Api, plan_id: str, **facts: Any) -> Any:
    status, shown = api.call("plans.update", {"plan_id": plan_id, **facts})
    assert status == 200, shown
    return shown


def refused(api: Api, plan_id: str, **facts: Any) -> tuple[int, str, str]:
    return api.refused("plans.update", plan_id=plan_id, **facts)


def get(api: Api, plan_id: str, version: int = 0) -> Any:
    """Version 0 is the active one."""
    status, shown = api.call("plans.get", {"plan_id": plan_id, "version": version})
    assert status == 200, shown
    return shown


def included(shown: Any) -> list[int]:
    return [each["included"] for each in shown["items"]]


def versions(api: Api) -> list[tuple[int, list[int]]]:
    return [(each["version"], included(each)) for each in api("plans.list", all_versions=True)["list"]]


def held(api: Api, customer_id: str) -> int:
    return int(api("customers.get", customer_id=customer_id)["balances"]["notes"]["granted"])


@pytest.fixture
def basic(shop: Api) -> Api:
    """A default plan of 10 notes; bob holds it."""
    plan(shop, "basic", *notes(10), auto_enable=True)
    customer(shop, "bob")
    return shop


def test_k102_to_k104_details_do_not_make_a_version(basic: Api) -> None:
    facts = {"name": "B", "description": "For evenings", "group": "main", "metadata": {"colour": "blue"}}
    shown = update(basic, "basic", **facts)

    assert {key: shown[key] for key in facts} == facts
    assert shown["version"] == 1
    again = update(basic, "basic", group="", metadata={"size": 1})
    assert (again["group"], again["metadata"], again["description"]) == (None, {"size": 1}, "For evenings")


def test_k105_archived_plans_are_left_out_of_the_list(shop: Api) -> None:
    plan(shop, "hobby")

    update(shop, "hobby", archived=True)

    assert shop("plans.list")["list"] == []
    assert [each["id"] for each in shop("plans.list", include_archived=True)["list"]] == ["hobby"]
    assert get(shop, "hobby")["archived"] is True


@pytest.mark.parametrize("facts", [{"name": "Shelves"}, {}])
def test_k208_every_update_brings_an_archived_plan_back(shop: Api, facts: Any) -> None:
    plan(shop, "shelf")
    update(shop, "shelf", archived=True)

    assert update(shop, "shelf", **facts)["archived"] is False


def test_k106_k108_price_and_items_are_replaced_apart(shop: Api) -> None:
    plan(shop, "solo", *notes(1), price=MONTHLY)

    without_price = update(shop, "solo", price=None)
    without_items = update(shop, "solo", price=MONTHLY, items=[])

    assert (without_price["price"], included(without_price)) == (None, [1])
    assert (without_items["price"]["amount"], without_items["items"]) == (5, [])


def test_k107_without_customers_items_change_in_place(shop: Api) -> None:
    plan(shop, "solo", *notes(1))

    shown = update(shop, "solo", items=notes(2))

    assert (shown["version"], included(shown)) == (1, [2])


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


@pytest.mark.parametrize("operation", ["plans.delete", "plans.update", "plans.get"])
def test_k122_an_unknown_plan(api: Api, operation: str) -> None:
    answer = api.refused(operation, plan_id="hobby")

    assert answer == (404, "product_not_found", "Product hobby not found")


@pytest.mark.parametrize("all_versions", [True, False])
def test_k123_a_plan_that_somebody_has_or_had_is_not_deleted(basic: Api, all_versions: bool) -> None:
    message = "Product basic has 1 customers (expired or active) on it and therefore cannot be deleted"
    plan(basic, "more", *notes(20))
    basic("billing.attach", customer_id="bob", plan_id="more")

    answer = basic.refused("plans.delete", plan_id="basic", all_versions=all_versions)

    assert answer == (400, "invalid_request", message)
    basic("customers.delete", customer_id="bob")
    assert basic("plans.delete", plan_id="basic", all_versions=all_versions) == {"success": True}


def test_k124_a_plan_gets_a_new_id_until_somebody_has_it(shop: Api) -> None:
    plan(shop, "old", *notes(3))

    shown = update(shop, "old", new_plan_id="new")

    assert (shown["id"], shown["name"]) == ("new", "Old")
    assert shop.refused("plans.get", plan_id="old")[0] == 404
    customer(shop, "fay")
    shop("billing.attach", customer_id="fay", plan_id="new")
    message = "Cannot change product ID because it has existing customers"
    assert refused(shop, "new", new_plan_id="newer") == (409, "invalid_request", message)


def test_k124_a_new_id_has_the_characters_of_an_id(shop: Api) -> None:
    plan(shop, "old")

    message = "new_plan_id: must contain only letters, numbers, underscores, hyphens"
    assert refused(shop, "old", new_plan_id="bad id") == (400, "invalid_inputs", message)


def test_k125_config_is_replaced_and_controls_are_merged(shop: Api) -> None:
    limits = [{"feature_id": "notes", "enabled": True, "overage_limit": 20}]
    allowed = [{"feature_id": "notes", "enabled": True}]
    plan(shop, "set", config={"ignore_past_due": True}, billing_controls={"spend_limits": limits})

    first = update(shop, "set", config={}, billing_controls={"overage_allowed": allowed})
    second = update(shop, "set", billing_controls={"spend_limits": []})

    assert first["config"] == {"ignore_past_due": False}
    assert first["billing_controls"] == {"spend_limits": limits, "overage_allowed": allowed}
    assert second["billing_controls"] == {"spend_limits": [], "overage_allowed": allowed}


def test_k126_a_description_is_emptied_not_removed(shop: Api) -> None:
    plan(shop, "set", description="Long")

    message = "description: must be a string (received null)"
    assert refused(shop, "set", description=None) == (400, "invalid_inputs", message)
    assert update(shop, "set", description="")["description"] is None


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


@pytest.mark.parametrize(
    ("items", "status", "message"),
    [
        ([item("notes", -2)], 400, "Included usage must be 0 or greater"),
        ([item("nope")], 404, "Feature nope not found"),
    ],
)
def test_k201_items_that_are_refused_change_nothing(shop: Api, items: Any, status: int, message: str) -> None:
    plan(shop, "zero", *notes(3))

    answer = refused(shop, "zero", items=items)

    assert (answer[0], answer[2]) == (status, message)
    assert included(get(shop, "zero")) == [3]


def test_k202_a_trial_that_is_refused_leaves_the_new_price(shop: Api) -> None:
    plan(shop, "zero", *notes(3))

    answer = refused(
        shop, "zero", free_trial={"duration_length": 3}, price={"amount": 9, "interval": "one_off"}
    )

    assert answer[2] == "One-off products cannot have a free trial"
    assert get(shop, "zero")["price"]["amount"] == 9
    assert "free_trial" not in get(shop, "zero")


def test_k203_an_update_looks_for_other_defaults_in_the_group_it_names(api: Api) -> None:
    plan(api, "g_one", group="g", auto_enable=True)
    plan(api, "g_two", group="g")

    message = "You have another default product (g_one). Please remove default from that product first."
    assert refused(api, "g_two", auto_enable=True, group="g") == (400, "invalid_request", message)
    assert update(api, "g_two", auto_enable=True)["auto_enable"] is True


def test_k204_an_update_without_group_is_checked_against_plans_without_group(api: Api) -> None:
    plan(api, "g_one", group="g", auto_enable=True)
    plan(api, "plain", auto_enable=True)

    message = "You have another default product (plain). Please remove default from that product first."
    assert refused(api, "g_one", name="G first") == (400, "invalid_request", message)
    assert update(api, "g_one", name="G first", group="g")["name"] == "G first"
    assert update(api, "plain", name="Plain one")["name"] == "Plain one"


def test_a_default_plan_is_not_given_a_price(api: Api) -> None:
    plan(api, "starter", auto_enable=True)

    message = "Cannot make a plan auto-enable if it has prices on it."
    assert refused(api, "starter", price=MONTHLY) == (400, "invalid_request", message)
    assert update(api, "starter", is_default=False, price=MONTHLY)["auto_enable"] is False


def test_a_default_trial_may_lose_its_trial(api: Api) -> None:
    plan(
        api, "trial", auto_enable=True, price=MONTHLY, free_trial={"duration_length": 7, "card_required": False}
    )

    shown = update(api, "trial", free_trial=None)

    assert shown["auto_enable"] is True
    assert "free_trial" not in shown


def test_a_trial_that_now_needs_a_card_ends_the_default(shop: Api) -> None:
    plan(shop, "free", auto_enable=True, free_trial={"duration_length": 7, "card_required": False})

    shown = update(shop, "free", free_trial={"duration_length": 7, "card_required": True})

    assert shown["auto_enable"] is False


def test_billing_goes_on_with_what_a_customer_bought(api: Api) -> None:
    seats(api, "desks")
    metered(api, "notes")
    plan(api, "pro", *notes(10))
    customer(api, "ada")
    api("billing.attach", customer_id="ada", plan_id="pro")

    update(api, "pro", disable_version=True, items=[item("desks", 5)])

    [subscription] = api.world.store.subscriptions
    assert subscription.custom
    assert [each.feature_id for each in subscription.items] == ["notes"]
