"""The pytest plugin: `autumn` gives each test an organisation of its own.

One server lives as long as the test session (each xdist worker has its own). Loading this module
loads nothing of the server; that happens when the first test asks for it.
"""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from autumn_mock.testing import AutumnOrg, InProcess, Remote

if TYPE_CHECKING:
    from collections.abc import Generator

AutumnServer: TypeAlias = InProcess | Remote
MakeAutumn: TypeAlias = Callable[..., AutumnOrg]

_SHOWN = 10
_LONGEST = 400
_orgs_key = pytest.StashKey[list[AutumnOrg]]()
_MARKER = (
    "autumn(seed=None, now=None, profile=None): what the organisation of the fixture `autumn` begins with: "
    "a fixture file (or several, or their content), where its clock stands, and the server's profile."
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("autumn", "autumn-mock, the Autumn emulator")
    group.addoption(
        "--autumn-url", metavar="URL", help="use a server that already runs, instead of one in this process"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture(scope="session")
def autumn_settings() -> dict[str, Any]:
    """Settings of the session's server (fields of `autumn_mock.Settings`); override it in conftest.py."""
    return {}


@pytest.fixture(scope="session")
def _autumn_servers(
    request: pytest.FixtureRequest, autumn_settings: dict[str, Any]
) -> "Generator[Callable[[str | None], AutumnServer]]":
    """The servers of this session by profile; each is made when it is first asked for."""
    remote: str | None = request.config.getoption("--autumn-url")
    made: dict[str | None, AutumnServer] = {}

    def server(profile: str | None) -> AutumnServer:
        if profile not in made:
            made[profile] = _serve(remote, profile, autumn_settings)
        return made[profile]

    yield server
    for each in made.values():
        each.close()


def _serve(remote: str | None, profile: str | None, settings: dict[str, Any]) -> AutumnServer:
    if remote is None:
        return InProcess(**settings, **({"profile": profile} if profile else {}))
    if profile:
        pytest.skip("the profile of a server that already runs (--autumn-url) can't be chosen")
    return Remote(remote)


@pytest.fixture(scope="session")
def autumn_server(_autumn_servers: Callable[[str | None], AutumnServer]) -> AutumnServer:
    """The server of this session."""
    return _autumn_servers(None)


@pytest.fixture
def make_autumn(
    request: pytest.FixtureRequest, _autumn_servers: Callable[[str | None], AutumnServer]
) -> Iterator[MakeAutumn]:
    """Makes organisations: `make_autumn(seed=…, now=…, profile=…)`, each a world of its own."""
    made = request.node.stash.setdefault(_orgs_key, [])

    def make(name: str | None = None, *, profile: str | None = None, **begins_with: Any) -> AutumnOrg:
        org = _autumn_servers(profile).organisation(name, **begins_with)
        made.append(org)
        return org

    yield make
    for org in made:
        org.server.forget(org.name)


@pytest.fixture
def autumn(request: pytest.FixtureRequest, make_autumn: MakeAutumn) -> AutumnOrg:
    """A fresh organisation, filled as the marker `autumn` says."""
    marker = request.node.get_closest_marker("autumn")
    return make_autumn(**(marker.kwargs if marker else {}))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> "Generator[None, pytest.TestReport, pytest.TestReport]":
    """Show the last requests of a failing test's organisations."""
    report = yield
    if report.failed:
        for org in item.stash.get(_orgs_key, []):
            if lines := _told(org):
                report.sections.append((f"Requests to autumn-mock ({org.name})", lines))
    return report


def _told(org: AutumnOrg) -> str:
    """The last exchanges of an organisation, two lines each."""
    try:
        entries = org.requests
    except Exception as error:
        return f"the log could not be read: {error}"
    lines = [f"… {len(entries) - _SHOWN} earlier"] if len(entries) > _SHOWN else []
    for entry in entries[-_SHOWN:]:
        lines.append(f"{entry['method']} {entry['path']} {_short(entry['request'])}")
        lines.append(f"  {entry['status']} {_short(entry['response'])}")
    return "\n".join(lines)


def _short(value: Any) -> str:
    text = "" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
