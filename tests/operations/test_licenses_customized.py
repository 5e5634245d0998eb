"""Licences that differ from their plan, for everybody or for one customer."""

from typing import Any

import pytest

from tests.billing import NOON, attach, give_card, invoices, lines, monthly, pay, preview, refused
from tests.builders import customer, item, metered, plan, seats
from tests.conftest import Api

DEAR = {"price": {"amount": 15, "interval": "month"}}


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    api.freeze(NOON)
    metered(api, "words")
    seats(api, "members")
    customer(api, "acme")
    give_card(api, "acme")
    plan(api, "seat", item("words", 50, "month"), **monthly(10))


def team(api: Api, **license: Any) -> Any:
    offered = {"license_plan_id": "seat", "included": 1, **license}
    return plan(api, "team", licenses=[offered], **monthly(30))


def give(api: Api, entity_id: str) -> None:
    wanted = [{"entity_id": entity_id, "feature_id": "members"}]
    api("licenses.attach", customer_id="acme", plan_id="seat", entities=wanted)


def words(api: Api, entity_id: str) -> Any:
    return api("entities.get", customer_id="acme", entity_id=entity_id)["balances"]["words"]["granted"]


def seats_of(count: int) -> dict[str, Any]:
    return {"license_quantities": [{"license_plan_id": "seat", "quantity": count}]}


def granted(api: Api) -> list[Any]:
    return [each["granted"] for each in api("licenses.list", customer_id="acme")["list"]]


def test_a_plan_offers_a_licence_at_its_own_price_and_with_its_own_items(api: Api) -> None:
    change = {
        **DEAR,
        "add_items": [item("words", 80, "month")],
        "remove_items": [{"feature_id": "words"}],
    }

    made = team(api, customize=change)
    attach(api, "acme", "team", **seats_of(3))
    give(api, "u1")

    assert made["licenses"][0]["customize"] == {
        "price": {"amount": 15, "interval": "month"},
        "add_items": [{"feature_id": "words", "included": 80, "unlimited": False, "pooled": False,
                       "reset": {"interval": "month"}}],
        "remove_items": [{"feature_id": "words", "interval": "month", "interval_count": 1}],
    }  # fmt: skip
    assert invoices(api, "acme") == [("paid", 60)]
    assert words(api, "u1") == 80


def test_the_same_again_changes_nothing(api: Api) -> None:
    made = team(api, customize=DEAR)
    attach(api, "acme", "team", **seats_of(2))

    again = api("plans.update", plan_id="team", licenses=[
        {"license_plan_id": "seat", "included": 1, "customize": DEAR}])  # fmt: skip

    assert again["licenses"] == made["licenses"]
    assert preview_lines(api, seats_of(3)) == [
        ("Unused 1 × Seat (at $15.00 / month)", -15),
        ("Seat - 2x Base Price (from 01 Jan 2026 to 01 Feb 2026)", 30),
    ]


def preview_lines(api: Api, change: Any) -> Any:
    return lines(api("billing.preview_update", customer_id="acme", plan_id="team", **change))


def test_a_licence_stays_with_its_version_until_it_is_told_to_follow(api: Api) -> None:
    team(api, customize=DEAR)
    attach(api, "acme", "team")
    give(api, "u1")
    api("plans.update", plan_id="seat", items=[item("words", 60, "month")])
    kept = api("plans.get", plan_id="team")["licenses"][0]

    api("plans.update", plan_id="seat", items=[item("words", 70, "month")],
        update_license_parents=[{"plan_id": "team", "version": 1}])  # fmt: skip

    followed = api("plans.get", plan_id="team")["licenses"][0]
    assert (kept["version"], followed["version"]) == (1, api("plans.get", plan_id="seat")["version"])
    assert followed["customize"] == kept["customize"]
    assert words(api, "u1") == 50, "who has a seat keeps what it is"


def test_seats_beyond_those_ordered_are_not_sold(api: Api) -> None:
    answer = api.refused("plans.create", plan_id="t", name="T", licenses=[
        {"license_plan_id": "seat", "prepaid_only": False}])  # fmt: skip

    assert answer[:2] == (501, "not_emulated")


def test_one_customer_gets_more_seats(api: Api) -> None:
    team(api)
    more = {"customize": {"upsert_licenses": [{"license_plan_id": "seat", "included": 4}]}}

    shown = preview(api, "acme", "team", **more, **seats_of(5))
    attach(api, "acme", "team", **more, **seats_of(5))

    assert shown["total"] == 40
    assert (granted(api), invoices(api, "acme")) == ([5], [("paid", 40)])
    assert api("plans.get", plan_id="team")["licenses"][0]["included"] == 1


def test_one_customer_gets_a_licence_beside_those_of_the_plan(api: Api) -> None:
    plan(api, "pro", **monthly(20))

    attach(api, "acme", "pro", customize={"upsert_licenses": [{"license_plan_id": "seat"}]})

    assert granted(api) == [1]


def test_one_customer_does_without_a_licence(api: Api) -> None:
    team(api)

    attach(api, "acme", "team", customize={"remove_licenses": [{"license_plan_id": "seat"}]})

    assert granted(api) == []


