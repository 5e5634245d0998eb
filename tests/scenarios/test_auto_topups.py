"""Auto top-ups: when one buys, what it does, and what stops it (usage U81 to U93)."""

from typing import Any

import pytest

from tests.builders import customer, item, metered, plan
from tests.conftest import Api
from tests.controls import Entry, read_controls, set_controls, webhooks

NOON = "2026-11-25T12:00:00Z"
SUCCEEDED, FAILED = "billing.auto_topup_succeeded", "billing.auto_topup_failed"
PRICE = {"amount": 10, "billing_units": 100, "billing_method": "prepaid", "interval": "one_off"}


def topup(threshold: float = 20, quantity: float = 100, **more: Any) -> Entry:
    return {"feature_id": "tokens", "enabled": True, "threshold": threshold, "quantity": quantity, **more}


def give_card(api: Api, outcome: str = "ok") -> None:
    api.request("POST", "/_mock/payment_methods", {"customer_id": "ada", "outcome": outcome})


def given_pack(api: Api, *entries: Entry, price: dict[str, Any] | None = None) -> None:
    """Customer ada bought 100 tokens for 10, with a card on file."""
    api.freeze(NOON)
    metered(api, "tokens")
    plan(api, "pack", item("tokens", price=price or PRICE))
    customer(api, "ada", email="ada@example.com")
    give_card(api)
    quantities = [{"feature_id": "tokens", "quantity": 100}]
    api("billing.attach", customer_id="ada", plan_id="pack", feature_quantities=quantities)
    if entries:
        set_controls(api, auto_topups=list(entries))


def use(api: Api, value: float) -> Any:
    return api("balances.track", customer_id="ada", feature_id="tokens", value=value)["balance"]


def tokens(api: Api) -> tuple[float, float, float]:
    """Granted, remaining, usage."""
    found = api("customers.get", customer_id="ada")["balances"]["tokens"]
    return found["granted"], found["remaining"], found["usage"]


def invoices(api: Api) -> list[tuple[str, float]]:
    """Status and total, newest first."""
    found = api("customers.get", customer_id="ada", expand=["invoices"])["invoices"]
    return [(each["status"], each["total"]) for each in found]


def reasons(api: Api) -> list[str]:
    return [each["reason"] for each in webhooks(api, FAILED)]


def test_u81_little_left_buys_more(api: Api) -> None:
    given_pack(api, topup())

    answered = use(api, 85)

    assert answered["remaining"] == 15
    assert tokens(api) == (200, 115, 85)
    assert invoices(api) == [("paid", 10), ("paid", 10)]
    (told,) = webhooks(api, SUCCEEDED)
    invoice = told.pop("invoice")
    assert told == {
        "customer_id": "ada",
        "feature_id": "tokens",
        "quantity_granted": 100,
        "threshold": 20,
        "balance_after": 115,
        "invoice_mode": False,
    }
    assert (invoice["status"], invoice["total"], invoice["currency"]) == ("paid", 1000, "usd")


def test_u82_at_the_threshold_is_enough(api: Api) -> None:
    given_pack(api, topup())

    use(api, 79)
    assert tokens(api) == (100, 21, 79)
    use(api, 1)

    assert tokens(api) == (200, 120, 80)


def test_u83_whole_packs_are_bought(api: Api) -> None:
    given_pack(api, topup(quantity=250))

    use(api, 85)

    assert tokens(api)[0] == 400
    assert invoices(api)[0] == ("paid", 30)
    assert webhooks(api, SUCCEEDED)[0]["quantity_granted"] == 300


def test_u84_a_disabled_entry_buys_nothing_until_it_is_turned_on(api: Api) -> None:
    given_pack(api, topup(enabled=False))
    use(api, 95)
    assert tokens(api)[0] == 100

    answered = api("customers.update", customer_id="ada", billing_controls={"auto_topups": [topup()]})

    assert answered["balances"]["tokens"]["remaining"] == 5
    assert tokens(api) == (200, 105, 95)


