"""Reading bodies and wording what is wrong with them: cases C20 to C39 and C51 to C58."""

from typing import Any

import pytest

from tests.conftest import Api

ID_RULE = "Use only letters, numbers, underscores, hyphens, and colons."
EXPANDS = (
    "invoices, invoice_previews, trials_used, rewards, entities, referrals, payment_method, "
    "subscriptions.plan, purchases.plan, balances.feature, flags.feature, "
    "billing_controls.auto_topups.purchase_limit"
)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"{}", id="c20 empty object"),
        pytest.param(b'{"customer_id":', id="c21 malformed"),
        pytest.param(b"", id="c22 empty"),
        pytest.param(b"   ", id="c22 blanks"),
        pytest.param(b"null", id="c23 null"),
        pytest.param(b"\xff\xfe", id="not utf-8"),
    ],
)
def test_c20_to_c23_what_counts_as_an_empty_body(api: Api, raw: bytes) -> None:
    answer = api.request("POST", "/v1/customers.get_or_create", raw=raw)

    assert api.refusal(answer) == (
        400,
        "invalid_inputs",
        "customer_id: must be a string (received undefined)",
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param([1], "input: Invalid input: expected object, received array", id="c24"),
        pytest.param("x", "input: Invalid input: expected object, received string", id="c25"),
        pytest.param(7, "input: Invalid input: expected object, received number", id="a number"),
        pytest.param({"customer_id": 5}, "customer_id: must be a string (received number)", id="c26"),
        pytest.param(
            {"name": 5, "email": "x", "customer_id": True},
            "[Validation Errors] customer_id: must be a string (received boolean); "
            "name: must be a string (received number); email: not a valid email address",
            id="c27 several, in the order of the fields",
        ),
        pytest.param(
            {"customer_id": "a", "expand": "invoices"},
            "expand: Invalid input: expected array, received string",
            id="c28",
        ),
        pytest.param(
            {"customer_id": "a", "expand": ["invoices", "foo"]},
            f"expand.1: must be one of: {EXPANDS}",
            id="c29",
        ),
        pytest.param(
            {"customer_id": "a", "metadata": [1]},
            "metadata: Invalid input: expected record, received array",
            id="c30",
        ),
        pytest.param(
            {"customer_id": "a", "create_in_stripe": "yes"},
            "create_in_stripe: must be a boolean (received string)",
            id="c31",
        ),
        pytest.param(
            {"customer_id": "a", "create_in_stripe": None},
            "create_in_stripe: must be a boolean (received null)",
            id="null is a wrong type",
        ),
        pytest.param(
            {"customer_id": "a", "config": {"disable_pooled_balance": 1}},
            "config.disable_pooled_balance: must be a boolean (received number)",
            id="c32",
        ),
        pytest.param({"customer_id": ""}, "customer_id: can't be an empty string", id="c51"),
        pytest.param({"customer_id": "a@b.c"}, f"customer_id: cannot contain @ symbol. {ID_RULE}", id="c52"),
        pytest.param({"customer_id": "a b.c"}, f"customer_id: cannot contain spaces. {ID_RULE}", id="c53"),
        pytest.param({"customer_id": "a.b"}, f"customer_id: cannot contain periods. {ID_RULE}", id="c54"),
        pytest.param({"customer_id": "a/b#"}, f"customer_id: cannot contain '/'. {ID_RULE}", id="c55"),
        pytest.param({"customer_id": "a", "email": ""}, "email: not a valid email address", id="empty e-mail"),
        pytest.param({"customer_id": "a", "email": "a@b@c"}, "email: not a valid email address", id="two @"),
        pytest.param(
            {"customer_id": "a", "currency": "zzz"},
            "currency: must be a Stripe-supported currency code",
            id="currency",
        ),
        pytest.param(
            {"customer_id": "a", "processors": {"vercel": {"account_id": "x"}}},
            "[Validation Errors] processors.vercel.installation_id: must be a string (received undefined); "
            "processors.vercel.access_token: must be a string (received undefined)",
            id="nested",
        ),
        pytest.param(
            {"customer_id": "a", "entity_id": "s", "entity_data": {"name": "x"}},
            "entity_data.feature_id: must be a string (received undefined)",
            id="entity_data",
        ),
    ],
)
def test_c24_to_c32_and_c51_to_c55_the_wording_of_problems(api: Api, body: Any, message: str) -> None:
    assert api.refusal(api.call("customers.get_or_create", body)) == (400, "invalid_inputs", message)


