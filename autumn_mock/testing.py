"""An organisation of an emulator as a test holds it, with or without pytest.

    with InProcess() as server:
        acme = server.organisation(seed="starter", now="2026-01-31T12:00:00Z")
        acme.client().customers.get_or_create(customer_id="ada")
        acme.advance("1 month")

Loading this module loads nothing of the server: the pytest plugin imports it in every test run.
"""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from autumn_mock.controls import Checkouts, PaymentMethods, Webhooks

if TYPE_CHECKING:
    from autumn_mock.transport import InProcessTransport

Seed = str | Path | Mapping[str, Any]
"""A fixture file, a folder of them, the name of one that comes along, or what stands in one."""
Instant = int | str | datetime
"""Epoch milliseconds, ISO 8601, or a datetime with a zone."""

_run = os.urandom(4).hex()
_numbers = count(1)


class RefusedByMock(Exception):
    """A call that the emulator did not answer with 200: `status`, and the JSON `body`."""

    def __init__(self, what: str, status: int, body: Any) -> None:
        super().__init__(f"{what} answered {status}: {body}")
        self.status, self.body = status, body


class Server(Protocol):
    """What an organisation needs of the server on which it lives."""

    @property
    def url(self) -> str: ...

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]: ...

    def transport(self) -> "InProcessTransport | None": ...

    def forget(self, org: str) -> None: ...


class AutumnOrg:
    """One organisation: a world that no other test sees."""

    def __init__(self, server: Server, name: str | None = None) -> None:
        self.server = server
        self.name = name or f"t{_run}n{next(_numbers)}"
        self.payment_methods = PaymentMethods(self.control)
        self.checkouts = Checkouts(self.control)
        self.webhooks = Webhooks(self.control)

    @property
    def url(self) -> str:
        """Where the API is served; pass it to an SDK as the server URL."""
        return self.server.url

    @property
    def secret_key(self) -> str:
        return f"am_sk_test_{self.name}"

    @property
    def publishable_key(self) -> str:
        return f"am_pk_test_{self.name}"

    def client(self, **options: Any) -> Any:
        """The official `autumn_sdk.Autumn`, ready; `options` are its own.

        It does not fail open unless told to, and reaches a server of this process without a socket.
        """
        import httpx
        from autumn_sdk import Autumn

        given: dict[str, Any] = {"secret_key": self.secret_key, "fail_open": False}
        if transport := self.server.transport():
            given["server_url"] = "http://localhost"
            given["client"] = httpx.Client(transport=transport)
            given["async_client"] = httpx.AsyncClient(transport=transport)
        else:
            given["server_url"] = self.url
        return Autumn(**{**given, **options})

    def transport(self) -> "InProcessTransport | None":
        """An httpx transport, also for async clients, that needs no socket; None for a remote server."""
        return self.server.transport()

    def call(self, operation: str, **body: Any) -> Any:
        """An operation by its wire name, without an SDK. Raises RefusedByMock."""
        return self._send("POST", f"/v1/{operation}", body)

    def control(self, method: str, route: str, body: Any = None) -> Any:
        """A control route: `control("POST", "reset")` is `POST /_mock/reset`. Raises RefusedByMock."""
        return self._send(method, f"/_mock/{route}", body)

    def seed(self, *seeds: Seed) -> None:
        """Run seeds in this organisation: fixture files, folders of them, names of those that come along
        (`starter`), or what would stand in a file. Raises SeedError."""
        from autumn_mock.seeding import files, read_file

        for each in seeds:
            named = [] if isinstance(each, Mapping) else files(str(each))
            for content in [read_file(path).content for path in named] or [each]:
                self.control("POST", "seed", content)

    def reset(self) -> None:
        """Back to the seed: data, clock and log."""
        self.control("POST", "reset")

    def freeze(self, at: Instant) -> list[dict[str, Any]]:
        """Stand the clock still at an instant. Answers what fell due on the way there, as `advance` does."""
        return self._move({"now": at.isoformat() if isinstance(at, datetime) else at})

    def advance(self, by: str | timedelta) -> list[dict[str, Any]]:
        """Let time pass (`"31 days"`, `"1 month"`, a timedelta): what falls due happens, in order.
        Answers what did, oldest first: `{at, iso, what, customer_id, …}`."""
        text = f"{by // timedelta(seconds=1)} seconds" if isinstance(by, timedelta) else by
        return self._move({"advance": text})

    @property
    def now(self) -> int:
        """Where the clock stands, in epoch milliseconds."""
        return int(self.control("GET", "clock")["now"])

    @property
    def problems(self) -> list[dict[str, Any]]:
        """What of grants, usage, balances, events and payments does not add up: nothing, ever."""
        broken: list[dict[str, Any]] = self.control("GET", "invariants")["broken"]
        return broken

    @property
    def requests(self) -> list[dict[str, Any]]:
        """What was asked and answered, oldest first, secrets masked."""
        listed: list[dict[str, Any]] = self.control("GET", "requests")["list"]
        return listed

    def _move(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = self.control("POST", "clock", body)["timeline"]
        return told

    def _send(self, method: str, path: str, body: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.secret_key}", "Content-Type": "application/json"}
        sent = b"" if body is None else json.dumps(body).encode()
        status, raw = self.server.send(method, path, headers, sent)
        try:
            answer = json.loads(raw)
        except ValueError:
            answer = raw.decode("utf-8", "replace")
        if status != 200:
            raise RefusedByMock(f"{method} {path}", status, answer)
        return answer


class _Organisations:
    """Making organisations, for both kinds of servers."""

    def organisation(
        self: Server, name: str | None = None, *, seed: Seed | Iterable[Seed] = (), now: Instant | None = None
    ) -> AutumnOrg:
        """A fresh organisation, seeded after its clock was set."""
        org = AutumnOrg(self, name)
        if now is not None:
            org.freeze(now)
        org.seed(*([seed] if isinstance(seed, str | Path | Mapping) else seed))
        return org


class InProcess(_Organisations):
    """An emulator of this process; `settings` are the fields of `autumn_mock.Settings`.

    It opens a socket, on a free port, only when somebody asks for its URL.
    """

    def __init__(self, **settings: Any) -> None:
        from autumn_mock.emulator import Emulator
        from autumn_mock.settings import Settings

        self.emulator: Emulator = Emulator(Settings(**settings))
        self._url: str | None = None

    @property
    def url(self) -> str:
        if self._url is None:
            self._url = self.emulator.start()
        return self._url

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        from autumn_mock.wsgi import ask

        return ask(self.emulator.app, method, path, headers, body)

    def transport(self) -> "InProcessTransport":
        from autumn_mock.transport import InProcessTransport

        return InProcessTransport(self.emulator.app)

    def forget(self, org: str) -> None:
        self.emulator.forget(org)

    def close(self) -> None:
        self.emulator.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Remote(_Organisations):
    """A server that already runs somewhere else."""

    def __init__(self, url: str) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"{url} is not an http(s) URL")
        self._url = url.rstrip("/")

    @property
    def url(self) -> str:
        return self._url

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        request = urllib.request.Request(self._url + path, body or None, dict(headers), method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def transport(self) -> None:
        return None

    def forget(self, org: str) -> None:
        """Its worlds stay: they belong to whoever runs it."""

    def close(self) -> None:
        """It goes on running."""
