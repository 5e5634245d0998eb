"""A receiver of webhooks on a loopback port: keeps what came and answers as it was told to."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from time import monotonic, sleep


class Receiver:
    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: deque[int] = deque()
        """Statuses to answer with, one after another; afterwards 200."""
        self.headers: dict[str, str] = {}
        self.gate = Event()
        self.gate.set()
        """Closed, it holds every answer back."""
        self.url = ""

    def wait(self, count: int = 1, seconds: float = 10) -> None:
        """Wait until so many requests have come."""
        deadline = monotonic() + seconds
        while len(self.got) < count and monotonic() < deadline:
            sleep(0.005)
        assert len(self.got) >= count, f"{len(self.got)} of {count} webhooks came in {seconds} s"

    def bodies(self) -> list[bytes]:
        return [body for _, body in self.got]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A running receiver."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.got.append(({name.lower(): text for name, text in self.headers.items()}, body))
            receiver.gate.wait(10)
            self.send_response(receiver.answers.popleft() if receiver.answers else 200)
            for name, text in receiver.headers.items():
                self.send_header(name, text)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield receiver
    finally:
        receiver.gate.set()
        server.shutdown()
        thread.join()
        server.server_close()
