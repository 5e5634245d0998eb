"""The list of plans, its order, older versions and eligibility: cases K127 to K136 and K178 to K180."""

from typing import Any

import pytest

from tests.builders import boolean, customer, item, metered, plan, seats
from tests.conftest import Api

TRIAL = {"duration_length": 7, "duration_type": "day", "card_required": True}


def price(amount: float, interval: str = "month") -> dict[str, Any]:
    return {"amount": amount, "interval": interval}


def listed(api: Api, version: str = "2.3.0", **body: Any) -> list[Any]:
    return list(api("plans.list", version=version, **body)["list"])


def ids(api: Api, **body: Any) -> list[str]:
    return [each["id"] for each in listed(api, **body)]


def eligibility(api: Api, version: str = "2.3.0", **body: Any) -> dict[str, Any]:
    return {each["id"]: each["customer_eligibility"] for each in listed(api, version, **body)}


def test_k178_equals_are_listed_by_id_descending(api: Api) -> None:
    plan(api, "c1")
    plan(api, "p10", price=price(10))
    plan(api, "p5", price=price(5))
    plan(api, "c2")
    plan(api, "p10b", price=price(10))

    assert ids(api) == ["c2", "c1", "p5", "p10b", "p10"]


def test_k127_k179_groups_then_add_ons_last_then_what_they_cost(api: Api) -> None:
    metered(api, "kb")
    usage = {"amount": 1, "interval": "month", "billing_method": "usage_based"}
    plan(api, "z_year", price=price(100, "year"))
    plan(api, "big", price=price(50))
    plan(api, "addon", add_on=True, price=price(5))
    plan(api, "nothing")
    plan(api, "small", price=price(10))
    plan(api, "usage", item("kb", price=usage))
    plan(api, "grouped", group="alpha", price=price(1))

    assert ids(api) == ["nothing", "usage", "z_year", "small", "big", "addon", "grouped"]


def test_k180_all_versions_stand_by_id_and_version(api: Api) -> None:
    for plan_id in ("bb", "aa"):
        plan(api, plan_id)
        api("plans.update", plan_id=plan_id, force_version=True)
    api("plans.update", plan_id="bb", force_version=True)

    every = listed(api, all_versions=True)

    assert [(each["id"], each["version"]) for each in every] == [
        ("aa", 1), ("aa", 2), ("bb", 1), ("bb", 2), ("bb", 3),
    ]  # fmt: skip


@pytest.fixture
def shop(api: Api) -> Api:
    """A default free plan, two paid ones, an add-on and a plan paid once; customer gil, with a card."""
    plan(api, "free", auto_enable=True)
    plan(api, "pro", price=price(20), free_trial=TRIAL)
    plan(api, "max", price=price(100))
    plan(api, "extra", add_on=True, price=price(5))
    plan(api, "boost", price=price(3, "one_off"))
    customer(api, "gil", email="gil@example.com")
    api.request("POST", "/_mock/payment_methods", {"customer_id": "gil"})
    return api


def test_k128_a_customer_without_a_plan(shop: Api) -> None:
    shop("plans.update", plan_id="free", auto_enable=False)
    customer(shop, "new")

    shown = eligibility(shop, customer_id="new")

    assert shown == {
        "free": {"attach_action": "activate"},
        "pro": {"attach_action": "activate", "trial_available": True},
        "max": {"attach_action": "activate"},
        "extra": {"attach_action": "activate"},
        "boost": {"attach_action": "purchase"},
    }


ACTIVE = {"status": "active", "canceling": False, "trialing": False, "attach_action": "none"}


def test_k129_a_customer_on_the_free_plan(shop: Api) -> None:
    assert eligibility(shop, customer_id="gil") == {
        "free": ACTIVE,
        "pro": {"trial_available": True, "attach_action": "upgrade"},
        "max": {"attach_action": "upgrade"},
        "extra": {"attach_action": "activate"},
        "boost": {"attach_action": "purchase"},
    }


def test_k130_a_customer_on_the_dearest_plan(shop: Api) -> None:
    shop("billing.attach", customer_id="gil", plan_id="max")

    shown = eligibility(shop, customer_id="gil")
    scenarios = eligibility(shop, "2.1.0", customer_id="gil")

    assert shown["pro"] == {"trial_available": False, "attach_action": "downgrade"}
    assert shown["free"] == {"attach_action": "downgrade"}
    assert scenarios["free"] == {"attach_action": "downgrade", "scenario": "cancel"}
    assert scenarios["pro"] == {
        "attach_action": "downgrade", "scenario": "downgrade", "trial_available": False,
    }  # fmt: skip


def test_k131_a_scheduled_downgrade(shop: Api) -> None:
    shop("billing.attach", customer_id="gil", plan_id="max")
    shop("billing.attach", customer_id="gil", plan_id="pro")

    shown = eligibility(shop, customer_id="gil")
    scenarios = eligibility(shop, "2.0.0", customer_id="gil")

    assert shown["pro"] == {"trial_available": True, "status": "scheduled", "attach_action": "none"}
    assert shown["max"] == ACTIVE | {"canceling": True}
    assert scenarios["pro"] == {"trial_available": True, "scenario": "scheduled"}
    assert scenarios["max"] == {"scenario": "renew"}


def test_k132_an_add_on_that_is_held(shop: Api) -> None:
    shop("billing.attach", customer_id="gil", plan_id="extra")

    assert eligibility(shop, customer_id="gil")["extra"] == ACTIVE
    assert eligibility(shop, "2.0.0", customer_id="gil")["extra"] == {"scenario": "active"}


