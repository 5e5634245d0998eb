"""How long it takes until something is there: the server, a world of a test; and what it holds idle."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from autumn_mock.testing import InProcess
from benchmarks.programs import autumn_mock, bare_flask


def start(rounds: int) -> list[dict[str, Any]]:
    """Cold start and idle memory."""
    imports = statistics.median(_timed(_import_libraries) for _ in range(rounds))
    with autumn_mock():
        pass  # the first start compiles the program, which happens once per installation
    ready, memory = [], []
    for _ in range(rounds):
        with autumn_mock() as server:
            ready.append(server.ready_after)
            memory.append(server.memory_mb())
    with bare_flask() as bare:
        bare_memory = bare.memory_mb()
    first = statistics.median(ready)
    return [
        {"what": "python imports Flask, marshmallow and TinyDB", "measured": f"{imports * 1000:.0f} ms"},
        {
            "what": "autumn-mock serve: first healthy answer",
            "measured": f"{first * 1000:.0f} ms",
            "ratio": round(first / imports, 2),
            "target": 2.0,
        },
        {"what": "bare Flask echo on Granian, idle", "measured": f"{bare_memory:.0f} MB"},
        {
            "what": "autumn-mock serve, idle",
            "measured": f"{statistics.median(memory):.0f} MB",
            "target": "70 MB",
        },
    ]


def _import_libraries() -> None:
    subprocess.run([sys.executable, "-c", "import flask, marshmallow, tinydb"], check=True)


def fixture(rounds: int) -> list[dict[str, Any]]:
    """What the pytest fixture costs."""
    began = time.perf_counter()
    server = InProcess()
    loading = time.perf_counter() - began
    server.organisation().call("features.list")
    opening = _timed(lambda: server.url)
    worlds = [_timed(lambda: server.organisation().call("features.list")) for _ in range(50 * rounds)]
    org = server.organisation()
    resets = [_timed(org.reset) for _ in range(50 * rounds)]
    stopping = _timed(server.close)
    return [
        {"what": "loading the server, once a session", "measured": f"{loading * 1000:.0f} ms"},
        {"what": "opening its socket, when somebody asks for the URL", "measured": f"{opening * 1000:.1f} ms"},
        {
            "what": "a fresh world and its first request",
            "measured": f"{statistics.median(worlds) * 1000:.2f} ms",
            "target": "1 ms",
        },
        {"what": "reset", "measured": f"{statistics.median(resets) * 1000:.2f} ms", "target": "1 ms"},
        {"what": "stopping", "measured": f"{stopping * 1000:.1f} ms", "target": "20 ms"},
    ]


def _timed(run: Callable[[], Any]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began
