"""Imported plans that a processor bills: what they show, and what becomes of them."""

from typing import Any

import pytest

from tests.billing import attach, catalogue, give_card, image, invoices, plans_of, refused, started, state
from tests.builders import customer
from tests.conftest import Api


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def linked(plan: dict[str, Any], subscription_id: str = "sub_old", **more: Any) -> dict[str, Any]:
    return {"link": {"subscription_id": subscription_id}, "plan": plan, **more}


def billed_by(api: Api, customer_id: str) -> str:
    """The first Stripe subscription of a customer."""
    [first, *_] = api("billing.verify", customer_id=customer_id)["subscriptions"]
    return str(first["stripe_subscription_id"])


def periods(api: Api, customer_id: str) -> list[tuple[Any, ...]]:
    return [
        (each["plan_id"], each["current_period_start"], each["current_period_end"])
        for each in state(api, customer_id)["subscriptions"]
    ]


def test_a_linked_plan_is_billed_from_then_on(api: Api) -> None:
    linked = {"processor": "stripe", "link": {"subscription_id": "sub_old"}, "plan": started("pro")}
    links = [{"type": "stripe", "id": "cus_old"}]

    answer = image(api, "new", linked, processors=links)

    assert "mismatch" not in answer["flashed"][0]
    assert answer["customer"]["stripe_id"] == "cus_old"
    [shown] = answer["customer"]["subscriptions"]
    assert (shown["current_period_start"], shown["current_period_end"]) == (
        1_766_000_000_000,
        1_768_678_400_000,
    )
    assert invoices(api, "new") == []
    give_card(api, "new")
    api.advance("20 days")
    assert invoices(api, "new") == [("paid", 20)]
    assert api("billing.verify", customer_id="new")["subscriptions"] == [
        {"stripe_subscription_id": "sub_old", "status": "correct", "mismatches": []}
    ]


def test_a_cancelled_plan_runs_to_the_end_of_what_is_paid(api: Api) -> None:
    linked = {"link": {"subscription_id": "sub_old"}, "plan": started("pro", status="canceled")}

    [shown] = image(api, "new", linked)["customer"]["subscriptions"]

    assert shown["expires_at"] == shown["current_period_end"] == 1_768_678_400_000
    api.advance("1 month")
    assert plans_of(api, "new") == []


def test_a_plan_that_nothing_bills_is_free_for_ever_and_not_replaced(api: Api) -> None:
    image(api, "k", started("pro"))

    answer = refused(api, "k", "premium")
    api.advance("3 months")

    assert answer == (
        400, "invalid_request",
        "Cannot attach because the customer's current product 'Pro' is paid but no stripe subscription is "
        "linked to it",
    )  # fmt: skip
    assert (plans_of(api, "k"), invoices(api, "k")) == ([("pro", "active")], [])


def test_a_linked_plan_is_replaced_within_its_period(api: Api) -> None:
    image(api, "k", linked(started("pro")))

    done = attach(api, "k", "premium")

    assert done["invoice"]["total"] == 16.27
    assert periods(api, "k") == [("premium", 1_766_000_000_000, 1_768_678_400_000)]


def test_a_linked_plan_is_cancelled_with_what_bills_it(api: Api) -> None:
    image(api, "k", linked(started("pro")))

    api("billing.update", customer_id="k", plan_id="pro", cancel_action="cancel_end_of_cycle")
    api.advance("1 month")

    assert (plans_of(api, "k"), invoices(api, "k")) == ([], [])
    assert api("billing.verify", customer_id="k")["subscriptions"] == []


def test_a_plan_that_owes_elsewhere_is_well_again_with_its_next_payment(api: Api) -> None:
    image(api, "k", linked(started("pro", status="past_due")))
    before = state(api, "k")["subscriptions"][0]["past_due"]

    api.advance("20 days")

    assert (before, state(api, "k")["subscriptions"][0]["past_due"]) == (True, False)
    assert invoices(api, "k") == [("paid", 20)]


def test_plans_of_one_subscription_are_billed_together(api: Api) -> None:
    image(api, "k", linked(started("pro"), "sub_1"), linked({"plan_id": "extra"}, "sub_1"))

    api.advance("20 days")

    assert invoices(api, "k") == [("paid", 28)]
    assert {each[1:] for each in periods(api, "k")} == {(1_768_678_400_000, 1_771_356_800_000)}


def test_the_cycle_is_counted_from_the_anchor_that_is_said(api: Api) -> None:
    answer = image(api, "k", linked(started("pro"), billing_cycle_anchor=1_767_312_000_000))

    [shown] = answer["customer"]["subscriptions"]
    assert shown["current_period_end"] == 1_767_312_000_000
    assert answer["customer"]["balances"]["credits"]["next_reset_at"] == 1_767_312_000_000


