"""Plans that make no sense: cases K65, K66, K73, K88 to K101, K174, K176, K177, K199 and K200."""

from typing import Any

import pytest

from tests.builders import item, plan
from tests.conftest import Api
from tests.plans import jobs_desks_flag, left, refused_plan

USAGE = {"interval": "month", "billing_method": "usage_based"}
PREPAID = {"interval": "month", "billing_method": "prepaid"}
TIERS = [{"to": 5, "amount": 1}, {"to": "inf", "amount": 2}]
INVALID = "invalid_inputs"


AT_ONCE = {"on_increase": "bill_immediately", "on_decrease": "none"}
INFINITE = "Included usage can't be 'inf' for tiered prices"
SAME = (
    "You're trying to create two items for the same feature ({}) with the same interval. "
    "Please make them into one item."
)


@pytest.fixture
def shop(api: Api) -> Api:
    return jobs_desks_flag(api)


def rollover(**facts: Any) -> Any:
    return item("jobs", 10, "month", rollover={"expiry_duration_type": "month", **facts})


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
    assert refused_plan(shop, *items, price={"amount": 3, "interval": "year"}) == (400, INVALID, message)
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
    answer = refused_plan(shop, item("jobs", price={"amount": 1, **USAGE}), price=price)

    assert answer == (400, INVALID, message)
    assert left(shop)["price"] is None


def test_k93_use_is_not_paid_once(shop: Api) -> None:
    price = {"amount": 1, "interval": "one_off", "billing_method": "usage_based"}

    answer = refused_plan(shop, item("jobs", price=price))

    message = "Usage prices cannot be one-off if not set to prepaid (feature: jobs)"
    assert answer == (400, "invalid_price", message)
    assert left(shop)["items"] == []


def priced_in(currency: str) -> Any:
    return {"amount": 10, "additional_currencies": [{"currency": currency, "amount": 9}], "interval": "month"}


def test_k98_one_currency_only(shop: Api) -> None:
    disabled = "Multi-currency is not enabled for this organization"
    own = "additional_currencies cannot include the base currency 'usd'"
    in_usd = {**priced_in("usd"), **USAGE}

    assert refused_plan(shop, price=priced_in("usd")) == (400, "invalid_product_item", f"Base price {own}")
    assert refused_plan(shop, item("jobs", price=in_usd))[2] == f"{own} (feature: jobs)"
    assert left(shop) is None
    assert refused_plan(shop, price=priced_in("eur")) == (400, "invalid_product_item", disabled)
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
    assert refused_plan(shop, sent) == (400, "invalid_product_item", message)


def test_k200_a_pooled_item(shop: Api) -> None:
    [shown] = plan(shop, "pooled", item("jobs", 5, "month", pooled=True))["items"]

    assert shown["pooled"] is True


def test_k73_a_plan_paid_once_has_no_trial(shop: Api) -> None:
    answer = refused_plan(shop, price={"amount": 200, "interval": "one_off"}, free_trial={"duration_length": 7})

    assert answer == (400, "invalid_request", "One-off products cannot have a free trial")
    assert left(shop)["price"]["amount"] == 200
    assert "free_trial" not in left(shop)


def test_k176_a_trial_has_a_length(shop: Api) -> None:
    answer = refused_plan(shop, price={"amount": 2, "interval": "month"}, free_trial={"duration_length": 0})

    assert answer == (400, INVALID, "length: Free trial length must be greater than 0")


def test_k174_what_is_included_is_divisible_by_the_pack(shop: Api) -> None:
    answer = refused_plan(shop, item("jobs", 5, price={"amount": 2, "billing_units": 10, **PREPAID}))

    assert answer == (
        400,
        "invalid_request",
        "If you have a plan feature with both an included usage and a price, "
        "the included usage must be an amount that is divisible by the billing units.",
    )
    assert left(shop)["items"][0]["included"] == 5
    plan(shop, "usage", item("jobs", 5, price={"amount": 2, "billing_units": 10, **USAGE}))


def test_k177_a_negative_price_is_refused_by_stripe(shop: Api) -> None:
    answer = refused_plan(shop, price={"amount": -5, "interval": "month"})

    message = "(Stripe Error) This value must be greater than or equal to 0."
    assert answer == (400, "stripe_error", message)


def test_k99_one_free_default_in_a_group(api: Api) -> None:
    plan(api, "starter", auto_enable=True)

    message = "You have another default product (starter). Please remove default from that product first."
    assert refused_plan(api, auto_enable=True) == (400, "invalid_request", message)
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
    answer = refused_plan(api, auto_enable=True, **facts)

    message = "Cannot make a plan auto-enable if it has prices on it."
    assert answer == (400, "invalid_request", message)


def test_k101_one_default_trial_in_a_group_beside_the_free_one(api: Api) -> None:
    trial = {"duration_length": 7, "card_required": False}
    price = {"amount": 10, "interval": "month"}
    plan(api, "free", auto_enable=True)
    plan(api, "trial", auto_enable=True, price=price, free_trial=trial)

    answer = refused_plan(api, auto_enable=True, price=price, free_trial=trial)

    message = (
        "You have another default trial product in this group (trial). "
        "Please remove default from that product first."
    )
    assert answer == (400, "invalid_request", message)
