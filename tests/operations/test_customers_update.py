"""`customers.update` and its legacy forms: cases C107 to C120, C103 to C106 and C153, C154."""

from typing import Any

import pytest

from tests.builders import customer
from tests.conftest import Api


def test_c107_a_rename_keeps_the_customer(api: Api) -> None:
    before = customer(api, "a", name="Ada")

    renamed = api("customers.update", customer_id="a", new_customer_id="b")

    assert renamed == {**before, "id": "b"}
    assert api.refused("customers.get", customer_id="a")[0] == 404
    assert api("customers.get", customer_id="b") == renamed


def test_c108_an_id_that_is_taken_is_refused(api: Api) -> None:
    customer(api, "a")
    customer(api, "b")

    refused = api.refused("customers.update", customer_id="a", new_customer_id="b", name="X")

    assert refused == (
        409,
        "customer_already_exists",
        "Customer with ID b already exists, can't change to this ID",
    )
    assert api("customers.get", customer_id="a")["name"] is None


def test_renaming_to_its_own_id_changes_nothing(api: Api) -> None:
    before = customer(api, "a")

    assert api("customers.update", customer_id="a", new_customer_id="a") == before


def test_c109_metadata_is_merged_key_by_key(api: Api) -> None:
    customer(api, "a", metadata={"a": 1, "b": {"c": 1}})

    changed = api("customers.update", customer_id="a", metadata={"a": None, "b": {"d": 2}, "e": 3})

    assert changed["metadata"] == {"b": {"d": 2}, "e": 3}
    for nothing in (None, {}):
        assert api("customers.update", customer_id="a", metadata=nothing)["metadata"] == changed["metadata"]


@pytest.mark.parametrize(
    ("change", "field", "expected"),
    [
        pytest.param({"email": None}, "email", None, id="c110"),
        pytest.param({"name": ""}, "name", None, id="c111"),
        pytest.param({"fingerprint": None}, "fingerprint", None, id="fingerprint"),
        pytest.param({"send_email_receipts": True}, "send_email_receipts", True, id="receipts"),
        pytest.param({}, "name", "Ada", id="c112 nothing"),
    ],
)
def test_c110_to_c112_what_is_given_is_set(api: Api, change: Any, field: str, expected: Any) -> None:
    customer(api, "a", name="Ada", email="ada@example.com", fingerprint="fp")

    assert api("customers.update", customer_id="a", **change)[field] == expected


def test_c113_c114_c116_refusals_write_nothing(api: Api) -> None:
    before = customer(api, "a", name="Ada")

    assert api.refused("customers.update", customer_id="a", name="X", email="x")[2] == (
        "email: not a valid email address"
    )
    assert api.refused("customers.update", customer_id="a", name="X", stripe_id="cus_nope") == (
        400,
        "stripe_error",
        "(Stripe Error) No such customer: 'cus_nope'",
    )
    assert api.refused("customers.update", customer_id="ghost", name="x")[0] == 404
    assert api.refused("customers.update", customer_id="a", new_customer_id=None)[2] == (
        "new_customer_id: must be a string (received null)"
    )
    assert api("customers.get", customer_id="a") == before


def test_c115_config_is_merged(api: Api) -> None:
    customer(api, "a")
    api("customers.update", customer_id="a", config={"disable_pooled_balance": True})

    changed = api("customers.update", customer_id="a", config={"disable_overage_billing": True})

    assert changed["config"] == {"disable_pooled_balance": True, "disable_overage_billing": True}


def test_a_stripe_link_is_set_and_taken_away(api: Api) -> None:
    stripe_id = customer(api, "a", create_in_stripe=True)["stripe_id"]
    customer(api, "b")

    assert api("customers.update", customer_id="b", stripe_id=stripe_id)["stripe_id"] == stripe_id
    unlinked = api("customers.update", customer_id="b", stripe_id=None)
    assert unlinked["stripe_id"] is None
    assert "processors" not in unlinked


def test_expand_of_an_update_is_not_validated(api: Api) -> None:
    customer(api, "a")

    shown = api("customers.update", customer_id="a", expand=["invoices", "nope"])

    assert shown["invoices"] == []