@pytest.mark.parametrize("body", [{"customer_id": "nobody"}, {}])
def test_k133_nobody_has_no_eligibility(shop: Api, body: Any) -> None:
    assert all("customer_eligibility" not in each for each in listed(shop, **body))
    assert shop.call("customers.get", {"customer_id": "nobody"})[0] == 404


def test_k134_older_versions_tell_a_scenario(shop: Api) -> None:
    products = {each["id"]: each for each in listed(shop, "1.2.0", customer_id="gil")}

    assert products["pro"]["scenario"] == "upgrade"
    assert products["pro"]["free_trial"]["trial_available"] is True
    assert (products["free"]["scenario"], products["free"]["free_trial"]) == ("active", None)
    assert all("scenario" not in each for each in listed(shop, "1.2.0"))


def test_a_trial_is_had_once(shop: Api) -> None:
    shop("billing.attach", customer_id="gil", plan_id="pro")

    shown = eligibility(shop, customer_id="gil")["pro"]

    assert shown == ACTIVE | {"trial_available": False, "trialing": True}


def test_only_the_plans_of_an_entity_count_for_it(api: Api) -> None:
    seats(api, "spaces")
    plan(api, "free", auto_enable=True)
    plan(api, "space", item("spaces", 1))
    customer(api, "hal")
    api("entities.create", customer_id="hal", entity_id="w1", feature_id="spaces")
    api("billing.attach", customer_id="hal", entity_id="w1", plan_id="space")

    of_customer = eligibility(api, customer_id="hal")
    of_entity = eligibility(api, customer_id="hal", entity_id="w1")

    assert of_customer == {"free": ACTIVE, "space": {"attach_action": "upgrade"}}
    assert of_entity == {"space": ACTIVE, "free": {"attach_action": "upgrade"}}
    assert eligibility(api, customer_id="hal", entity_id="w9") == of_customer


@pytest.fixture
def growth(api: Api) -> Api:
    """One plan with an item of each kind."""
    metered(api, "tokens", "runs")
    seats(api, "seats")
    boolean(api, "sso", "SSO")
    usage = {"amount": 2, "interval": "month", "billing_units": 100, "billing_method": "usage_based"}
    tiers = [{"to": 12, "amount": 8}, {"to": "inf", "amount": 6}]
    rollover = {"max": 10, "expiry_duration_type": "month", "expiry_duration_length": 1}
    plan(
        api,
        "growth",
        item("tokens", 500, price={**usage, "max_purchase": 1000}),
        item("seats", 2, price={"tiers": tiers, "interval": "month", "billing_method": "prepaid"}),
        item("sso"),
        item("runs", 30, "day", rollover=rollover),
        price=price(49),
        free_trial=TRIAL,
    )
    return api


def test_k135_the_plan_in_2_0(growth: Api) -> None:
    [shown] = listed(growth, "2.0.0")

    assert set(shown) == {
        "id", "name", "description", "group", "version", "add_on", "default", "price", "features",
        "free_trial", "created_at", "env", "archived", "base_variant_id",
    }  # fmt: skip
    assert shown["price"] == {
        "amount": 49, "interval": "month", "display": {"primary_text": "$49", "secondary_text": "per month"},
    }  # fmt: skip
    of_seats, of_tokens, runs, sso = shown["features"]
    assert of_seats["price"]["tiers"] == [{"to": 10, "amount": 8}, {"to": "inf", "amount": 6}]
    assert (of_seats["granted_balance"], of_seats["price"]["usage_model"]) == (2, "prepaid")
    assert of_seats["reset"] is None
    assert of_tokens["price"] == {
        "amount": 2, "interval": "month", "billing_units": 100, "usage_model": "pay_per_use",
        "max_purchase": 1000,
    }  # fmt: skip
    assert runs["reset"] == {"interval": "day", "reset_when_enabled": True}
    assert (sso["granted_balance"], sso["reset"], sso["price"]) == (0, None, None)


@pytest.mark.parametrize("version", ["1.2.0", "1.1.0", "0.2.0", "beta"])
def test_k136_the_product_of_the_first_versions(growth: Api, version: str) -> None:
    [shown] = listed(growth, version)

    base, of_seats, of_tokens, runs, sso = shown["items"]
    assert (base["type"], base["price"], base["interval"], base["interval_count"]) == ("price", 49, "month", 1)
    assert (of_seats["type"], of_seats["feature_type"], of_seats["usage_model"]) == (
        "priced_feature", "continuous_use", "prepaid",
    )  # fmt: skip
    assert of_seats["tiers"] == [{"to": 10, "amount": 8}, {"to": "inf", "amount": 6}]
    assert (of_tokens["price"], of_tokens["included_usage"], of_tokens["interval"]) == (2, 500, "month")
    assert runs["config"] == {"rollover": {"max": 10, "max_percentage": None, "duration": "month", "length": 1}}
    assert (sso["feature_type"], sso["feature"]["type"], sso["interval"]) == ("static", "boolean", None)
    assert shown["free_trial"] == {
        "duration": "day", "length": 7, "unique_fingerprint": True, "card_required": True,
        "trial_available": None,
    }  # fmt: skip
    assert shown["properties"] == {
        "is_free": False, "is_one_off": False, "interval_group": "month", "has_trial": True, "updateable": True,
    }  # fmt: skip
