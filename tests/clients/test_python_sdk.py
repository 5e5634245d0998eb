"""The official Python SDK, unmodified, over a socket: each call parses, and says what it must."""

import asyncio

import pytest
from autumn_sdk import Autumn, errors

from autumn_mock.testing import AutumnOrg
from tests.clients.catalog import make_features
from tests.clients.releases import since_1_2

FREE = {"feature_id": "messages", "included": 100, "reset": {"interval": "month"}}


@pytest.fixture
def free_plan(sdk: Autumn, autumn: AutumnOrg) -> str:
    """A free plan of 100 messages a month that every customer begins with."""
    make_features(autumn)
    plan = sdk.plans.create(plan_id="free", name="Free", auto_enable=True, items=[FREE, {"feature_id": "sso"}])
    return plan.id


def test_a_customer_is_made_once(sdk: Autumn) -> None:
    made = sdk.customers.get_or_create(customer_id="ada", name="Ada", email="ada@example.com")
    again = sdk.customers.get_or_create(customer_id="ada", name="Someone else")

    assert (made.id, made.name, made.email, made.env) == ("ada", "Ada", "ada@example.com", "sandbox")
    assert again.created_at == made.created_at


def test_a_customer_is_found_changed_listed_and_deleted(sdk: Autumn) -> None:
    for name in ("ada", "bob", "cyd"):
        sdk.customers.get_or_create(customer_id=name, metadata={"seen": 1})

    changed = sdk.customers.update(customer_id="ada", name="Ada Lovelace", metadata={"tier": "gold"})
    page = sdk.customers.list(limit=2)
    sdk.customers.delete(customer_id="bob")

    assert changed.name == "Ada Lovelace"
    assert changed.metadata == {"seen": 1, "tier": "gold"}
    assert len(page.list) == 2
    assert page.next_cursor
    assert [c.id for c in sdk.customers.list(search="cyd").list] == ["cyd"]
    with pytest.raises(errors.AutumnError) as refused:
        sdk.customers.get(customer_id="bob")
    assert refused.value.status_code == 404


def test_expanded_parts_parse(sdk: Autumn, free_plan: str) -> None:
    sdk.customers.get_or_create(customer_id="ada")

    ada = sdk.customers.get_or_create(
        customer_id="ada", expand=["invoices", "trials_used", "rewards", "entities", "referrals"]
    )

    assert [s.plan_id for s in ada.subscriptions] == [free_plan]
    assert ada.balances["messages"].remaining == 100
    assert ada.flags["sso"].feature_id == "sso"
    assert ada.invoices == []


def test_plans_are_made_listed_changed_and_deleted(sdk: Autumn, autumn: AutumnOrg) -> None:
    make_features(autumn)

    made = sdk.plans.create(
        plan_id="pro",
        name="Pro",
        price={"amount": 20, "interval": "month"},
        items=[FREE, {"feature_id": "seats", "included": 5}],
        free_trial={"duration_length": 7, "duration_type": "day", "card_required": False},
    )
    changed = sdk.plans.update(plan_id="pro", name="Professional")
    listed = sdk.plans.list()

    assert made.price.amount == 20
    assert [item.feature_id for item in made.items] == ["messages", "seats"]
    assert changed.name == "Professional"
    assert [plan.id for plan in listed.list] == ["pro"]
    assert sdk.plans.get(plan_id="pro").name == "Professional"
    sdk.plans.delete(plan_id="pro")
    assert sdk.plans.list().list == []


def test_entities_are_made_found_listed_and_deleted(sdk: Autumn, free_plan: str) -> None:
    sdk.customers.get_or_create(customer_id="acme")

    made = sdk.entities.create(customer_id="acme", entity_id="ada", feature_id="seats", name="Ada")
    found = sdk.entities.get(customer_id="acme", entity_id="ada")
    listed = sdk.entities.list(customer_id="acme")

    assert made.id == found.id == "ada"
    assert [entity.id for entity in listed.list] == ["ada"]
    sdk.entities.update(customer_id="acme", entity_id="ada", billing_controls={"usage_alerts": []})
    sdk.entities.delete(customer_id="acme", entity_id="ada")
    assert sdk.entities.list(customer_id="acme").list == []


def test_usage_is_checked_and_tracked(sdk: Autumn, free_plan: str) -> None:
    sdk.customers.get_or_create(customer_id="ada")

    before = sdk.check(customer_id="ada", feature_id="messages", required_balance=100)
    sdk.track(customer_id="ada", feature_id="messages", value=30)
    after = sdk.check(customer_id="ada", feature_id="messages", required_balance=71)

    assert before.allowed
    assert not after.allowed
    assert after.balance.remaining == 70
    assert sdk.check(customer_id="ada", feature_id="sso").allowed


