"""Licences: seats of a plan that a customer hands to its entities (cases S92 to S101)."""

from typing import Any

import pytest

from tests.billing import NOON, attach, give_card, invoices, monthly, preview, refused, track_for
from tests.builders import customer, item, metered, plan, seats
from tests.conftest import Api

OFFER = {"licenses": [{"license_plan_id": "seat", "included": 2}]}


@pytest.fixture
def team(api: Api) -> Api:
    """A customer on a plan that offers two free seats."""
    _catalogue(api)
    plan(api, "seat", item("words", 50, "month"))
    plan(api, "team", **OFFER)
    attach(api, "acme", "team")
    return api


@pytest.fixture
def paid(api: Api) -> Api:
    """A plan of 30 with two seats included, further ones at 10; the customer has a card."""
    _catalogue(api)
    give_card(api, "acme")
    plan(api, "seat", item("words", 50, "month"), **monthly(10))
    plan(api, "team", **monthly(30), **OFFER)
    return api


def _catalogue(api: Api) -> None:
    api.freeze(NOON)
    metered(api, "words")
    seats(api, "members")
    customer(api, "acme")


def give(api: Api, *entity_ids: str, license: str = "seat") -> Any:
    wanted = [{"entity_id": each, "feature_id": "members", "name": each.upper()} for each in entity_ids]
    return api("licenses.attach", customer_id="acme", plan_id=license, entities=wanted)


def release(api: Api, *entity_ids: str) -> Any:
    return api("licenses.release", customer_id="acme", entity_ids=list(entity_ids))


def pools(api: Api) -> list[tuple[Any, ...]]:
    """Licence, granted, usage, remaining and paid of each pool."""
    listed = api("licenses.list", customer_id="acme")["list"]
    assert listed == api("customers.get", customer_id="acme")["licenses"]
    return [
        (each["license_plan_id"], each["granted"], each["usage"], each["remaining"], each["paid_quantity"])
        for each in listed
    ]


def holders(api: Api, **more: Any) -> list[str]:
    listed = api("licenses.list_assignments", customer_id="acme", **more)["list"]
    return [each["entity_id"] for each in listed]


def words(api: Api, entity_id: str) -> tuple[Any, Any]:
    """Granted and remaining."""
    found = api("entities.get", customer_id="acme", entity_id=entity_id)["balances"].get("words")
    return (found["granted"], found["remaining"]) if found else (None, None)


def ordered(count: int, license: str = "seat") -> dict[str, Any]:
    return {"license_quantities": [{"license_plan_id": license, "quantity": count}]}


def test_s92_a_plan_brings_a_pool_of_seats(team: Api) -> None:
    expected = {
        "license_plan_id": "seat", "parent_plan_id": "team", "license_plan_name": "Seat",
        "granted": 2, "usage": 0, "remaining": 2, "paid_quantity": 0,
    }  # fmt: skip

    assert team("licenses.list", customer_id="acme") == {"list": [expected]}


def test_s93_an_entity_with_a_seat_has_its_balances(team: Api) -> None:
    team("entities.create", customer_id="acme", entity_id="u1", feature_id="members")

    answer = give(team, "u1")

    assert answer == {"success": True}
    assert pools(team) == [("seat", 2, 1, 1, 0)]
    shown = team("entities.get", customer_id="acme", entity_id="u1")
    assert [(each["plan_id"], each["scope"]) for each in shown["subscriptions"]] == [
        ("seat", "entity"), ("team", "customer"),
    ]  # fmt: skip
    assert words(team, "u1") == (50, 50)
    [assigned] = team("licenses.list_assignments", customer_id="acme")["list"]
    assert assigned["id"] == shown["subscriptions"][0]["id"]
    assert (assigned["entity_id"], assigned["license_plan_id"], assigned["ended_at"]) == ("u1", "seat", None)


def test_s93_a_seat_is_not_the_customers(team: Api) -> None:
    give(team, "u1")

    shown = team("customers.get", customer_id="acme")

    assert [each["plan_id"] for each in shown["subscriptions"]] == ["team"]
    assert shown["balances"] == {}
    assert [each["plan_id"] for each in team("customers.list")["list"][0]["subscriptions"]] == ["team"]


def test_s94_an_entity_that_is_not_there_needs_its_feature(team: Api) -> None:
    unknown = {"customer_id": "acme", "plan_id": "seat", "entities": [{"entity_id": "u9"}]}

    assert team.refused("licenses.attach", **unknown) == (
        400, "invalid_request", "Entity u9 does not exist. Pass feature_id to create it.",
    )  # fmt: skip
    give(team, "u9")
    assert team("entities.get", customer_id="acme", entity_id="u9")["name"] == "U9"


