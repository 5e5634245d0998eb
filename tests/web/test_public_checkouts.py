"""The routes of checkouts that need no key: whose they are, how often they answer, what browsers may read."""

from collections.abc import Iterator

import pytest

from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from tests.billing import attach, catalogue
from tests.conftest import Api


@pytest.fixture
def limited() -> Iterator[Api]:
    with Emulator(Settings(profile="server", rate_limits=True, invariants=True)) as started:
        yield Api(started)


def checkout(api: Api) -> str:
    catalogue(api)
    url: str = attach(api, "c", "starter", redirect_mode="always")["payment_url"]
    return "/checkouts/" + url.rpartition("/")[2]


def test_a_checkout_is_found_in_the_world_that_made_it(emulator: Emulator) -> None:
    paths = {}
    for org in ("one", "two"):
        api = Api(emulator, org)
        paths[org] = checkout(api)

    for org, path in paths.items():
        shown = api.client.get(path).get_json()
        assert shown["org"]["name"] == org


def test_a_checkout_of_the_live_environment_says_so(api: Api) -> None:
    key = f"am_sk_live_{api.org}"
    api.call("plans.create", {"plan_id": "free", "name": "Free"}, key=key)
    api.call("customers.get_or_create", {"customer_id": "c"}, key=key)
    body = {"customer_id": "c", "plan_id": "free", "redirect_mode": "always"}
    _, answer = api.call("billing.attach", body, key=key)
    path = "/checkouts/" + answer["payment_url"].rpartition("/")[2]

    shown = api.client.get(path).get_json()
    api.client.post(path + "/confirm", json={})
    gone = api.client.get(path).get_json()

    assert (shown["env"], gone["env"]) == ("live", "live")


def test_ten_answers_a_minute_for_each_checkout(limited: Api) -> None:
    path = checkout(limited)
    answers = [limited.client.get(path) for _ in range(11)]

    first, last = answers[0], answers[-1]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert first.headers["RateLimit-Limit"] == "10"
    assert first.headers["RateLimit-Policy"] == "10;w=60"
    assert first.headers["RateLimit-Remaining"] == "9"
    assert first.headers["RateLimit-Reset"] == "60"
    assert last.headers["Retry-After"] == "60"

    limited.advance("1 minute")
    assert limited.client.get(path).status_code == 200


def test_another_checkout_is_counted_by_itself(limited: Api) -> None:
    path = checkout(limited)
    other = attach(limited, "c", "bonus", redirect_mode="always")["payment_url"]
    for _ in range(11):
        limited.client.get(path)

    assert limited.client.get("/checkouts/" + other.rpartition("/")[2]).status_code == 200


def test_nothing_is_counted_unless_the_server_was_told_to(api: Api) -> None:
    path = checkout(api)

    answers = [api.client.get(path) for _ in range(12)]

    assert {answer.status_code for answer in answers} == {200}
    assert "RateLimit-Limit" not in answers[0].headers


def test_a_browser_on_this_machine_may_read_them(api: Api) -> None:
    path = checkout(api)

    answer = api.client.get(path, headers={"Origin": "http://localhost:3001"})

    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:3001"


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"[]", b"null", b'"text"', b"7", b'{"feature_quantities": [7]}',
        b'{"feature_quantities": [{"feature_id": "credits"}]}', b'{"discounts": {"a": 1}}',
        b'{"feature_quantities": [{"feature_id": "nope", "quantity": 1e400}]}', b"\xff\xfe",
    ],
)  # fmt: skip
@pytest.mark.parametrize("verb", ["/preview", "/confirm"])
def test_no_body_brings_the_server_down(api: Api, raw: bytes, verb: str) -> None:
    path = checkout(api)

    answer = api.client.post(path + verb, data=raw)

    assert answer.status_code in {200, 400}
