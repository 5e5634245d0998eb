"""`billing.import` (cases S107 to S114)."""

from typing import Any

import pytest

from tests.billing import PACK, attach, balance, catalogue, image, invoices, plans_of, started, state
from tests.builders import item, plan
from tests.conftest import Api


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


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


def test_what_the_reference_does_not_import_yet_says_so(api: Api) -> None:
    assert refused(api, {"phases": []})[1:] == (
        "unsupported_field",
        "billing.import: phases is not yet supported",
    )
    assert refused(api, {"plan": {"plan_id": "ghost"}})[1] == "product_not_found"
    assert refused(api, {"plan": {"plan_id": "starter", "version": 9}})[1] == "product_not_found"


def test_a_version_is_its_own_plan(api: Api) -> None:
    image(api, "new", started("starter"))
    api("plans.update", plan_id="starter", items=[item("credits", 300, "month")])

    [newest, old] = image(api, "new", started("starter"))["flashed"]
    [kept, _] = image(api, "new", started("starter", version=1))["flashed"]

    assert (newest["skipped"], old["reason"]) == (False, "expired_not_in_desired_state")
    assert kept["skipped"] is False
    assert balance(api, "new") == (100, 100, 0)


@pytest.mark.parametrize("interval", ["lifetime", None])
def test_s111_a_grant_that_never_resets_is_named_too(api: Api, interval: Any) -> None:
    plan(api, "both", item("credits", 10, "month"), item("credits", 20))
    amount = {"feature_id": "credits", "usage": 5, "filter": {"interval": interval}}

    image(api, "new", started("both", balances=[amount]))

    parts = state(api, "new")["balances"]["credits"]["breakdown"]
    assert sorted((each["included_grant"], each["usage"]) for each in parts) == [(10, 0), (20, 5)]


@pytest.mark.parametrize(
    ("behavior", "expected"), [("included", (10, 6)), ("prepaid", (100, 96)), ("usage_based", (20, 16))]
)
def test_s111_lines_are_told_apart_by_how_they_are_paid(api: Api, behavior: str, expected: Any) -> None:
    per_use = {"amount": 1, "interval": "month", "billing_units": 1, "billing_method": "usage_based"}
    lines = [item("credits", 10, "month"), item("credits", 100, "month", price=PACK)]
    plan(api, "three", *lines, item("credits", 20, "month", price=per_use))
    amount = {"feature_id": "credits", "usage": 4, "filter": {"billing_behavior": behavior}}

    image(api, "new", started("three", balances=[amount]))

    parts = state(api, "new")["balances"]["credits"]["breakdown"]
    assert [(each["included_grant"], each["remaining"]) for each in parts if each["usage"]] == [expected]


def test_s110_what_is_left_counts_more_than_what_was_used(api: Api) -> None:
    image(api, "new", started("starter", balances=[{"feature_id": "credits", "balance": 30, "usage": 99}]))

    assert balance(api, "new") == (100, 30, 70)


def test_several_units_of_a_plan(api: Api) -> None:
    [shown] = image(api, "new", started("starter", quantity=3))["customer"]["subscriptions"]

    assert shown["quantity"] == 3
    assert balance(api, "new") == (300, 300, 0)


def test_two_main_plans_may_run_elsewhere(api: Api) -> None:
    answer = image(api, "new", started("starter"), started("pro"))

    assert {each["plan_id"] for each in answer["customer"]["subscriptions"]} == {"starter", "pro"}


def test_an_older_client_is_shown_the_newest_customer(api: Api) -> None:
    billables = [{"plan": started("starter")}]

    answer = api("billing.import", version="1.2.0", customer_id="new", billables=billables)

    assert answer["customer"] == api("customers.get", customer_id="new")


def test_a_purchase_is_dated_when_it_was_made(api: Api) -> None:
    [bought] = image(api, "new", started("boost"))["customer"]["purchases"]

    assert (bought["plan_id"], bought["started_at"]) == ("boost", 1_766_000_000_000)


def test_what_was_bought_is_over_too_where_the_image_does_not_show_it(api: Api) -> None:
    image(api, "new", started("boost"))

    answer = image(api, "new", started("starter"), dry_run=True)
    kept = state(api, "new")["purchases"]
    image(api, "new", started("starter"))

    assert [each["reason"] for each in answer["flashed"] if each.get("expired")] == [
        "expired_not_in_desired_state"
    ]
    assert (len(kept), state(api, "new")["purchases"]) == (1, [])


def test_plans_of_entities_are_no_part_of_the_image(api: Api) -> None:
    api("entities.create", customer_id="c", entity_id="e", feature_id="seats")
    attach(api, "c", "starter", entity_id="e")

    answer = image(api, "c", started("starter"))

    assert [each["skipped"] for each in answer["flashed"]] == [False]
    shown = api("entities.get", customer_id="c", entity_id="e")["subscriptions"]
    assert sorted(each["scope"] for each in shown) == ["customer", "entity"]


def test_two_processors_for_two_main_plans_conflict(api: Api) -> None:
    mine, theirs = ({"processor": name, "plan": started("pro")} for name in ("stripe", "revenuecat"))

    assert refused(api, mine, theirs)[1] == "cross_processor_conflict"
