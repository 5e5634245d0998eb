"""Seats of licences when their plan changes, ends, or makes room: who keeps one, and what its use costs."""

from typing import Any

import pytest

from tests.billing import (
    NOON,
    PER_CALL,
    attach,
    give_card,
    invoices,
    lines,
    monthly,
    preview,
    started,
    track_for,
)
from tests.builders import customer, item, metered, plan, seats
from tests.conftest import Api

BIG = monthly(90)


@pytest.fixture(autouse=True)
def _on_a_plan_with_phones(api: Api) -> None:
    """Two people have phones of ten calls, further ones at 2 each: one used 13 of them, one 14."""
    api.freeze(NOON)
    metered(api, "calls", "words")
    seats(api, "members")
    customer(api, "acme")
    give_card(api, "acme")
    plan(api, "phone", item("calls", 10, "month", price={**PER_CALL, "amount": 2}))
    plan(api, "firm", **offering(2), **monthly(40))
    attach(api, "acme", "firm")
    give(api, "u1", "u2")
    track_for(api, "acme", "u1", "calls", 13)
    track_for(api, "acme", "u2", "calls", 14)


def offering(included: int, license: str = "phone") -> dict[str, Any]:
    return {"licenses": [{"license_plan_id": license, "included": included}]}


def ordered(count: int, license: str = "phone") -> dict[str, Any]:
    return {"license_quantities": [{"license_plan_id": license, "quantity": count}]}


def give(api: Api, *entity_ids: str, license: str = "phone") -> None:
    wanted = [{"entity_id": each, "feature_id": "members"} for each in entity_ids]
    api("licenses.attach", customer_id="acme", plan_id=license, entities=wanted)


def update(api: Api, **body: Any) -> Any:
    return api("billing.update", customer_id="acme", plan_id="firm", **body)


def calls(api: Api, entity_id: str = "u1") -> tuple[Any, ...]:
    """Remaining, usage and the next reset; nothing where there are none."""
    found = api("entities.get", customer_id="acme", entity_id=entity_id)["balances"].get("calls")
    return (found["remaining"], found["usage"], found["next_reset_at"]) if found else ()


def pools(api: Api) -> list[tuple[Any, ...]]:
    """Granted, usage and paid of each pool."""
    listed = api("licenses.list", customer_id="acme")["list"]
    return [(each["granted"], each["usage"], each["paid_quantity"]) for each in listed]


def billed(api: Api) -> list[str]:
    """What is on the newest invoice."""
    newest = api.world.store.invoices.find("customer", next(iter(api.world.store.customers)).internal_id)
    return [line.description for line in max(newest, key=lambda each: each.created_at).lines]


FEBRUARY_1, MARCH_1 = 1_769_904_000_000, 1_772_323_200_000
USED = (
    "Phone - 13 Calls (from 01 Jan 2026 to 01 Feb 2026) (u1)",
    "Phone - 14 Calls (from 01 Jan 2026 to 01 Feb 2026) (u2)",
)


def test_the_use_of_seats_is_billed_with_a_plan_that_ends(api: Api) -> None:
    update(api, cancel_action="cancel_end_of_cycle")

    api.advance("1 month")

    assert invoices(api, "acme")[0] == ("paid", 14)
    assert billed(api) == [*USED]
    assert calls(api) == ()


def test_the_use_of_seats_is_not_billed_of_a_plan_that_is_cancelled_now(api: Api) -> None:
    done = update(api, cancel_action="cancel_immediately")

    assert done["invoice"]["total"] == -40


def test_an_upgrade_bills_the_use_of_seats_that_it_ends(api: Api) -> None:
    plan(api, "big", **BIG)

    shown = preview(api, "acme", "big")
    done = attach(api, "acme", "big")

    assert [words for words, _ in lines(shown)][1:3] == [
        "Phone - 13 Calls (from 01 Jan 2026 to 01 Jan 2026) (u1)",
        "Phone - 14 Calls (from 01 Jan 2026 to 01 Jan 2026) (u2)",
    ]
    assert shown["total"] == done["invoice"]["total"] == 90 - 40 + 14


def test_an_upgrade_bills_the_one_that_it_has_no_room_for(api: Api) -> None:
    plan(api, "big", **offering(1), **BIG)

    done = attach(api, "acme", "big")

    assert (calls(api, "u1")[:2], calls(api, "u2")) == ((0, 13), ())
    assert done["invoice"]["total"] == 90 - 40 + 8


def test_seats_that_go_on_are_billed_with_the_period(api: Api) -> None:
    plan(api, "big", **offering(2), **BIG)

    done = attach(api, "acme", "big")
    kept = calls(api)
    api.advance("1 month")

    assert done["invoice"]["total"] == 50
    assert kept == (0, 13, FEBRUARY_1)
    assert invoices(api, "acme")[0] == ("paid", 104)
    assert calls(api) == (10, 0, MARCH_1)


