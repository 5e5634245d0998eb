"""Plans that one customer has in a form of its own: single items and controls (section 2.1, L125, L128)."""

from typing import Any

import pytest

from autumn_mock.operations.books import problems_of
from tests.billing import (
    PACK,
    PER_CALL,
    attach,
    balance,
    catalogue,
    lines,
    monthly,
    plans_of,
    preview,
    refused,
    state,
)
from tests.builders import item, plan
from tests.conftest import Api

IDENTICAL = (
    400,
    "invalid_request",
    "Custom plan configuration is identical to the current subscription; no update is needed",
)


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)
    plan(
        api, "suite",
        item("credits", 100, "month", price=PACK),
        item("calls", 50, "month", price={**PER_CALL, "amount": 0.5}),
        item("calls", 7, "day"),
        item("sso"),
        **monthly(30),
    )  # fmt: skip


def granted(api: Api) -> dict[str, Any]:
    """Amounts by feature; 0 for a flag."""
    shown = state(api, "k")
    amounts = {feature_id: each["granted"] for feature_id, each in shown["balances"].items()}
    return amounts | dict.fromkeys(shown["flags"], 0)


def update(api: Api, **customize: Any) -> Any:
    return api("billing.update", customer_id="k", plan_id="suite", customize=customize)


@pytest.mark.parametrize(
    ("removed", "left"),
    [
        ([{"feature_id": "sso"}], {"credits": 100, "calls": 57}),
        ([{"feature_id": "calls"}], {"credits": 100, "sso": 0}),
        ([{"feature_id": "calls", "interval": "day"}], {"credits": 100, "calls": 50, "sso": 0}),
        ([{"interval": "month"}], {"calls": 7, "sso": 0}),
        ([{"billing_method": "prepaid"}], {"calls": 57, "sso": 0}),
        ([{"billing_method": "prepaid"}, {"interval": "day"}], {"calls": 50, "sso": 0}),
        ([{"feature_id": "credits", "billing_method": "usage_based"}], {"credits": 100, "calls": 57, "sso": 0}),
        ([{"interval": "month", "interval_count": 2}], {"credits": 100, "calls": 57, "sso": 0}),
    ],
)
def test_items_that_fit_a_filter_are_left_out(api: Api, removed: Any, left: dict[str, Any]) -> None:
    attach(api, "k", "suite", customize={"remove_items": removed})

    assert granted(api) == left


def test_a_removed_item_is_not_charged(api: Api) -> None:
    quantities = [{"feature_id": "credits", "quantity": 300}]
    asked = {"feature_quantities": quantities, "customize": {"remove_items": [{"billing_method": "prepaid"}]}}

    assert preview(api, "k", "suite", **asked)["total"] == 30
    assert attach(api, "k", "suite", **asked)["invoice"]["total"] == 30
    assert len(api("plans.get", plan_id="suite")["items"]) == 4


def test_items_are_removed_and_added_in_one_step(api: Api) -> None:
    swapped = {"remove_items": [{"feature_id": "credits"}], "add_items": [item("credits", 900, "month")]}

    attach(api, "k", "suite", customize=swapped)

    assert granted(api) == {"credits": 900, "calls": 57, "sso": 0}


def test_removing_from_a_running_plan_gives_back_what_was_paid_and_keeps_the_rest(api: Api) -> None:
    attach(api, "k", "suite", feature_quantities=[{"feature_id": "credits", "quantity": 300}])
    api("balances.track", customer_id="k", feature_id="calls", value=5)
    removed = {"remove_items": [{"feature_id": "credits"}]}

    shown = api("billing.preview_update", customer_id="k", plan_id="suite", customize=removed)
    [before] = state(api, "k")["subscriptions"]
    update(api, **removed)

    assert lines(shown) == [("Unused 2 × Suite - Credits (Tier 2 at $10.00 / month)", -20)]
    assert (shown["intent"], shown["incoming"], shown["outgoing"]) == ("update_plan", [], [])
    [after] = state(api, "k")["subscriptions"]
    assert after["id"] == before["id"]
    assert granted(api) == {"calls": 57, "sso": 0}
    assert balance(api, "k", "calls") == (57, 52, 5)


def test_update_items_sets_the_included_amount_and_keeps_the_usage(api: Api) -> None:
    attach(api, "k", "pro")
    api("balances.track", customer_id="k", feature_id="credits", value=30)
    changed = {"update_items": [{"filter": {"feature_id": "credits"}, "included": 1200}]}

    api("billing.update", customer_id="k", plan_id="pro", customize=changed)

    assert balance(api, "k") == (1200, 1170, 30)
    assert balance_of_plan(api, "pro") == 1000


def balance_of_plan(api: Api, plan_id: str) -> Any:
    return api("plans.get", plan_id=plan_id)["items"][0]["included"]


