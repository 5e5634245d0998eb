"""What stands before the application: the Host check, preflights, and what browsers are told.

WSGI rather than Flask hooks, because it costs every request and a header list is cheaper than
Flask's own.
"""

from collections.abc import Callable, Iterable
from typing import Any

from autumn_mock.errors.http import HostNotAllowed
from autumn_mock.settings import Settings
from autumn_mock.web import cors
from autumn_mock.web.answers import encode, envelope
from autumn_mock.web.hosts import check_host
from autumn_mock.world import SANDBOX

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]


class Guard:
    """A WSGI application around another one."""

    def __init__(self, app: WsgiApp, settings: Settings) -> None:
        self.app, self.settings = app, settings

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        origin, allowed = environ.get("HTTP_ORIGIN"), self.settings.allow_origin
        try:
            check_host(environ.get("HTTP_HOST"), self.settings.answered_hosts)
        except HostNotAllowed as error:
            body = encode(envelope(error, SANDBOX))
            start_response("403 FORBIDDEN", [("Content-Type", "application/json"), _length(body)])
            return [body]
        if environ["REQUEST_METHOD"] == "OPTIONS":
            start_response("204 NO CONTENT", list(cors.preflight_headers(origin, allowed)))
            return []
        told = cors.answer_headers(origin, allowed)

        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [*headers, *told], *more)

        return self.app(environ, started)


def _length(body: bytes) -> tuple[str, str]:
    return "Content-Length", str(len(body))