def test_u85_a_changed_entry_waits_for_the_next_check(api: Api) -> None:
    given_pack(api, topup(threshold=10))
    use(api, 60)

    set_controls(api, auto_topups=[topup(threshold=50)])
    assert tokens(api)[1] == 40
    checked = api("balances.check", customer_id="ada", feature_id="tokens")

    assert checked["balance"]["remaining"] == 40
    assert tokens(api)[1] == 140


def test_u86_without_a_card_it_fails_and_says_so(api: Api) -> None:
    given_pack(api, topup())
    cardless = customer(api, "bob", create_in_stripe=True)["stripe_id"]
    api("customers.update", customer_id="ada", stripe_id=cardless)

    use(api, 85)

    assert reasons(api) == ["missing_payment_method"]
    assert tokens(api) == (100, 15, 85)


def test_u87_a_declined_card_voids_the_invoice(api: Api) -> None:
    given_pack(api, topup(quantity=50))
    give_card(api, "decline:card_declined")

    use(api, 90)

    assert tokens(api) == (100, 10, 90)
    assert invoices(api) == [("void", 10), ("paid", 10)]
    assert webhooks(api, FAILED) == [
        {
            "customer_id": "ada",
            "feature_id": "tokens",
            "reason": "charge_failed",
            "quantity": 100,
            "threshold": 20,
            "balance": 10,
            "invoice_mode": False,
        }
    ]


@pytest.mark.parametrize("outcome", ["requires_action", "decline:insufficient_funds", "expires_in:1 day"])
def test_u87_whatever_a_card_does_not_pay_is_told_at_its_instant(api: Api, outcome: str) -> None:
    given_pack(api, topup())
    give_card(api, outcome)
    api.advance("1 day")

    use(api, 90)

    assert reasons(api) == ["charge_failed"]
    assert webhooks(api, SUCCEEDED) == []
    assert (tokens(api), invoices(api)[0]) == ((100, 10, 90), ("void", 10))
    [told] = [each for each in api.world.store.webhook_messages if each.type == FAILED]
    assert told.created_at == api.world.now()


def test_u87_a_script_lets_the_second_top_up_fail_and_the_third_go_well(api: Api) -> None:
    given_pack(api, topup())
    script = ["succeed", "decline:insufficient_funds", "succeed"]
    api.request("POST", "/_mock/payment_methods", {"customer_id": "ada", "script": script})

    for value in (90, 95, 1):
        use(api, value)
        api.advance("2 hours")

    assert [status for status, _ in invoices(api)] == ["paid", "void", "paid", "paid"]
    assert reasons(api) == ["charge_failed"]
    assert len(webhooks(api, SUCCEEDED)) == 2


def test_u87_after_a_failure_it_rests_for_an_hour_and_says_so_once(api: Api) -> None:
    given_pack(api, topup())
    give_card(api, "decline:card_declined")
    use(api, 90)

    for minutes in (1, 5, 20, 20):
        api.advance(f"{minutes} minutes")
        use(api, 1)
    assert reasons(api) == ["charge_failed", "failed_attempt_limit_reached"]
    api.advance("20 minutes")
    use(api, 1)

    assert reasons(api) == ["charge_failed", "failed_attempt_limit_reached", "charge_failed"]


def test_u88_two_tries_in_ten_minutes_are_enough(api: Api) -> None:
    given_pack(api, topup())

    for value in (90, 100, 100):
        use(api, value)

    assert tokens(api) == (300, 10, 290)
    assert reasons(api) == ["attempt_limit_reached"]
    api.advance("10 minutes")
    use(api, 1)
    assert tokens(api) == (400, 109, 291)


def test_u89_a_purchase_limit_ends_the_buying_and_is_told_once(api: Api) -> None:
    given_pack(api, topup(purchase_limit={"interval": "month", "limit": 1}))
    use(api, 90)

    for _ in range(4):
        use(api, 25)
        api.advance("11 minutes")

    assert tokens(api)[0] == 200
    assert reasons(api) == ["purchase_limit_reached"]
    api.advance("1 month")
    use(api, 1)
    assert tokens(api)[0] == 300


