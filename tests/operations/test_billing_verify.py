"""`billing.verify` (cases S115 and S116)."""

import pytest

from tests.billing import attach, catalogue, image, started, state, trial
from tests.builders import customer
from tests.conftest import Api


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def test_s115_what_was_attached_here_is_correct(api: Api) -> None:
    empty = api("billing.verify", customer_id="k")
    attach(api, "k", "pro")

    [entry] = api("billing.verify", customer_id="k", strict=True)["subscriptions"]

    assert empty == {"customer_id": "k", "customer_mismatches": [], "subscriptions": []}
    assert entry["stripe_subscription_id"].startswith("sub_")
    assert (entry["status"], entry["mismatches"]) == ("correct", [])


def test_s116_only_some_subscriptions(api: Api) -> None:
    attach(api, "k", "pro")

    assert api("billing.verify", customer_id="k", subscription_ids=["sub_other"])["subscriptions"] == []


def test_a_subscription_that_no_plan_knows_is_told(api: Api) -> None:
    attach(api, "k", "pro")
    image(api, "k", started("starter"))

    [entry] = api("billing.verify", customer_id="k")["subscriptions"]

    assert (entry["status"], entry["mismatches"][0]["type"]) == ("mismatched", "stripe_sub_not_in_autumn")
    assert entry["mismatches"][0]["severity"] == "warning"


def test_a_link_to_a_subscription_that_has_ended_is_told(api: Api) -> None:
    attach(api, "k", "pro")
    [billed_by] = [
        each["stripe_subscription_id"] for each in api("billing.verify", customer_id="k")["subscriptions"]
    ]
    api("billing.update", customer_id="k", plan_id="pro", cancel_action="cancel_immediately")
    image(api, "k", {"link": {"subscription_id": billed_by}, "plan": started("premium", status="active")})

    [entry] = api("billing.verify", customer_id="k")["subscriptions"]

    assert entry["mismatches"][0]["type"] == "stale_subscription_link"


def test_a_stripe_customer_of_two_is_told(api: Api) -> None:
    stripe_id = state(api, "k")["stripe_id"]
    customer(api, "twin", stripe_id=stripe_id, name="Twin")

    [mismatch] = api("billing.verify", customer_id="k")["customer_mismatches"]

    assert mismatch["other_customers"] == [{"id": "twin", "name": "Twin", "email": None}]
    assert mismatch["message"] == f"Stripe customer {stripe_id} is also linked to Autumn customer(s): twin"


def test_verifying_nobody_is_refused(api: Api) -> None:
    assert api.refused("billing.verify", customer_id="nobody")[1] == "customer_not_found"


def test_the_subscription_of_a_twin_is_one_that_no_plan_knows(api: Api) -> None:
    attach(api, "k", "pro")
    [own] = api("billing.verify", customer_id="k")["subscriptions"]
    customer(api, "twin", stripe_id=state(api, "k")["stripe_id"])

    [entry] = api("billing.verify", customer_id="twin")["subscriptions"]

    assert entry["stripe_subscription_id"] == own["stripe_subscription_id"]
    assert [each["type"] for each in entry["mismatches"]] == ["stripe_sub_not_in_autumn"]


def test_a_twin_that_is_linked_to_it_agrees(api: Api) -> None:
    attach(api, "k", "pro")
    [own] = api("billing.verify", customer_id="k")["subscriptions"]
    customer(api, "twin", stripe_id=state(api, "k")["stripe_id"])
    link = {"subscription_id": own["stripe_subscription_id"]}

    image(api, "twin", {"link": link, "plan": started("pro")})

    assert api("billing.verify", customer_id="twin")["subscriptions"] == [own]
    assert own["status"] == "correct"


def test_a_plan_that_waits_for_a_trial_to_end_is_known(api: Api) -> None:
    attach(api, "k", "pro")
    tried = trial(7, card_required=False)["free_trial"] | {"on_end": "revert"}

    attach(api, "k", "premium", customize={"free_trial": tried})

    assert [each["status"] for each in api("billing.verify", customer_id="k")["subscriptions"]] == ["correct"]


def test_what_no_plan_knows_comes_first(api: Api) -> None:
    attach(api, "k", "pro")
    link = {"subscription_id": "sub_other"}

    image(api, "k", {"link": link, "plan": started("premium")})

    statuses = [each["status"] for each in api("billing.verify", customer_id="k")["subscriptions"]]
    assert statuses == ["mismatched", "correct"]


@pytest.mark.parametrize("change", [{"status": "expired"}, {"processor_subscription_id": None}])
def test_a_plan_that_lets_go_leaves_its_subscription_unknown(api: Api, change: dict[str, str | None]) -> None:
    attach(api, "k", "pro")

    api("billing.update", customer_id="k", plan_id="pro", **change)

    [entry] = api("billing.verify", customer_id="k")["subscriptions"]
    assert [each["type"] for each in entry["mismatches"]] == ["stripe_sub_not_in_autumn"]
