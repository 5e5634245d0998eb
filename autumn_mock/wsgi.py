"""A request to a WSGI application of this process, without a socket and without a client library."""

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote

from werkzeug.test import run_wsgi_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def ask(
    app: "WSGIApplication", method: str, path: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, bytes]:
    """The status and the body of an answer; `path` may bring a query."""
    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": unquote(path),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": headers["Content-Type"],
        "HTTP_AUTHORIZATION": headers["Authorization"],
        "HTTP_HOST": "localhost",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    chunks, status, _ = run_wsgi_app(app, environ)
    return int(status[:3]), b"".join(chunks)
