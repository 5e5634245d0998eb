"""The documents are true: generated parts are current, examples run, commands and routes are named."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from autumn_mock.cli import main
from autumn_mock.testing import InProcess
from tests.generated import DOCUMENTS, PROFILE_TOPICS, ROOT, renewed
from tests.test_pytest_plugin import project

README = (ROOT / "README.md").read_text(encoding="utf-8")
JS = ROOT / "tests" / "clients" / "js"
SERVED_AT = "http://127.0.0.1:8788"

__all__ = ["project"]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)


@pytest.fixture
def server() -> Iterator[InProcess]:
    """What `make run` serves, on another port."""
    with InProcess(seed=(str(ROOT / "fixtures" / "starter.json"),)) as running:
        yield running


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_generated_parts_are_current(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")

    assert text == renewed(text), "run `make docs`"


def test_every_difference_of_the_profiles_is_told() -> None:
    from dataclasses import fields

    from autumn_mock.settings import Profile

    assert {field.name for field in fields(Profile)} - {"name"} == PROFILE_TOPICS.keys()


@pytest.mark.parametrize("block", [b for b in blocks("python") if "def test_" not in b])
def test_the_python_examples_run(block: str, server: InProcess) -> None:
    pytest.importorskip("autumn_sdk")
    printed: list[str] = []

    exec(block.replace(SERVED_AT, server.url), {"print": lambda value: printed.append(str(value))})

    assert printed == re.findall(r"print\(.*# (.*)$", block, flags=re.MULTILINE)


@pytest.mark.parametrize("block", [b for b in blocks("python") if "def test_" in b])
def test_the_pytest_examples_pass(block: str, project: pytest.Pytester) -> None:
    pytest.importorskip("autumn_sdk")
    project.makepyfile(block)

    project.runpytest_subprocess().assert_outcomes(passed=block.count("def test_"))


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
@pytest.mark.parametrize("block", [b for b in blocks("sh") if "curl " in b])
def test_the_curl_examples_succeed(block: str, server: InProcess) -> None:
    script = block.replace(SERVED_AT, server.url).replace("curl ", "curl --silent --show-error --fail ")

    done = subprocess.run(["bash", "-euc", script], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not (JS / "node_modules").exists(), reason="needs `npm ci --prefix tests/clients/js`")
@pytest.mark.parametrize("block", blocks("js"))
def test_the_javascript_examples_run(block: str, server: InProcess) -> None:
    done = subprocess.run(
        ["node", "--input-type=module", "-e", block.replace(SERVED_AT, server.url)],
        cwd=JS, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.stdout.split() == re.findall(r"console\.log\(.*// (.*)$", block, flags=re.MULTILINE), (
        done.stderr
    )


@pytest.mark.parametrize("command", list(main.list_commands(None)))  # type: ignore[arg-type]
def test_the_readme_names_every_command(command: str) -> None:
    assert f"`autumn-mock {command}`" in README


def test_the_readme_names_every_control_route(server: InProcess) -> None:
    for rule in server.emulator.app.url_map.iter_rules():
        if rule.rule.startswith("/_mock"):
            path = re.sub(r"<[^>]*>", "<id>", rule.rule)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                assert f"`{method} {path}`" in README


def test_local_links_lead_somewhere() -> None:
    for document in DOCUMENTS:
        path = ROOT / document
        for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), f"{document}: {link}"


def test_the_readme_says_whose_project_it_is() -> None:
    assert "independent project, not Autumn's" in README
    assert Path(ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