@pytest.mark.parametrize("wanted", [["u3"], ["u3", "u4"]])
def test_s95_too_few_seats_give_none(team: Api, wanted: list[str]) -> None:
    give(team, *(["u1", "u2"] if len(wanted) == 1 else ["u1"]))
    entities = [{"entity_id": each, "feature_id": "members"} for each in wanted]

    answer = team.refused("licenses.attach", customer_id="acme", plan_id="seat", entities=entities)

    assert answer == (400, "invalid_request", "No available licenses for this plan.")
    assert team.refused("entities.get", customer_id="acme", entity_id="u3")[1] == "entity_not_found"


def test_s96_who_holds_a_seat_keeps_it(team: Api) -> None:
    give(team, "u1", "u2")

    assert give(team, "u1") == {"success": True}
    assert pools(team) == [("seat", 2, 2, 0, 0)]


def test_s97_a_released_seat_is_free_and_released_once(team: Api) -> None:
    give(team, "u1")

    assert release(team, "u1") == {"success": True}
    assert pools(team) == [("seat", 2, 0, 2, 0)]
    assert words(team, "u1") == (None, None)
    assert team.refused("licenses.release", customer_id="acme", entity_ids=["u1"]) == (
        400, "invalid_request", "Entity u1 has no license to release.",
    )  # fmt: skip


def test_s98_the_next_holder_goes_on_with_the_balances(team: Api) -> None:
    give(team, "u1")
    track_for(team, "acme", "u1", "words", 3)
    release(team, "u1")

    give(team, "u2")

    assert words(team, "u2") == (50, 47)
    assert holders(team) == ["u2"]
    assert holders(team, active=False) == ["u1"]


def test_s98_a_seat_that_nobody_holds_resets_with_its_plan(team: Api) -> None:
    give(team, "u1")
    track_for(team, "acme", "u1", "words", 3)
    release(team, "u1")
    team.advance("1 month")

    give(team, "u2")

    assert words(team, "u2") == (50, 50)


@pytest.mark.parametrize("license", ["seat", "ghost"])
def test_s99_a_licence_must_be_offered(api: Api, license: str) -> None:
    _catalogue(api)
    plan(api, "seat", item("words", 50, "month"))

    answer = api.refused("licenses.attach", customer_id="acme", plan_id=license, entities=[{"entity_id": "u1"}])

    assert answer == (400, "invalid_request", f"No plan on this customer offers license {license}.")


def test_s99_two_plans_that_offer_it_leave_it_open_which(team: Api) -> None:
    plan(team, "side", add_on=True, **OFFER)
    attach(team, "acme", "side")

    answer = team.refused("licenses.attach", customer_id="acme", plan_id="seat", entities=[{"entity_id": "u1"}])

    assert answer == (400, "invalid_request", "Multiple plans offer license seat.")
    parents = [each["parent_plan_id"] for each in team("licenses.list", customer_id="acme")["list"]]
    assert parents == ["side", "team"]


def test_s100_a_licence_is_had_through_seats_alone(team: Api) -> None:
    message = (
        "Plan seat is a license under team, which this customer is on. "
        "Assign seats with licenses.attach instead of attaching it directly."
    )

    assert refused(team, "acme", "seat") == (400, "invalid_request", message)


def test_s100_what_offers_licences_is_for_customers(team: Api) -> None:
    team("entities.create", customer_id="acme", entity_id="u1", feature_id="members")
    message = "Plan team offers licenses, so it can only be attached to the customer — not to entity u1."

    assert refused(team, "acme", "team", entity_id="u1") == (400, "invalid_request", message)


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("billing.attach", {"plan_id": "other"}),
        ("billing.preview_attach", {"plan_id": "other"}),
        ("billing.update", {"cancel_action": "cancel_immediately"}),
        ("billing.multi_attach", {"plans": [{"plan_id": "other"}]}),
    ],
)
def test_s100_a_seat_manages_the_plan_of_its_holder(team: Api, operation: str, body: Any) -> None:
    plan(team, "other", item("words", 5, "month"))
    give(team, "u1")
    message = (
        "Entity u1 holds a license (seat) — its plan is managed through the license. "
        "Release it first via licenses.release."
    )

    answer = team.refused(operation, customer_id="acme", entity_id="u1", **body)

    assert answer == (400, "invalid_request", message)


