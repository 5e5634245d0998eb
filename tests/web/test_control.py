"""Control routes: what they answer, and how they refuse."""

from typing import Any

import pytest

from autumn_mock.domain import periods
from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from tests.conftest import Api

NOON = periods.from_iso("2030-06-15T12:00:00Z")


def clock(api: Api, body: Any) -> tuple[int, Any]:
    return api.request("POST", "/_mock/clock", body)


def test_health_needs_no_key(api: Api) -> None:
    response = api.client.get("/_mock/health")

    assert response.status_code == 200
    assert response.get_json()["status"] == "ok"


@pytest.mark.parametrize(
    ("method", "route"),
    [
        ("POST", "reset"), ("POST", "seed"), ("GET", "state"), ("GET", "clock"), ("POST", "clock"),
        ("GET", "requests"), ("DELETE", "requests"), ("POST", "payment_methods"),
    ],
)  # fmt: skip
def test_a_world_is_named_by_its_key(api: Api, method: str, route: str) -> None:
    answer = api.request(method, f"/_mock/{route}", headers={"Authorization": ""})

    assert api.refusal(answer)[:2] == (401, "no_secret_key")


def test_a_refusal_names_the_environment_of_the_key(api: Api) -> None:
    _, answer = api.request("POST", "/_mock/clock", {}, key=f"am_sk_live_{api.org}")

    assert answer["env"] == "live"


def test_an_unknown_control_route_is_told(api: Api) -> None:
    assert api.refusal(api.request("GET", "/_mock/nope"))[0] in {401, 404}


def test_the_clock_stands_moves_and_runs(api: Api) -> None:
    frozen = clock(api, {"now": "2030-06-15T12:00:00Z"})
    moved = clock(api, {"advance": "1 month 2 days"})
    by_number = clock(api, {"now": NOON})
    runs = clock(api, {"real": True})

    nothing = {"timeline": [], "counts": {}, "truncated": False}
    stands = {"now": NOON, "iso": "2030-06-15T12:00:00.000Z", "state": "frozen"}
    assert frozen == (200, stands | nothing)
    assert moved[1]["iso"] == "2030-07-17T12:00:00.000Z"
    assert by_number[1]["now"] == NOON
    assert runs[1]["state"] == "real"


def test_a_running_clock_goes_on_from_where_it_was_moved(api: Api) -> None:
    before = api.request("GET", "/_mock/clock")[1]["now"]

    after = clock(api, {"advance": "90 minutes"})[1]

    assert after["state"] == "offset"
    assert 0 <= after["now"] - before - 90 * periods.MINUTE < periods.MINUTE


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "input: give one of now, advance, real"),
        ([1], "input: give one of now, advance, real"),
        ({"now": 1, "real": True}, "input: give one of now, advance, real"),
        ({"now": "noon"}, "now: must be epoch milliseconds or an ISO 8601 instant"),
        ({"now": -1}, "now: must be epoch milliseconds or an ISO 8601 instant"),
        ({"now": True}, "now: must be epoch milliseconds or an ISO 8601 instant"),
        ({"now": 10**18}, "now: must be epoch milliseconds or an ISO 8601 instant"),
        ({"advance": "a while"}, "advance: must be like '31 days', '1 month' or '90 minutes'"),
        ({"advance": "-1 day"}, "advance: must be like '31 days', '1 month' or '90 minutes'"),
        ({"advance": "9999999 years"}, "advance: must be like '31 days', '1 month' or '90 minutes'"),
        ({"advance": 5}, "advance: must be like '31 days', '1 month' or '90 minutes'"),
        ({"real": False}, "real: must be true"),
    ],
)
def test_a_wrong_move_of_the_clock_is_told(api: Api, body: Any, message: str) -> None:
    api.freeze(NOON)

    refused = api.refusal(clock(api, body))

    assert refused == (400, "invalid_inputs", message)
    assert api.world.now() == NOON


def test_moving_the_clock_settles_what_fell_due(api: Api) -> None:
    api.freeze(NOON)
    api("features.create", feature_id="messages", name="Messages", type="metered", consumable=True)
    api(
        "plans.create", plan_id="free", name="Free", auto_enable=True,
        items=[{"feature_id": "messages", "included": 10, "reset": {"interval": "month"}}],
    )  # fmt: skip
    api("customers.get_or_create", customer_id="ada")

    api.advance("1 month")

    row = next(iter(api.world.store.balances))
    assert row.next_reset_at == periods.from_iso("2030-08-15T12:00:00Z")


def test_the_state_counts_and_shows_records(api: Api) -> None:
    api("customers.get_or_create", customer_id="ada", name="Ada")

    _, counted = api.request("GET", "/_mock/state")
    _, full = api.request("GET", "/_mock/state?full")

    assert (counted["org"], counted["env"]) == (api.org, "sandbox")
    assert counted["counts"]["customers"] == 1
    assert "records" not in counted
    assert full["records"]["customers"][0]["name"] == "Ada"


def test_requests_are_logged_and_forgotten(api: Api) -> None:
    api("features.list")

    _, logged = api.request("GET", "/_mock/requests")
    api.request("DELETE", "/_mock/requests")
    _, cleared = api.request("GET", "/_mock/requests")

    assert [(each["method"], each["path"], each["status"]) for each in logged["list"]] == [
        ("POST", "/v1/features.list", 200)
    ]
    assert cleared == {"list": []}


def test_operations_say_how_far_they_are_emulated(api: Api) -> None:
    _, answer = api.request("GET", "/_mock/operations")

    found = {each["operation"]: each["status"] for each in answer["list"]}
    assert len(found) == 94
    assert found["features.create"] == "full"
    assert set(found.values()) <= {"full", "partial", "not yet"}


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8788", "[::1]:8788", "acme.localhost", "127.9.9.9"])
def test_loopback_hosts_are_answered(api: Api, host: str) -> None:
    assert api.client.get("/_mock/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "10.0.0.1:8788", "localhost.evil.example", "[2001:db8::1]"])
def test_other_hosts_are_refused_in_the_envelope(api: Api, host: str) -> None:
    response = api.client.get("/_mock/health", headers={"Host": host})

    assert response.status_code == 403
    assert set(response.get_json()) == {"message", "code", "env"}
    assert response.get_json()["code"] == "host_not_allowed"
    assert "--allow-host" in response.get_json()["message"]


@pytest.mark.parametrize("host", ["billing.test:8788", "BILLING.test", "mock.example"])
def test_allowed_hosts_and_the_public_one_are_answered(host: str) -> None:
    settings = Settings(allow_host=("Billing.Test",), public_url="https://mock.example/autumn")
    with Emulator(settings) as emulator:
        client = emulator.app.test_client()

        assert client.get("/_mock/health", headers={"Host": host}).status_code == 200
        assert client.get("/_mock/health", headers={"Host": "other.example"}).status_code == 403


def test_any_host_is_answered_if_allowed() -> None:
    with Emulator(Settings(allow_host=("*",))) as emulator:
        client = emulator.app.test_client()

        assert client.get("/_mock/health", headers={"Host": "other.example"}).status_code == 200