def test_a_running_plan_gets_dearer_seats(api: Api) -> None:
    team(api)
    attach(api, "acme", "team", **seats_of(3))
    give(api, "u1")
    change = {"customize": {"upsert_licenses": [{"license_plan_id": "seat", "customize": DEAR}]}}

    done = api("billing.update", customer_id="acme", plan_id="team", **change)

    assert done["invoice"]["total"] == 10
    api.advance("1 month")
    assert invoices(api, "acme")[0] == ("paid", 60)
    assert words(api, "u1") == 50


def test_seats_that_are_held_get_the_new_items(api: Api) -> None:
    team(api)
    attach(api, "acme", "team")
    give(api, "u1")
    richer = {"add_items": [item("words", 70, "month")], "remove_items": [{"feature_id": "words"}]}
    change = {"customize": {"upsert_licenses": [{"license_plan_id": "seat", "customize": richer}]}}

    api("billing.update", customer_id="acme", plan_id="team", **change)

    assert words(api, "u1") == 70


def test_a_bare_upsert_puts_the_catalogs_licence_back(api: Api) -> None:
    team(api)
    dear = {"upsert_licenses": [{"license_plan_id": "seat", "included": 9, "customize": DEAR}]}
    attach(api, "acme", "team", customize=dear)
    assert granted(api) == [9]

    api("billing.update", customer_id="acme", plan_id="team",
        customize={"upsert_licenses": [{"license_plan_id": "seat"}]})  # fmt: skip

    assert granted(api) == [1]


def test_a_licence_is_not_taken_away_while_its_seats_are_held(api: Api) -> None:
    team(api)
    attach(api, "acme", "team")
    give(api, "u1")

    answer = api.refused("billing.update", customer_id="acme", plan_id="team",
                         customize={"remove_licenses": [{"license_plan_id": "seat"}]})  # fmt: skip

    assert answer[:2] == (400, "invalid_request")


def test_a_page_that_is_paid_brings_the_seats_that_were_ordered(api: Api) -> None:
    customer(api, "zoe")
    team(api)

    page = attach(api, "zoe", "team", **seats_of(3))
    pay(api, page["payment_url"])

    assert invoices(api, "zoe") == [("paid", 50)]
    assert [each["granted"] for each in api("licenses.list", customer_id="zoe")["list"]] == [3]


def test_use_of_seats_beyond_their_grants_is_billed_with_the_plan(api: Api) -> None:
    metered(api, "calls")
    price = {"amount": 2, "interval": "month", "billing_units": 1, "billing_method": "usage_based"}
    plan(api, "phone", item("calls", 10, "month", price=price))
    plan(api, "firm", licenses=[{"license_plan_id": "phone", "included": 2}], **monthly(40))
    attach(api, "acme", "firm")
    api("licenses.attach", customer_id="acme", plan_id="phone",
        entities=[{"entity_id": "u1", "feature_id": "members"}])  # fmt: skip
    api("balances.track", customer_id="acme", entity_id="u1", feature_id="calls", value=13)

    api.advance("1 month")

    assert invoices(api, "acme")[0] == ("paid", 46)
    shown = api("entities.get", customer_id="acme", entity_id="u1")["balances"]["calls"]
    assert (shown["remaining"], shown["usage"]) == (10, 0)


def test_seats_of_a_plan_that_is_past_due_wait_for_the_payment(api: Api) -> None:
    metered(api, "notes")
    plan(api, "desk", item("notes", 9, "week"))
    plan(api, "firm", licenses=[{"license_plan_id": "desk", "included": 1}], **monthly(30))
    attach(api, "acme", "firm")
    api("licenses.attach", customer_id="acme", plan_id="desk",
        entities=[{"entity_id": "u1", "feature_id": "members"}])  # fmt: skip
    give_card(api, "acme", "decline:card_declined")
    api.freeze("2026-02-02T00:00:00Z")
    api("balances.track", customer_id="acme", entity_id="u1", feature_id="notes", value=4)

    api.freeze("2026-02-08T12:00:00Z")
    assert notes(api) == 5, "a week has passed, but the plan is past due"
    give_card(api, "acme")
    api.freeze("2026-02-09T12:00:00Z")

    assert notes(api) == 9


def test_seats_end_with_a_plan_that_is_never_paid(api: Api) -> None:
    team(api)
    attach(api, "acme", "team")
    give(api, "u1")
    give_card(api, "acme", "decline:card_declined")

    api.advance("2 months")

    assert granted(api) == []
    assert api("entities.get", customer_id="acme", entity_id="u1")["subscriptions"] == []


def notes(api: Api) -> Any:
    return api("entities.get", customer_id="acme", entity_id="u1")["balances"]["notes"]["remaining"]


def test_a_licence_of_a_plan_that_is_not_offered_is_refused(api: Api) -> None:
    team(api)

    assert refused(api, "acme", "team", customize={"upsert_licenses": [{"license_plan_id": "none"}]})[1] == (
        "product_not_found"
    )
