"""What all tests share: an emulator per test, and a client that speaks to it without a socket."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from autumn_mock.world import World

_orgs = count(1)


class Api:
    """One organisation of an emulator, called by operation name.

    `api("customers.get", customer_id="ada")` answers the JSON of a 200 and fails the test otherwise;
    `api.call(...)` answers status and JSON of anything.
    """

    def __init__(self, emulator: Emulator, org: str | None = None) -> None:
        self.emulator = emulator
        self.org = org or f"t{next(_orgs)}"
        self.client = emulator.app.test_client()

    @property
    def world(self) -> World:
        return self.emulator.world(self.org)

    def request(
        self, method: str, path: str, body: Any = None, *, version: str | None = "2.3.0",
        key: str | None = None, headers: dict[str, str] | None = None, raw: bytes | None = None,
    ) -> tuple[int, Any]:  # fmt: skip
        """Any request; `path` with a leading slash. Answers status and JSON (or text)."""
        sent = {"Authorization": f"Bearer {key or 'am_sk_test_' + self.org}"}
        if version:
            sent["x-api-version"] = version
        sent |= headers or {}
        given = {"data": raw} if raw is not None else {} if body is None else {"json": body}
        response = self.client.open(path, method=method, headers=sent, **given)
        return response.status_code, response.get_json(silent=True) if response.is_json else response.text

    def call(self, operation: str, body: Any = None, **how: Any) -> tuple[int, Any]:
        """An RPC operation: status and JSON."""
        return self.request("POST", f"/v1/{operation}", {} if body is None else body, **how)

    def __call__(self, operation: str, *, version: str | None = "2.3.0", **body: Any) -> Any:
        status, answer = self.call(operation, body, version=version)
        assert status == 200, f"{operation} answered {status} {answer}"
        return answer

    def refused(self, operation: str, **body: Any) -> tuple[int, str, str]:
        """Status, code and message of an operation that must fail, with exactly the three keys."""
        return self.refusal(self.call(operation, body))

    @staticmethod
    def refusal(answer: tuple[int, Any]) -> tuple[int, str, str]:
        status, body = answer
        assert status >= 400, f"expected a refusal, got {status} {body}"
        assert set(body) == {"message", "code", "env"}
        return status, body["code"], body["message"]

    def freeze(self, at: int | str) -> None:
        """Stand the clock still at an instant (epoch ms or ISO)."""
        self._clock(now=at)

    def advance(self, by: str) -> None:
        """Let time pass: `31 days`, `1 month`."""
        self._clock(advance=by)

    def _clock(self, **body: Any) -> None:
        status, answer = self.request("POST", "/_mock/clock", body)
        assert status == 200, answer


@pytest.fixture(params=["server"])
def profile(request: pytest.FixtureRequest) -> str:
    """The profile of the test's emulator; override with `@pytest.mark.parametrize`."""
    return str(request.param)


@pytest.fixture
def emulator(profile: str) -> Iterator[Emulator]:
    with Emulator(Settings(profile=profile, id_seed=7, invariants=True)) as started:
        yield started


@pytest.fixture
def api(emulator: Emulator) -> Api:
    return Api(emulator)
