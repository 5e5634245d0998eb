"""The examples run as they stand."""

import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

from autumn_mock.testing import AutumnOrg, InProcess
from tests.generated import ROOT
from tests.test_pytest_plugin import project

EXAMPLES = ROOT / "examples"
MODULES = ROOT / "tests" / "clients" / "js" / "node_modules"

__all__ = ["project"]


@pytest.fixture
def starter() -> Iterator[AutumnOrg]:
    with InProcess(seed=(str(ROOT / "fixtures" / "starter.json"),)) as server:
        yield server.organisation()


def environ(org: AutumnOrg) -> dict[str, str]:
    return {"AUTUMN_URL": org.url, "AUTUMN_SECRET_KEY": org.secret_key}


def test_the_python_application_sends_and_counts(starter: AutumnOrg) -> None:
    pytest.importorskip("autumn_sdk")

    done = subprocess.run(
        [sys.executable, EXAMPLES / "gate.py"],
        env=environ(starter),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == "ada: hello\n99 left\n", done.stderr


@pytest.mark.skipif(not MODULES.exists(), reason="needs `npm ci --prefix tests/clients/js`")
def test_the_javascript_application_does_too(starter: AutumnOrg, project: pytest.Pytester) -> None:
    shutil.copy(EXAMPLES / "gate.mjs", project.path)
    (project.path / "node_modules").symlink_to(MODULES)
    node = shutil.which("node") or "node"

    done = subprocess.run(
        [node, "gate.mjs"], cwd=project.path, env=environ(starter), capture_output=True, text=True, check=False
    )

    assert done.stdout == "grace: hello\n99 left\n", done.stderr


def test_the_tests_of_the_application_pass(project: pytest.Pytester) -> None:
    pytest.importorskip("autumn_sdk")
    for folder in ("examples", "fixtures"):
        shutil.copytree(ROOT / folder, project.path / folder)

    project.runpytest_subprocess("examples").assert_outcomes(passed=4)
