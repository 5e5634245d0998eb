"""Changing and deleting plans: cases K102 to K108, K122 to K126, K201 to K204 and K208."""

from typing import Any

import pytest

from tests.builders import customer, item, metered, plan, seats
from tests.conftest import Api
from tests.plans import MONTHLY, basic_of_bob, get, included, notes, refused, update
from tests.rewards import coupon, program


@pytest.fixture
def shop(api: Api) -> Api:
    metered(api, "notes")
    return api


@pytest.fixture
def basic(shop: Api) -> Api:
    return basic_of_bob(shop)


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


def test_a_plan_of_a_referral_program_keeps_its_id(shop: Api) -> None:
    plan(shop, "old", *notes(3))
    coupon(shop, "sale")
    program(shop, "buyers", "sale", redeem_on="checkout", max_redemptions=1, plan_ids=["old"])

    message = "Cannot change product ID because existing reward programs are linked to it"
    assert refused(shop, "old", new_plan_id="new") == (409, "invalid_request", message)
    shop("referral_programs.delete", referral_program_id="buyers")
    assert update(shop, "old", new_plan_id="new")["id"] == "new"


def test_a_coupon_follows_its_plan_when_that_is_renamed(shop: Api) -> None:
    plan(shop, "old", price={"amount": 20, "interval": "month"})
    coupon(shop, "half", 50, plan_ids=["old"])
    customer(shop, "fay")

    update(shop, "old", new_plan_id="new")

    assert shop("rewards.get", reward_id="half")["coupon"]["plan_ids"] == ["new"]
    wanted = [{"reward_id": "half"}]
    told = shop("billing.preview_attach", customer_id="fay", plan_id="new", discounts=wanted)
    assert told["total"] == 10


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