def test_s101_seats_beyond_the_included_are_paid(paid: Api) -> None:
    shown = preview(paid, "acme", "team", **ordered(5))
    done = attach(paid, "acme", "team", **ordered(5))

    assert [(line["description"], line["total"]) for line in shown["line_items"]] == [
        ("Team - Base Price (from 01 Jan 2026 to 01 Feb 2026)", 30),
        ("Seat - 3x Base Price (from 01 Jan 2026 to 01 Feb 2026)", 30),
    ]
    assert [(line["plan_id"], line["quantity"]) for line in shown["line_items"]] == [("team", 1), ("seat", 3)]
    assert (shown["total"], done["invoice"]["total"]) == (60, 60)
    assert pools(paid) == [("seat", 5, 0, 5, 3)]
    [invoice] = paid("customers.get", customer_id="acme", expand=["invoices"])["invoices"]
    assert invoice["plan_ids"] == ["team"]


def test_s101_more_seats_are_charged_for_what_is_left(paid: Api) -> None:
    attach(paid, "acme", "team", **ordered(5))
    body = {"customer_id": "acme", "plan_id": "team", **ordered(6)}

    shown = paid("billing.preview_update", **body)
    done = paid("billing.update", **body)

    assert (shown["total"], done["invoice"]["total"]) == (10, 10)
    assert pools(paid) == [("seat", 6, 0, 6, 4)]
    assert [each["plan_id"] for each in paid("customers.get", customer_id="acme")["subscriptions"]] == ["team"]


def test_s101_half_a_month_costs_half(paid: Api) -> None:
    attach(paid, "acme", "team", **ordered(5))
    paid.freeze("2026-01-16T12:00:00Z")

    done = paid("billing.update", customer_id="acme", plan_id="team", **ordered(7))

    assert done["invoice"]["total"] == 10


def test_s101_paid_seats_renew_with_the_plan(paid: Api) -> None:
    attach(paid, "acme", "team", **ordered(5))
    [coming] = paid("customers.get", customer_id="acme", expand=["invoice_previews"])["invoice_previews"]

    paid.advance("1 month")

    assert (coming["plan_ids"], coming["total"]) == (["team", "seat"], 60)
    assert invoices(paid, "acme") == [("paid", 60), ("paid", 60)]
    [newest, _] = paid("customers.get", customer_id="acme", expand=["invoices"])["invoices"]
    assert newest["plan_ids"] == ["team"]


def test_fewer_seats_give_back_what_is_left(paid: Api) -> None:
    attach(paid, "acme", "team", **ordered(5))
    paid.freeze("2026-01-16T12:00:00Z")

    done = paid("billing.update", customer_id="acme", plan_id="team", **ordered(3))

    assert done["invoice"]["total"] == -10
    assert pools(paid) == [("seat", 3, 0, 3, 1)]


def test_seats_that_are_held_are_not_given_up(paid: Api) -> None:
    attach(paid, "acme", "team", **ordered(4))
    give(paid, "u1", "u2", "u3")

    answer = paid.refused("billing.update", customer_id="acme", plan_id="team", **ordered(2))

    assert answer[:2] == (400, "invalid_request")
    assert pools(paid) == [("seat", 4, 3, 1, 2)]


def test_seats_are_ordered_of_what_is_offered(paid: Api) -> None:
    message = "Plan team does not offer license other."

    assert refused(paid, "acme", "team", **ordered(3, "other")) == (400, "invalid_request", message)


def test_paid_seats_begin_the_billing_of_a_free_plan(paid: Api) -> None:
    plan(paid, "club", **OFFER)
    attach(paid, "acme", "club")

    done = paid("billing.update", customer_id="acme", plan_id="club", **ordered(4))

    assert done["invoice"]["total"] == 20
    paid.advance("1 month")
    assert invoices(paid, "acme") == [("paid", 20), ("paid", 20)]


def test_a_cancelled_plan_gives_back_its_seats_too_and_ends_them(paid: Api) -> None:
    attach(paid, "acme", "team", **ordered(5))
    give(paid, "u1")
    paid.freeze("2026-01-16T12:00:00Z")

    paid("billing.update", customer_id="acme", plan_id="team", cancel_action="cancel_immediately")

    assert invoices(paid, "acme") == [("paid", -30), ("paid", 60)]
    assert pools(paid) == []
    assert words(paid, "u1") == (None, None)
    assert holders(paid) == []
    assert holders(paid, active=False) == ["u1"]


