"""How items of plans are kept and shown: cases K51 to K69, K175 and K198."""

from typing import Any

import pytest

from tests.builders import boolean, item, metered, plan, seats
from tests.conftest import Api

USAGE = {"interval": "month", "billing_method": "usage_based"}
PREPAID = {"interval": "month", "billing_method": "prepaid"}


def only_item(api: Api, sent: dict[str, Any], **facts: Any) -> Any:
    """The item as a plan that holds nothing else shows it."""
    [shown] = plan(api, "one", sent, **facts)["items"]
    assert api("plans.get", plan_id="one")["items"] == [shown]
    return shown


def texts(shown: Any) -> tuple[str, str | None]:
    return shown["display"]["primary_text"], shown["display"].get("secondary_text")


def test_k51_a_boolean_item_says_only_that_it_is_there(api: Api) -> None:
    boolean(api, "sso", "Single sign-on")

    shown = only_item(api, item("sso", 5, "month", unlimited=True))

    assert (shown["included"], shown["unlimited"], shown["reset"], shown["price"]) == (0, False, None, None)
    assert texts(shown) == ("Single sign-on", None)


def test_k52_a_free_item(api: Api) -> None:
    metered(api, "messages")

    shown = only_item(api, item("messages", 1000, "month"))

    assert (shown["reset"], shown["price"]) == ({"interval": "month"}, None)
    assert texts(shown) == ("1,000 Messages", None)
    assert shown["entitlement_id"].startswith("ent_")
    assert "price_id" not in shown


def test_k53_k198_an_unlimited_item_shows_no_amount(api: Api) -> None:
    metered(api, "builds")

    shown = only_item(api, item("builds", 5, unlimited=True))

    assert (shown["unlimited"], shown["included"], shown["reset"]) == (True, 0, {"interval": "one_off"})
    assert texts(shown) == ("Unlimited Builds", None)


def test_k54_a_priced_item_of_a_feature_with_words(api: Api) -> None:
    words = {"singular": "seat", "plural": "seats"}
    api("features.create", feature_id="seats", name="Seats", type="metered", display=words)

    shown = only_item(api, item("seats", 3, price={"amount": 10, **USAGE}))

    assert shown["reset"] is None
    assert shown["price"] == {"amount": 10, **USAGE, "billing_units": 1, "max_purchase": None}
    assert texts(shown) == ("3 seats", "then $10 per seat")


def test_k55_the_reset_comes_from_the_price(api: Api) -> None:
    metered(api, "emails")

    shown = only_item(api, item("emails", 100, price={"amount": 0.5, "billing_units": 1000, **USAGE}))

    assert shown["reset"] == {"interval": "month"}
    assert texts(shown) == ("100 Emails", "then $0.5 per 1,000 Emails")


def test_k56_nothing_included(api: Api) -> None:
    seats(api, "storage")

    shown = only_item(api, item("storage", price={"amount": 4.25, "max_purchase": 50, **PREPAID}))

    assert shown["price"]["max_purchase"] == 50
    assert texts(shown) == ("$4.25 per Storage", None)


def test_k57_priced_items_first_then_by_name(api: Api) -> None:
    for feature_id, name in [("a", "cherry"), ("b", "Banana"), ("c", "apple"), ("d", "Date"), ("e", "Éclair")]:
        api("features.create", feature_id=feature_id, name=name, type="metered", consumable=True)
    price = {"amount": 1, **USAGE}

    shown = plan(api, "all", item("e"), item("a"), item("b"), item("c"), item("d", price=price))["items"]

    assert [each["feature_id"] for each in shown] == ["d", "c", "b", "a", "e"]


def test_k57_equal_names_keep_the_order_sent(api: Api) -> None:
    metered(api, "jobs")

    shown = plan(api, "jobs", item("jobs", 2, "month"), item("jobs", 1, "day"))["items"]

    assert [each["included"] for each in shown] == [2, 1]


def test_k58_tiers_are_answered_as_sent(api: Api) -> None:
    metered(api, "requests")
    tiers = [{"to": 1000, "amount": 0.1}, {"to": 5000, "amount": 0.05}, {"to": "inf", "amount": 0.01}]

    shown = only_item(api, item("requests", 100, price={"tiers": tiers, **USAGE}))

    assert (shown["price"]["tiers"], shown["price"]["tier_behavior"]) == (tiers, "graduated")
    assert "amount" not in shown["price"]
    assert texts(shown) == ("100 Requests", "then $0.1 - $0.01 per Requests")


