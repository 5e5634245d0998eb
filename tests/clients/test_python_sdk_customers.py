"""A customer with everything about billing expanded, read by the official Python SDK."""

from datetime import UTC, datetime

import pytest
from autumn_sdk import Autumn

from autumn_mock.testing import AutumnOrg
from tests.clients.catalog import billing_catalog
from tests.clients.releases import since_1_2

JANUARY, FEBRUARY = (int(datetime(2030, month, 1, tzinfo=UTC).timestamp() * 1_000) for month in (1, 2))
TRIAL_ENDS = JANUARY + 14 * 86_400_000


@pytest.fixture(autouse=True)
def _catalog(autumn: AutumnOrg) -> None:
    billing_catalog(autumn, now=JANUARY)
    gift = {"id": "gift", "name": "Gift", "grants": [{"feature_id": "messages", "included": 5, "expiry": None}]}
    autumn.call("rewards.create", feature_grant={**gift, "promo_codes": [{"code": "GIFT", "max_uses": None}]})
    autumn.call(
        "referral_programs.create",
        id="friends", reward_id="gift", redeem_on="customer_creation", received_by="referrer",
    )  # fmt: skip


def test_everything_expanded_parses(sdk: Autumn) -> None:
    sdk.entities.create(customer_id="ada", entity_id="desk", feature_id="seats", name="Desk")
    sdk.billing.attach(customer_id="ada", plan_id="tried", discounts=[{"reward_id": "tenth"}])
    sdk.billing.attach(customer_id="ada", plan_id="extra", new_billing_subscription=True)
    code = sdk.referrals.create_code(customer_id="ada", program_id="friends").code
    sdk.customers.get_or_create(customer_id="bob", name="Bob")
    sdk.referrals.redeem_code(code=code, customer_id="bob")

    ada = sdk.customers.get_or_create(
        customer_id="ada",
        expand=[
            "invoices", "invoice_previews", "trials_used", "rewards", "entities", "referrals", "payment_method",
            "subscriptions.plan", "purchases.plan", "balances.feature", "flags.feature",
        ],
    )  # fmt: skip

    plans = {each.plan_id: each for each in ada.subscriptions}
    assert (plans["tried"].status, plans["tried"].trial_ends_at) == ("active", TRIAL_ENDS)
    assert plans["extra"].add_on
    assert plans["tried"].plan is not None
    assert plans["tried"].plan.price is not None
    assert (plans["tried"].plan.name, plans["tried"].plan.price.amount) == ("Tried", 20)
    assert sorted((each.status, each.total) for each in ada.invoices or [])[-1] == ("paid", 8)
    assert [each.id for each in ada.entities or []] == ["desk"]
    assert [(each.plan_id, each.customer_id) for each in ada.trials_used or []] == [("tried", "ada")]
    assert ada.rewards
    [discount] = ada.rewards.discounts
    assert (discount.id, discount.type, discount.discount_value) == ("tenth", "percentage_discount", 10)
    assert discount.duration_type == "forever"
    assert [(each.program_id, each.customer.id) for each in ada.referrals or []] == [("friends", "bob")]
    assert ada.payment_method["card"]["last4"] == "4242"
    assert ada.balances["messages"].feature is not None
    assert ada.balances["messages"].feature.name == "Messages"
    assert ada.flags["sso"].feature is not None


def test_coming_invoices_are_what_will_be_charged(sdk: Autumn, autumn: AutumnOrg) -> None:
    sdk.billing.attach(customer_id="ada", plan_id="pro", discounts=[{"reward_id": "tenth"}])

    ada = sdk.customers.get_or_create(customer_id="ada", expand=["invoice_previews"])
    previews = getattr(ada, "invoice_previews", None)
    if previews is None:
        pytest.skip("this release of the SDK knows no previews of invoices")
    autumn.advance("1 month")
    [newest, _] = sdk.customers.get_or_create(customer_id="ada", expand=["invoices"]).invoices or []

    [coming] = previews
    assert (coming.plan_ids, coming.invoice_at, coming.subtotal, coming.total) == (["pro"], FEBRUARY, 20, 18)
    [line] = coming.line_items
    assert line.period is not None
    assert (line.plan_id, line.total, line.period.start) == ("pro", 18, FEBRUARY)
    assert [(each.reward_id, each.amount_off, each.percent_off) for each in line.discounts or []] == [
        ("tenth", 2, 10)
    ]
    assert (newest.status, newest.total) == ("paid", coming.total)


def test_a_failed_renewal_is_past_due(sdk: Autumn, autumn: AutumnOrg) -> None:
    sdk.billing.attach(customer_id="ada", plan_id="pro")
    autumn.payment_methods.put("ada", outcome="decline:insufficient_funds")

    autumn.advance("1 month")

    ada = sdk.customers.get_or_create(customer_id="ada", expand=["invoices"])
    assert [(each.plan_id, each.past_due, each.status) for each in ada.subscriptions] == [
        ("pro", True, "active")
    ]
    assert sorted((each.status, each.total) for each in ada.invoices or []) == [("open", 20), ("paid", 20)]


@since_1_2
def test_billing_details_are_set_and_read(sdk: Autumn) -> None:
    vat = {"type": "eu_vat", "value": "DE123456789"}
    sdk.customers.get_or_create(
        customer_id="eve",
        billing_details={"address": {"city": "Berlin", "country": "DE"}, "tax_ids": {"add": [vat]}},
    )
    sdk.customers.update(
        customer_id="eve",
        billing_details={
            "tax_exempt": "reverse",
            "invoice_settings": {"custom_fields": [{"name": "PO Number", "value": "7"}]},
        },
    )

    details = sdk.customers.get_or_create(customer_id="eve", expand=["billing_details"]).billing_details

    assert details
    assert details.address
    assert (details.address.city, details.address.country, details.address.line1) == ("Berlin", "DE", None)
    assert [(each.type, each.value) for each in details.tax_ids] == [("eu_vat", "DE123456789")]
    assert details.tax_exempt == "reverse"
    assert [(each.name, each.value) for each in details.invoice_settings.custom_fields] == [("PO Number", "7")]