def test_u90_by_invoice_it_grants_at_once(api: Api) -> None:
    given_pack(api, topup(invoice_mode=True))
    give_card(api, "decline:card_declined")

    use(api, 85)

    assert tokens(api) == (200, 115, 85)
    assert invoices(api)[0] == ("open", 10)
    assert webhooks(api, SUCCEEDED)[0]["invoice_mode"] is True


def test_u91_debts_are_paid_down_first(api: Api) -> None:
    given_pack(api)
    per_use = {"amount": 1, "billing_units": 1, "billing_method": "usage_based", "interval": "month"}
    plan(api, "payg", item("tokens", 10, "month", price=per_use))
    api("billing.attach", customer_id="ada", plan_id="payg")
    set_controls(api, auto_topups=[topup(threshold=0)])

    use(api, 150)

    shown = api("customers.get", customer_id="ada")["balances"]["tokens"]
    assert (shown["granted"], shown["remaining"], shown["usage"]) == (210, 60, 150)
    assert [(row["usage"], row["remaining"], row["prepaid_grant"]) for row in shown["breakdown"]] == [
        (10, 0, 0), (140, 60, 200)
    ]  # fmt: skip


def test_u92_the_expand_counts_the_purchases(api: Api) -> None:
    limit = {"interval": "month", "interval_count": 1, "limit": 3}
    given_pack(api, topup(purchase_limit=limit))

    use(api, 90)

    (shown,) = read_controls(api, expand=["billing_controls.auto_topups.purchase_limit"])["auto_topups"]
    assert shown["purchase_limit"]["count"] == 1
    assert shown["purchase_limit"].keys() == {"interval", "interval_count", "limit", "count", "next_reset_at"}


def test_without_a_purchase_limit_the_expand_knows_the_count_alone(api: Api) -> None:
    given_pack(api, topup())

    use(api, 90)

    (shown,) = read_controls(api, expand=["billing_controls.auto_topups.purchase_limit"])["auto_topups"]
    assert shown["purchase_limit"]["limit"] is None
    assert shown["purchase_limit"]["interval"] is None
    assert shown["purchase_limit"]["count"] == 1


def test_u93_a_count_that_was_set_is_used_up(api: Api) -> None:
    given_pack(api)
    limit = {"interval": "month", "limit": 2, "count": 2}
    set_controls(api, auto_topups=[topup(purchase_limit=limit)])

    use(api, 90)

    assert tokens(api)[0] == 100
    assert reasons(api) == ["purchase_limit_reached"]


def test_turned_on_without_anything_to_charge_it_says_so(api: Api) -> None:
    metered(api, "tokens")
    plan(api, "free", item("tokens", 5, "month"), auto_enable=True)
    customer(api, "ada", create_in_stripe=True)

    set_controls(api, auto_topups=[topup()])

    assert webhooks(api, FAILED) == [
        {
            "customer_id": "ada",
            "feature_id": "tokens",
            "reason": "configuration_unavailable",
            "quantity": None,
            "threshold": None,
            "balance": 5,
            "invoice_mode": None,
        }
    ]


def test_turned_on_for_a_customer_out_of_stripe_it_says_so(api: Api) -> None:
    metered(api, "tokens")
    plan(api, "free", item("tokens", 5, "month"), auto_enable=True)
    customer(api, "ada")

    set_controls(api, auto_topups=[topup()])

    assert reasons(api) == ["customer_unavailable"]


def test_without_anything_to_charge_a_track_is_silent(api: Api) -> None:
    metered(api, "tokens")
    plan(api, "free", item("tokens", 5, "month"), auto_enable=True)
    customer(api, "ada", create_in_stripe=True)
    set_controls(api, auto_topups=[topup()])

    use(api, 1)

    assert len(reasons(api)) == 1