def test_a_check_can_send_the_event_itself(sdk: Autumn, free_plan: str) -> None:
    sdk.customers.get_or_create(customer_id="ada")

    answers = [
        sdk.check(customer_id="ada", feature_id="messages", required_balance=60, send_event=True).allowed
        for _ in range(2)
    ]

    assert answers == [True, False]
    assert sdk.customers.get(customer_id="ada").balances["messages"].usage == 60


def test_a_lock_holds_balance_until_it_is_finalized(sdk: Autumn, free_plan: str) -> None:
    sdk.customers.get_or_create(customer_id="ada")

    sdk.check(
        customer_id="ada",
        feature_id="messages",
        required_balance=40,
        lock={"enabled": True, "lock_id": "job-1"},
    )
    held = sdk.customers.get(customer_id="ada").balances["messages"].remaining
    sdk.balances.finalize(lock_id="job-1", action="confirm", override_value=10)

    assert held == 60
    assert sdk.customers.get(customer_id="ada").balances["messages"].remaining == 90


def test_events_are_tracked_in_a_batch_listed_and_summed(sdk: Autumn, free_plan: str) -> None:
    sdk.customers.get_or_create(customer_id="ada")

    sdk.batch_track(
        request=[{"customer_id": "ada", "feature_id": "messages", "value": value} for value in (1, 2, 3)]
    )
    listed = sdk.events.list(customer_id="ada")
    summed = sdk.events.aggregate(customer_id="ada", feature_id="messages", range="7d")

    assert sorted(event.value for event in listed.list) == [1, 2, 3]
    assert summed.total["messages"].sum == 6


def test_tokens_are_tracked_as_dollars(sdk: Autumn, autumn: AutumnOrg) -> None:
    model = {"input_cost": 3, "output_cost": 15, "markup": 20}
    autumn.call(
        "features.create",
        feature_id="ai",
        name="AI",
        type="ai_credit_system",
        model_markups={"custom/m": model},
    )
    sdk.plans.create(plan_id="ai", name="AI", auto_enable=True, items=[{"feature_id": "ai", "included": 10}])
    sdk.customers.get_or_create(customer_id="ada")

    done = sdk.track_tokens(customer_id="ada", model_id="custom/m", input_tokens=1_000, output_tokens=500)

    assert done.value == 0.0126
    assert sdk.check(customer_id="ada", feature_id="ai").balance.remaining == 9.9874


def test_loose_balances_are_made_changed_and_deleted(sdk: Autumn, autumn: AutumnOrg) -> None:
    make_features(autumn)
    sdk.customers.get_or_create(customer_id="ada")

    sdk.balances.create(customer_id="ada", feature_id="messages", included_grant=5, balance_id="gift")
    sdk.balances.update(customer_id="ada", feature_id="messages", add_to_balance=2)

    assert sdk.check(customer_id="ada", feature_id="messages").balance.remaining == 7
    sdk.balances.delete(customer_id="ada", balance_id="gift")
    assert not sdk.check(customer_id="ada", feature_id="messages").allowed


@since_1_2
def test_balances_of_all_customers_are_listed_in_pages(sdk: Autumn, free_plan: str) -> None:
    for name in ("ada", "bob"):
        sdk.customers.get_or_create(customer_id=name)
    sdk.balances.create(customer_id="ada", feature_id="messages", included_grant=5, balance_id="gift")

    page = sdk.balances.list(feature_id="messages", limit=2)
    rest = sdk.balances.list(feature_id="messages", start_cursor=page.next_cursor)
    loose = sdk.balances.list(plan_id=None).list

    assert (len(page.list), page.has_more, rest.has_more, rest.next_cursor) == (2, True, False, None)
    assert sorted(row.customer_id for row in (*page.list, *rest.list)) == ["ada", "ada", "bob"]
    assert [(row.id, row.remaining, row.status) for row in loose] == [("gift", 5, "active")]


def test_a_free_plan_is_attached_and_cancelled(sdk: Autumn, autumn: AutumnOrg) -> None:
    make_features(autumn)
    sdk.plans.create(plan_id="team", name="Team", items=[FREE])
    sdk.customers.get_or_create(customer_id="ada")

    attached = sdk.billing.attach(customer_id="ada", plan_id="team")

    assert attached.customer_id == "ada"
    assert [s.plan_id for s in sdk.customers.get(customer_id="ada").subscriptions] == ["team"]
    sdk.billing.update(customer_id="ada", plan_id="team", cancel_action="cancel_immediately")
    assert sdk.customers.get(customer_id="ada").subscriptions == []


def test_a_paid_plan_leads_to_a_checkout_page(sdk: Autumn, autumn: AutumnOrg) -> None:
    make_features(autumn)
    sdk.plans.create(plan_id="pro", name="Pro", price={"amount": 20, "interval": "month"}, items=[FREE])
    sdk.customers.get_or_create(customer_id="ada", email="ada@example.com")

    preview = sdk.billing.preview_attach(customer_id="ada", plan_id="pro")
    attached = sdk.billing.attach(customer_id="ada", plan_id="pro")
    autumn.control("POST", "checkouts/complete", {"url": attached.payment_url})

    assert preview.total == 20
    assert sdk.customers.get(customer_id="ada").subscriptions[0].status == "active"


