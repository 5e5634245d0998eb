"""Server programs: one in a thread of this process (tests), one for `autumn-mock serve`."""

import logging
from collections.abc import Callable
from threading import Thread
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

_POLL_SECONDS = 0.005


class _Handler(WSGIRequestHandler):
    """Speaks HTTP/1.1 and logs nothing."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


def serve_in_thread(app: Any, host: str, port: int) -> tuple[str, Callable[[], None]]:
    """Start serving; returns the URL and what stops it. Raises OSError when the port is taken."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server(host, port, app, threaded=True, request_handler=_Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": _POLL_SECONDS}, daemon=True)
    thread.start()

    def stop() -> None:
        server.shutdown()
        thread.join()
        server.server_close()

    return f"http://{host}:{server.server_port}", stop
