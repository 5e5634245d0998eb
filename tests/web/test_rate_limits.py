"""Rate limits as the reference's (`--rate-limits`): classes, windows, headers, texts."""

from collections.abc import Iterator

import pytest

from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from autumn_mock.versions.version import Version
from autumn_mock.web import rate_limits
from autumn_mock.web.rate_limits import Window, limit_of
from tests.conftest import Api

NOON = 1_900_000_000_000


@pytest.fixture
def api() -> Iterator[Api]:
    with Emulator(Settings(profile="server", rate_limits=True, now=NOON)) as emulator:
        yield Api(emulator)


def list_once(api: Api, version: str = "2.2", org: str | None = None) -> tuple[int, str, dict[str, str]]:
    headers = {"Authorization": f"Bearer am_sk_test_{org or api.org}", "x-api-version": version}
    response = api.client.post("/v1/customers.list", json={}, headers=headers)
    told = {name: value for name, value in response.headers if name.lower().startswith(("ratelimit", "retry"))}
    return response.status_code, response.text, told


def test_five_pass_and_the_sixth_is_refused(api: Api) -> None:
    passed = [list_once(api) for _ in range(5)]

    status, text, told = list_once(api)

    assert [each[0] for each in passed] == [200] * 5
    assert [each[2]["RateLimit-Remaining"] for each in passed] == ["4", "3", "2", "1", "0"]
    assert (status, text) == (429, "Too many requests, please try again later.")
    assert told == {
        "RateLimit-Policy": "5;w=1",
        "RateLimit-Limit": "5",
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": "1",
        "Retry-After": "1",
    }


def test_a_refusal_is_plain_text(api: Api) -> None:
    for _ in range(5):
        list_once(api)

    headers = {"Authorization": f"Bearer am_sk_test_{api.org}", "x-api-version": "2.2"}
    response = api.client.post("/v1/customers.list", json={}, headers=headers)

    assert response.headers["Content-Type"] == "text/plain; charset=UTF-8"


def test_the_next_window_lets_pass_again(api: Api) -> None:
    for _ in range(6):
        list_once(api)

    api.advance("1 second")

    assert list_once(api)[0] == 200


def test_versions_are_counted_apart(api: Api) -> None:
    for _ in range(6):
        list_once(api)

    status, _, told = list_once(api, version="2.3")

    assert (status, told["RateLimit-Limit"]) == (200, "50")


def test_organisations_are_counted_apart(api: Api) -> None:
    for _ in range(6):
        list_once(api)

    assert list_once(api, org="another")[0] == 200


def test_customers_are_counted_apart(api: Api) -> None:
    for _ in range(3):
        api("customers.get_or_create", customer_id="ada")

    api("customers.get_or_create", customer_id="bob")

    assert {
        whose: window.count for (name, whose), window in api.world.rate_windows.items() if name == "check"
    } == {
        "ada": 3,
        "bob": 1,
    }


def test_over_the_organisation_reading_a_customer_is_refused_as_json_and_a_check_is_not(api: Api) -> None:
    full = Window(NOON, rate_limits.CHECK_ORGANISATION.limit)
    api.world.rate_windows[rate_limits.CHECK_ORGANISATION.name, ""] = full

    refused = api.call("customers.get_or_create", {"customer_id": "ada"})
    checked, _ = api.call("balances.check", {"customer_id": "ada", "feature_id": "messages"})

    assert api.refusal(refused) == (429, "rate_limit_exceeded", "Rate limit exceeded.")
    assert checked != 429


def test_without_the_flag_nothing_is_counted() -> None:
    with Emulator(Settings(profile="server")) as emulator:
        api = Api(emulator)
        answers = [list_once(api) for _ in range(8)]

        assert [(status, told) for status, _, told in answers] == [(200, {})] * 8


@pytest.mark.parametrize(
    ("method", "name", "limit"),
    [
        ("POST", "balances.check", rate_limits.CHECK),
        ("POST", "entitled", rate_limits.CHECK),
        ("POST", "customers", rate_limits.CHECK),
        ("GET", "customers/ada", rate_limits.CHECK),
        ("GET", "customers/ada/entities/desk", rate_limits.CHECK),
        ("POST", "customers.get_or_create", rate_limits.CHECK),
        ("POST", "balances.track", rate_limits.TRACK),
        ("POST", "balances/update", rate_limits.TRACK),
        ("POST", "balances.batch_track", rate_limits.BATCH_TRACK),
        ("POST", "billing.attach", rate_limits.ATTACH),
        ("POST", "cancel", rate_limits.ATTACH),
        ("GET", "customers", rate_limits.LIST),
        ("POST", "entities.list", rate_limits.LIST),
        ("POST", "events.aggregate", rate_limits.EVENTS),
        ("POST", "query", rate_limits.EVENTS),
        ("POST", "entities.get", rate_limits.ENTITY_GET),
        ("POST", "logs.search", rate_limits.LOGS),
        ("POST", "plans.list", rate_limits.GENERAL),
        ("DELETE", "customers/ada", rate_limits.GENERAL),
        ("GET", "customers/ada/products", rate_limits.GENERAL),
        ("GET", "balances.check", rate_limits.GENERAL),
    ],
)
def test_each_route_has_its_class(method: str, name: str, limit: rate_limits.Limit) -> None:
    assert limit_of(method, name, Version.V2_3) == limit


def test_the_customer_stands_in_path_query_or_body(api: Api) -> None:
    api.request("GET", "/v1/customers/ada")
    api.request("POST", "/v1/check?customer_id=bob", {"feature_id": "x"})
    api.request("POST", "/v1/customers", {"id": "eve"})

    assert {whose for name, whose in api.world.rate_windows if name == "check"} == {"ada", "bob", "eve"}