def test_the_sdk_as_it_comes_works(autumn: AutumnOrg, free_plan: str) -> None:
    """With its defaults: it fails open, but nothing fails."""
    with Autumn(secret_key=autumn.secret_key, server_url=autumn.url) as sdk:
        sdk.customers.get_or_create(customer_id="ada")

        checked = sdk.check(customer_id="ada", feature_id="messages")
        sdk.track(customer_id="ada", feature_id="messages")

    assert checked.customer_id == "ada"
    assert autumn.requests[-1]["status"] in {200, 202}


def test_the_async_methods_work(autumn: AutumnOrg, free_plan: str) -> None:
    async def use() -> bool:
        async with Autumn(secret_key=autumn.secret_key, server_url=autumn.url, fail_open=False) as sdk:
            await sdk.customers.get_or_create_async(customer_id="ada")
            return (await sdk.check_async(customer_id="ada", feature_id="messages")).allowed

    assert asyncio.run(use()) is True


def test_refusals_arrive_with_status_and_code(sdk: Autumn) -> None:
    with pytest.raises(errors.AutumnError) as refused:
        sdk.customers.get_or_create(customer_id="not allowed")

    assert refused.value.status_code == 400
    assert '"code":"invalid_inputs"' in refused.value.body


def test_webhook_endpoints_are_made_listed_and_deleted(sdk: Autumn) -> None:
    if not hasattr(sdk, "webhooks"):
        pytest.skip("this release of the SDK has no webhooks")

    made = sdk.webhooks.create(id="app", url="http://127.0.0.1:9/hook", events=["balances.limit_reached"])
    listed = sdk.webhooks.list(request={})

    assert made.id == "app"
    assert [endpoint.id for endpoint in listed.list] == ["app"]
    sdk.webhooks.update(id="app", disabled=True)
    sdk.webhooks.delete(id="app")
    assert sdk.webhooks.list(request={}).list == []


def test_a_card_on_file_pays_at_once_and_a_failing_one_is_told(
    sdk: Autumn, autumn: AutumnOrg, free_plan: str
) -> None:
    sdk.plans.create(
        plan_id="pro",
        name="Pro",
        price={"amount": 20, "interval": "month"},
        items=[{"feature_id": "seats", "included": 5}],
    )
    for name, outcome in (("ada", "ok"), ("bob", "decline:card_declined")):
        sdk.customers.get_or_create(customer_id=name, email=f"{name}@example.com")
        autumn.control("POST", "payment_methods", {"customer_id": name, "outcome": outcome})

    paid = sdk.billing.attach(customer_id="ada", plan_id="pro")
    failed = sdk.billing.attach(customer_id="bob", plan_id="pro")

    assert (paid.payment_url, paid.invoice.status, paid.invoice.total) == (None, "paid", 20)
    assert failed.payment_url
    assert {s.plan_id for s in sdk.customers.get(customer_id="ada").subscriptions} == {"pro"}
    assert {s.plan_id for s in sdk.customers.get(customer_id="bob").subscriptions} == {free_plan}


def test_a_plan_is_changed_up_and_down(sdk: Autumn, autumn: AutumnOrg) -> None:
    autumn.freeze("2026-01-01T00:00:00Z")
    make_features(autumn)
    for plan_id, amount in (("basic", 10), ("pro", 30)):
        sdk.plans.create(
            plan_id=plan_id, name=plan_id.title(), price={"amount": amount, "interval": "month"}, items=[FREE]
        )
    sdk.customers.get_or_create(customer_id="ada", email="ada@example.com")
    autumn.control("POST", "payment_methods", {"customer_id": "ada"})
    sdk.billing.attach(customer_id="ada", plan_id="basic")
    autumn.freeze("2026-01-16T12:00:00Z")

    up = sdk.billing.attach(customer_id="ada", plan_id="pro")
    sdk.billing.attach(customer_id="ada", plan_id="basic")
    planned = {s.plan_id: s.status for s in sdk.customers.get(customer_id="ada").subscriptions}
    autumn.advance("1 month")

    assert up.invoice.total == 10, "half a month of the difference"
    assert planned == {"pro": "active", "basic": "scheduled"}
    assert {s.plan_id: s.status for s in sdk.customers.get(customer_id="ada").subscriptions} == {
        "basic": "active"
    }


def test_legacy_clients_get_the_version_that_they_ask_for(autumn: AutumnOrg, free_plan: str) -> None:
    sdk = Autumn(secret_key=autumn.secret_key, server_url=autumn.url, fail_open=False, x_api_version="2.3.0")

    sdk.customers.get_or_create(customer_id="ada")

    assert autumn.requests[-1]["version"] == "2.3.0"
