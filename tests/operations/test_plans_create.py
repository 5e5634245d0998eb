"""What a new plan looks like: cases K45 to K50, K70 to K72 and K75."""

from typing import Any

import pytest

from tests.builders import item, metered, plan
from tests.conftest import Api

PREPAID = {"interval": "month", "billing_method": "prepaid"}


def test_k45_the_smallest_plan(api: Api) -> None:
    made = plan(api, "hobby")

    assert made.pop("created_at") == pytest.approx(api.world.now(), abs=5_000)
    assert made == {
        "id": "hobby",
        "name": "Hobby",
        "description": None,
        "group": None,
        "version": 1,
        "add_on": False,
        "auto_enable": False,
        "price": None,
        "items": [],
        "env": "sandbox",
        "archived": False,
        "config": {"ignore_past_due": False},
        "billing_controls": {},
        "metadata": {},
        "base_variant_id": None,
    }


def test_k46_the_same_id_twice_is_refused(api: Api) -> None:
    plan(api, "hobby")

    answer = api.refused("plans.create", plan_id="hobby", name="Again")
    assert answer == (400, "product_already_exists", "Product hobby already exists")


@pytest.mark.parametrize(
    ("price", "primary", "secondary"),
    [
        ({"amount": 20, "interval": "month"}, "$20", "per month"),
        ({"amount": 15.5, "interval": "month", "interval_count": 2}, "$15.5", "per 2 months"),
        ({"amount": 45, "interval": "semi_annual"}, "$45", "per half year"),
        ({"amount": 1234.5, "interval": "year"}, "$1,234.5", "per year"),
        ({"amount": 99, "interval": "one_off"}, "$99", "one-off"),
        ({"amount": 5, "interval": "week"}, "$5", "per week"),
        ({"amount": 25, "interval": "quarter"}, "$25", "per quarter"),
        ({"amount": 0, "interval": "month"}, "$0", "per month"),
    ],
)
def test_k47_to_k49_k175_base_prices(api: Api, price: Any, primary: str, secondary: str) -> None:
    shown = plan(api, "pro", price=price)["price"]

    assert shown.pop("price_id").startswith("pr_")
    assert shown == {**price, "display": {"primary_text": primary, "secondary_text": secondary}}


def test_k50_an_unknown_interval(api: Api) -> None:
    answer = api.refused("plans.create", plan_id="x", name="X", price={"amount": 3, "interval": "fortnight"})

    message = "price.interval: must be one of: one_off, week, month, quarter, semi_annual, year"
    assert answer == (400, "invalid_inputs", message)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (
            {"duration_length": 14, "duration_type": "day"},
            {"duration_length": 14, "duration_type": "day", "card_required": True, "on_end": None},
        ),
        (
            {"duration_length": 1, "card_required": False, "on_end": "revert"},
            {"duration_length": 1, "duration_type": "month", "card_required": False, "on_end": None},
        ),
    ],
)
def test_k70_k71_trials(api: Api, sent: Any, shown: Any) -> None:
    made = plan(api, "pro", price={"amount": 30, "interval": "month"}, free_trial=sent)

    assert made["free_trial"] == shown


def test_k72_a_free_plan_needs_no_card(api: Api) -> None:
    made = plan(api, "free", free_trial={"duration_length": 7, "card_required": True})

    assert made["free_trial"]["card_required"] is False


def test_k75_creating_answers_the_newest_shape_to_every_version(api: Api) -> None:
    made = api("plans.create", version="1.2.0", plan_id="a", name="A")

    assert (made["auto_enable"], made["items"]) == (False, [])


def test_settings_are_kept(api: Api) -> None:
    controls = {"overage_allowed": [{"feature_id": "a", "enabled": True}]}
    metadata = {"a": 1, "b": {"c": [True, None]}}

    made = plan(
        api, "set", config={"ignore_past_due": True}, metadata=metadata, billing_controls=controls,
        description="Everything", group="main", add_on=True,
    )  # fmt: skip

    assert made["config"] == {"ignore_past_due": True}
    assert (made["metadata"], made["billing_controls"]) == (metadata, controls)
    assert (made["description"], made["group"], made["add_on"]) == ("Everything", "main", True)


def test_a_plan_offers_others_as_licences(api: Api) -> None:
    plan(api, "seat")

    made = plan(api, "team", licenses=[{"license_plan_id": "seat", "included": 2}])

    offered = {"license_plan_id": "seat", "version": 1, "included": 2, "prepaid_only": True}
    assert made["licenses"] == [offered]
    message = "Product seat is linked to a parent plan as a license and therefore cannot be deleted"
    assert api.refused("plans.delete", plan_id="seat") == (400, "invalid_request", message)
    assert "licenses" not in api("plans.update", plan_id="team", licenses=[])
    assert api("plans.delete", plan_id="seat") == {"success": True}


def test_a_licence_is_of_a_plan_that_is_there(api: Api) -> None:
    answer = api.refused("plans.create", plan_id="x", name="X", licenses=[{"license_plan_id": "nothing"}])

    assert answer == (404, "product_not_found", "Product nothing not found")


def test_numbers_of_any_size_are_told(api: Api) -> None:
    metered(api, "a")
    tiny = {"amount": 1, "billing_units": 1e-20, **PREPAID}

    made = plan(api, "huge", item("a", 5, price=tiny), price={"amount": 10**30, "interval": "month"})

    assert made["price"]["amount"] == 1e30
    assert made["price"]["display"]["primary_text"] == f"${10**30:,}"
