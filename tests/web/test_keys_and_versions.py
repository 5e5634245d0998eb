"""Keys, versions, routes and the error body: cases C1 to C19 and C47 to C50 of the HTTP layer."""

from urllib.parse import unquote

import pytest

from autumn_mock.errors.http import InvalidApiVersion
from autumn_mock.versions.version import Version, read_version
from tests.conftest import Api

NO_KEY = (401, "no_secret_key", "Secret key not found in Authorization header")
NO_SESSION = (401, "no_auth_header", "Unauthorized - no session found")


@pytest.mark.parametrize(
    ("authorization", "refusal"),
    [
        pytest.param("", NO_KEY, id="c1 none"),
        pytest.param("am_sk_test_noscheme", NO_KEY, id="c2 no scheme"),
        pytest.param("Basic abc", NO_KEY, id="c3 another scheme"),
        pytest.param("bearer am_sk_test_x", NO_KEY, id="c4 small letter"),
        pytest.param("Bearer ", NO_KEY, id="empty token"),
        pytest.param(
            "Bearer hello",
            (401, "invalid_request", "Invalid authorization token prefix"),
            id="c5 unknown prefix",
        ),
        pytest.param(
            "Bearer am_jwt_x",
            (401, "invalid_request", "Invalid or expired customer token"),
            id="customer token",
        ),
        pytest.param(
            "Bearer am_oauth_x", (401, "invalid_request", "Invalid or expired access token"), id="access token"
        ),
    ],
)
def test_c1_to_c5_a_bad_credential_is_told(api: Api, authorization: str, refusal: tuple[int, str, str]) -> None:
    answer = api.request(
        "POST", "/v1/customers.get_or_create", {"customer_id": "a"}, headers={"Authorization": authorization}
    )

    assert api.refusal(answer) == refusal
    assert answer[1]["env"] == "sandbox"


def test_c6_a_key_outside_the_allow_list_is_masked_in_the_answer() -> None:
    from autumn_mock.emulator import Emulator
    from autumn_mock.settings import Settings

    with Emulator(Settings(keys=("am_sk_test_known",))) as emulator:
        known, unknown = Api(emulator, "known"), Api(emulator, "unknown_key")

        refused = unknown.refused("customers.get_or_create", customer_id="a")

        assert known("customers.get_or_create", customer_id="a")["id"] == "a"
        assert refused == (401, "invalid_secret_key", "Invalid secret key: am_sk_test_unkn*******")


def test_c7_a_publishable_key_may_not_create(api: Api) -> None:
    answer = api.call("customers.get_or_create", {"customer_id": "a"}, key=f"am_pk_test_{api.org}")

    assert api.refusal(answer) == (
        401,
        "endpoint_not_public",
        "Endpoint /v1/customers.get_or_create not accessible via publishable key. "
        "Please try with a secret key instead.",
    )


def test_c8_a_publishable_key_may_get_a_customer(api: Api) -> None:
    api("customers.get_or_create", customer_id="a")

    status, answer = api.request("GET", "/v1/customers/a", key=f"am_pk_test_{api.org}")

    assert (status, answer["id"]) == (200, "a")


def test_c9_c10_a_publishable_key_may_check_by_the_legacy_route_only(api: Api) -> None:
    api("features.create", feature_id="m", name="M", type="metered", consumable=True)
    api("customers.get_or_create", customer_id="a")
    asked = {"customer_id": "a", "feature_id": "m"}

    status, answer = api.request("POST", "/v1/check", asked, key=f"am_pk_test_{api.org}")
    refused = api.refusal(api.call("balances.check", asked, key=f"am_pk_test_{api.org}"))

    assert (status, answer["allowed"]) == (200, False)
    assert refused[1] == "endpoint_not_public"


def test_sandbox_and_live_share_nothing(api: Api) -> None:
    api("customers.get_or_create", customer_id="twin", name="Sand")

    answer = api.call("customers.get", {"customer_id": "twin"}, key=f"am_sk_live_{api.org}")

    assert api.refusal(answer) == (404, "customer_not_found", "Customer twin not found")
    assert answer[1]["env"] == "live"


def test_the_dashboard_is_asked_for_a_session(api: Api) -> None:
    answer = api.call("customers.list", headers={"x-client-type": "dashboard"})

    assert api.refusal(answer) == NO_SESSION


@pytest.mark.parametrize("header", ["9.9.9", "latest", "2.9", "2025-05-06", "1.3", "v2", "-1"])
def test_c11_c12_an_unknown_version_is_refused(api: Api, header: str) -> None:
    answer = api.call("customers.get", {"customer_id": "a"}, version=header)

    assert api.refusal(answer) == (400, "invalid_api_version", f'"{header}" is not a valid API version')


