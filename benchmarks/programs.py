"""The servers that are measured, each a process of its own on a free port."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INCUMBENTS = {"localstripe": "localstripe", "moto": "moto[server]"}
"""What pip installs, by the name of the program."""


@dataclass
class Running:
    port: int
    process: subprocess.Popen[bytes]
    ready_after: float
    """Seconds from the start of the process to the first healthy answer."""

    def memory_mb(self) -> float:
        """Resident memory of the process and its children that it does not share with another one."""
        total = 0
        for pid in (self.process.pid, *_children(self.process.pid)):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        return total / 1024

    def cpu_seconds(self) -> float:
        """Processor time so far, of the process and its children."""
        total = 0
        for pid in (self.process.pid, *_children(self.process.pid)):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _environment() -> dict[str, str]:
    """Compiled modules are kept, as they are for a user: else every start would compile the program."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@contextmanager
def running(command: list[str], port: int, healthy: str) -> Iterator[Running]:
    """A server from its start until it answers, and to its end."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(process, f"http://127.0.0.1:{port}{healthy}")
        yield Running(port, process, time.perf_counter() - began)
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return  # it answers
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"no answer at {url}") from None
            time.sleep(0.002)


@contextmanager
def bare_flask() -> Iterator[Running]:
    port = free_port()
    with running([sys.executable, "-m", "benchmarks.echo", str(port)], port, "/health") as server:
        yield server


@contextmanager
def autumn_mock(*options: str) -> Iterator[Running]:
    """`autumn-mock serve`, file-backed, as users run it."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "autumn_mock", "serve", "--port", str(port)]
        command += ["--data", str(Path(folder) / "data.json"), *options]
        with running(command, port, "/_mock/health") as server:
            yield server


@contextmanager
def incumbent(name: str) -> Iterator[Running]:
    """Another emulator, installed beside the project on first use."""
    venv = ROOT / ".bench" / name
    if not (venv / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        subprocess.run([str(venv / "bin" / "pip"), "install", "--quiet", INCUMBENTS[name]], check=True)
        (venv / "ready").touch()
    port = free_port()
    commands = {
        "localstripe": [str(venv / "bin" / "localstripe"), "--port", str(port)],
        "moto": [str(venv / "bin" / "moto_server"), "--port", str(port)],
    }
    with running(commands[name], port, "/") as server:
        yield server


def _children(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            child = int(path.parent.name)
            found += [child, *_children(child)]
    return found