@pytest.mark.parametrize(
    ("controls", "message"),
    [
        pytest.param(
            {"overage_allowed": [{"feature_id": "m"}, {"feature_id": "m"}]},
            "overage_allowed.1.feature_id: Only one overage_allowed entry is allowed per feature_id",
            id="c103",
        ),
        pytest.param(
            {"spend_limits": [{"overage_limit": 5}]},
            "spend_limits.0.feature_id: feature_id is required when overage_limit or "
            "skip_overage_billing is provided",
            id="c104",
        ),
        pytest.param(
            {"usage_alerts": [{"threshold": 101, "threshold_type": "remaining_percentage"}]},
            "usage_alerts.0.threshold: Threshold must be between 0 and 100 for remaining_percentage",
            id="c105",
        ),
        pytest.param(
            {"auto_topups": [{"feature_id": "credits", "threshold": 10, "quantity": 0}]},
            "auto_topups.0.quantity: Too small: expected number to be >=1",
            id="c106",
        ),
    ],
)
def test_c103_to_c106_controls_that_make_no_sense(api: Api, controls: Any, message: str) -> None:
    refused = api.refused("customers.get_or_create", customer_id="a", billing_controls=controls)

    assert refused == (400, "invalid_inputs", f"billing_controls.{message}")


def topup(**limit: Any) -> dict[str, Any]:
    window = {"interval": "day", "interval_count": 2, "limit": 4, **limit}
    return {
        "auto_topups": [{"feature_id": "credits", "threshold": 5, "quantity": 50, "purchase_limit": window}]
    }


def test_c153_the_count_of_a_purchase_limit_shows_only_when_expanded(api: Api) -> None:
    api.freeze("2026-11-25T09:00:00Z")
    plain = customer(api, "a", billing_controls=topup(count=3))
    expand = ["billing_controls.auto_topups.purchase_limit"]

    expanded = api("customers.get", customer_id="a", expand=expand)

    [limit] = [entry["purchase_limit"] for entry in plain["billing_controls"]["auto_topups"]]
    [full] = [entry["purchase_limit"] for entry in expanded["billing_controls"]["auto_topups"]]
    assert limit == {"interval": "day", "interval_count": 2, "limit": 4}
    assert full == {**limit, "count": 3, "next_reset_at": api.world.now() + 2 * 86_400_000}


def test_c154_a_count_above_its_limit_is_refused(api: Api) -> None:
    refused = api.refused("customers.get_or_create", customer_id="a", billing_controls=topup(count=5))

    assert refused == (
        400,
        "invalid_request",
        "purchase_limit.count (5) cannot exceed purchase_limit.limit (4) for feature credits",
    )
    assert api.refused("customers.get", customer_id="a")[0] == 404


def test_c117_c118_the_legacy_creation_takes_id(api: Api) -> None:
    status, made = api.request("POST", "/v1/customers", {"id": "rest-1"})
    refused = api.refusal(api.request("POST", "/v1/customers", {}))

    assert status == 200
    assert made == api("customers.get", customer_id="rest-1")
    assert refused[2] == "id: must be a string (received undefined)"


def test_c119_c120_the_legacy_update(api: Api) -> None:
    customer(api, "rest-1")

    _, named = api.request("PATCH", "/v1/customers/rest-1", {"name": "R"})
    _, renamed = api.request("POST", "/v1/customers/rest-1", {"id": "rest-2"})

    assert named["name"] == "R"
    assert (renamed["id"], renamed["name"]) == ("rest-2", "R")


def test_the_legacy_deletion_checks_its_flag(api: Api) -> None:
    customer(api, "a b".replace(" ", "_"))

    refused = api.refusal(api.request("DELETE", "/v1/customers/a_b?delete_in_stripe=maybe"))
    status, answer = api.request("DELETE", "/v1/customers/a_b?delete_in_stripe=true")

    assert refused[2] == "delete_in_stripe: must be a boolean (received string)"
    assert (status, answer) == (200, {"success": True})


def test_ids_in_paths_are_decoded_and_not_checked(api: Api) -> None:
    assert api.refusal(api.request("GET", "/v1/customers/ghost%20x"))[2] == "Customer ghost x not found"
