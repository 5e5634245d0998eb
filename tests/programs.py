"""Running the real program as a subprocess."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

PROGRAM = [sys.executable, "-m", "autumn_mock"]
_ENV = {name: value for name, value in os.environ.items() if not name.startswith("AUTUMN_")}


def run(*args: str, env: dict[str, str] | None = None, cwd: Path | None = None) -> tuple[int, str, str]:
    """Exit status, output and errors of a program that ends by itself."""
    ended = subprocess.run(
        [*PROGRAM, *args],
        capture_output=True,
        text=True,
        timeout=20,
        env=_ENV | (env or {}),
        cwd=cwd,
        check=False,
    )
    return ended.returncode, ended.stdout, ended.stderr


class Server:
    """A running `autumn-mock serve`, told by its ready line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, f"no ready line; it said: {process.stderr.read() if process.stderr else ''}"
        self.ready: dict[str, Any] = json.loads(line)
        self.url: str = self.ready["url"]

    def call(
        self, operation: str, body: Any = None, *, key: str = "am_sk_test_acme", path: str | None = None,
        method: str = "POST", headers: dict[str, str] | None = None,
    ) -> tuple[int, Any]:  # fmt: skip
        """Status and JSON of an operation (or of any path)."""
        raw = json.dumps({} if body is None else body).encode() if method != "GET" else None
        sent = {"Authorization": f"Bearer {key}", **(headers or {})}
        request = Request(self.url + (path or f"/v1/{operation}"), raw, sent, method=method)
        try:
            with urlopen(request, timeout=10) as answer:
                return answer.status, json.load(answer)
        except HTTPError as error:
            with error:
                return error.code, json.load(error)

    def feature(self, name: str) -> int:
        """Create a feature; the status."""
        return self.call("features.create", {"feature_id": name, "name": name, "type": "boolean"})[0]

    def features(self) -> list[str]:
        status, answer = self.call("features.list")
        assert status == 200, answer
        return [each["id"] for each in answer["list"]]

    def workers(self) -> list[int]:
        found = subprocess.run(
            ["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        return [int(line) for line in found.stdout.split()]

    def stop(self, how: int = signal.SIGTERM) -> tuple[int, str]:
        """Exit status and what it said on its error stream."""
        self.process.send_signal(how)
        _, errors = self.process.communicate(timeout=20)
        return self.process.returncode, errors


@contextmanager
def serving(*args: str, env: dict[str, str] | None = None, cwd: Path | None = None) -> Iterator[Server]:
    """A server on a free port, stopped at the end if the test did not."""
    process = subprocess.Popen(
        [*PROGRAM, "serve", "--port", "0", "--json", *args],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=_ENV | (env or {}), cwd=cwd,
    )  # fmt: skip
    try:
        yield Server(process)
    finally:
        if process.poll() is None:
            process.terminate()
            process.communicate(timeout=20)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()
