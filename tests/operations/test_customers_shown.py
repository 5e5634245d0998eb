"""The customer object, its expands and its older versions: cases C132 to C160 and C165."""

from typing import Any

import pytest

from autumn_mock.domain.periods import add_months
from tests.builders import boolean, customer, item, metered, plan, seats
from tests.conftest import Api

MESSAGES = {
    "id": "messages",
    "name": "Messages",
    "type": "metered",
    "consumable": True,
    "event_names": [],
    "archived": False,
}
SSO = {"id": "sso", "name": "SSO", "type": "boolean", "consumable": False, "event_names": [], "archived": False}


@pytest.fixture
def v1(api: Api) -> Api:
    """Set-up A: plan `free` with 100 messages a month, 3 seats and sso, and customer v1 on it."""
    metered(api, "messages")
    seats(api, "seats")
    boolean(api, "sso", "SSO")
    plan(api, "free", item("messages", 100, "month"), item("seats", 3), item("sso"), auto_enable=True)
    api.freeze("2026-11-25T09:00:00Z")
    customer(api, "v1")
    return api


def get(api: Api, *expand: str, version: str = "2.3.0", **more: Any) -> Any:
    return api("customers.get", customer_id="v1", expand=list(expand), version=version, **more)


def test_c132_balances_and_flags(v1: Api) -> None:
    shown = get(v1)

    next_month = add_months(v1.world.now(), 1)
    messages, places = shown["balances"]["messages"], shown["balances"]["seats"]
    [row] = messages.pop("breakdown")
    assert set(shown["balances"]) == {"messages", "seats"}
    assert messages == {
        "feature_id": "messages",
        "granted": 100,
        "remaining": 100,
        "usage": 0,
        "unlimited": False,
        "overage_allowed": False,
        "max_purchase": None,
        "next_reset_at": next_month,
    }
    assert row.pop("id").startswith("cus_ent_")
    assert row == {
        "plan_id": "free",
        "included_grant": 100,
        "prepaid_grant": 0,
        "remaining": 100,
        "usage": 0,
        "unlimited": False,
        "reset": {"interval": "month", "resets_at": next_month},
        "price": None,
        "expires_at": None,
    }
    assert (places["granted"], places["next_reset_at"], places["breakdown"][0]["reset"]) == (3, None, None)
    assert shown["flags"]["sso"].pop("id").startswith("cus_ent_")
    assert shown["flags"] == {"sso": {"plan_id": "free", "expires_at": None, "feature_id": "sso"}}


def test_c133_c134_features_are_expanded_where_asked_for(v1: Api) -> None:
    balances, flags = get(v1, "balances.feature"), get(v1, "flags.feature")

    assert balances["balances"]["messages"]["feature"] == MESSAGES
    assert "feature" not in balances["flags"]["sso"]
    assert flags["flags"]["sso"]["feature"] == SSO
    assert "feature" not in flags["balances"]["messages"]


def test_c135_the_plan_stands_between_id_and_plan_id(v1: Api) -> None:
    [subscription] = get(v1, "subscriptions.plan")["subscriptions"]

    assert list(subscription)[:3] == ["id", "plan", "plan_id"]
    assert subscription["plan"] == v1("plans.get", plan_id="free")


def test_c136_version_2_0(v1: Api) -> None:
    shown = get(v1, version="2.0")

    [subscription] = shown["subscriptions"]
    assert list(subscription)[:2] == ["plan_id", "default"]
    assert (subscription["default"], "scope" in subscription) == (True, False)
    assert shown["scheduled_subscriptions"] == []
    assert not {"purchases", "licenses", "flags", "config", "processors"} & set(shown)
    sso = shown["balances"]["sso"]
    [row] = sso.pop("breakdown")
    zeros = {
        "granted_balance": 0,
        "purchased_balance": 0,
        "current_balance": 0,
        "usage": 0,
        "overage_allowed": False,
        "max_purchase": None,
        "reset": None,
    }
    assert sso == {"feature_id": "sso", "unlimited": False, **zeros, "plan_id": "free"}
    assert {key: row[key] for key in zeros} == zeros
    assert (row["prepaid_quantity"], row["expires_at"]) == (0, None)