def test_a_plan_that_joins_a_trial_is_tried_as_long(api: Api) -> None:
    attach(api, "k", "pro_t")

    [flashed, _] = image(api, "k", linked({"plan_id": "premium"}, billed_by(api, "k")))["flashed"]

    [shown] = state(api, "k")["subscriptions"]
    assert flashed["status"] == "trialing"
    assert shown["trial_ends_at"] == shown["current_period_end"]
    api.advance("15 days")
    assert invoices(api, "k")[0] == ("paid", 50)


def test_a_subscription_that_was_cancelled_brings_a_plan_that_is_over(api: Api) -> None:
    attach(api, "k", "pro")
    ended = billed_by(api, "k")
    api("billing.update", customer_id="k", plan_id="pro", cancel_action="cancel_immediately")

    [flashed] = image(api, "k", linked({"plan_id": "premium"}, ended))["flashed"]

    assert (flashed["status"], plans_of(api, "k")) == ("canceled", [])


@pytest.mark.parametrize("how", ["import", "update"])
def test_what_bills_another_customer_bills_that_one_alone(api: Api, how: str) -> None:
    attach(api, "k", "pro")
    customer(api, "z")
    if how == "import":
        image(api, "z", linked(started("pro"), billed_by(api, "k")))
    else:
        image(api, "z", started("pro"))
        link = {"processor_subscription_id": billed_by(api, "k")}
        api("billing.update", customer_id="z", plan_id="pro", **link)

    api.advance("1 month")
    api("billing.update", customer_id="z", plan_id="pro", cancel_action="cancel_immediately",
        no_billing_changes=True)  # fmt: skip
    api.advance("1 month")

    assert periods(api, "z") == []
    assert invoices(api, "z") == []
    assert (plans_of(api, "k"), invoices(api, "k")) == ([("pro", "active")], [("paid", 20)] * 3)


def test_a_link_to_a_schedule_alone_bills_nothing(api: Api) -> None:
    scheduled = {"link": {"schedule_id": "sub_sched_1"}, "plan": started("pro")}

    [flashed] = image(api, "k", scheduled)["flashed"]

    assert flashed["reason"] == "paid_plan_without_subscription"
    api.advance("1 month")
    assert invoices(api, "k") == []


def test_what_an_app_store_sells_is_its_own(api: Api) -> None:
    sold = linked(started("pro"), "rc_1", processor="revenuecat")
    links = [{"type": "revenuecat", "id": "app_user_1"}]

    answer = image(api, "new", sold, processors=links)

    assert answer["flashed"][0]["processor"] == "revenuecat"
    assert "mismatch" not in answer["flashed"][0]
    assert answer["customer"]["processors"] == {"revenuecat": {"id": "app_user_1"}}
    api.advance("2 months")
    assert periods(api, "new") == [("pro", None, None)]
    assert refused(api, "new", "premium")[2] == (
        "Cannot attach because the customer's current product 'Pro' is managed by RevenueCat."
    )
    assert api("billing.verify", customer_id="new")["subscriptions"] == []


def test_no_app_store_knows_a_customer_whose_plan_of_it_is_over(api: Api) -> None:
    image(api, "new", {"processor": "revenuecat", "plan": started("pro")})

    shown = image(api, "new", started("starter"))["customer"]

    assert "processors" not in shown
    assert [each["plan_id"] for each in shown["subscriptions"]] == ["starter"]


def test_a_known_customer_is_billed_as_the_stripe_customer_that_is_named(api: Api) -> None:
    customer(api, "z")
    links = [{"type": "stripe", "id": "cus_z"}]

    unlinked = image(api, "z", started("starter"), processors=links)["customer"]["stripe_id"]
    shown = image(api, "z", linked(started("pro")), processors=links)["customer"]

    assert (unlinked, shown["stripe_id"]) == (None, "cus_z")
    give_card(api, "z")
    api.advance("20 days")
    assert invoices(api, "z") == [("paid", 20)]


def test_each_of_several_imported_main_plans_is_changed_and_followed_by_itself(api: Api) -> None:
    image(api, "k", linked(started("pro"), "sub_1"), linked(started("premium"), "sub_1"))
    for plan_id, amount in (("pro", 21), ("premium", 51)):
        change = {"price": {"amount": amount, "interval": "month"}}
        api("billing.update", customer_id="k", plan_id=plan_id, customize=change)

    api.advance("20 days")

    assert invoices(api, "k")[0] == ("paid", 72)
    assert sorted(plans_of(api, "k")) == [("premium", "active"), ("pro", "active")]