def test_an_upgrade_takes_seats_over_where_it_offers_them(paid: Api) -> None:
    attach(paid, "acme", "team", **ordered(5))
    give(paid, "u1")
    track_for(paid, "acme", "u1", "words", 3)
    plan(paid, "firm", licenses=[{"license_plan_id": "seat", "included": 3}], **monthly(100))

    done = attach(paid, "acme", "firm")

    assert done["invoice"]["total"] == 100 + 20 - 60
    assert pools(paid) == [("seat", 5, 1, 4, 2)]
    assert words(paid, "u1") == (50, 47)


def test_an_upgrade_ends_the_seats_that_it_has_no_room_for(team: Api) -> None:
    give(team, "u1")
    team.advance("1 day")
    give(team, "u2")
    give_card(team, "acme")
    plan(team, "solo", licenses=[{"license_plan_id": "seat", "included": 1}], **monthly(10))

    attach(team, "acme", "solo")

    assert holders(team) == ["u1"]
    assert pools(team) == [("seat", 1, 1, 0, 0)]


def test_a_plan_that_offers_none_ends_all_seats(team: Api) -> None:
    give(team, "u1")
    give_card(team, "acme")
    plan(team, "alone", **monthly(10))

    attach(team, "acme", "alone")

    assert pools(team) == []
    assert words(team, "u1") == (None, None)


def test_seats_go_over_to_a_plan_that_was_scheduled(paid: Api) -> None:
    plan(paid, "small", licenses=[{"license_plan_id": "seat", "included": 1}], **monthly(5))
    attach(paid, "acme", "team", **ordered(3))
    give(paid, "u1", "u2")
    attach(paid, "acme", "small")
    assert [each[1] for each in pools(paid)] == [3], "a plan that is to come has no pool yet"

    paid.advance("1 month")

    assert pools(paid) == [("seat", 3, 2, 1, 2)]
    assert invoices(paid, "acme")[0] == ("paid", 25)


def test_an_entity_that_goes_frees_its_seat(team: Api) -> None:
    give(team, "u1")
    track_for(team, "acme", "u1", "words", 8)

    team("entities.delete", customer_id="acme", entity_id="u1")

    assert pools(team) == [("seat", 2, 0, 2, 0)]
    give(team, "u2")
    assert words(team, "u2") == (50, 42)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"entity_ids": ["u1"], "license_plan_id": "other"}, "Entity u1 has no license other to release."),
        ({"entity_ids": ["u1", "u1"]}, "Duplicate entity u1 in entity_ids."),
        ({"entity_ids": ["u9"]}, "Entity u9 not found"),
    ],
)
def test_what_releasing_refuses(team: Api, body: Any, message: str) -> None:
    give(team, "u1")

    assert team.refused("licenses.release", customer_id="acme", **body)[2] == message


def test_several_licences_of_one_entity_are_named_one_by_one(api: Api) -> None:
    _catalogue(api)
    plan(api, "seat", item("words", 50, "month"))
    plan(api, "desk", item("words", 5, "month"))
    offers = [{"license_plan_id": each, "included": 1} for each in ("seat", "desk")]
    plan(api, "team", licenses=offers)
    attach(api, "acme", "team")
    give(api, "u1")
    give(api, "u1", license="desk")
    assert words(api, "u1") == (55, 55)

    answer = api.refused("licenses.release", customer_id="acme", entity_ids=["u1"])

    assert answer[2] == "Entity u1 holds multiple licenses. Provide license_plan_id."
    api("licenses.release", customer_id="acme", entity_ids=["u1"], license_plan_id="desk")
    assert words(api, "u1") == (50, 50)


def test_an_archived_licence_is_not_handed_out(team: Api) -> None:
    team("plans.update", plan_id="seat", archived=True)

    answer = team.refused(
        "licenses.attach",
        customer_id="acme",
        plan_id="seat",
        entities=[{"entity_id": "u1", "feature_id": "members"}],
    )

    assert answer[2] == "License plan seat is archived and cannot be assigned."


def test_assignments_are_filtered(team: Api) -> None:
    give(team, "u1", "u2")

    assert holders(team, entity_id="u1") == ["u1"]
    assert holders(team, plan_id="other") == []
    assert team.refused("licenses.list", customer_id="acme", entity_id="u9")[1] == "entity_not_found"


def test_pooled_items_of_seats_feed_the_customers_pool(api: Api) -> None:
    _catalogue(api)
    plan(api, "seat", item("words", 50, "month", pooled=True))
    plan(api, "team", **OFFER)
    attach(api, "acme", "team")

    def granted() -> Any:
        return api("customers.get", customer_id="acme")["balances"].get("words", {}).get("granted")

    give(api, "u1", "u2")
    assert granted() == 100
    release(api, "u1")
    assert granted() == 50
    give(api, "u3")
    assert granted() == 100