def test_c137_version_1_2_by_rpc_does_not_expand(v1: Api) -> None:
    shown = get(v1, version="1.2")

    [product] = shown["products"]
    assert (product["name"], product["is_default"], product["items"]) == (None, False, None)
    assert "version" not in product
    messages = shown["features"]["messages"]
    assert (messages["type"], messages["name"], messages["interval"]) == ("static", None, "month")
    assert (messages["balance"], messages["included_usage"]) == (100, 100)
    assert (shown["features"]["seats"]["interval"], shown["features"]["seats"]["interval_count"]) == (None, 1)
    assert shown["features"]["sso"]["interval_count"] == 1


def test_c138_version_1_2_with_expands(v1: Api) -> None:
    shown = get(v1, "subscriptions.plan", "balances.feature", version="1.2")

    [product] = shown["products"]
    assert (product["name"], product["is_default"], product["version"]) == ("Free", True, 1)
    assert [i["feature_id"] for i in product["items"]] == ["messages", "seats", "sso"]
    assert product["items"][0]["feature"]["display"] == {"singular": "Messages", "plural": "Messages"}
    assert shown["features"]["messages"]["type"] == "single_use"
    assert shown["features"]["seats"]["type"] == "continuous_use"
    assert (shown["features"]["sso"]["type"], shown["features"]["sso"]["name"]) == ("static", None)


def test_c139_the_legacy_route_expands_everything_in_1_2(v1: Api) -> None:
    status, shown = v1.request("GET", "/v1/customers/v1", version="1.2")

    assert status == 200
    assert shown["products"][0]["name"] == "Free"
    assert (shown["features"]["sso"]["name"], shown["features"]["sso"]["interval_count"]) == ("SSO", None)


def test_c140_version_1_1_has_a_list_of_features(v1: Api) -> None:
    limits = {entry["feature_id"]: entry["usage_limit"] for entry in get(v1, version="1.1")["features"]}

    assert limits == {"messages": 100, "seats": 3, "sso": None}


def test_c141_version_0_2_has_entitlements(v1: Api) -> None:
    shown = get(v1, version="0.2")

    assert "processor" not in shown["customer"]
    assert shown["products"][0]["group"] == ""
    assert shown["invoices"] == []
    assert shown["entitlements"][0] == {
        "feature_id": "messages",
        "unlimited": False,
        "interval": "month",
        "balance": 100,
        "used": 0,
        "next_reset_at": add_months(v1.world.now(), 1),
        "allowance": 100,
        "usage_limit": 100,
    }


def test_c142_version_0_1_has_fewer_fields_and_no_nulls(v1: Api) -> None:
    shown = get(v1, version="0.1")

    assert (shown["customer"]["name"], shown["customer"]["email"]) == ("", "")
    assert "internal_id" not in shown["customer"]
    assert shown["entitlements"] == [
        {"feature_id": "messages", "unlimited": False, "interval": "month", "balance": 100, "used": 0},
        {"feature_id": "seats", "unlimited": False, "interval": None, "balance": 3, "used": 0},
        {"feature_id": "sso", "interval": None},
    ]


def test_stripe_shows_in_0_2_as_processor(v1: Api) -> None:
    stripe_id = customer(v1, "v1", create_in_stripe=True)["stripe_id"]

    assert get(v1, version="0.2")["customer"]["processor"] == {"id": stripe_id, "type": "stripe"}


