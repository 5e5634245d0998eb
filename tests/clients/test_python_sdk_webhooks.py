"""Webhooks and billing controls through the official Python SDK: every answer parses."""

import json

import pytest
import svix
from autumn_sdk import Autumn, errors

from autumn_mock.testing import AutumnOrg
from tests.clients.catalog import make_features
from tests.webhooks.receiver import receiving

URL = "http://127.0.0.1:9/hook"


def test_endpoints_are_synced(sdk: Autumn) -> None:
    if not hasattr(sdk, "webhooks"):
        pytest.skip("this release of the SDK has no webhooks")
    sdk.webhooks.create(id="old", url=URL)
    wanted = [{"id": "old", "url": URL, "disabled": True}, {"id": "new", "url": URL}]

    told = sdk.webhooks.preview_sync(webhooks=wanted)
    done = sdk.webhooks.sync(webhooks=wanted)
    gone = sdk.webhooks.preview_sync(webhooks=wanted[1:], skip_deletions=False)

    assert [(change.action, change.id) for change in told.changes] == [("update", "old"), ("create", "new")]
    assert [each.id for each in done.webhooks] == ["old", "new"]
    assert [each.id for each in done.secrets] == ["new"]
    assert [(change.action, change.id) for change in gone.changes] == [("delete", "old")]
    with pytest.raises(errors.AutumnDefaultError, match="Webhook nope not found"):
        sdk.webhooks.get(id="nope")


def test_a_limit_that_is_reached_is_received_and_verified(sdk: Autumn, autumn: AutumnOrg) -> None:
    if not hasattr(sdk, "webhooks"):
        pytest.skip("this release of the SDK has no webhooks")
    make_features(autumn)
    item = {"feature_id": "messages", "included": 100, "reset": {"interval": "month"}}
    sdk.plans.create(plan_id="free", name="Free", auto_enable=True, items=[item])
    limits = [{"feature_id": "messages", "limit": 5, "interval": "day"}]

    with receiving() as receiver:
        secret = sdk.webhooks.create(id="app", url=receiver.url, events=["balances.limit_reached"]).secret
        sdk.customers.get_or_create(customer_id="ada", billing_controls={"usage_limits": limits})
        tracked = sdk.track(customer_id="ada", feature_id="messages", value=9)
        receiver.wait()

    assert tracked.balance is not None
    assert tracked.balance.remaining == 95
    ((headers, body),) = receiver.got
    svix.Webhook(secret).verify(body, headers)
    assert json.loads(body)["data"] == {
        "customer_id": "ada", "feature_id": "messages", "limit_type": "usage_limit"
    }  # fmt: skip
