"""Making balances: cases B135 to B144 and B196, the list of them, and the legacy routes."""

from typing import Any

import pytest

from autumn_mock.domain.periods import add_months
from tests.balances import (
    allowed,
    balance,
    bare_ada,
    check,
    grant,
    refused,
    rows,
    taken,
    three,
    track,
    update,
    with_messages,
)
from tests.builders import boolean, seats
from tests.conftest import Api

FAR = 4_102_444_800_000


@pytest.fixture
def bare(api: Api) -> Api:
    return bare_ada(api)


@pytest.fixture
def ada(bare: Api) -> Api:
    return with_messages(bare)


@pytest.mark.parametrize("more", [{}, {"every": "one_off"}])
def test_b135_b196_a_grant_that_never_resets(bare: Api, more: Any) -> None:
    grant(bare, 10, **more)

    shown = balance(bare)
    [row] = shown["breakdown"]
    assert (row["plan_id"], row["reset"]) == (None, {"interval": "one_off", "resets_at": None})
    assert (shown["next_reset_at"], three(shown)) == (None, (10, 10, 0))


def test_b136_a_monthly_grant_resets_in_a_month(bare: Api) -> None:
    bare.freeze("2026-11-25T09:00:00.123Z")

    grant(bare, 10, every="month")

    assert balance(bare)["next_reset_at"] == add_months(bare.world.now(), 1)


def test_b137_b138_names_of_its_own_and_old_names(bare: Api) -> None:
    bare("balances.create", customer_id="ada", feature_id="messages", granted_balance=10, balance_id="gift")

    assert rows(balance(bare)) == {"gift": 10}
    again = refused(bare, "balances.create", included_grant=1, balance_id="gift")
    message = "balance_id 'gift' is already in use for this customer"
    assert again == (409, "invalid_request", message)
    track(bare, 10)
    assert refused(bare, "balances.create", included_grant=1, balance_id="gift")[0] == 409


def test_b139_a_boolean_is_granted_once(bare: Api) -> None:
    boolean(bare, "beta")

    bare("balances.create", customer_id="ada", feature_id="beta")

    assert check(bare, feature_id="beta")["flag"]["plan_id"] is None
    internal_id = next(iter(bare.world.store.customers)).internal_id
    again = refused(bare, "balances.create", feature_id="beta")
    message = f"A boolean entitlement beta already exists for customer {internal_id}"
    assert again == (409, "invalid_request", message)


@pytest.mark.parametrize("body", [
    {"feature_id": "messages"},
    {"feature_id": "messages", "included_grant": 5, "unlimited": True},
    {"feature_id": "messages", "unlimited": True, "reset": {"interval": "month"}},
    {"feature_id": "beta", "included_grant": 5},
])  # fmt: skip
def test_b140_amounts_that_do_not_fit(bare: Api, body: Any) -> None:
    boolean(bare, "beta")

    assert refused(bare, "balances.create", **body) == (400, "invalid_inputs", "input: Invalid input")


@pytest.mark.parametrize(("body", "refusal"), [
    ({"customer_id": "nobody"}, (404, "customer_not_found", "Customer nobody not found")),
    ({"feature_id": "nothing"}, (404, "feature_not_found", "Feature nothing not found")),
    ({"entity_id": "e1"}, (404, "entity_not_found", "Entity e1 not found")),
    (
        {"feature_id": "seats", "reset": {"interval": "month"}, "rollover": {"length": 1}},
        (400, "invalid_request", "Rollover is not supported for continuous use features"),
    ),
    (
        {"rollover": {"length": 1}},
        (400, "invalid_request", "Rollover cannot be provided for one-time balances"),
    ),
    (
        {"rollover": {"length": 1}, "reset": {"interval": "year"}, "expires_at": 1_795_683_600_000},
        (
            400, "invalid_request",
            "expires_at (2026-11-26T09:00:00.000Z) occurs before the next rollover event "
            "(2027-11-25T09:00:00.000Z)",
        ),
    ),
    (
        {"next_reset_at": FAR},
        (400, "invalid_request", "next_reset_at requires a reset interval to be provided"),
    ),
    (
        {"reset": {"interval": "month"}, "next_reset_at": 1_000},
        (400, "invalid_request", "next_reset_at must be in the future"),
    ),
    (
        {"reset": {"interval": "month"}, "next_reset_at": FAR, "expires_at": FAR},
        (
            400, "invalid_request",
            "next_reset_at (2100-01-01T00:00:00.000Z) must occur before expires_at "
            "(2100-01-01T00:00:00.000Z)",
        ),
    ),
])  # fmt: skip
def test_what_create_refuses(bare: Api, body: Any, refusal: Any) -> None:
    seats(bare, "seats")
    bare.freeze("2026-11-25T09:00:00Z")

    assert refused(bare, "balances.create", **{"included_grant": 1} | body) == refusal
    assert len(bare.world.store.balances) == 0


def test_b141_to_b144_odd_grants(bare: Api) -> None:
    grant(bare, 0)
    grant(bare, 4, expires_at=1_000)
    assert balance(bare) is None

    grant(bare, -5)
    assert three(balance(bare)) == (-5, 0, 0)
    assert (allowed(bare, 0), allowed(bare, 1)) == (True, False)
    bare("balances.create", customer_id="ada", feature_id="other", unlimited=True)
    assert balance(bare, feature_id="other")["unlimited"] is True


def test_grants_are_listed_in_full(ada: Api) -> None:
    grant(ada, 50, "gift")
    update(ada, balance_id="gift", remaining=20)

    status, listed = ada.request("GET", "/v1/balances/list?customer_id=ada")

    [row] = listed["balances"]
    assert (status, row["external_id"], row["balance"], row["customer_product"]) == (200, "gift", 20, None)
    assert (row["entitlement"]["allowance"], row["entitlement"]["interval"]) == (50, "lifetime")
    assert row["entitlement"]["feature"]["config"] == {"usage_type": "single_use"}
    missing = ada.refusal(ada.request("GET", "/v1/balances/list"))
    assert missing[2] == "customer_id: must be a string (received undefined)"


def test_legacy_routes_make_and_change(bare: Api) -> None:
    body = {"customer_id": "ada", "feature_id": "messages"}

    made = bare.request("POST", "/v1/balances/create", body | {"included_grant": 50})
    changed = bare.request("POST", "/v1/balances/update", body | {"remaining": 20})
    even = bare.request("POST", "/v1/balances/recalculate", body)

    assert made == changed == even == (200, {"success": True})
    assert taken(track(bare, 20)) == [20]