def test_c33_unknown_keys_are_dropped(api: Api) -> None:
    made = api("customers.get_or_create", customer_id="a", colour="red", config={"shade": 3})

    assert "colour" not in made
    assert made["config"] == {}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param({"limit": "abc"}, "limit: must be a number (received NaN)", id="c34"),
        pytest.param({"limit": 0}, "limit: Too small: expected number to be >=1", id="c35"),
        pytest.param({"limit": 5001}, "limit: Too big: expected number to be <=5000", id="c36"),
        pytest.param({"limit": 1.5}, "limit: Invalid input: expected int, received number", id="c37"),
        pytest.param({"limit": None}, "limit: Too small: expected number to be >=1", id="null converts to 0"),
        pytest.param(
            {"plans": [{}, {"id": 4}]},
            "[Validation Errors] plans.0.id: must be a string (received undefined); "
            "plans.1.id: must be a string (received number)",
            id="c38",
        ),
        pytest.param(
            {"subscription_status": "expired", "sort_order": "up", "processors": ["paypal"]},
            "[Validation Errors] subscription_status: must be one of: active, scheduled; "
            "processors.0: must be one of: stripe, revenuecat, vercel; "
            "sort_order: must be one of: asc, desc",
            id="enums",
        ),
        pytest.param(
            {"created_at_range": {"start": 5, "end": 4}},
            "created_at_range: created_at_range.start must be <= created_at_range.end",
            id="c101",
        ),
    ],
)
def test_c34_to_c38_problems_of_a_list(api: Api, body: Any, message: str) -> None:
    assert api.refusal(api.call("customers.list", body)) == (400, "invalid_inputs", message)


@pytest.mark.parametrize("limit", ["2", True])
def test_a_converting_number_takes_what_javascript_would(api: Api, limit: Any) -> None:
    assert api("customers.list", limit=limit) == {"list": [], "next_cursor": None}


@pytest.mark.parametrize("content_type", ["text/plain", ""])
def test_c39_the_content_type_is_not_looked_at(api: Api, content_type: str) -> None:
    status, made = api.request(
        "POST",
        "/v1/customers.get_or_create",
        raw=b'{"customer_id":"plain"}',
        headers={"Content-Type": content_type},
    )

    assert (status, made["id"]) == (200, "plain")


def test_c56_a_colon_is_accepted_by_the_server(api: Api) -> None:
    assert api("customers.get_or_create", customer_id="user:42_a-B")["id"] == "user:42_a-B"


@pytest.mark.parametrize("profile", ["documented"], indirect=True)
def test_a_colon_is_refused_by_the_documentation(api: Api) -> None:
    status, code, message = api.refused("customers.get_or_create", customer_id="user:42")

    assert (status, code) == (400, "invalid_inputs")
    assert message.startswith("customer_id: cannot contain ':'")


@pytest.mark.parametrize("body", [{"customer_id": None}, {"customer_id": None, "email": None, "name": "x"}])
def test_c57_c58_an_id_or_an_email_is_needed(api: Api, body: Any) -> None:
    assert api.refusal(api.call("customers.get_or_create", body)) == (
        400,
        "invalid_request",
        "Either customer ID or email is required",
    )


def test_a_body_that_is_too_large_is_refused(api: Api) -> None:
    huge = b'{"customer_id":"a","name":"' + b"x" * 8_000_001 + b'"}'

    assert api.refusal(api.request("POST", "/v1/customers.get_or_create", raw=huge))[:2] == (
        413,
        "body_too_large",
    )


@pytest.mark.parametrize("raw", [b"[" * 100_000, b'{"a":' * 50_000, b'{"customer_id":1e400}'])
def test_absurd_json_is_only_a_bad_request(api: Api, raw: bytes) -> None:
    assert api.refusal(api.request("POST", "/v1/customers.get_or_create", raw=raw))[0] == 400
