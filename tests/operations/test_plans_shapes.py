"""Plans of the wrong shape: cases K74, K76 to K87 and K97."""

from typing import Any

import pytest

from tests.builders import item, plan
from tests.conftest import Api
from tests.plans import jobs_desks_flag, left, refused_plan

XYZ = {"amount": 1, "interval": "month", "additional_currencies": [{"currency": "xyz", "amount": 9}]}
USAGE = {"interval": "month", "billing_method": "usage_based"}
PREPAID = {"interval": "month", "billing_method": "prepaid"}
TIERS = [{"to": 5, "amount": 1}, {"to": "inf", "amount": 2}]
NEGATIVE = [{"to": 5, "flat_amount": -1}, {"to": "inf", "amount": 2}]
INVALID = "invalid_inputs"


@pytest.fixture
def shop(api: Api) -> Api:
    return jobs_desks_flag(api)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"plan_id": "has space"}, "plan_id: must contain only letters, numbers, underscores, hyphens"),
        ({"plan_id": None}, "plan_id: must be a string (received null)"),
        ({"name": ""}, "name: cannot be empty"),
        ({"price": None}, "price: Invalid input: expected object, received null"),
        ({"free_trial": None}, "free_trial: Invalid input: expected object, received null"),
        ({"group": None}, "group: must be a string (received null)"),
        ({"price": {"amount": "10", "interval": "month"}}, "price.amount: must be a number (received string)"),
        (
            {"free_trial": {"duration_length": 7, "duration_type": "week"}},
            "free_trial.duration_type: must be one of: day, month, year",
        ),
        ({"items": [{"included": 5}]}, "items.0.feature_id: must be a string (received undefined)"),
        (
            {"price": XYZ},
            "price.additional_currencies.0.currency: must be a Stripe-supported currency code",
        ),
    ],
)  # fmt: skip
def test_k74_k76_k77_k98_a_body_of_the_wrong_shape(shop: Api, facts: Any, message: str) -> None:
    assert refused_plan(shop, **facts) == (400, INVALID, message)


def test_k76_all_problems_are_told_in_order(api: Api) -> None:
    message = (
        "[Validation Errors] plan_id: must be a string (received undefined); "
        "name: must be a string (received undefined)"
    )
    assert api.refused("plans.create") == (400, INVALID, message)


@pytest.mark.parametrize(
    ("sent", "path", "problem"),
    [
        ({"reset": None}, ".reset", "Invalid input: expected object, received null"),
        (
            {"included": 10_000_000_000_001},
            ".included",
            "Included usage cannot exceed 10 trillion; use unlimited usage instead",
        ),
        ({"price": USAGE}, "", "If 'price' is present, either 'amount' or 'tiers' must be defined."),
        (
            {"price": {"amount": 1, "tiers": TIERS, **USAGE}},
            "",
            "'amount' and 'tiers' cannot both be defined in 'price'.",
        ),
        (
            {"reset": {"interval": "day"}, "price": {"amount": 1, **USAGE}},
            "",
            "reset.interval and price.interval can only differ for prepaid prices.",
        ),
        (
            {
                "price": {"amount": 1, **USAGE},
                "proration": {"on_increase": "prorate_immediately", "on_decrease": "none"},
            },
            "",
            "proration is only supported for prepaid features.",
        ),
        (
            {"price": {"tiers": [{"to": 5}], **PREPAID}},
            ".price.tiers.0.amount.flat_amount",
            "Either amount or flat_amount, or both must be defined",
        ),
        (
            {"price": {"tiers": TIERS, "tier_behavior": "volume", **USAGE}},
            "",
            "volume-based pricing is only supported for prepaid features.",
        ),
        (
            {"included": 5, "price": {"tiers": TIERS, **USAGE}},
            "",
            "tiers[0].to must be greater than included.",
        ),
        (
            {"price": {"tiers": NEGATIVE, "tier_behavior": "volume", **PREPAID}},
            "",
            "flat_amount must be 0 or greater.",
        ),
        (
            {"price": {"amount": 1, "interval": "month"}},
            ".price.billing_method",
            "must be one of: prepaid, usage_based",
        ),
    ],
)  # fmt: skip
def test_k77_to_k86_an_item_of_the_wrong_shape(shop: Api, sent: Any, path: str, problem: str) -> None:
    assert refused_plan(shop, {"feature_id": "jobs", **sent}) == (400, INVALID, f"items.0{path}: {problem}")
    assert left(shop) is None


def test_k81_a_prepaid_item_may_reset_on_its_own(shop: Api) -> None:
    made = plan(shop, "split", item("jobs", 20, "week", price={"amount": 2, "billing_units": 10, **PREPAID}))

    [shown] = made["items"]
    assert (shown["reset"]["interval"], shown["price"]["interval"]) == ("week", "month")


def test_k83_two_problems_of_one_item(shop: Api) -> None:
    answer = refused_plan(shop, item("jobs", price={"tiers": [{"to": 5, "flat_amount": 2}], **PREPAID}))

    assert answer[2] == (
        "[Validation Errors] items.0: flat_amount on tiers is only supported for volume-based pricing.; "
        "items.0: flat_amount is not supported on single-tier pricing."
    )


def test_k87_an_unknown_feature_makes_no_plan(shop: Api) -> None:
    answer = refused_plan(shop, item("jobs"), item("nothing", 1))

    assert answer == (404, "feature_not_found", "Feature nothing not found")
    assert left(shop) is None


def test_k97_a_rollover_of_seats_needs_proration(shop: Api) -> None:
    rollover = {"max": 5, "expiry_duration_type": "month"}

    answer = refused_plan(shop, item("desks", 1, price={"amount": 5, **USAGE}, rollover=rollover))

    message = "rollover requires proration for allocated usage-based features (feature: desks)"
    assert answer == (400, "invalid_product_item", message)
    assert left(shop) is None
