"""What fails arrives in the official Python SDK as its own exception, with status, code and message."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from autumn_sdk import Autumn, errors

from autumn_mock.testing import AutumnOrg
from tests.clients.catalog import billing_catalog
from tests.clients.strict import unrecognised

Use = Callable[[Autumn], Any]


@pytest.fixture(autouse=True)
def _catalog(autumn: AutumnOrg) -> None:
    billing_catalog(autumn, now=1_893_456_000_000)


def refusal(sdk: Autumn, use: Use) -> tuple[int, str, str]:
    with pytest.raises(errors.AutumnDefaultError) as refused:
        use(sdk)
    body = json.loads(refused.value.body)
    assert set(body) == {"message", "code", "env"}
    return refused.value.status_code, body["code"], body["message"]


@pytest.mark.parametrize(
    ("use", "status", "code"),
    [
        pytest.param(lambda s: s.billing.attach(customer_id="eve", plan_id="pro"), 404, "customer_not_found",
                     id="a customer that is not there"),
        pytest.param(lambda s: s.billing.attach(customer_id="ada", plan_id="none"), 404, "product_not_found",
                     id="a plan that is not there"),
        pytest.param(lambda s: s.billing.update(customer_id="ada", plan_id="pro", version=1), 404,
                     "cus_product_not_found", id="a plan that the customer has not"),
        pytest.param(lambda s: s.rewards.get(reward_id="none"), 404, "reward_not_found", id="no such reward"),
        pytest.param(lambda s: s.customers.get_or_create(customer_id="not allowed"), 400, "invalid_inputs",
                     id="an id that is none"),
    ],
)  # fmt: skip
def test_refusals_carry_status_and_code(sdk: Autumn, use: Use, status: int, code: str) -> None:
    told = refusal(sdk, use)

    assert told[:2] == (status, code)
    assert told[2]


def test_a_plan_attached_twice_is_a_conflict(sdk: Autumn) -> None:
    sdk.billing.attach(customer_id="ada", plan_id="pro")

    told = refusal(sdk, lambda s: s.billing.attach(customer_id="ada", plan_id="pro"))

    assert told[:2] == (409, "plan_already_attached")


def test_a_page_that_settles_locks_the_customer(sdk: Autumn, autumn: AutumnOrg) -> None:
    sdk.customers.get_or_create(customer_id="bob")
    url = sdk.billing.attach(customer_id="bob", plan_id="pro").payment_url
    assert url
    autumn.checkouts.complete(url, settle=False)

    told = refusal(sdk, lambda s: s.billing.attach(customer_id="bob", plan_id="extra"))

    assert told[:2] == (423, "lock_already_exists")
    autumn.checkouts.settle(url)
    assert sdk.billing.attach(customer_id="bob", plan_id="extra").invoice is not None


TEST: Any = {"organization_slug": "acme", "env": "test"}
NOT_EMULATED: dict[str, Use] = {
    "keys.mint": lambda s: s.keys.mint(customer_id="ada"),
    "keys.refresh": lambda s: s.keys.refresh(request={}),
    "keys.revoke": lambda s: s.keys.revoke(customer_id="ada"),
    "logs.search": lambda s: s.logs.search(range={"from": 0, "to": 1}),
    "platform.disconnect_stripe": lambda s: s.platform.disconnect_stripe(**TEST),
    "platform.get_revenuecat_keys": lambda s: s.platform.get_revenue_cat_keys(**TEST),
    "platform.get_stripe_connection": lambda s: s.platform.get_stripe_connection(**TEST),
    "platform.link_revenuecat": lambda s: s.platform.link_revenue_cat(
        **TEST, project_name="acme", redirect_url="https://app.example"
    ),
    "platform.sync_revenuecat": lambda s: s.platform.sync_revenue_cat(**TEST),
    "sandboxes.create": lambda s: s.sandboxes.create(name="one"),
    "sandboxes.delete": lambda s: s.sandboxes.delete(id="one"),
    "sandboxes.list": lambda s: s.sandboxes.list(request={}),
    "sandboxes.reset": lambda s: s.sandboxes.reset(request={}),
}


@pytest.mark.parametrize("operation", NOT_EMULATED)
def test_what_is_not_emulated_says_so(sdk: Autumn, operation: str) -> None:
    namespace, _, verb = operation.replace("revenuecat", "revenue_cat").partition(".")
    if not hasattr(getattr(sdk, namespace, None), verb):
        pytest.skip(f"this release of the SDK has no {operation}")

    assert refusal(sdk, NOT_EMULATED[operation]) == (501, "not_emulated", f"{operation} is not emulated yet")


def test_a_value_that_the_sdk_does_not_know_is_found() -> None:
    """So that the other tests can fail."""
    from autumn_sdk.models import AttachResponse
    from autumn_sdk.utils.serializers import unmarshal_json

    action = {"code": "made_up", "reason": "none"}
    raw = json.dumps({"customer_id": "ada", "payment_url": None, "required_action": action})

    assert list(unrecognised(unmarshal_json(raw, AttachResponse))) == [".required_action.code: 'made_up'"]
