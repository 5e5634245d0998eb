"""What an update may do beside price, items and quantities: the cycle, the link, the status (section 10)."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.billing import (
    attach,
    balance,
    catalogue,
    invoices,
    lines,
    monthly,
    plans_of,
    preview,
    preview_update,
    refused_update,
    state,
    trial,
    update,
    use,
)
from tests.builders import item, plan
from tests.conftest import Api

JAN_21 = from_iso("2026-01-21T00:00:00Z")
FEB_1 = from_iso("2026-02-01T00:00:00Z")
FEB_10 = from_iso("2026-02-10T00:00:00Z")
FEB_16 = from_iso("2026-02-16T00:00:00Z")
JAN_16 = from_iso("2026-01-16T00:00:00Z")


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def period(api: Api, plan_id: str = "pro") -> tuple[Any, Any]:
    [row] = [each for each in state(api, "k")["subscriptions"] if each["plan_id"] == plan_id]
    return row["current_period_start"], row["current_period_end"]


# The billing cycle


def test_the_cycle_of_a_running_plan_begins_anew(api: Api) -> None:
    attach(api, "k", "pro")
    use(api, "k", "credits", 30)
    api.advance("15 days")

    shown = preview_update(api, "k", "pro", billing_cycle_anchor="now")
    answer = update(api, "k", "pro", billing_cycle_anchor="now")

    assert lines(shown) == [
        ("Unused 1 × Pro (at $20.00 / month)", pytest.approx(-20 * 16 / 31)),
        ("Pro - Base Price (from 16 Jan 2026 to 16 Feb 2026)", 20),
    ]
    assert (shown["intent"], shown["incoming"], shown["outgoing"]) == ("none", [], [])
    assert shown["total"] == answer["invoice"]["total"] == 9.68
    assert period(api) == (JAN_16, FEB_16)
    assert balance(api, "k") == (1000, 970, 30)
    assert state(api, "k")["balances"]["credits"]["next_reset_at"] == FEB_16


def test_after_that_it_renews_by_the_new_cycle(api: Api) -> None:
    attach(api, "k", "pro")
    api.advance("15 days")
    update(api, "k", "pro", billing_cycle_anchor="now")

    api.advance("30 days")
    before = invoices(api, "k")
    api.advance("1 day")

    assert len(before) == 2
    assert invoices(api, "k")[0] == ("paid", 20)
    assert period(api) == (FEB_16, from_iso("2026-03-16T00:00:00Z"))


def test_the_cycle_may_begin_at_an_instant_to_come(api: Api) -> None:
    attach(api, "k", "pro")

    shown = preview_update(api, "k", "pro", billing_cycle_anchor=JAN_21)
    update(api, "k", "pro", billing_cycle_anchor=JAN_21)

    assert shown["next_cycle"]["starts_at"] == JAN_21
    assert shown["next_cycle"]["total"] == 20
    assert period(api) == (from_iso("2026-01-01T00:00:00Z"), JAN_21)
    api.advance("20 days")
    assert period(api) == (JAN_21, from_iso("2026-02-21T00:00:00Z"))
    assert invoices(api, "k")[0] == ("paid", 20)


def test_plans_that_are_billed_together_move_together(api: Api) -> None:
    attach(api, "k", "pro")
    attach(api, "k", "extra")
    api.advance("9 days")

    update(api, "k", "pro", billing_cycle_anchor=JAN_21)

    assert period(api, "extra")[1] == period(api)[1] == JAN_21


def test_an_upgrade_may_move_the_cycle_to_an_instant(api: Api) -> None:
    attach(api, "k", "pro")
    api.advance("9 days")

    shown = preview(api, "k", "premium", billing_cycle_anchor=JAN_21)
    answer = attach(api, "k", "premium", billing_cycle_anchor=JAN_21)

    assert lines(shown) == [
        ("Unused 1 × Pro (at $20.00 / month)", pytest.approx(-20 * 22 / 31)),
        ("Premium - Base Price (from 10 Jan 2026 to 21 Jan 2026)", pytest.approx(50 * 11 / 31)),
    ]
    assert (shown["next_cycle"]["starts_at"], shown["next_cycle"]["total"]) == (JAN_21, 50)
    assert answer["invoice"]["total"] == shown["total"]
    api.advance("11 days")
    assert invoices(api, "k")[0] == ("paid", 50)
    assert period(api, "premium") == (JAN_21, from_iso("2026-02-21T00:00:00Z"))


@pytest.mark.parametrize(
    ("plan_id", "given", "message"),
    [
        (
            "pro",
            {"billing_cycle_anchor": from_iso("2025-12-31T00:00:00Z")},
            "billing_cycle_anchor cannot be set to a past timestamp. "
            "Use 'now' or a future Unix timestamp in milliseconds.",
        ),
        (
            "pro_t",
            {"billing_cycle_anchor": "now"},
            "billing_cycle_anchor cannot be used together with a free trial",
        ),
        (
            "boost",
            {"billing_cycle_anchor": "now"},
            "billing_cycle_anchor is not supported for one-off products",
        ),
        (
            "pro",
            {"billing_cycle_anchor": "now", "cancel_action": "cancel_immediately"},
            "billing_cycle_anchor cannot be used together with a cancel action",
        ),
        (
            "packs",
            {
                "billing_cycle_anchor": "now",
                "feature_quantities": [{"feature_id": "credits", "quantity": 200}],
            },
            "billing_cycle_anchor cannot be used together with feature_quantities",
        ),
        (
            "pro_t",
            {"customize": {"free_trial": None}, "proration_behavior": "none"},
            "Cannot set proration_behavior to 'none' when removing a free trial",
        ),
        (
            "pro_t",
            {"customize": {"free_trial": None, "add_items": [
                item("calls", 0, price={"amount": 4, "interval": "one_off", "billing_method": "prepaid"})
            ]}},
            "Cannot remove the free trial while adding one-off items to a paid recurring subscription",
        ),
        (
            "pro",
            {"customize": {"add_items": [item("calls", 5)]}, "invoice_mode": {"enabled": True}},
            "Cannot create an invoice for this subscription update because there are no billing changes.",
        ),
    ],
)  # fmt: skip
def test_what_an_update_refuses(api: Api, plan_id: str, given: dict[str, Any], message: str) -> None:
    attach(api, "k", plan_id)

    assert refused_update(api, "k", plan_id, **given) == (400, "invalid_request", message)


def test_a_top_up_comes_alone(api: Api) -> None:
    stamps = {"amount": 4, "interval": "one_off", "billing_units": 10, "billing_method": "prepaid"}
    plan(api, "mix", item("credits", 5, "month"), item("calls", 0, price=stamps), **monthly(3))
    attach(api, "k", "mix")
    asked = {"feature_quantities": [{"feature_id": "calls", "quantity": 20}]}
    others: tuple[dict[str, Any], ...] = (
        {"customize": {"price": None}},
        {"cancel_action": "uncancel"},
        {"billing_cycle_anchor": "now"},
    )

    for other in others:
        assert refused_update(api, "k", "mix", **asked, **other) == (
            400,
            "invalid_request",
            "A manual top-up can only change feature quantities; fields like customize, cancel_action, "
            "and billing_cycle_anchor are not allowed",
        )


# Taking a cancellation back together with something else


@pytest.mark.parametrize(
    ("plan_id", "given", "charged"),
    [
        ("pro", {"customize": {"price": {"amount": 45, "interval": "month"}}}, 25),
        ("packs", {"feature_quantities": [{"feature_id": "credits", "quantity": 300}]}, 20),
    ],
)
def test_l244_a_cancellation_is_taken_back_together_with_a_change(
    api: Api, plan_id: str, given: dict[str, Any], charged: int
) -> None:
    plan(api, "basis", item("credits", 1, "month"), auto_enable=True)
    attach(api, "k", plan_id)
    update(api, "k", plan_id, cancel_action="cancel_end_of_cycle")

    answer = update(api, "k", plan_id, cancel_action="uncancel", **given)

    assert answer["invoice"]["total"] == charged
    [row] = state(api, "k")["subscriptions"]
    assert (row["plan_id"], row["canceled_at"], row["expires_at"]) == (plan_id, None, None)


def test_l244_and_with_another_version(api: Api) -> None:
    attach(api, "k", "pro")
    api("plans.update", plan_id="pro", price={"amount": 30, "interval": "month"})
    update(api, "k", "pro", cancel_action="cancel_end_of_cycle")

    answer = update(api, "k", "pro", cancel_action="uncancel", version=2)

    assert answer["invoice"]["total"] == 10
    [row] = state(api, "k")["subscriptions"]
    assert (row["canceled_at"], row["expires_at"]) == (None, None)


# Link and status


def test_a_plan_may_be_linked_to_a_subscription_that_is_there(api: Api) -> None:
    answer = attach(api, "k", "pro", processor_subscription_id="sub_elsewhere")

    assert answer == {"customer_id": "k", "payment_url": None}
    assert invoices(api, "k") == []
    assert period(api) == (from_iso("2026-01-01T00:00:00Z"), FEB_1)
    [row] = api.world.store.subscriptions.find("plan_id", "pro")
    assert row.stripe_subscription_id == "sub_elsewhere"


def test_a_linked_plan_is_renewed_and_joined(api: Api) -> None:
    attach(api, "k", "pro", processor_subscription_id="sub_elsewhere")
    attach(api, "k", "extra")

    api.advance("1 month")

    assert invoices(api, "k")[0] == ("paid", 28)


def test_without_a_card_a_linked_plan_needs_no_page(api: Api) -> None:
    shown = preview(api, "c", "pro", processor_subscription_id="sub_elsewhere")

    attach(api, "c", "pro", processor_subscription_id="sub_elsewhere")

    assert (shown["total"], shown["redirect_to_checkout"]) == (0, False)
    assert plans_of(api, "c") == [("pro", "active")]


def test_the_link_of_a_running_plan_is_changed_and_taken_away(api: Api) -> None:
    attach(api, "k", "pro", no_billing_changes=True)

    linked = update(api, "k", "pro", processor_subscription_id="sub_1")
    shown = period(api)
    update(api, "k", "pro", processor_subscription_id=None)

    assert linked == {"customer_id": "k", "payment_url": None}
    assert shown == (from_iso("2026-01-01T00:00:00Z"), FEB_1)
    assert period(api) == (None, None)
    assert invoices(api, "k") == []


def test_the_status_of_a_plan_is_set(api: Api) -> None:
    attach(api, "k", "pro")

    update(api, "k", "pro", status="past_due")
    late = state(api, "k")["subscriptions"][0]["past_due"]
    update(api, "k", "pro", status="active")
    on_time = state(api, "k")["subscriptions"][0]["past_due"]
    update(api, "k", "pro", status="expired")

    assert (late, on_time) == (True, False)
    assert plans_of(api, "k") == []
    assert invoices(api, "k") == [("paid", 20)]
    assert refused_update(api, "k", "pro", status="active")[:2] == (404, "cus_product_not_found")


def test_only_fields_that_show_nothing_make_no_change(api: Api) -> None:
    attach(api, "k", "pro")

    shown = preview_update(api, "k", "pro", no_billing_changes=True)
    answer = update(api, "k", "pro", no_billing_changes=True)

    assert (shown["intent"], shown["line_items"], shown["incoming"]) == ("none", [], [])
    assert answer == {"customer_id": "k", "payment_url": None}


def test_balances_are_taken_anew_with_more_packs(api: Api) -> None:
    attach(api, "k", "packs")
    overage = {"feature_id": "credits", "enabled": True}
    api("customers.update", customer_id="k", billing_controls={"overage_allowed": [overage]})
    api("balances.create", customer_id="k", feature_id="credits", included_grant=40)
    api("balances.update", customer_id="k", feature_id="credits", remaining=-20)
    asked = {"feature_quantities": [{"feature_id": "credits", "quantity": 200}]}

    update(api, "k", "packs", **asked, recalculate_balances={"enabled": True})

    rows = state(api, "k")["balances"]["credits"]["breakdown"]
    assert all(row["remaining"] >= 0 for row in rows)


def test_a_free_plan_has_a_cycle_too(api: Api) -> None:
    attach(api, "k", "starter")
    use(api, "k", "credits", 10)
    api.advance("9 days")

    update(api, "k", "starter", billing_cycle_anchor="now")

    assert balance(api, "k") == (100, 90, 10)
    assert state(api, "k")["balances"]["credits"]["next_reset_at"] == FEB_10


def test_a_trial_has_the_cycle_already(api: Api) -> None:
    plan(api, "tryout", item("credits", 5, "month"), **monthly(25), **trial(7))
    attach(api, "k", "pro")

    told = api.refused("billing.attach", customer_id="k", plan_id="tryout", billing_cycle_anchor=FEB_10)

    assert told[2].startswith("billing_cycle_anchor cannot be used together with a free trial.")
