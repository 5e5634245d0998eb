"""Answers that ask for an action, that concern an entity, and controls: what the other tests do not reach."""

from typing import Any

import pytest
from autumn_sdk import Autumn

from autumn_mock.testing import AutumnOrg
from tests.clients.catalog import billing_catalog

PRO: Any = [{"plan_id": "pro"}]


@pytest.fixture(autouse=True)
def _catalog(autumn: AutumnOrg) -> None:
    billing_catalog(autumn, now=1_893_456_000_000)
    autumn.call("entities.create", customer_id="ada", entity_id="desk", feature_id="seats", name="Desk")


def test_several_plans_and_schedules_ask_for_an_action(sdk: Autumn, autumn: AutumnOrg) -> None:
    autumn.payment_methods.put("ada", outcome="requires_action")

    several = sdk.billing.multi_attach(customer_id="ada", entity_id="desk", plans=PRO)
    phases: Any = [{"starts_at": "now", "plans": PRO}]
    schedule = sdk.billing.create_schedule(customer_id="ada", phases=phases)

    for answer in (several, schedule):
        assert answer.required_action is not None
        assert answer.required_action.code == "3ds_required"
        assert answer.payment_url
    assert several.entity_id == "desk"


def test_a_change_that_is_not_paid_asks_for_an_action(sdk: Autumn, autumn: AutumnOrg) -> None:
    quantities: Any = [{"feature_id": "messages", "quantity": 100}]
    more: Any = [{"feature_id": "messages", "quantity": 300}]
    sdk.billing.attach(customer_id="ada", entity_id="desk", plan_id="metered", feature_quantities=quantities)
    autumn.payment_methods.put("ada", outcome="requires_action")

    done = sdk.billing.update(customer_id="ada", entity_id="desk", plan_id="metered", feature_quantities=more)

    assert done.entity_id == "desk"
    assert done.required_action is not None
    assert done.required_action.code == "3ds_required"
    assert done.payment_url


def test_a_page_for_a_card_of_an_entity(sdk: Autumn) -> None:
    assert sdk.billing.setup_payment(customer_id="ada", entity_id="desk").entity_id == "desk"


def test_controls_are_read_back(sdk: Autumn) -> None:
    controls: Any = {
        "auto_topups": [{"feature_id": "messages", "threshold": 5, "quantity": 100, "enabled": True}],
        "spend_limits": [{"feature_id": "calls", "enabled": True, "overage_limit": 20}],
        "usage_limits": [{"feature_id": "calls", "enabled": True, "limit": 50, "interval": "month"}],
        "usage_alerts": [{"feature_id": "calls", "enabled": True, "threshold": 3, "threshold_type": "usage"}],
        "overage_allowed": [{"feature_id": "calls", "enabled": True}],
    }

    read = sdk.customers.update(customer_id="ada", billing_controls=controls).billing_controls

    assert [(each.threshold, each.quantity) for each in read.auto_topups or []] == [(5, 100)]
    assert [each.overage_limit for each in read.spend_limits or []] == [20]
    assert [each.limit for each in read.usage_limits or []] == [50]
    assert [each.threshold_type for each in read.usage_alerts or []] == ["usage"]
    assert [each.enabled for each in read.overage_allowed or []] == [True]