def test_c149_c150_expands_of_a_customer_with_nothing(api: Api) -> None:
    plain = customer(api, "v1")
    nine = ("invoices", "trials_used", "rewards", "entities", "referrals", "payment_method",
            "subscriptions.plan", "purchases.plan", "balances.feature")  # fmt: skip

    added = get(api, *nine)
    nothing = get(api, "invoice_previews", "flags.feature", "billing_controls.auto_topups.purchase_limit")

    assert added == {**plain, "invoices": [], "entities": [], "trials_used": [], "referrals": []}
    assert nothing == plain


def test_c151_expands_of_a_customer_in_stripe(api: Api) -> None:
    plain = customer(api, "v1", create_in_stripe=True)

    added = get(api, "invoices", "rewards", "payment_method", "invoice_previews")

    assert added == {**plain, "invoices": [], "invoice_previews": [], "rewards": {"discounts": []}}


def test_c152_the_card_as_stripe_tells_it(api: Api) -> None:
    customer(api, "v1", email="v@example.com")
    status, _ = api.request("POST", "/_mock/payment_methods", {"customer_id": "v1"})

    card = get(api, "payment_method")["payment_method"]

    assert status == 200
    assert card["id"].startswith("pm_")
    assert (card["object"], card["type"], card["card"]["last4"]) == ("payment_method", "card", "4242")
    assert card["billing_details"]["email"] == "v@example.com"
    assert card["created"] == pytest.approx(api.world.now() / 1000, abs=2)


CALLS = {"feature_id": "calls", "enabled": True, "limit": 40, "interval": "day"}
MAILS = {"feature_id": "mails", "enabled": True, "limit": 5, "interval": "day"}


@pytest.fixture
def controlled(api: Api) -> Api:
    """A default plan that brings controls, and customer v1 on it."""
    metered(api, "calls", "mails")
    controls = {"usage_limits": [CALLS, MAILS], "overage_allowed": [{"feature_id": "calls", "enabled": True}]}
    plan(api, "ctl", item("calls", 100, "month"), auto_enable=True, billing_controls=controls)
    customer(api, "v1")
    return api


def test_c155_controls_of_the_plan_are_read(controlled: Api) -> None:
    assert get(controlled)["billing_controls"] == {
        "usage_limits": [{**CALLS, "usage": 0, "source": "plan"}, {**MAILS, "usage": 0, "source": "plan"}],
        "overage_allowed": [{"feature_id": "calls", "enabled": True, "source": "plan"}],
    }


def test_c156_to_c158_controls_of_the_customer_hide_the_plans(controlled: Api) -> None:
    own = {"feature_id": "calls", "enabled": True, "limit": 7, "interval": "month"}
    limits = [own]

    changed = controlled("customers.update", customer_id="v1", billing_controls={"usage_limits": limits})
    older = get(controlled, version="2.2")
    cleared = controlled("customers.update", customer_id="v1", billing_controls={"usage_limits": []})
    [listed] = controlled("customers.list")["list"]

    assert changed["billing_controls"]["usage_limits"] == [
        {**own, "usage": 0, "source": "customer"},
        {**MAILS, "usage": 0, "source": "plan"},
    ]
    assert older["billing_controls"] == {"usage_limits": [{**own, "usage": 0}]}
    assert [entry["source"] for entry in cleared["billing_controls"]["usage_limits"]] == ["plan", "plan"]
    assert listed["billing_controls"] == {"usage_limits": []}


def test_c160_which_usage_limits_show_their_usage(api: Api) -> None:
    metered(api, "calls")
    boolean(api, "beta")
    limits = [
        {"feature_id": "calls", "limit": 5, "interval": "day", "enabled": False},
        {"feature_id": "nope", "limit": 5, "interval": "day"},
        {"feature_id": "calls", "limit": 4, "interval": "week", "filter": {"properties": {"n": 4}}},
        {"feature_id": "beta", "limit": 1, "interval": "year", "anchor": "utc"},
    ]

    made = customer(api, "v1", billing_controls={"usage_limits": limits})

    shown = made["billing_controls"]["usage_limits"]
    assert ["usage" in entry for entry in shown] == [False, False, True, True]
    assert shown[2]["filter"] == {"properties": {"n": "4"}}


