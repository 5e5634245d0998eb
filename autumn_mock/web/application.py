"""Flask, without what it does for every request and this server has no use for.

There are no sessions, no view is a coroutine, and the API is the same under every host name, so
routing looks at none (the guard has checked it before). Each costs more than reading the request.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, Request
from flask.sessions import NullSession, SessionInterface
from werkzeug.routing import MapAdapter

_NONE = NullSession()


class _NoSessions(SessionInterface):
    def open_session(self, app: Flask, request: Request) -> NullSession:
        return _NONE

    def save_session(self, app: Flask, session: Any, response: Any) -> None:
        """There is nothing to keep."""


class _Adapter(MapAdapter):
    """Knows the one route of the API by its beginning; all others are looked for as usual."""

    def match(self, *args: Any, **kwargs: Any) -> Any:
        path = self.path_info
        if path.startswith("/v1/") and path[4:5] not in {"", "/"} and kwargs == {"return_rule": True}:
            return next(self.map.iter_rules("v1")), {"path": path[4:]}
        return super().match(*args, **kwargs)


class Application(Flask):
    session_interface = _NoSessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        if request is None:
            return None
        environ = request.environ
        return _Adapter(
            self.url_map,
            server_name="localhost",
            script_name=environ.get("SCRIPT_NAME") or "/",
            subdomain="",
            url_scheme=environ["wsgi.url_scheme"],
            path_info=request.path,
            default_method=environ["REQUEST_METHOD"],
        )
