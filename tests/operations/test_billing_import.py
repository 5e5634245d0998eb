"""`billing.import` and `billing.verify` (cases S107 to S116)."""

from typing import Any

import pytest

from tests.billing import attach, balance, catalogue, give_card, invoices, plans_of, state
from tests.builders import customer, item, plan
from tests.conftest import Api


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def image(api: Api, customer_id: str, *plans: dict[str, Any], **more: Any) -> Any:
    billables = [{"plan": each} if "plan_id" in each else each for each in plans]
    return api("billing.import", customer_id=customer_id, billables=billables, **more)


def started(plan_id: str, **more: Any) -> dict[str, Any]:
    return {"plan_id": plan_id, "started_at": 1_766_000_000_000, **more}


def refused(api: Api, *plans: dict[str, Any]) -> tuple[int, str, str]:
    billables = [{"plan": each} if "plan_id" in each else each for each in plans]
    return api.refused("billing.import", customer_id="new", billables=billables)


def test_s107_an_unknown_customer_comes_with_the_plan_alone(api: Api) -> None:
    plan(api, "default", item("credits", 5), auto_enable=True)

    answer = image(
        api, "new", started("starter"), customer_data={"name": "New", "created_at": 1_700_000_000_000}
    )

    [flashed] = answer["flashed"]
    assert flashed == {
        "plan_id": "starter", "processor": "stripe", "status": "active", "skipped": False,
        "customer_product_id": flashed["customer_product_id"],
    }  # fmt: skip
    assert flashed["customer_product_id"].startswith("cus_prod_")
    assert answer["customer"] == api("customers.get", customer_id="new")
    shown = answer["customer"]
    assert (shown["name"], shown["created_at"], shown["stripe_id"]) == ("New", 1_700_000_000_000, None)
    assert [(each["plan_id"], each["started_at"]) for each in shown["subscriptions"]] == [
        ("starter", 1_766_000_000_000)
    ]


def test_s107_balances_reset_counted_from_the_start(api: Api) -> None:
    image(api, "new", {"plan_id": "starter", "started_at": 1_765_238_400_000})

    assert state(api, "new")["balances"]["credits"]["next_reset_at"] == 1_767_916_800_000


def test_s108_what_is_there_is_left_alone(api: Api) -> None:
    [first] = image(api, "new", started("starter"))["flashed"]

    [again] = image(api, "new", {"plan_id": "starter", "balances": [{"feature_id": "credits", "usage": 9}]})[
        "flashed"
    ]

    assert again == first | {"skipped": True, "reason": "already_active"}
    assert balance(api, "new") == (100, 100, 0)


def test_s109_what_the_image_does_not_show_is_over(api: Api) -> None:
    [first] = image(api, "new", started("starter"))["flashed"]

    answer = image(api, "new", started("bonus"))

    assert answer["flashed"][1] == {
        "plan_id": "starter", "processor": "stripe", "status": "expired", "skipped": False,
        "customer_product_id": first["customer_product_id"], "expired": True,
        "reason": "expired_not_in_desired_state",
    }  # fmt: skip
    assert plans_of(api, "new") == [("bonus", "active")]


def test_s109_an_empty_image_ends_nothing(api: Api) -> None:
    image(api, "new", started("starter"))

    assert image(api, "new")["flashed"] == []
    assert plans_of(api, "new") == [("starter", "active")]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ({"usage": 30}, (100, 70, 30)),
        ({"balance": 12}, (100, 12, 88)),
        ({"usage": 130}, (100, 0, 100)),
    ],
)
def test_s110_balances_as_they_are(api: Api, amount: Any, expected: Any) -> None:
    image(api, "new", started("starter", balances=[{"feature_id": "credits", **amount}]))

    assert balance(api, "new") == expected


def test_s110_use_that_is_paid_afterwards_may_be_more_than_the_grant(api: Api) -> None:
    image(api, "new", started("basic", balances=[{"feature_id": "calls", "usage": 130}]))

    assert balance(api, "new", "calls") == (100, 0, 130)


def test_s110_the_next_reset_is_said(api: Api) -> None:
    amount = {"feature_id": "credits", "usage": 1, "next_reset_at": 1_767_400_000_000}

    image(api, "new", started("starter", balances=[amount]))

    assert state(api, "new")["balances"]["credits"]["next_reset_at"] == 1_767_400_000_000


def test_s110_prepaid_units(api: Api) -> None:
    bought = {"feature_id": "credits", "quantity": 300}

    image(api, "new", started("packs", feature_quantities=[bought]))

    assert balance(api, "new") == (300, 300, 0)


