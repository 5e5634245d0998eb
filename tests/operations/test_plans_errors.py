"""What is wrong with a plan: cases K73, K74, K76 to K101, K174, K176, K177, K199 and K200."""

from typing import Any

import pytest

from tests.builders import boolean, item, metered, plan, seats
from tests.conftest import Api

XYZ = {"amount": 1, "interval": "month", "additional_currencies": [{"currency": "xyz", "amount": 9}]}
USAGE = {"interval": "month", "billing_method": "usage_based"}
PREPAID = {"interval": "month", "billing_method": "prepaid"}
TIERS = [{"to": 5, "amount": 1}, {"to": "inf", "amount": 2}]
NEGATIVE = [{"to": 5, "flat_amount": -1}, {"to": "inf", "amount": 2}]
INVALID = "invalid_inputs"


@pytest.fixture
def shop(api: Api) -> Api:
    metered(api, "jobs")
    seats(api, "desks")
    boolean(api, "flag")
    return api


def refused(api: Api, *items: Any, **facts: Any) -> tuple[int, str, str]:
    return api.refused("plans.create", **{"plan_id": "x", "name": "X", "items": list(items)} | facts)


def left(api: Api) -> Any:
    """The plan that a refusal left behind, None if there is none."""
    status, shown = api.call("plans.get", {"plan_id": "x"})
    return shown if status == 200 else None


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
    assert refused(shop, **facts) == (400, INVALID, message)


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
    assert refused(shop, {"feature_id": "jobs", **sent}) == (400, INVALID, f"items.0{path}: {problem}")
    assert left(shop) is None


def test_k81_a_prepaid_item_may_reset_on_its_own(shop: Api) -> None:
    made = plan(shop, "split", item("jobs", 20, "week", price={"amount": 2, "billing_units": 10, **PREPAID}))

    [shown] = made["items"]
    assert (shown["reset"]["interval"], shown["price"]["interval"]) == ("week", "month")


def test_k83_two_problems_of_one_item(shop: Api) -> None:
    answer = refused(shop, item("jobs", price={"tiers": [{"to": 5, "flat_amount": 2}], **PREPAID}))

    assert answer[2] == (
        "[Validation Errors] items.0: flat_amount on tiers is only supported for volume-based pricing.; "
        "items.0: flat_amount is not supported on single-tier pricing."
    )


def test_k87_an_unknown_feature_makes_no_plan(shop: Api) -> None:
    answer = refused(shop, item("jobs"), item("nothing", 1))

    assert answer == (404, "feature_not_found", "Feature nothing not found")
    assert left(shop) is None


def test_k97_a_rollover_of_seats_needs_proration(shop: Api) -> None:
    rollover = {"max": 5, "expiry_duration_type": "month"}

    answer = refused(shop, item("desks", 1, price={"amount": 5, **USAGE}, rollover=rollover))

    message = "rollover requires proration for allocated usage-based features (feature: desks)"
    assert answer == (400, "invalid_product_item", message)
    assert left(shop) is None


def rollover(**facts: Any) -> Any:
    return item("jobs", 10, "month", rollover={"expiry_duration_type": "month", **facts})


AT_ONCE = {"on_increase": "bill_immediately", "on_decrease": "none"}
INFINITE = "Included usage can't be 'inf' for tiered prices"
SAME = (
    "You're trying to create two items for the same feature ({}) with the same interval. "
    "Please make them into one item."
)


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([item("jobs", -1, "month")], "Included usage must be 0 or greater"),
        ([item("jobs", unlimited=True, price={"tiers": TIERS, **USAGE})], INFINITE),
        ([item("jobs", unlimited=True, price={"amount": 1, **USAGE})], INFINITE),
        (
            [item("jobs", price={"amount": 1, **PREPAID}, proration=AT_ONCE)],
            "Bill immediately is not supported for prepaid just yet, "
            "contact us at hey@useautumn.com if you're interested!",
        ),
        (
            [rollover(max=5, max_percentage=10)],
            "Rollover max and max_percentage are mutually exclusive. Set one or the other, not both.",
        ),
        (
            [rollover(max_percentage=150)],
            "Rollover max_percentage must be between 0 (exclusive) and 100 (inclusive)",
        ),
        ([rollover(max=0)], "Rollover maximum amount must be greater than 0"),
        (
            [rollover(max=5, expiry_duration_length=-1)],
            "Rollover length must be a positive number for monthly durations",
        ),
        ([item("jobs", 1, "month"), item("jobs", 2, "month")], SAME.format("jobs")),
        ([item("desks", 1, "month"), item("desks", 2)], SAME.format("desks")),
        ([item("flag"), item("flag")], SAME.format("flag")),
        (
            [item("jobs", price={"amount": 1, **USAGE}), item("jobs", price={"amount": 2, **USAGE})],
            "You're trying to add the same feature (jobs), with the same reset interval. "
            "You should either change the reset interval of one of the items, "
            "or make one of them a prepaid quantity",
        ),
    ],
)  # fmt: skip
def test_k65_k66_k88_to_k96_k199_a_plan_without_its_content_stays(shop: Api, items: Any, message: str) -> None:
    assert refused(shop, *items, price={"amount": 3, "interval": "year"}) == (400, INVALID, message)
    assert (left(shop)["items"], left(shop)["price"]) == ([], None)


def test_k90_k91_items_of_one_feature_that_differ(shop: Api) -> None:
    made = plan(
        shop,
        "two",
        item("jobs", 1, "month"),
        item("jobs", 2, "day"),
        item("jobs", price={"amount": 1, **USAGE}),
        item("jobs", price={"amount": 2, **PREPAID}),
    )

    assert len(made["items"]) == 4


