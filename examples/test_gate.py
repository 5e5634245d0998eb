"""Tests of `gate.py`. Each has a world of its own, and time passes when it says so."""

from pathlib import Path

import pytest
from gate import send

STARTER = Path(__file__).resolve().parent.parent / "fixtures" / "starter.json"

pytestmark = pytest.mark.autumn(seed=STARTER, now="2026-01-31T12:00:00Z")


def test_messages_run_out_and_come_back_a_month_later(autumn):
    sdk = autumn.client()
    sdk.customers.get_or_create(customer_id="ada")
    sdk.track(customer_id="ada", feature_id="messages", value=99)

    assert send(sdk, "ada", "the last one")
    assert not send(sdk, "ada", "one too many")

    autumn.advance("1 month")
    assert send(sdk, "ada", "a new month")


def test_whoever_pays_has_more(autumn):
    sdk = autumn.client()
    sdk.customers.get_or_create(customer_id="ada", email="ada@example.com")
    autumn.payment_methods.put("ada")

    sdk.billing.attach(customer_id="ada", plan_id="pro")

    assert sdk.check(customer_id="ada", feature_id="messages", required_balance=1_500).allowed
    assert sdk.check(customer_id="ada", feature_id="sso").allowed


def test_what_was_asked_can_be_looked_at(autumn):
    sdk = autumn.client()
    sdk.customers.get_or_create(customer_id="ada")

    send(sdk, "ada", "hello")

    asked = autumn.requests[-1]
    assert asked["path"] == "/v1/balances.check"
    assert asked["request"]["send_event"] is True


def test_whoever_stops_paying_falls_back_to_the_free_plan(autumn):
    sdk = autumn.client()
    sdk.customers.get_or_create(customer_id="ada")
    script = ["succeed", "decline:insufficient_funds"]  # after two weeks of trial, and for every later charge
    autumn.payment_methods.put("ada", script=script)
    sdk.billing.attach(customer_id="ada", plan_id="pro")

    autumn.advance("45 days")
    assert sdk.customers.get(customer_id="ada").subscriptions[0].past_due
    assert sdk.check(customer_id="ada", feature_id="sso").allowed

    autumn.advance("16 days")
    assert not sdk.check(customer_id="ada", feature_id="sso").allowed
