"""A load generator of raw keep-alive sockets, for a process of its own: JSON on stdin, JSON on stdout.

It needs nothing that the project does not install, and costs a small part of what any Python
server costs per request, so that the server is what is measured.
"""

import json
import re
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Load:
    """What to ask. `{n}` in path and body is a number that every request has to itself."""

    port: int
    method: str
    path: str
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    connections: int = 16
    seconds: float = 2.0
    warm_up: float = 0.4
    first: int = 0


@dataclass(frozen=True)
class Result:
    requests: int
    """Answered within `seconds`."""
    asked: int
    """Those of the warming up too."""
    seconds: float
    failed: int
    p50_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


def run(load: Load) -> Result:
    """Drive a load from another process."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=json.dumps(asdict(load)), capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    return Result(**json.loads(done.stdout))


class Connection:
    """One connection that asks, waits for the whole answer, and asks again."""

    __slots__ = ("asked_at", "port", "received", "sock")

    def __init__(self, port: int) -> None:
        self.port = port
        self.sock = self.open()
        self.received = b""
        self.asked_at = 0.0

    def open(self) -> socket.socket:
        sock = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    def ask(self, request: bytes) -> None:
        self.asked_at = time.perf_counter()
        self.sock.sendall(request)

    def answer(self) -> bytes | None:
        """The head of the answer once all of it is there."""
        chunk = self.sock.recv(262_144)
        self.received += chunk
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            if not chunk:
                raise ConnectionError("closed before an answer")
            return None
        head = self.received[:end]
        length = _LENGTH.search(head)
        if length is not None and len(self.received) - end - 4 < int(length[1]):
            return None
        if length is None and chunk:
            return None  # it ends when the server closes
        self.received = b""
        return head


def requests(load: Load) -> Iterator[bytes]:
    headers = {"Host": f"127.0.0.1:{load.port}", "Content-Type": "application/json", **load.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    for number in count(load.first):
        body = load.body.replace("{n}", str(number)).encode()
        path = load.path.replace("{n}", str(number))
        head = f"{load.method} {path} HTTP/1.1\r\n{lines}Content-Length: {len(body)}\r\n\r\n"
        yield head.encode() + body


def drive(load: Load) -> Result:
    asking = requests(load)
    waiting = selectors.DefaultSelector()
    for _ in range(load.connections):
        connection = Connection(load.port)
        waiting.register(connection.sock, selectors.EVENT_READ, connection)
        connection.ask(next(asking))
    began = time.perf_counter() + load.warm_up
    ends = began + load.seconds
    took: list[float] = []
    failed = asked = 0
    now = began
    while now < ends:
        for key, _ in waiting.select(timeout=1):
            connection = key.data
            head = connection.answer()
            if head is None:
                continue
            now = time.perf_counter()
            asked += 1
            if now >= began:
                took.append(now - connection.asked_at)
                failed += not head[9:12].startswith(b"2")
            if _CLOSES.search(head) or head.startswith(b"HTTP/1.0"):
                waiting.unregister(connection.sock)
                connection.sock.close()
                connection.sock = connection.open()
                waiting.register(connection.sock, selectors.EVENT_READ, connection)
            connection.ask(next(asking))
        now = time.perf_counter()
    took.sort()
    return Result(
        requests=len(took),
        asked=asked,
        seconds=load.seconds,
        failed=failed,
        p50_ms=1000 * took[len(took) // 2] if took else 0.0,
        p99_ms=1000 * took[len(took) * 99 // 100] if took else 0.0,
    )


if __name__ == "__main__":
    print(json.dumps(asdict(drive(Load(**json.load(sys.stdin))))))