@pytest.mark.parametrize(
    ("header", "version"),
    [
        ("2025-05-05", Version.V1_2),
        ("2", Version.V2_0),
        ("2.1", Version.V2_1),
        ("2.3.0.9", Version.V2_3),
        ("2026-05-13.clover", Version.V2_3),
        ("beta", Version.BETA),
        ("1.4", Version.BETA),
        ("1", Version.V0_2),
        ("0.1", Version.V0_1),
        ("1.2.7", Version.V1_2),
        ("2.4.0", Version.V2_4),
        ("2.5", Version.V2_5),
        ("", Version.V2_3),
        (None, Version.V2_3),
    ],
)
def test_c13_to_c16_spellings_of_versions(header: str | None, version: Version) -> None:
    assert read_version(header) == version


def test_a_version_is_never_guessed() -> None:
    with pytest.raises(InvalidApiVersion):
        read_version("two")


def test_c17_the_version_is_checked_before_the_body(api: Api) -> None:
    assert api.refusal(api.call("customers.get", {"customer_id": "a b"}, version="9.9.9"))[1] == (
        "invalid_api_version"
    )


def test_c18_the_key_is_checked_before_the_version(api: Api) -> None:
    answer = api.call("customers.get", {}, version="9.9.9", headers={"Authorization": ""})

    assert api.refusal(answer) == NO_KEY


def test_c19_an_error_has_exactly_three_keys_in_order(api: Api) -> None:
    status, answer = api.call("customers.get", {"customer_id": "ghost"})

    assert status == 404
    assert list(answer.items()) == [
        ("message", "Customer ghost not found"),
        ("code", "customer_not_found"),
        ("env", "sandbox"),
    ]


UNKNOWN = [
    pytest.param("POST", "/v1/customers.nope", id="c47 operation"),
    pytest.param("GET", "/v1/customers.get", id="c48 method"),
    pytest.param("PUT", "/v1/customers/a", id="c49 method of a REST route"),
    pytest.param("POST", "/v1/customers.get/", id="c50 trailing slash"),
    pytest.param("GET", "/elsewhere", id="outside"),
    pytest.param("POST", "/v1/GET%20/customers", id="the name of a legacy form"),
]


@pytest.mark.parametrize(("method", "path"), UNKNOWN)
def test_c47_to_c50_an_unknown_route_is_401_on_the_server(api: Api, method: str, path: str) -> None:
    assert api.refusal(api.request(method, path)) == NO_SESSION


@pytest.mark.parametrize("profile", ["documented"], indirect=True)
@pytest.mark.parametrize(("method", "path"), UNKNOWN)
def test_an_unknown_route_is_404_in_the_documented_profile(api: Api, method: str, path: str) -> None:
    status, code, message = api.refusal(api.request(method, path))

    assert (status, code) == (404, "not_found")
    assert unquote(path) in message


def test_a_published_operation_that_is_not_built_says_so_by_name(api: Api) -> None:
    assert api.refused("platform.sync_revenuecat") == (
        501,
        "not_emulated",
        "platform.sync_revenuecat is not emulated yet",
    )


def test_answers_are_json_without_a_charset(api: Api) -> None:
    response = api.client.post("/v1/features.list", headers={"Authorization": f"Bearer am_sk_test_{api.org}"})

    assert response.headers["Content-Type"] == "application/json"


def test_a_preflight_is_answered_without_a_key(api: Api) -> None:
    response = api.client.options("/v1/customers.get", headers={"Origin": "http://localhost:3000"})

    assert (response.status_code, response.data) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == "http://localhost:3000"
    assert response.headers["Access-Control-Allow-Methods"] == "POST,GET,PUT,DELETE,PATCH,OPTIONS"
    assert response.headers["Access-Control-Max-Age"] == "600"
    assert response.headers["Vary"] == "Origin, Access-Control-Request-Headers"


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://localhost:5173", True),
        ("http://app.localhost", True),
        ("http://127.0.0.1:8000", True),
        ("https://evil.example", False),
        ("http://localhost.evil.example", False),
    ],
)
def test_only_local_origins_may_read_answers(api: Api, origin: str, allowed: bool) -> None:
    response = api.client.get("/v1/features", headers={"Origin": origin})

    assert response.headers.get("Access-Control-Allow-Origin") == (origin if allowed else None)
    assert response.headers["Vary"] == "Origin"
    assert response.headers["Access-Control-Allow-Credentials"] == "true"