def test_update_items_sets_the_reset(api: Api) -> None:
    changed = {"update_items": [{"filter": {"feature_id": "credits"}, "interval": "day"}]}
    attach(api, "k", "pro", customize=changed)
    reset = state(api, "k")["balances"]["credits"]["breakdown"][0]["reset"]

    once = {"update_items": [{"filter": {"interval": "day"}, "interval": "one_off"}]}
    api("billing.update", customer_id="k", plan_id="pro", customize=once)

    assert reset["interval"] == "day"
    after = state(api, "k")["balances"]["credits"]
    assert (after["breakdown"][0]["reset"]["interval"], after["next_reset_at"]) == ("one_off", None)


def test_l128_adding_or_changing_nothing_is_refused(api: Api) -> None:
    attach(api, "k", "pro")
    nothing: tuple[dict[str, Any], ...] = (
        {"add_items": [item("credits", 1000, "month")]},
        {"remove_items": [{"feature_id": "seats"}]},
        {"update_items": [{"filter": {"feature_id": "credits"}, "included": 1000}]},
        {"billing_controls": {}},
    )

    for customize in nothing:
        body = {"customer_id": "k", "plan_id": "pro", "customize": customize}
        assert api.refused("billing.update", **body) == IDENTICAL


def test_a_second_free_item_of_a_feature_is_refused(api: Api) -> None:
    twice = refused(api, "k", "pro", customize={"add_items": [item("credits", 5, "month")]})

    assert twice[:2] == (400, "invalid_inputs")
    assert "to one item" in twice[2]


@pytest.mark.parametrize(
    ("customize", "message"),
    [
        (
            {"update_items": [{"included": 5}]},
            "customize.update_items.0.filter: Invalid input: expected object, received undefined",
        ),
        (
            {"remove_items": [{"billing_method": "card"}]},
            "customize.remove_items.0.billing_method: must be one of: prepaid, usage_based",
        ),
        (
            {"update_items": [{"filter": {}, "included": -1}]},
            "customize.update_items.0.included: Too small: expected number to be >=0",
        ),
    ],
)
def test_misshapen_patches_are_refused(api: Api, customize: dict[str, Any], message: str) -> None:
    assert refused(api, "k", "pro", customize=customize) == (400, "invalid_inputs", message)


# Controls


LIMIT = {"usage_limits": [{"feature_id": "credits", "enabled": True, "limit": 10, "interval": "day"}]}


def uses(api: Api, customer_id: str, value: float) -> bool:
    check = api("balances.check", customer_id=customer_id, feature_id="credits", required_balance=value)
    return bool(check["allowed"])


def test_controls_of_its_own_count_for_one_customer_only(api: Api) -> None:
    attach(api, "k", "pro", customize={"billing_controls": LIMIT})
    attach(api, "c", "starter")

    assert (uses(api, "k", 10), uses(api, "k", 11)) == (True, False)
    assert uses(api, "c", 11)
    assert api("plans.get", plan_id="pro")["billing_controls"] == {}


def test_controls_are_changed_on_the_running_plan_and_merged_kind_by_kind(api: Api) -> None:
    alerts = {
        "usage_alerts": [{"feature_id": "credits", "threshold": 50, "threshold_type": "usage_percentage"}]
    }
    plan(api, "guarded", item("credits", 100, "month"), billing_controls=alerts | LIMIT, **monthly(9))
    attach(api, "k", "guarded")
    freer = {"usage_limits": [{**LIMIT["usage_limits"][0], "limit": 40}]}

    answer = api("billing.update", customer_id="k", plan_id="guarded", customize={"billing_controls": freer})

    assert "invoice" not in answer
    assert (uses(api, "k", 40), uses(api, "k", 41)) == (True, False)
    [row] = api.world.store.subscriptions.find("plan_id", "guarded")
    assert row.billing_controls is not None
    assert set(row.billing_controls) == {"usage_alerts", "usage_limits"}


def test_a_new_version_brings_its_own_controls_back(api: Api) -> None:
    attach(api, "k", "pro", customize={"billing_controls": LIMIT})
    api("plans.update", plan_id="pro", price={"amount": 30, "interval": "month"}, force_version=True)

    status, _ = api.call("billing.update", {"customer_id": "k", "plan_id": "pro", "version": 2})

    assert status == 200
    assert uses(api, "k", 500)


def test_a_plan_that_is_customised_to_be_paid_once_takes_no_place(api: Api) -> None:
    """The books count plans as the customer has them."""
    stamps = {"amount": 3, "interval": "one_off", "billing_units": 10, "billing_method": "prepaid"}
    plan(api, "stamps", item("credits", 10, price=stamps), **monthly(6))
    attach(api, "k", "stamps", customize={"price": None})

    attach(api, "k", "basic")

    assert ("basic", "active") in plans_of(api, "k")
    assert problems_of(api.world, api.world.store.customers.find("id", "k")[0]) == []
