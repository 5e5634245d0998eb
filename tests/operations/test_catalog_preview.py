"""Previews of a push, and pushes of variants, licences and old versions: case K189."""

from typing import Any

import pytest

from tests.builders import customer, item, metered, plan, seats
from tests.catalog import (
    CREDITS,
    FREE,
    MESSAGES,
    PRO,
    SEATS,
    WHOLE,
    actions,
    preview,
    push,
    sent_plan,
)
from tests.conftest import Api


def test_k189_a_preview_tells_every_kind_of_change(api: Api) -> None:
    seats(api, "bikes")
    metered(api, "trips")
    plan(api, "ride", item("bikes", 1), item("trips", 10, "month"), price={"amount": 5, "interval": "month"})
    trial = {"duration_type": "day", "duration_length": 3, "card_required": True}
    six = {"amount": 6, "interval": "month"}

    told = preview(
        api,
        features=[
            {"feature_id": "bikes", "name": "Bicycles", "type": "metered", "consumable": False},
            {"feature_id": "trips", "name": "Trips", "type": "metered", "consumable": True},
        ],
        plans=[sent_plan("ride", item("trips", 12, "month"), name="Riding", price=six, free_trial=trial)],
    )

    [change] = told["plan_changes"]
    assert change["customize"] == {
        "price": six,
        "add_items": [
            {
                "feature_id": "trips",
                "included": 12,
                "unlimited": False,
                "pooled": False,
                "reset": {"interval": "month"},
            }
        ],
        "remove_items": [
            {"feature_id": "bikes"},
            {"feature_id": "trips", "interval": "month", "interval_count": 1},
        ],
        "free_trial": trial,
    }
    assert change["previous_attributes"] == {"name": "Ride", "free_trial": None}
    assert (change["price_change"]["previous"]["amount"], change["price_change"]["current"]["amount"]) == (5, 6)
    assert [(each["action"], each["item"]["display"]["primary_text"]) for each in change["item_changes"]] == [
        ("deleted", "1 Bicycles"), ("deleted", "10 Trips"), ("created", "12 Trips"),
    ]  # fmt: skip
    assert told["feature_changes"][0]["previous_attributes"] == {"name": "Bikes"}
    assert api("plans.get", plan_id="ride")["name"] == "Ride"


def test_a_feature_that_can_not_change_is_told_and_skipped(api: Api) -> None:
    push(api, **WHOLE)
    body = {"features": [{**MESSAGES, "name": "Notes", "consumable": False}]}

    told = preview(api, **body, expand=["feature_changes.feature"])
    made = push(api, **body)

    [change] = told["feature_changes"]
    assert (change["blocked"], change["blocked_reason"]) == (True, "used_in_credit_system")
    assert change["feature"]["consumable"] is True
    assert (made["features"][0]["name"], made["features"][0]["consumable"]) == ("Messages", True)


def test_variants_are_pushed_with_their_base(api: Api) -> None:
    yearly = {"amount": 200, "interval": "year"}
    variant = {"variant_plan_id": "pro_year", "name": "Pro yearly", "customize": {"price": yearly}}
    body = {**WHOLE, "plans": [FREE, {**PRO, "variants": [variant]}], "skip_plan_ids": ["pro_year"]}
    asking = [FREE, {**PRO, "variants": [variant], "include_variants": True, "include_versions": True}]

    push(api, **body)
    told = preview(api, **{**body, "plans": asking})

    details = api("plans.get", plan_id="pro_year")["variant_details"]
    assert details == {"base_plan_id": "pro", "customize": {"price": yearly}}
    assert actions(told)[0] == [("free", "none"), ("pro", "none")]
    [shown] = told["plan_changes"][1]["variants"]
    assert (shown["plan_id"], shown["update_source"], shown["customize"]) == ("pro_year", None, None)


def test_other_versions_are_previewed_when_asked_for(api: Api) -> None:
    push(api, **WHOLE)
    push(api, plans=[{**FREE, "force_version": True}])
    more = {**FREE, "items": [item("messages", 20, "month")], "include_versions": True}

    [told] = preview(api, plans=[more])["plan_changes"]

    [other] = told["other_versions"]
    assert (other["version"], other["customize"], other["conflicts"]) == (1, told["customize"], [])