@pytest.mark.parametrize(
    ("price", "message"),
    [
        ({"amount": 9.999, "interval": "month"}, "One off prices can have at most 2 decimal places"),
        (
            {"amount": 5, "interval": "week"},
            "Can't have both weekly and monthly price items in the same product",
        ),
    ],
)
def test_k89_k92_base_prices_that_do_not_fit(shop: Api, price: Any, message: str) -> None:
    answer = refused(shop, item("jobs", price={"amount": 1, **USAGE}), price=price)

    assert answer == (400, INVALID, message)
    assert left(shop)["price"] is None


def test_k93_use_is_not_paid_once(shop: Api) -> None:
    price = {"amount": 1, "interval": "one_off", "billing_method": "usage_based"}

    answer = refused(shop, item("jobs", price=price))

    message = "Usage prices cannot be one-off if not set to prepaid (feature: jobs)"
    assert answer == (400, "invalid_price", message)
    assert left(shop)["items"] == []


def priced_in(currency: str) -> Any:
    return {"amount": 10, "additional_currencies": [{"currency": currency, "amount": 9}], "interval": "month"}


def test_k98_one_currency_only(shop: Api) -> None:
    disabled = "Multi-currency is not enabled for this organization"
    own = "additional_currencies cannot include the base currency 'usd'"
    in_usd = {**priced_in("usd"), **USAGE}

    assert refused(shop, price=priced_in("usd")) == (400, "invalid_product_item", f"Base price {own}")
    assert refused(shop, item("jobs", price=in_usd))[2] == f"{own} (feature: jobs)"
    assert left(shop) is None
    assert refused(shop, price=priced_in("eur")) == (400, "invalid_product_item", disabled)
    assert left(shop)["price"] is None


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (
            item("jobs", 5, pooled=True, price={"amount": 1, **USAGE}),
            "Pooled items cannot use usage-based pricing",
        ),
        (
            item("jobs", unlimited=True, pooled=True, price={"amount": 1, **PREPAID}),
            "Pooled unlimited items cannot include pricing",
        ),
        (item("flag", 1, pooled=True), "Pooled boolean items cannot include balance or pricing fields"),
    ],
)
def test_k200_pooled_items_that_can_not_be(shop: Api, sent: Any, message: str) -> None:
    assert refused(shop, sent) == (400, "invalid_product_item", message)


def test_k200_a_pooled_item(shop: Api) -> None:
    [shown] = plan(shop, "pooled", item("jobs", 5, "month", pooled=True))["items"]

    assert shown["pooled"] is True


def test_k73_a_plan_paid_once_has_no_trial(shop: Api) -> None:
    answer = refused(shop, price={"amount": 200, "interval": "one_off"}, free_trial={"duration_length": 7})

    assert answer == (400, "invalid_request", "One-off products cannot have a free trial")
    assert left(shop)["price"]["amount"] == 200
    assert "free_trial" not in left(shop)


def test_k176_a_trial_has_a_length(shop: Api) -> None:
    answer = refused(shop, price={"amount": 2, "interval": "month"}, free_trial={"duration_length": 0})

    assert answer == (400, INVALID, "length: Free trial length must be greater than 0")


def test_k174_what_is_included_is_divisible_by_the_pack(shop: Api) -> None:
    answer = refused(shop, item("jobs", 5, price={"amount": 2, "billing_units": 10, **PREPAID}))

    assert answer == (
        400,
        "invalid_request",
        "If you have a plan feature with both an included usage and a price, "
        "the included usage must be an amount that is divisible by the billing units.",
    )
    assert left(shop)["items"][0]["included"] == 5
    plan(shop, "usage", item("jobs", 5, price={"amount": 2, "billing_units": 10, **USAGE}))


def test_k177_a_negative_price_is_refused_by_stripe(shop: Api) -> None:
    answer = refused(shop, price={"amount": -5, "interval": "month"})

    message = "(Stripe Error) This value must be greater than or equal to 0."
    assert answer == (400, "stripe_error", message)


def test_k99_one_free_default_in_a_group(api: Api) -> None:
    plan(api, "starter", auto_enable=True)

    message = "You have another default product (starter). Please remove default from that product first."
    assert refused(api, auto_enable=True) == (400, "invalid_request", message)
    assert left(api) is None
    assert plan(api, "other", auto_enable=True, group="other")["auto_enable"] is True


@pytest.mark.parametrize(
    "facts",
    [
        {"price": {"amount": 10, "interval": "month"}},
        {"price": {"amount": 10, "interval": "one_off"}},
        {"price": {"amount": 0, "interval": "month"}},
        {"price": {"amount": 10, "interval": "month"}, "free_trial": {"duration_length": 7}},
    ],
)
def test_k100_k101_a_plan_that_costs_is_not_enabled_by_itself(api: Api, facts: Any) -> None:
    answer = refused(api, auto_enable=True, **facts)

    message = "Cannot make a plan auto-enable if it has prices on it."
    assert answer == (400, "invalid_request", message)


def test_k101_one_default_trial_in_a_group_beside_the_free_one(api: Api) -> None:
    trial = {"duration_length": 7, "card_required": False}
    price = {"amount": 10, "interval": "month"}
    plan(api, "free", auto_enable=True)
    plan(api, "trial", auto_enable=True, price=price, free_trial=trial)

    answer = refused(api, auto_enable=True, price=price, free_trial=trial)

    message = (
        "You have another default trial product in this group (trial). "
        "Please remove default from that product first."
    )
    assert answer == (400, "invalid_request", message)