def test_k59_k60_volume_tiers(api: Api) -> None:
    seats(api, "users", "rooms")
    per_unit = {"tiers": [{"to": 10, "amount": 9}, {"to": "inf", "amount": 7}], "tier_behavior": "volume"}
    flat = {
        "tiers": [{"to": 5, "flat_amount": 50}, {"to": "inf", "flat_amount": 80}],
        "tier_behavior": "volume",
    }

    made = plan(
        api, "volume", item("users", price={**per_unit, **PREPAID}), item("rooms", 1, price={**flat, **PREPAID})
    )

    rooms, users = made["items"]
    assert users["price"]["tier_behavior"] == "volume"
    assert texts(users) == ("$9 - $7 per Users", None)
    assert rooms["price"]["tiers"] == [
        {"to": 5, "amount": 0, "flat_amount": 50},
        {"to": "inf", "amount": 0, "flat_amount": 80},
    ]
    assert texts(rooms) == ("1 Rooms", "then $50 - $80 for Rooms")


def test_k61_one_tier_is_a_flat_amount(api: Api) -> None:
    metered(api, "requests")
    price = {"tiers": [{"to": "inf", "amount": 0.2}], "billing_units": 100, **USAGE}

    shown = only_item(api, item("requests", price=price))

    assert (shown["price"]["amount"], shown["price"]["tier_behavior"]) == (0.2, "graduated")
    assert "tiers" not in shown["price"]
    assert texts(shown) == ("$0.2 per 100 Requests", None)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (("month", {"max": 30, "expiry_duration_length": 2}), (30, None, "month", 2)),
        (("forever", {"expiry_duration_length": 5}), (None, None, "forever", 5)),
        (("month", {"max_percentage": 50}), (None, 50, "month", 1)),
    ],
)
def test_k62_to_k64_rollovers(api: Api, sent: Any, shown: Any) -> None:
    metered(api, "renders")
    kind, more = sent

    answered = only_item(api, item("renders", 10, "month", rollover={"expiry_duration_type": kind, **more}))

    keys = ("max", "max_percentage", "expiry_duration_type", "expiry_duration_length")
    assert answered["rollover"] == dict(zip(keys, shown, strict=True))


@pytest.mark.parametrize(("sent", "shown"), [(90, 90), (0, None), (None, None)])
def test_k67_the_most_that_can_be_bought(api: Api, sent: Any, shown: Any) -> None:
    metered(api, "renders")

    answered = only_item(api, item("renders", 10, price={"amount": 1, "max_purchase": sent, **USAGE}))

    assert answered["price"]["max_purchase"] == shown


def test_k68_k198_a_balance_per_entity_of_any_feature(api: Api) -> None:
    metered(api, "renders")

    assert only_item(api, item("renders", 5, entity_feature_id="nothing"))["entity_feature_id"] == "nothing"


def test_k69_proration_is_not_answered(api: Api) -> None:
    seats(api, "agents")
    proration = {"on_increase": "prorate_immediately", "on_decrease": "none"}

    shown = only_item(api, item("agents", price={"amount": 12, **PREPAID}, proration=proration))

    assert "proration" not in shown


def test_k175_an_item_price_of_nothing_is_none(api: Api) -> None:
    metered(api, "frames")

    shown = only_item(api, item("frames", 3, price={"amount": 0, "max_purchase": 5, **PREPAID}))

    assert (shown["price"], shown["reset"]) == (None, {"interval": "month"})
    assert texts(shown) == ("3 Frames", None)
    assert "price_id" not in shown


def test_k198_odd_numbers(api: Api) -> None:
    metered(api, "a", "b")
    price = {"amount": 1, "billing_units": 0, **PREPAID}

    priced, free = plan(
        api, "odd", item("a", price=price), {**item("b"), "reset": {"interval": "month", "interval_count": 0}}
    )["items"]

    assert priced["price"]["billing_units"] == 1
    assert free["reset"] == {"interval": "month", "interval_count": 0}