def test_a_push_edits_the_version_that_it_names(api: Api) -> None:
    push(api, **WHOLE)
    push(api, plans=[{**FREE, "force_version": True}])
    old = sent_plan("free", item("messages", 5, "month"), disable_version=True)

    [told] = preview(api, plans=[{**old, "version": 1}])["plan_changes"]
    push(api, plans=[{**old, "version": 1}])

    assert (told["action"], told["version"]) == ("updated", 1)
    every = api("plans.list", all_versions=True)["list"]
    assert [each["items"][0]["included"] for each in every if each["id"] == "free"] == [5, 10]


def test_licences_are_previewed_and_pushed(api: Api) -> None:
    push(api, **WHOLE)
    offering = {**PRO, "licenses": [{"license_plan_id": "free", "included": 2}]}

    first = preview(api, plans=[offering])["plan_changes"][0]
    push(api, plans=[offering])
    more = {**PRO, "licenses": [{"license_plan_id": "free", "included": 3}]}
    second = preview(api, plans=[more])["plan_changes"][0]
    third = preview(api, plans=[PRO])["plan_changes"][0]

    told = [(each["action"], each["license_changes"][0]) for each in (first, second, third)]
    assert [(action, change["action"]) for action, change in told] == [
        ("updated", "create"), ("updated", "update"), ("updated", "remove"),
    ]  # fmt: skip
    assert second["license_changes"][0]["previous_attributes"] == {"included": 2}
    assert api("plans.get", plan_id="pro")["licenses"][0]["included"] == 2


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (["pro"], "Plan pro cannot be updated as its own variant."),
        (["free"], "Plan free cannot be updated both as a plan and a variant."),
        (["year", "year"], "Variant year cannot be updated more than once."),
    ],
)
def test_a_variant_is_named_once(api: Api, ids: list[str], message: str) -> None:
    variants = [{"variant_plan_id": each, "name": "V", "customize": {"price": None}} for each in ids]

    answer = api.refused(
        "catalog.update", features=[MESSAGES, SEATS], plans=[FREE, {**PRO, "variants": variants}]
    )

    assert answer == (400, "invalid_propagation_target", message)


@pytest.mark.parametrize(
    ("items", "billing"),
    [
        ([item("messages", 7, "month"), PRO["items"][1]], False),
        ([PRO["items"][0]], True),
    ],
)
def test_a_draft_says_whether_customers_would_be_billed_differently(
    api: Api, items: Any, billing: bool
) -> None:
    push(api, **WHOLE)
    customer(api, "jan", email="jan@example.com")
    api.request("POST", "/_mock/payment_methods", {"customer_id": "jan"})
    api("billing.attach", customer_id="jan", plan_id="pro")

    drafts = [
        preview(api, plans=[{**PRO, "items": items, **how}])["plan_changes"][0].get("migration")
        for how in ({}, {"all_versions": True}, {"disable_version": True})
    ]

    assert [draft and draft["has_billing_changes"] for draft in drafts] == [billing, billing, None]
    assert drafts[0]["draft"]["filter"]["customer"]["plan"] == {"plan_id": "pro", "version": 1, "custom": False}
    assert drafts[1]["draft"]["filter"]["customer"]["plan"] == {"plan_id": "pro", "custom": False}


def test_a_feature_that_no_plan_will_hold_is_removed(api: Api) -> None:
    push(api, **WHOLE)
    without = {**PRO, "items": [item("messages", 1, "month")]}
    body = {"features": [MESSAGES, CREDITS], "plans": [FREE, without], "skip_deletions": False}

    told = preview(api, **body)
    push(api, **body)

    assert told["feature_changes"][-1]["feature_id"] == "seats"
    assert told["feature_changes"][-1]["will_archive"] is False
    assert api.refused("features.get", feature_id="seats")[0] == 404


def test_what_is_sent_and_skipped_is_left_alone(api: Api) -> None:
    push(api, **WHOLE)
    body = {"features": [{**MESSAGES, "name": "Notes"}], "plans": [{**FREE, "name": "Gratis"}]}
    skips = {"skip_plan_ids": ["free"], "skip_feature_ids": ["messages"]}

    told = preview(api, **body, **skips)
    made = push(api, **body, **skips)

    assert actions(told) == ([("free", "skipped")], [("messages", "skipped")])
    assert (made["plans"][0]["name"], made["features"][0]["name"]) == ("Free", "Messages")