@pytest.mark.parametrize(
    ("offer", "after"), [(offering(2), (10, 0, MARCH_1)), ({}, ())], ids=["offered", "gone"]
)
def test_a_plan_that_comes_later_bills_the_use_of_the_seats_before_it(api: Api, offer: Any, after: Any) -> None:
    plan(api, "small", **offer, **monthly(9))
    attach(api, "acme", "small")

    api.advance("1 month")

    assert invoices(api, "acme")[0] == ("paid", 9 + 14)
    assert calls(api) == after


def test_use_is_billed_for_the_period_of_the_plan_not_since_the_seat_was_given(api: Api) -> None:
    api.freeze("2026-02-10T00:00:00Z")
    track_for(api, "acme", "u1", "calls", 12)

    api.freeze("2026-03-01T00:00:00Z")

    assert "Phone - 12 Calls (from 01 Feb 2026 to 01 Mar 2026) (u1)" in billed(api)


def test_seats_of_a_changed_licence_stay_used(api: Api) -> None:
    richer = {"add_items": [item("words", 70, "month")]}
    change = {"license_plan_id": "phone", "customize": richer}

    done = update(api, customize={"upsert_licenses": [change]})

    assert done.get("invoice") is None
    assert calls(api)[:2] == (0, 13)
    shown = api("entities.get", customer_id="acme", entity_id="u1")["balances"]["words"]
    assert shown["granted"] == 70


@pytest.mark.parametrize(("included", "granted"), [(4, 7), (2, 5)])
def test_paid_seats_stay_as_many_when_more_or_fewer_are_included(api: Api, included: int, granted: int) -> None:
    plan(api, "seat", item("words", 50, "month"), **monthly(10))
    plan(api, "team", **offering(3, "seat"), add_on=True, **monthly(30))
    attach(api, "acme", "team", **ordered(6, "seat"))
    change = {"upsert_licenses": [{"license_plan_id": "seat", "included": included}]}

    done = api("billing.update", customer_id="acme", plan_id="team", customize=change)

    assert "invoice" not in done
    assert pools(api) == [(2, 2, 0), (granted, 0, 3)]


def test_seats_that_are_asked_for_count_altogether(api: Api) -> None:
    plan(api, "seat", item("words", 50, "month"), **monthly(10))
    plan(api, "team", **offering(3, "seat"), add_on=True, **monthly(30))
    attach(api, "acme", "team", **ordered(6, "seat"))
    change = {"upsert_licenses": [{"license_plan_id": "seat", "included": 4}]}

    done = api("billing.update", customer_id="acme", plan_id="team", customize=change, **ordered(4, "seat"))

    assert done["invoice"]["total"] == -30
    assert pools(api)[1] == (4, 0, 0)


def test_seats_that_are_paid_once_are_paid_once(api: Api) -> None:
    plan(api, "desk", item("words", 50, "month"), price={"amount": 15, "interval": "one_off"})
    plan(api, "office", **offering(1, "desk"), add_on=True, **monthly(5))
    bought = attach(api, "acme", "office", **ordered(3, "desk"))

    more, fewer = (
        api("billing.update", customer_id="acme", plan_id="office", **ordered(count, "desk"))
        for count in (4, 3)
    )

    assert bought["invoice"]["total"] == 5 + 30
    assert more["invoice"]["total"] == 15
    assert "invoice" not in fewer


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("billing.multi_update", {"updates": [{"plan_id": "phone", "cancel_action": "cancel_immediately"}]}),
        ("billing.create_schedule", {"phases": [{"starts_at": "now", "plans": [{"plan_id": "other"}]}]}),
    ],
)
def test_s100_whoever_holds_a_seat_is_left_alone(api: Api, operation: str, body: Any) -> None:
    plan(api, "other", item("words", 5, "month"))

    answer = api.refused(operation, customer_id="acme", entity_id="u1", **body)

    assert answer[2].startswith("Entity u1 holds a license (phone)")


def test_s100_a_client_of_before_2_0_does_not_cancel_a_seat_either(api: Api) -> None:
    body = {"customer_id": "acme", "entity_id": "u1", "product_id": "phone"}

    status, answer = api.request("POST", "/v1/cancel", body, version="1.2.0")

    assert (status, answer["message"].split(" —")[0]) == (400, "Entity u1 holds a license (phone)")


def test_an_imported_plan_offers_its_licences(api: Api) -> None:
    billables = [{"plan": started("firm")}]
    api("billing.import", customer_id="new", billables=billables)

    api("licenses.attach", customer_id="new", plan_id="phone",
        entities=[{"entity_id": "n1", "feature_id": "members"}])  # fmt: skip

    [pool] = api("licenses.list", customer_id="new")["list"]
    assert (pool["granted"], pool["usage"]) == (2, 1)


@pytest.mark.parametrize("version", ["0.2.0", "1.2.0", "2.0.0", "2.2.0", "2.5.0"])
def test_pools_and_holders_are_listed_alike_for_every_client(api: Api, version: str) -> None:
    for operation in ("licenses.list", "licenses.list_assignments"):
        assert api(operation, customer_id="acme", version=version) == api(operation, customer_id="acme")