def test_c165_a_subscription_in_trial(api: Api) -> None:
    metered(api, "calls")
    trial = {"duration_length": 3, "duration_type": "day", "card_required": False}
    plan(api, "taster", item("calls", 1), free_trial=trial)
    customer(api, "v1", auto_enable_plan_id="taster")

    [newest], [old] = get(api)["subscriptions"], get(api, version="1.2")["products"]

    assert (newest["status"], newest["trial_ends_at"] is not None) == ("active", True)
    assert old["status"] == "trialing"
    assert get(api, "trials_used")["trials_used"] == [
        {"plan_id": "taster", "customer_id": "v1", "fingerprint": None}
    ]


def test_a_live_customer_shows_a_live_plan(api: Api) -> None:
    live = f"am_sk_live_{api.org}"
    facts = {"plan_id": "free", "name": "Free", "auto_enable": True}
    api.call("plans.create", facts, key=live)

    _, shown = api.call(
        "customers.get_or_create", {"customer_id": "a", "expand": ["subscriptions.plan"]}, key=live
    )

    assert (shown["env"], shown["subscriptions"][0]["plan"]["env"]) == ("live", "live")


PER_TEN = {"amount": 0.5, "interval": "month", "billing_units": 10, "billing_method": "usage_based"}


@pytest.fixture
def paying(api: Api) -> Api:
    """Customer v1 on a plan of 20 a month, which also charges for words beyond 100."""
    metered(api, "words")
    price = {"amount": 20, "interval": "month"}
    plan(api, "pro", item("words", 100, price=PER_TEN), price=price)
    api.freeze("2026-11-25T09:00:00Z")
    customer(api, "v1", create_in_stripe=True)
    api.request("POST", "/_mock/payment_methods", {"customer_id": "v1"})
    api("billing.attach", customer_id="v1", plan_id="pro")
    return api


def test_s69_the_coming_invoice_charges_the_next_cycle_and_the_use_of_this_one(paying: Api) -> None:
    paying("balances.track", customer_id="v1", feature_id="words", value=125)

    shown = get(paying, "invoice_previews")

    [invoice] = shown["invoice_previews"]
    base, words = invoice.pop("line_items")
    boundary = shown["subscriptions"][0]["current_period_end"]
    assert invoice == {
        "plan_ids": ["pro"],
        "invoice_at": boundary,
        "currency": "usd",
        "subtotal": 21.5,
        "total": 21.5,
    }
    assert (base["total"], base["period"]["start"], base["quantity"]) == (20, boundary, 1)
    assert words["description"] == "Pro - 130 Words (from 25 Nov 2026 to 25 Dec 2026)"
    assert (words["total"], words["quantity"], words["period"]["end"]) == (1.5, 125, boundary - 30 * 60_000)


def test_the_coming_invoice_of_a_plan_that_ends_is_only_its_use(paying: Api) -> None:
    paying("billing.update", customer_id="v1", plan_id="pro", cancel_action="cancel_end_of_cycle")
    unused = get(paying, "invoice_previews")["invoice_previews"]
    paying("balances.track", customer_id="v1", feature_id="words", value=125)

    [invoice] = get(paying, "invoice_previews")["invoice_previews"]

    assert unused == []
    assert [line["feature_id"] for line in invoice["line_items"]] == ["words"]
    assert invoice["total"] == 1.5


def test_what_is_previewed_is_what_the_renewal_charges(paying: Api) -> None:
    paying("balances.track", customer_id="v1", feature_id="words", value=125)
    [preview] = get(paying, "invoice_previews")["invoice_previews"]

    paying.freeze(preview["invoice_at"] + 60_000)

    assert get(paying, "invoices")["invoices"][0]["total"] == preview["total"]
