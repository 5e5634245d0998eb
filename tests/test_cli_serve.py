"""`autumn-mock serve` as a user meets it: the real program in a process of its own."""

import json
import os
import signal
import socket
import time
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

import pytest
from tinydb import TinyDB

from tests.programs import run, serving


def gone(pid: int, within: float = 5.0) -> bool:
    """Whether a process ends in time."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.01)
    return False


def one_line(text: str) -> str:
    """An error that is one readable line."""
    assert text.count("\n") == 1, text
    assert "Traceback" not in text
    return text.removeprefix("autumn-mock: ").rstrip("\n")


def test_the_ready_line_as_json(tmp_path: Path) -> None:
    data = str(tmp_path / "data.json")

    with serving("--data", data) as server:
        assert server.ready == {"url": server.url, "pid": server.process.pid, "data": data}
        assert server.feature("seats") == 200
        assert server.features() == ["seats"]


def test_the_ready_line_for_people() -> None:
    import subprocess
    import sys

    process = subprocess.Popen(
        [sys.executable, "-m", "autumn_mock", "serve", "--port", "0", "--profile", "server"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    process.terminate()
    process.communicate(timeout=20)

    assert line.startswith("autumn-mock serves http://127.0.0.1:")
    assert "(nothing is kept; no seed; profile server)" in line
    assert f"Ctrl-C, or kill {process.pid}" in line
    assert process.returncode == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_folds_the_journal_and_ends_with_0(tmp_path: Path, how: int) -> None:
    path = tmp_path / "data.json"

    with serving("--data", str(path)) as server:
        server.feature("seats")
        status, errors = server.stop(how)

    assert (status, errors) == (0, "")
    assert [entry.name for entry in tmp_path.iterdir()] == ["data.json"]
    with TinyDB(path) as stock:
        assert [document["id"] for document in stock.table("features").all()] == ["seats"]


def test_ctrl_c_in_a_terminal_reaches_the_whole_group_and_ends_with_0(tmp_path: Path) -> None:
    path = tmp_path / "data.json"

    with serving("--data", str(path)) as server:
        server.feature("seats")
        for worker in server.workers():
            assert os.getpgid(worker) != os.getpgid(server.process.pid)
        status, errors = server.stop(signal.SIGINT)

    assert (status, errors) == (0, "")


def test_a_signal_lets_a_running_request_finish(tmp_path: Path) -> None:
    answers: list[bytes] = []

    with serving("--data", str(tmp_path / "data.json")) as server:
        host, port = server.url.removeprefix("http://").split(":")
        body = json.dumps({"feature_id": "late", "name": "late", "type": "boolean"}).encode()
        head = (
            f"POST /v1/features.create HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer am_sk_test_acme\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection((host, int(port)), 10) as connection:
            connection.sendall(head.encode() + body[:5])
            time.sleep(0.2)
            stopping = Thread(target=lambda: answers.append(repr(server.stop()).encode()))
            stopping.start()
            time.sleep(0.2)
            connection.sendall(body[5:])
            connection.settimeout(10)
            answers.append(connection.recv(4096))
            stopping.join(20)

    assert answers[0].startswith(b"HTTP/1.1 200")
    assert answers[1] == b"(0, '')"
    with TinyDB(tmp_path / "data.json") as stock:
        assert [document["id"] for document in stock.table("features").all()] == ["late"]


def test_a_signal_repeated_changes_nothing(tmp_path: Path) -> None:
    with serving("--data", str(tmp_path / "data.json")) as server:
        server.feature("seats")
        for _ in range(3):
            server.process.send_signal(signal.SIGINT)
            time.sleep(0.005)
        status, errors = server.stop()

    assert (status, errors) == (0, "")


def test_a_stop_in_the_moment_of_the_ready_line_is_heard() -> None:
    for _ in range(4):
        with serving() as server:
            began = time.monotonic()
            status, _ = server.stop()

        assert status == 0
        assert time.monotonic() - began < 5


def test_an_open_connection_does_not_hold_up_the_end() -> None:
    with serving() as server:
        host, port = server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), 10) as connection:
            connection.sendall(b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            connection.recv(4096)
            began = time.monotonic()
            status, _ = server.stop()

    assert status == 0
    assert time.monotonic() - began < 2


def test_what_was_answered_survives_the_killing_of_the_server(tmp_path: Path) -> None:
    args = ("--data", str(tmp_path / "data.json"))
    answered = []

    with serving(*args) as server:
        workers = server.workers()
        for number in range(50):
            assert server.feature(f"f{number}") == 200
            answered.append(f"f{number}")
        server.process.kill()
        assert all(gone(worker) for worker in workers)
    with serving(*args) as server:
        assert server.features() == answered


def test_a_server_can_start_again_at_once_after_a_killing(tmp_path: Path) -> None:
    args = ("--data", str(tmp_path / "data.json"), "--seed", "starter")

    for _ in range(3):
        with serving(*args) as server:
            server.features()
            server.process.kill()
            server.process.wait(10)

    with serving(*args) as server:
        assert len(server.features()) == 4


def test_what_was_answered_survives_the_killing_of_the_worker(tmp_path: Path) -> None:
    args = ("--data", str(tmp_path / "data.json"))

    with serving(*args) as server:
        server.feature("seats")
        for worker in server.workers():
            os.kill(worker, signal.SIGKILL)
        _, errors = server.process.communicate(timeout=20)
    with serving(*args) as again:
        assert again.features() == ["seats"]

    assert server.process.returncode == 1
    assert "ended by itself" in one_line(errors)


def test_a_killed_parent_leaves_no_worker_behind() -> None:
    with serving() as server:
        workers = server.workers()
        server.process.kill()

        assert workers
        assert all(gone(worker) for worker in workers)


def test_the_clock_of_an_organisation_survives_a_restart(tmp_path: Path) -> None:
    args = ("--data", str(tmp_path / "data.json"))

    with serving(*args) as server:
        server.call("", {"now": "2030-01-01T00:00:00Z"}, path="/_mock/clock")
        server.stop()
    with serving(*args) as server:
        _, clock = server.call("", path="/_mock/clock", method="GET")

    assert (clock["iso"], clock["state"]) == ("2030-01-01T00:00:00.000Z", "frozen")


def test_a_used_port_is_told() -> None:
    with serving() as server:
        port = server.url.rpartition(":")[2]

        status, _, errors = run("serve", "--port", port)

    assert status == 1
    assert one_line(errors) == (
        f"port {port} of 127.0.0.1 can't be used: Address already in use; choose another one with --port"
    )


def test_a_second_server_on_one_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    with serving("--data", str(path)) as server:
        server.feature("seats")

        status, _, errors = run("serve", "--port", "0", "--data", str(path))

        assert server.features() == ["seats"]
    assert status == 1
    assert one_line(errors).startswith(f"{path}: another autumn-mock (process {server.process.pid}) is using")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"autumn_mock": ', "line 1, column 17"),
        ('{"autumn_mock": {"1": {"format": 2}}}', "written by a newer autumn-mock"),
        ('{"people": {"1": {"name": "Ada"}}}', "not one of autumn-mock"),
    ],
)
def test_a_data_file_that_cannot_be_used_is_told_and_left_alone(
    tmp_path: Path, content: str, told: str
) -> None:
    path = tmp_path / "data.json"
    path.write_text(content)

    status, _, errors = run("serve", "--port", "0", "--data", str(path))

    assert status == 1
    assert told in one_line(errors)
    assert path.read_text() == content


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--port", "x"], "'x' is not a valid integer"),
        (["--port", "70000"], "70000 is not in the range"),
        (["--profile", "real"], "'real' is not one of"),
        (["--durability", "max"], "'max' is not one of"),
        (["--now", "yesterday"], "neither epoch milliseconds nor ISO 8601"),
        (["--keys", "secret"], "look like am_sk_test_acme"),
        (["--prot", "1"], "--prot"),
        (["extra"], "unexpected extra argument"),
    ],
)
def test_wrong_usage_ends_with_2(args: list[str], told: str) -> None:
    status, _, errors = run("serve", *args)

    assert status == 2
    assert told in errors
    assert "Traceback" not in errors


def test_an_unknown_host_is_told() -> None:
    status, _, errors = run("serve", "--port", "0", "--host", "no.such.host.invalid")

    assert status == 1
    assert one_line(errors).startswith("--host no.such.host.invalid: ")


def test_every_setting_has_a_variable(tmp_path: Path) -> None:
    env = {
        "AUTUMN_MOCK_DATA": str(tmp_path / "data.json"),
        "AUTUMN_MOCK_PROFILE": "server",
        "AUTUMN_MOCK_KEYS": "am_sk_test_one,am_sk_test_two",
        "AUTUMN_MOCK_NOW": "2030-01-01",
    }

    with serving(env=env) as server:
        unknown, _ = server.call("features.list", key="am_sk_test_three")
        known, _ = server.call("features.list", key="am_sk_test_two")
        _, clock = server.call("", key="am_sk_test_one", path="/_mock/clock", method="GET")
        route, _ = server.call("features.nope", key="am_sk_test_one")

    assert (unknown, known, route) == (401, 200, 401)
    assert clock["iso"] == "2030-01-01T00:00:00.000Z"
    assert (tmp_path / "data.json").exists()


def test_the_help_names_every_setting_and_variable() -> None:
    from dataclasses import fields

    from autumn_mock.settings import Settings

    status, told, _ = run("serve", "--help")

    assert status == 0
    for field in fields(Settings):
        assert "--" + field.name.replace("_", "-") in told
        assert f"AUTUMN_MOCK_{field.name.upper()}" in told


def test_it_listens_on_ipv6() -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    with serving("--host", "::1") as server:
        assert server.url.startswith("http://[::1]:")
        with urlopen(server.url + "/_mock/health", timeout=5) as answer:
            assert answer.status == 200


def test_healthcheck_tells_by_its_status() -> None:
    with serving() as server:
        port = server.url.rpartition(":")[2]

        assert run("healthcheck", "--port", port)[0] == 0
    status, _, errors = run("healthcheck", "--port", port)

    assert status == 1
    assert one_line(errors) == f"no healthy answer from 127.0.0.1:{port}"
