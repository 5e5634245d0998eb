"""The container's files agree with the program; no engine is needed to see that."""

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import yaml

from autumn_mock.settings import Settings
from tests.programs import serving

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "examples" / "compose.yaml").read_text())
VARIABLES = {f"AUTUMN_MOCK_{field.name.upper()}" for field in fields(Settings)}


def test_every_variable_is_a_setting() -> None:
    given = set(re.findall(r"AUTUMN_MOCK_[A-Z_]+", DOCKERFILE.replace("AUTUMN_MOCK_*", "")))
    composed = set(COMPOSE["services"]["autumn"]["environment"])

    assert given
    assert given | composed <= VARIABLES


def test_it_runs_without_root_and_stops_by_sigterm() -> None:
    final = DOCKERFILE.rpartition("FROM ")[2]

    assert re.search(r"^USER [1-9]\d+$", final, re.MULTILINE)
    assert re.search(r"^STOPSIGNAL SIGTERM$", final, re.MULTILINE)
    assert re.search(r'^ENTRYPOINT \["autumn-mock"\]$', final, re.MULTILINE)  # not by way of a shell


def test_health_is_the_program_s_own_and_asked_for_soon() -> None:
    assert re.search(r'HEALTHCHECK .*\\\n\s+CMD \["autumn-mock", "healthcheck"\]', DOCKERFILE)
    assert "--start-interval" not in DOCKERFILE  # which many builders don't know
    assert COMPOSE["services"]["autumn"]["healthcheck"] == {"start_interval": "250ms"}


def test_what_is_copied_is_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    copied = [
        name
        for line in re.findall(r"^COPY (?!--from)(.+)", DOCKERFILE, re.MULTILINE)
        for name in line.split()[:-1]
    ]

    assert ignored[0] == "*"
    assert set(copied) == {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert all((ROOT / name).exists() for name in copied)


def test_the_application_waits_for_a_healthy_server_and_may_call_it() -> None:
    app, server = COMPOSE["services"]["app"], COMPOSE["services"]["autumn"]

    assert app["depends_on"] == {"autumn": {"condition": "service_healthy"}}
    assert server["environment"]["AUTUMN_MOCK_ALLOW_HOST"] in app["environment"]["AUTUMN_URL"]
    for mounted in (*server["volumes"], *app["volumes"]):
        source = mounted.partition(":")[0]
        assert source in COMPOSE["volumes"] or (ROOT / "examples" / source).exists()


def test_the_application_runs_as_composed() -> None:
    with serving("--seed", "starter", "--host", "0.0.0.0") as server:
        env = {**COMPOSE["services"]["app"]["environment"], "AUTUMN_URL": server.url}

        done = subprocess.run(
            [sys.executable, ROOT / "examples" / "compose_app.py"],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.stdout == "Ada may send a message: True, 100 left\n", done.stderr
