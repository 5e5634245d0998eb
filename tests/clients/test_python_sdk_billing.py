"""`sdk.billing.*` of the official Python SDK, unmodified: each method, with amounts, states, links and ids."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from autumn_sdk import Autumn

from autumn_mock.testing import AutumnOrg
from tests.clients.catalog import billing_catalog
from tests.clients.releases import since_1_2

JANUARY, FEBRUARY, MARCH = (int(datetime(2030, m, 1, tzinfo=UTC).timestamp() * 1_000) for m in (1, 2, 3))
OFF = [{"reward_id": "tenth"}]


@pytest.fixture(autouse=True)
def _catalog(autumn: AutumnOrg) -> None:
    billing_catalog(autumn, now=JANUARY)


def held(sdk: Autumn, customer_id: str = "ada") -> dict[str, str]:
    return {each.plan_id: each.status for each in sdk.customers.get(customer_id=customer_id).subscriptions}


def lines(shown: Any) -> list[tuple[str, float]]:
    return [(each.plan_id, each.total) for each in shown.line_items]


def test_an_attach_answers_its_invoice(sdk: Autumn) -> None:
    done = sdk.billing.attach(customer_id="ada", plan_id="pro", subscription_id="main")

    assert (done.customer_id, done.entity_id, done.payment_url, done.required_action) == (
        "ada",
        None,
        None,
        None,
    )
    assert done.invoice is not None
    assert (done.invoice.status, done.invoice.total, done.invoice.currency) == ("paid", 20, "usd")
    assert done.invoice.stripe_id.startswith("in_")
    assert done.invoice.hosted_invoice_url
    assert [each.id for each in sdk.customers.get(customer_id="ada").subscriptions] == ["main"]


def test_an_entity_has_a_plan_of_its_own(sdk: Autumn) -> None:
    sdk.entities.create(customer_id="ada", entity_id="desk", feature_id="seats", name="Desk")

    done = sdk.billing.attach(customer_id="ada", entity_id="desk", plan_id="pro")
    shown = sdk.billing.preview_update(
        customer_id="ada", entity_id="desk", plan_id="pro", cancel_action="cancel_end_of_cycle"
    )

    assert done.entity_id == "desk"
    assert [each.plan_id for each in sdk.entities.get(customer_id="ada", entity_id="desk").subscriptions] == [
        "pro"
    ]
    assert [each.plan_id for each in shown.outgoing] == ["pro"]


def test_a_preview_tells_discounts_periods_and_the_next_cycle(sdk: Autumn) -> None:
    shown = sdk.billing.preview_attach(
        customer_id="ada",
        plan_id="metered",
        feature_quantities=[{"feature_id": "messages", "quantity": 200}],
        discounts=OFF,
    )
    done = sdk.billing.attach(
        customer_id="ada",
        plan_id="metered",
        feature_quantities=[{"feature_id": "messages", "quantity": 200}],
        discounts=OFF,
    )

    assert (shown.subtotal, shown.total, shown.currency) == (50, 45, "usd")
    assert [(each.feature_id, each.quantity, each.total) for each in shown.line_items] == [
        (None, 1, 27), ("messages", 200, 18),
    ]  # fmt: skip
    [discount] = shown.line_items[0].discounts or []
    assert (discount.amount_off, discount.percent_off, discount.reward_id) == (3, 10, "tenth")
    assert shown.line_items[0].period is not None
    assert (shown.line_items[0].period.start, shown.line_items[0].period.end) == (JANUARY, FEBRUARY)
    assert [(each.plan_id, each.feature_quantities[0].quantity) for each in shown.incoming] == [
        ("metered", 200)
    ]
    assert done.invoice is not None
    assert done.invoice.total == shown.total


def test_a_preview_of_a_trial_and_of_a_downgrade(sdk: Autumn) -> None:
    trial = sdk.billing.preview_attach(customer_id="ada", plan_id="tried")
    sdk.billing.attach(customer_id="ada", plan_id="premium")
    down = sdk.billing.preview_attach(customer_id="ada", plan_id="pro")
    sdk.billing.attach(customer_id="ada", plan_id="pro")

    assert trial.total == 0
    assert trial.next_cycle is not None
    assert trial.next_cycle.total == 20
    assert (trial.next_cycle.starts_at - JANUARY) == 14 * 86_400_000
    assert down.total == 0
    assert ("pro", FEBRUARY) in [(each.plan_id, each.effective_at) for each in down.incoming]
    assert down.next_cycle is not None
    assert (down.next_cycle.starts_at, down.next_cycle.total) == (FEBRUARY, 20)
    assert [each.plan_id for each in down.outgoing] == ["premium"]
    assert held(sdk) == {"premium": "active", "pro": "scheduled"}


def test_an_invoice_is_sent_instead_of_charged(sdk: Autumn) -> None:
    done = sdk.billing.attach(
        customer_id="ada",
        plan_id="pro",
        invoice_mode={"enabled": True, "finalize": True},
        redirect_mode="if_required",
    )

    assert done.invoice is not None
    assert (done.invoice.status, done.invoice.total) == ("open", 20)
    assert done.invoice.hosted_invoice_url


@pytest.mark.parametrize(
    ("outcome", "code"), [("requires_action", "3ds_required"), ("decline:lost_card", "payment_failed")]
)
def test_a_card_that_does_not_pay_asks_for_an_action(
    sdk: Autumn, autumn: AutumnOrg, outcome: str, code: str
) -> None:
    autumn.payment_methods.put("ada", outcome=outcome)

    done = sdk.billing.attach(customer_id="ada", plan_id="pro")

    assert done.required_action is not None
    assert done.required_action.code == code
    assert done.required_action.reason
    assert done.payment_url
    assert held(sdk) == {}
    autumn.payment_methods.put("ada")
    autumn.checkouts.complete(done.payment_url)
    assert held(sdk) == {"pro": "active"}


def test_several_plans_are_attached_at_once(sdk: Autumn) -> None:
    plans: Any = [{"plan_id": "pro"}, {"plan_id": "extra"}]

    shown = sdk.billing.preview_multi_attach(customer_id="ada", plans=plans, discounts=OFF)
    done = sdk.billing.multi_attach(customer_id="ada", plans=plans, discounts=OFF)

    assert sorted(lines(shown)) == [("extra", 7.2), ("pro", 18)]
    assert sorted(each.plan_id for each in shown.incoming) == ["extra", "pro"]
    assert done.payment_url is None
    assert done.invoice is not None
    assert (done.invoice.status, done.invoice.total) == ("paid", shown.total) == ("paid", 25.2)
    assert held(sdk) == {"pro": "active", "extra": "active"}


def test_quantities_are_previewed_and_changed(sdk: Autumn) -> None:
    more: Any = [{"feature_id": "messages", "quantity": 300}]
    quantities: Any = [{"feature_id": "messages", "quantity": 100}]
    sdk.billing.attach(customer_id="ada", plan_id="metered", feature_quantities=quantities)

    shown = sdk.billing.preview_update(customer_id="ada", plan_id="metered", feature_quantities=more)
    done = sdk.billing.update(customer_id="ada", plan_id="metered", feature_quantities=more)

    assert shown.total == 20
    assert shown.intent == "update_quantity"
    assert [each.feature_quantities[0].quantity for each in shown.incoming] == [300]
    assert [each.feature_quantities[0].quantity for each in shown.outgoing] == [100]
    assert done.invoice is not None
    assert done.invoice.total == 20


def test_a_plan_is_cancelled_at_its_end_and_kept(sdk: Autumn) -> None:
    sdk.billing.attach(customer_id="ada", plan_id="pro")

    shown = sdk.billing.preview_update(customer_id="ada", plan_id="pro", cancel_action="cancel_end_of_cycle")
    sdk.billing.update(customer_id="ada", plan_id="pro", cancel_action="cancel_end_of_cycle")
    [ending] = sdk.customers.get(customer_id="ada").subscriptions
    sdk.billing.update(customer_id="ada", plan_id="pro", cancel_action="uncancel")
    [kept] = sdk.customers.get(customer_id="ada").subscriptions

    assert (shown.total, shown.intent) == (0, "cancel_end_of_cycle")
    assert (ending.canceled_at, ending.expires_at) == (JANUARY, FEBRUARY)
    assert (kept.canceled_at, kept.expires_at) == (None, None)


def test_a_plan_is_cancelled_at_once_with_its_money_back(sdk: Autumn, autumn: AutumnOrg) -> None:
    sdk.billing.attach(customer_id="ada", plan_id="pro")
    autumn.advance("15 days 12 hours")

    shown = sdk.billing.preview_update(
        customer_id="ada", plan_id="pro", cancel_action="cancel_immediately", refund_last_payment="prorated"
    )
    sdk.billing.update(
        customer_id="ada", plan_id="pro", cancel_action="cancel_immediately", refund_last_payment="prorated"
    )

    assert shown.intent == "cancel_immediately"
    assert shown.total == 0
    assert [
        (each.status, each.total)
        for each in sdk.customers.get(customer_id="ada", expand=["invoices"]).invoices or []
    ] == [("paid", 20)]
    assert autumn.call("invoices.list", customer_id="ada")["list"][0]["refunded_amount"] == 10
    assert held(sdk) == {}


def test_several_plans_are_cancelled_at_once(sdk: Autumn) -> None:
    sdk.billing.multi_attach(customer_id="ada", plans=[{"plan_id": "pro"}, {"plan_id": "extra"}])
    updates: Any = [
        {"plan_id": "pro", "cancel_action": "cancel_end_of_cycle"},
        {"plan_id": "extra", "cancel_action": "cancel_immediately"},
    ]

    shown = sdk.billing.preview_multi_update(customer_id="ada", updates=updates)
    done = sdk.billing.multi_update(customer_id="ada", updates=updates)

    assert (shown.customer_id, shown.currency, shown.total) == ("ada", "usd", -8)
    assert sorted({plan for each in shown.subscriptions for plan in each.plan_ids}) == ["extra", "pro"]
    assert done.customer_id == "ada"
    assert held(sdk) == {"pro": "active"}


def test_a_schedule_of_two_phases_begins(sdk: Autumn, autumn: AutumnOrg) -> None:
    done = sdk.billing.create_schedule(
        customer_id="ada",
        phases=[
            {"starts_at": "now", "plans": [{"plan_id": "pro"}]},
            {"starts_at": MARCH, "plans": [{"plan_id": "premium"}]},
        ],
    )

    assert (done.status, done.entity_id, done.payment_url) == ("created", None, None)
    assert done.schedule_id
    assert [each.starts_at for each in done.phases] == [JANUARY, MARCH]
    assert all(each.phase_id and each.customer_product_ids for each in done.phases)
    assert done.invoice is not None
    assert done.invoice.total == 20
    assert held(sdk) == {"pro": "active", "premium": "scheduled"}
    autumn.freeze(MARCH)
    assert held(sdk) == {"premium": "active"}


@since_1_2
def test_a_phase_within_a_cycle_may_bill_nothing(sdk: Autumn, autumn: AutumnOrg) -> None:
    within = JANUARY + 10 * 86_400_000
    sdk.billing.create_schedule(
        customer_id="ada",
        phases=[
            {"starts_at": "now", "plans": [{"plan_id": "pro"}]},
            {"starts_at": within, "plans": [{"plan_id": "premium"}], "proration_behavior": "none"},
        ],
    )

    autumn.freeze(within)

    assert held(sdk) == {"premium": "active"}
    ada = sdk.customers.get_or_create(customer_id="ada", expand=["invoices"])
    assert [each.total for each in ada.invoices or []] == [20]


def test_a_schedule_waits_for_its_page(sdk: Autumn, autumn: AutumnOrg) -> None:
    sdk.customers.get_or_create(customer_id="bob")

    done = sdk.billing.create_schedule(
        customer_id="bob", phases=[{"starts_at": "now", "plans": [{"plan_id": "pro"}]}]
    )

    assert done.status == "pending_payment"
    assert done.payment_url
    autumn.checkouts.complete(done.payment_url)
    assert held(sdk, "bob") == {"pro": "active"}


def test_a_card_is_put_on_file_on_a_page(sdk: Autumn, autumn: AutumnOrg) -> None:
    sdk.customers.get_or_create(customer_id="bob")

    page = sdk.billing.setup_payment(customer_id="bob", success_url="https://app.example/done")
    autumn.checkouts.complete(page.url)

    assert (page.customer_id, page.entity_id) == ("bob", None)
    assert page.url.startswith(autumn.url)
    assert len(autumn.payment_methods.list("bob")) == 1
    done = sdk.billing.attach(customer_id="bob", plan_id="pro")
    assert done.invoice is not None


def test_a_plan_follows_the_card_put_on_file(sdk: Autumn, autumn: AutumnOrg) -> None:
    sdk.customers.get_or_create(customer_id="bob")

    page = sdk.billing.setup_payment(customer_id="bob", plan_id="pro")
    autumn.checkouts.complete(page.url)

    assert held(sdk, "bob") == {"pro": "active"}


def test_a_portal_opens(sdk: Autumn, autumn: AutumnOrg) -> None:
    portal = sdk.billing.open_customer_portal(customer_id="ada", return_url="https://app.example/back")

    assert portal.customer_id == "ada"
    assert portal.url.startswith(f"{autumn.url}/portal/")


def test_a_change_is_confirmed_on_a_page(sdk: Autumn, autumn: AutumnOrg) -> None:
    done = sdk.billing.attach(customer_id="ada", plan_id="pro", redirect_mode="always")

    assert done.payment_url
    assert held(sdk) == {}
    autumn.checkouts.complete(done.payment_url)
    assert held(sdk) == {"pro": "active"}


def test_the_async_methods_work(autumn: AutumnOrg) -> None:
    async def use() -> tuple[float, float, str]:
        async with Autumn(secret_key=autumn.secret_key, server_url=autumn.url, fail_open=False) as sdk:
            shown = await sdk.billing.preview_attach_async(customer_id="ada", plan_id="pro")
            done = await sdk.billing.attach_async(customer_id="ada", plan_id="pro")
            portal = await sdk.billing.open_customer_portal_async(customer_id="ada")
            assert done.invoice
            return shown.total, done.invoice.total, portal.url

    shown, paid, url = asyncio.run(use())

    assert shown == paid == 20
    assert url.startswith(autumn.url)
