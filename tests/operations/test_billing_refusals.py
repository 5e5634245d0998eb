"""What attach refuses, row by row of the reference's order of checks, and which of two answers first."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.billing import PACK, attach, catalogue, give_card, monthly, preview, refused
from tests.builders import item, plan
from tests.conftest import Api
from tests.discounts import by_code, coupon

PAST, FUTURE, LATER = (from_iso(f"{day}T00:00:00Z") for day in ("2025-12-20", "2026-01-20", "2026-01-25"))
ANCHOR = "billing_cycle_anchor "
ON = {"enabled": True}


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


@pytest.fixture
def special(api: Api) -> None:
    """once: cheaper than premium, with units that are paid once. MAIL: a code
    for another plan."""
    units = {"amount": 4, "interval": "one_off", "billing_units": 10, "billing_method": "prepaid"}
    plan(api, "once", item("credits", 0, price=units), **monthly(20))
    coupon(api, "mail_only", percent=10, plan_ids=["premium"], code="MAIL")


def given(api: Api, *plan_ids: str) -> None:
    for plan_id in plan_ids:
        attach(api, "k", plan_id)


Case = tuple[tuple[str, ...], str, dict[str, Any], str]
"""What k has, what is attached, how, and how the message begins."""

INVALID: dict[str, Case] = {
    "5": (("pro",), "premium", {"remove_plan_ids": ["premium"]}, "Cannot remove plan 'premium' in the same"),
    "5d": (
        ("extra", "bonus"),
        "pro",
        {"remove_plan_ids": ["extra", "bonus"], "carry_over_usages": ON},
        "Cannot carry over usage when removing multiple plans. Remove them one at a time.",
    ),
    "6": ((), "pro", {"currency": "eur"}, "Multi-currency is not enabled for this organization"),
    "11": ((), "pro", {"new_billing_subscription": False}, "Cannot merge with an existing billing cycle"),
    "13": (("premium",), "pro", {"invoice_mode": ON}, "Cannot use invoice mode with deferred activation"),
    "15": ((), "pro", {"billing_cycle_anchor": PAST}, ANCHOR + "cannot be set to a past timestamp."),
    "15b": (
        (),
        "pro",
        {"starts_at": LATER, "billing_cycle_anchor": FUTURE},
        ANCHOR + "must be after the plan starts",
    ),
    "15c": (
        (),
        "pro",
        {"billing_cycle_anchor": LATER, "ends_at": FUTURE},
        ANCHOR + "must be before ends_at",
    ),
    "15d": (
        (),
        "pro",
        {"starts_at": FUTURE, "billing_cycle_anchor": "now"},
        "billing_cycle_anchor: 'now' cannot be used before the plan starts",
    ),
    "15e": (
        (),
        "pro_t",
        {"billing_cycle_anchor": FUTURE},
        ANCHOR + "cannot be used together with a free trial.",
    ),
    "15f": ((), "boost", {"billing_cycle_anchor": "now"}, ANCHOR + "is not supported for one-off products."),
    "15g": (
        ("premium",),
        "pro",
        {"billing_cycle_anchor": "now"},
        ANCHOR + "resets are not supported for scheduled switches.",
    ),
    "16": (
        (),
        "pro",
        {"starts_at": FUTURE, "plan_schedule": "end_of_cycle"},
        "starts_at cannot be used together with plan_schedule: end_of_cycle.",
    ),
    "16b": ((), "starter", {"starts_at": PAST}, "Past starts_at is only supported for paid recurring plans."),
    "16b2": (
        ("extra",),
        "pro",
        {"starts_at": PAST},
        "Past starts_at is only supported when creating a new Stripe subscription.",
    ),
    "16b4": ((), "pro", {"starts_at": 0}, "Past starts_at is too far in the past."),
    "16c": ((), "pro_t", {"starts_at": PAST}, "Past starts_at cannot be used together with a free trial."),
    "16d": (
        (),
        "pro",
        {"starts_at": FUTURE, "invoice_mode": ON},
        "Future starts_at cannot be used together with invoice mode.",
    ),
    "16e": ((), "boost", {"starts_at": FUTURE}, "Future starts_at is only supported for paid recurring plans."),
    "16f": ((), "pro_t", {"starts_at": FUTURE}, "Future starts_at cannot be used together with a free trial."),
    "17": ((), "pro", {"ends_at": PAST}, "ends_at cannot be set to a past timestamp."),
    "17b": (
        (),
        "pro",
        {"starts_at": LATER, "ends_at": FUTURE},
        "ends_at must be after the plan start timestamp.",
    ),
    "17c": ((), "starter", {"ends_at": FUTURE}, "ends_at is only supported for paid plans."),
    "18": (
        ("premium",),
        "pro",
        {"carry_over_balances": ON},
        "carry_over_balances is only supported for immediate",
    ),
    "18b": (
        ("pro",),
        "premium",
        {"carry_over_balances": {**ON, "feature_ids": ["sso"]}},
        "carry_over_balances is not supported for boolean features. Feature 'sso'",
    ),
    "18c": (
        ("pro",),
        "premium",
        {"carry_over_balances": {**ON, "feature_ids": ["seats"]}},
        "carry_over_balances is not supported for non-consumable features. Feature 'seats'",
    ),
    "19": (("premium",), "pro", {"carry_over_usages": ON}, "carry_over_usages is only supported for immediate"),
    "19b": (
        ("pro",),
        "premium",
        {"carry_over_usages": {**ON, "feature_ids": ["sso"]}},
        "carry_over_usages is not supported for boolean features. Feature 'sso'",
    ),
    "19c": (
        ("pro",),
        "premium",
        {"carry_over_usages": {**ON, "feature_ids": ["seats"]}},
        "carry_over_usages is not supported for non-consumable features. Feature 'seats'",
    ),
    "20": (
        ("pro_t",),
        "premium",
        {"proration_behavior": "none"},
        "Cannot set proration_behavior to 'none' when removing a free trial",
    ),
    "22": (
        (),
        "pro",
        {"custom_line_items": [{"amount": 1, "description": "x"}]},
        "custom_line_items can only be used when updating an existing subscription",
    ),
    "22b": (
        ("pro_t",),
        "premium",
        {"custom_line_items": [{"amount": 1, "description": "x"}]},
        "custom_line_items cannot be used when the subscription update creates a Stripe-managed invoice",
    ),
    "14": (
        ("premium",),
        "once",
        {"feature_quantities": [{"feature_id": "credits", "quantity": 10}]},
        "Scheduled switch with one-off prepaid quantities is not yet supported.",
    ),
    "24": (
        (),
        "pro",
        by_code("MAIL"),
        "Promotion code does not apply to any products in this order.",
    ),
    "23": (
        (),
        "pro",
        {"customize": {"free_trial": {"duration_length": 7, "duration_type": "day", "on_end": "revert"}}},
        "Cannot use on_end: 'revert' without an existing paid subscription.",
    ),
}


@pytest.mark.parametrize("row", INVALID)
@pytest.mark.usefixtures("special")
def test_a_row_of_the_table_answers_in_attach_and_in_its_preview(api: Api, row: str) -> None:
    had, plan_id, how, message = INVALID[row]
    given(api, *had)

    told = refused(api, "k", plan_id, **how)

    assert told[:2] == (400, "invalid_request")
    assert told[2].startswith(message)
    assert api.refused("billing.preview_attach", customer_id="k", plan_id=plan_id, **how) == told


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"remove_plan_ids": ["premium"]}, {"currency": "eur"}),
        ({"currency": "eur"}, {"billing_cycle_anchor": PAST}),
        ({"billing_cycle_anchor": PAST}, {"ends_at": PAST}),
        ({"starts_at": PAST}, {"ends_at": PAST}),
        ({"ends_at": PAST}, {"carry_over_balances": {**ON, "feature_ids": ["sso"]}}),
        (
            {"carry_over_balances": {**ON, "feature_ids": ["sso"]}},
            {"carry_over_usages": {**ON, "feature_ids": ["sso"]}},
        ),
    ],
)
def test_of_two_failures_the_first_of_the_table_answers(
    api: Api, first: dict[str, Any], then: dict[str, Any]
) -> None:
    given(api, "pro")
    alone = refused(api, "k", "premium", **first)
    other = refused(api, "k", "premium", **then)

    assert alone != other
    assert refused(api, "k", "premium", **then, **first) == alone


def test_what_is_not_found_answers_before_any_rule(api: Api) -> None:
    wrong = {"currency": "eur", "ends_at": PAST}

    assert api.refused("billing.attach", customer_id="ghost", plan_id="nope", **wrong) == (
        404,
        "customer_not_found",
        "Customer ghost not found",
    )
    assert refused(api, "k", "nope", entity_id="ghost", **wrong)[1] == "entity_not_found"
    assert refused(api, "k", "nope", **wrong) == (404, "product_not_found", "Product nope not found")
    assert refused(api, "k", "pro", remove_plan_ids=["extra"], **wrong)[:2] == (404, "product_not_found")


def test_a_plan_that_is_there_answers_before_instants_and_after_the_currency(api: Api) -> None:
    given(api, "pro")

    assert refused(api, "k", "pro", ends_at=PAST)[:2] == (409, "plan_already_attached")
    assert refused(api, "k", "pro", ends_at=PAST, currency="eur")[:2] == (400, "invalid_request")


def test_an_id_that_is_taken_answers_after_proration_and_before_lines(api: Api) -> None:
    attach(api, "k", "pro_t", subscription_id="mine")
    lines = {"custom_line_items": [{"amount": 1, "description": "x"}]}

    taken = refused(api, "k", "premium", subscription_id="mine", **lines)
    ends_trial = refused(api, "k", "premium", subscription_id="mine", proration_behavior="none")

    assert taken == (
        409,
        "duplicate_subscription_id",
        "subscription_id 'mine' is already in use for this customer",
    )
    assert ends_trial[2] == "Cannot set proration_behavior to 'none' when removing a free trial"


def test_a_start_in_the_past_needs_no_page_in_a_preview(api: Api) -> None:
    told = refused(api, "c", "pro", starts_at=PAST)
    shown = preview(api, "c", "pro", starts_at=PAST)

    assert (shown["total"], shown["checkout_type"]) == (20, "stripe_checkout")
    assert told[2] == "Past starts_at cannot be used when Stripe Checkout is required."


def test_row_7_a_plan_of_an_app_store_is_not_replaced(api: Api) -> None:
    theirs = {"plan_id": "pro", "started_at": PAST}
    api("billing.import", customer_id="c", billables=[{"processor": "revenuecat", "plan": theirs}])
    managed = "Cannot attach because the customer's current product 'Pro' is managed by RevenueCat."

    told = [refused(api, "c", plan_id) for plan_id in ("pro", "premium", "extra")]

    assert [each[0] for each in told] == [409] * 3
    assert {each[2] for each in told} == {managed}
    assert refused(api, "c", "pro", currency="eur")[2].startswith("Multi-currency")
    assert preview(api, "c", "boost")["total"] == 50
    assert api.refused("billing.update", customer_id="c", plan_id="pro", cancel_action="cancel_end_of_cycle")[
        ::2
    ] == (409, "Subscription for 'Pro' is managed by RevenueCat and cannot be updated directly")


def test_rows_8_and_9_licences_and_entities(api: Api) -> None:
    plan(api, "seat", item("credits", 5, "month"))
    plan(api, "office", licenses=[{"license_plan_id": "seat", "included": 2}])
    attach(api, "k", "office")
    entities = [{"entity_id": "bea", "feature_id": "seats", "name": "Bea"}]
    api("licenses.attach", customer_id="k", plan_id="seat", entities=entities)
    api("entities.create", customer_id="k", entity_id="cy", feature_id="seats", name="Cy")

    assert refused(api, "k", "office", entity_id="bea") == (
        400, "invalid_request",
        "Entity bea holds a license (seat) — its plan is managed through the license. "
        "Release it first via licenses.release.",
    )  # fmt: skip
    assert refused(api, "k", "office", entity_id="cy")[2] == (
        "Plan office offers licenses, so it can only be attached to the customer — not to entity cy."
    )
    assert refused(api, "k", "seat")[2] == (
        "Plan seat is a license under office, which this customer is on. "
        "Assign seats with licenses.attach instead of attaching it directly."
    )


def test_row_10b_a_paid_plan_that_nothing_bills_is_not_replaced(api: Api) -> None:
    attach(api, "k", "pro", no_billing_changes=True)

    told = refused(api, "k", "premium")

    assert told[:2] == (400, "invalid_request")
    assert told[2] == (
        "Cannot attach because the customer's current product 'Pro' is paid "
        "but no stripe subscription is linked to it"
    )
    assert refused(api, "k", "pro")[:2] == (409, "plan_already_attached")
    assert preview(api, "k", "premium", no_billing_changes=True)["total"] == 0


def test_row_12_a_page_takes_one_interval_and_12b_comes_after_it(api: Api) -> None:
    packs = {"feature_quantities": [{"feature_id": "credits", "quantity": 200, "adjustable": True}]}
    plan(api, "annual", item("credits", 0, "month", price=PACK), price={"amount": 120, "interval": "year"})

    several = refused(api, "c", "annual", enable_plan_immediately=True, **packs)
    adjustable = refused(api, "c", "packs", enable_plan_immediately=True, **packs)

    assert several[:2] == adjustable[:2] == (400, "invalid_request")
    assert several[2] == (
        "Cannot create Stripe checkout when there are multiple intervals that require payment upfront. "
        "Please use direct billing or separate the purchases."
    )
    assert adjustable[2] == (
        "enable_plan_immediately cannot be used with adjustable feature quantities — set "
        "adjustable_quantity to false on each option, or remove enable_plan_immediately."
    )
    give_card(api, "c")
    assert preview(api, "c", "annual", **packs)["total"] == 140


def test_row_16b3_answers_before_16c_and_after_16b(api: Api) -> None:
    page = "Past starts_at cannot be used when Stripe Checkout is required."

    assert refused(api, "c", "pro_t", starts_at=PAST)[2] == page
    assert refused(api, "c", "pro", starts_at=0)[2] == page
    assert refused(api, "c", "boost", starts_at=PAST)[2].startswith("Past starts_at is only supported for paid")
