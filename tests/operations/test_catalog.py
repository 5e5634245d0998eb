"""Pushing a whole catalog, as the official CLI does: cases K167 to K170, K190 and K205 to K207."""

import pytest

from tests.builders import customer, item
from tests.catalog import (
    FREE,
    MESSAGES,
    SEATS,
    WHOLE,
    actions,
    everything,
    preview,
    push,
    sent_plan,
)
from tests.conftest import Api


def test_k167_a_push_makes_everything_and_answers_in_the_order_sent(api: Api) -> None:
    told = preview(api, **WHOLE)
    nothing = everything(api)

    made = push(api, **WHOLE)

    assert actions(told) == (
        [("free", "created"), ("pro", "created")],
        [("seats", "create"), ("messages", "create"), ("credits", "create")],
    )
    assert nothing == ([], [])
    assert [each["id"] for each in made["plans"]] == ["free", "pro"]
    assert [each["id"] for each in made["features"]] == ["seats", "messages", "credits"]
    assert (made["rewards"], made["referral_programs"]) == ([], [])
    assert api("plans.get", plan_id="pro") == made["plans"][1]


def test_k168_the_same_push_again_changes_nothing(api: Api) -> None:
    push(api, **WHOLE)

    told = preview(api, **WHOLE)
    again = push(api, **WHOLE)

    assert actions(told) == (
        [("free", "none"), ("pro", "none")],
        [("seats", "none"), ("messages", "none"), ("credits", "none")],
    )
    for change in told["plan_changes"]:
        assert (change["customize"], change["previous_attributes"], change["item_changes"]) == (None, None, [])
    assert [each["version"] for each in again["plans"]] == [1, 1]


def test_k169_changed_items_of_a_held_plan_make_a_version(api: Api) -> None:
    push(api, **WHOLE)
    customer(api, "jan")
    more = {**FREE, "items": [item("messages", 20, "month")]}

    [told] = preview(api, plans=[more])["plan_changes"]
    made = push(api, plans=[more])

    assert (told["action"], told["has_customers"], told["customer_count"]) == ("updated", True, 1)
    assert told["versionable"] is True
    assert told["migration"]["draft"]["filter"] == {
        "customer": {"plan": {"plan_id": "free", "version": 1, "custom": False}}
    }
    assert told["migration"]["draft"]["no_billing_changes"] is True
    assert made["plans"][0]["version"] == 2


@pytest.mark.parametrize(("flag", "count"), [("disable_version", 1), ("all_versions", 1), ("force_version", 2)])
def test_k206_the_intent_of_a_push_decides_about_the_version(api: Api, flag: str, count: int) -> None:
    push(api, **WHOLE)
    customer(api, "jan")
    more = {**FREE, "items": [item("messages", 20, "month")], flag: True}

    [told] = preview(api, plans=[more])["plan_changes"]

    assert told["versionable"] is (count == 2)
    assert push(api, plans=[more])["plans"][0]["version"] == count


def test_k170_what_is_not_sent_goes_and_what_is_used_is_archived(api: Api) -> None:
    push(api, **WHOLE)
    customer(api, "jan")
    only_pro = {"features": [SEATS, MESSAGES], "plans": [sent_plan("pro", item("seats", 1))]}

    told = preview(api, **only_pro, skip_deletions=False)
    kept = everything(api)
    push(api, **only_pro, skip_deletions=False)

    assert actions(told) == (
        [("pro", "updated"), ("free", "deleted")],
        [("seats", "none"), ("messages", "none"), ("credits", "remove")],
    )
    removed = told["plan_changes"][1]
    assert (removed["will_archive"], removed["previous_attributes"]) == (True, {"id": "free", "name": "Free"})
    assert kept == (["free", "pro"], ["seats", "messages", "credits"])
    assert everything(api) == (["pro"], ["seats", "messages"])
    assert api("plans.get", plan_id="free")["archived"] is True
    assert api.refused("features.get", feature_id="credits")[0] == 404


def test_k170_a_feature_that_a_customer_has_is_archived(api: Api) -> None:
    push(api, **WHOLE)
    customer(api, "jan")

    told = preview(api, skip_deletions=False)
    push(api, skip_deletions=False)

    removed = [(each["feature_id"], each["will_archive"]) for each in told["feature_changes"]]
    assert removed == [("credits", False), ("seats", False), ("messages", True)]
    assert [each["id"] for each in api("features.list")["list"]] == ["messages"]


def test_what_is_skipped_stays(api: Api) -> None:
    push(api, **WHOLE)
    skips = {"skip_deletions": False, "skip_plan_ids": ["free"], "skip_feature_ids": ["messages", "seats"]}

    told = preview(api, **skips)
    push(api, **skips)

    assert actions(told) == (
        [("pro", "deleted"), ("free", "skipped")],
        [("credits", "remove"), ("seats", "skipped"), ("messages", "skipped")],
    )
    assert everything(api) == (["free"], ["seats", "messages"])


def test_k190_a_push_that_fails_makes_nothing(api: Api) -> None:
    new = {"features": [MESSAGES], "plans": [FREE, sent_plan("ghost", item("nothing"))]}

    assert api.refused("catalog.update", **new) == (404, "feature_not_found", "Feature nothing not found")
    assert api.refused("catalog.preview_update", **new)[0] == 404
    assert everything(api) == ([], [])


def test_a_plan_that_is_refused_late_does_not_stay(api: Api) -> None:
    late = sent_plan("late", price={"amount": -5, "interval": "month"})

    assert api.refused("catalog.update", features=[MESSAGES], plans=[late])[1] == "stripe_error"
    assert everything(api) == ([], [])


def test_a_feature_of_the_wrong_shape(api: Api) -> None:
    answer = api.refused("catalog.update", features=[{"feature_id": "none", "type": "metered"}])

    assert answer == (400, "invalid_inputs", "features.0.name: must be a string (received undefined)")


def test_k205_k206_the_lists_that_a_pull_reads(api: Api) -> None:
    push(api, **WHOLE)

    listed = api.request("POST", "/v1/features.list", version="2.1.0")
    rewards = api("rewards.list", version="2.2.0")

    assert (listed[0], len(listed[1]["list"])) == (200, 3)
    assert rewards == {"coupons": [], "feature_grants": []}
    assert api("referral_programs.list", version="2.2.0") == {"list": []}


def test_k207_what_a_nuke_asks_and_deletes(api: Api) -> None:
    push(api, **WHOLE)
    customer(api, "lee")

    me = api.request("GET", "/v1/organization/me")[1]
    organization = api.request("GET", "/v1/organization")[1]
    refused = api.refusal(api.request("DELETE", "/v1/products/free?all_versions=true"))
    api.request("DELETE", "/v1/customers/lee")
    for path in ("products/free?all_versions=true", "products/pro?all_versions=true"):
        assert api.request("DELETE", f"/v1/{path}") == (200, {"success": True})
    used = api.refusal(api.request("DELETE", "/v1/features/messages"))
    for feature_id in ("credits", "messages", "seats"):
        assert api.request("DELETE", f"/v1/features/{feature_id}") == (200, {"success": True})

    assert (me["slug"], me["env"]) == (api.org, "sandbox")
    assert organization["test_pkey"] == f"am_pk_test_{api.org}"
    assert organization["config"]["multi_currency"] is False
    assert refused[0] == 400
    assert used == (409, "invalid_request", "Feature messages is used by credit system credits")
    assert everything(api) == ([], [])