def test_s111_a_balance_that_the_plan_does_not_have(api: Api) -> None:
    answer = refused(api, started("starter", balances=[{"feature_id": "calls", "usage": 1}]))

    assert answer == (
        400, "flash_balance_no_match", "billing.import: no entitlement line matched balance for feature 'calls'"
    )  # fmt: skip
    assert plans_of(api, "new") == [], "the customer stays"


def test_s111_a_balance_that_fits_several_lines(api: Api) -> None:
    plan(api, "both", item("credits", 10, "month"), item("credits", 20))
    amount: dict[str, Any] = {"feature_id": "credits", "usage": 5}

    answer = refused(api, started("both", balances=[amount]))
    image(api, "new", started("both", balances=[amount | {"filter": {"interval": "month"}}]))

    assert answer == (
        400, "flash_balance_ambiguous",
        "billing.import: balance filter for feature 'credits' matched multiple lines; "
        "add a filter to disambiguate",
    )  # fmt: skip
    parts = state(api, "new")["balances"]["credits"]["breakdown"]
    assert sorted((each["included_grant"], each["usage"]) for each in parts) == [(10, 5), (20, 0)]


def test_s112_a_paid_plan_that_nothing_bills(api: Api) -> None:
    [flashed] = image(api, "new", started("pro"))["flashed"]

    assert (flashed["mismatch"], flashed["reason"]) == (True, "paid_plan_without_subscription")
    assert plans_of(api, "new") == [("pro", "active")]
    assert invoices(api, "new") == []


def test_s112_a_plan_whose_cycles_are_counted_from_nowhere(api: Api) -> None:
    [flashed] = image(api, "new", {"plan_id": "starter"})["flashed"]

    assert (flashed["mismatch"], flashed["reason"]) == (True, "no_resolvable_billing_anchor")


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


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("past_due", [("pro", True)]),
        ("trialing", [("pro", False)]),
        ("canceled", []),
        ("expired", []),
    ],
)
def test_the_status_of_a_plan_is_said(api: Api, status: str, shown: Any) -> None:
    answer = image(api, "new", started("pro", status=status))

    assert answer["flashed"][0]["status"] == status
    assert [(each["plan_id"], each["past_due"]) for each in answer["customer"]["subscriptions"]] == shown


def test_a_cancelled_plan_runs_to_the_end_of_what_is_paid(api: Api) -> None:
    linked = {"link": {"subscription_id": "sub_old"}, "plan": started("pro", status="canceled")}

    [shown] = image(api, "new", linked)["customer"]["subscriptions"]

    assert shown["expires_at"] == shown["current_period_end"] == 1_768_678_400_000
    api.advance("1 month")
    assert plans_of(api, "new") == []


def test_s113_a_dry_run_makes_the_customer_and_nothing_else(api: Api) -> None:
    answer = image(api, "new", started("starter"), dry_run=True)

    assert answer["customer"] is None
    assert answer["flashed"][0]["customer_product_id"].startswith("cus_prod_")
    assert plans_of(api, "new") == []


def test_a_known_customer_is_corrected_but_not_by_a_dry_run(api: Api) -> None:
    image(api, "c", dry_run=True, customer_data={"name": "Other"})
    before = state(api, "c")["name"]

    image(api, "c", customer_data={"name": "Other", "email": "o@example.com"})

    after = state(api, "c")
    assert (before, after["name"], after["email"]) == ("C", "Other", "o@example.com")


@pytest.mark.parametrize(
    ("billable", "message"),
    [
        ({"processor": "stripe"}, "billables.0.plan: A billable must have a `plan` or `phases`"),
        (
            {"plan": {"plan_id": "pro"}, "phases": []},
            "billables.0.plan: Provide either `plan` or `phases`, not both",
        ),
    ],
)
def test_s114_a_billable_has_one_plan(api: Api, billable: Any, message: str) -> None:
    assert refused(api, billable) == (400, "invalid_inputs", message)


def test_what_is_not_imported_says_so(api: Api) -> None:
    assert refused(api, {"phases": []})[1:] == (
        "unsupported_field",
        "billing.import: phases is not yet supported",
    )
    assert refused(api, {"plan": {"plan_id": "ghost"}})[1] == "product_not_found"


def test_two_processors_for_two_main_plans_conflict(api: Api) -> None:
    mine, theirs = ({"processor": name, "plan": started("pro")} for name in ("stripe", "revenuecat"))

    assert refused(api, mine, theirs)[1] == "cross_processor_conflict"


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