def fail_three_times(api: Api) -> None:
    give_card(api, "decline:card_declined")
    use(api, 90)
    for _ in range(2):
        api.advance("61 minutes")
        use(api, 1)


def test_three_failures_in_a_row_suspend_it(api: Api) -> None:
    given_pack(api, topup())
    fail_three_times(api)

    for _ in range(3):
        api.advance("61 minutes")
        use(api, 1)

    assert reasons(api) == ["charge_failed"] * 3 + ["suspended_after_failures"]
    api.advance("24 hours")
    use(api, 1)
    assert reasons(api)[-1] == "suspended_after_failures"
    assert len(reasons(api)) == 5


def test_another_card_lifts_the_suspension(api: Api) -> None:
    given_pack(api, topup())
    fail_three_times(api)

    give_card(api)
    api.advance("61 minutes")
    use(api, 1)

    assert tokens(api)[0] == 200


def test_the_plans_entry_charges_its_own_price(api: Api) -> None:
    api.freeze(NOON)
    metered(api, "tokens")
    plan(api, "pack", item("tokens", price=PRICE), billing_controls={"auto_topups": [topup()]})
    plan(api, "dear", item("tokens", price={**PRICE, "amount": 99}), add_on=True)
    customer(api, "ada", email="ada@example.com")
    give_card(api)
    quantities = [{"feature_id": "tokens", "quantity": 100}]
    api("billing.attach", customer_id="ada", plan_id="pack", feature_quantities=quantities)
    api.advance("1 minute")
    api("billing.attach", customer_id="ada", plan_id="dear", feature_quantities=quantities)

    use(api, 190)

    assert invoices(api)[0] == ("paid", 10)


def test_the_customers_entry_charges_the_newest_price(api: Api) -> None:
    given_pack(api, topup())
    plan(api, "dear", item("tokens", price={**PRICE, "amount": 99}), add_on=True)
    api.advance("1 minute")
    quantities = [{"feature_id": "tokens", "quantity": 100}]
    api("billing.attach", customer_id="ada", plan_id="dear", feature_quantities=quantities)

    use(api, 190)

    assert invoices(api)[0] == ("paid", 99)


@pytest.mark.parametrize("tracked", ["tokens", "words"])
def test_a_credit_system_is_looked_at_for_its_members(api: Api, tracked: str) -> None:
    api.freeze(NOON)
    metered(api, "words")
    api(
        "features.create",
        feature_id="tokens",
        name="Tokens",
        type="credit_system",
        credit_schema=[{"metered_feature_id": "words", "credit_cost": 1}],
    )
    plan(api, "pack", item("tokens", price=PRICE))
    customer(api, "ada", email="ada@example.com")
    give_card(api)
    quantities = [{"feature_id": "tokens", "quantity": 100}]
    api("billing.attach", customer_id="ada", plan_id="pack", feature_quantities=quantities)
    set_controls(api, auto_topups=[topup()])

    api("balances.track", customer_id="ada", feature_id=tracked, value=85)

    assert tokens(api) == (200, 115, 85)


def test_tiers_count_the_packs_of_one_purchase_alone(api: Api) -> None:
    tiers = [{"to": 200, "amount": 10}, {"to": "inf", "amount": 5}]
    price = {key: value for key, value in PRICE.items() if key != "amount"} | {"tiers": tiers}
    given_pack(api, topup(quantity=400), price=price)

    use(api, 85)

    assert invoices(api)[0] == ("paid", 30)


def test_a_purchase_tells_of_the_plan_that_grew(api: Api) -> None:
    given_pack(api, topup())

    use(api, 85)

    *_, change = webhooks(api, "billing.updated")
    assert change["plan_changes"] == [
        {
            "action": "updated",
            "purchase": {"plan_id": "pack", "status": "active", "expires_at": None},
            "previous_attributes": None,
            "item_changes": [],
        }
    ]
    *_, told = webhooks(api, "customer.products.updated")
    assert told["scenario"] == "update_prepaid_quantity"
    (product,) = told["customer"]["products"]
    assert product["items"][0]["quantity"] == 200
