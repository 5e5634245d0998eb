"""A headless Chromium, an emulator that it reaches, and an application that pages lead back to.

Skipped where there is no Chromium or no Playwright. `AUTUMN_MOCK_TEST_CHROMIUM` names another one.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from tests.billing import catalogue
from tests.conftest import Api

NAMES = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 860}
_LOOPBACK = ("http://127.0.0.1:", "data:")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Over with its module: while Playwright runs, no test of the thread can have an event loop."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    named = os.environ.get("AUTUMN_MOCK_TEST_CHROMIUM")
    path = named or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("there is no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield launched
        launched.close()


class _Application(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = (
            b"<!doctype html><html lang=en><link rel=icon href=data:,><title>App</title><h1>Welcome back</h1>"
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="session")
def application() -> Iterator[str]:
    """Where an application's own pages lie: on another port, so another origin."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Application)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def api() -> Iterator[Api]:
    with Emulator(Settings(profile="server", id_seed=7, invariants=True)) as started:
        started.start()
        api = Api(started)
        catalogue(api)
        yield api


@dataclass
class Person:
    """Somebody with a browser. What it asked for and complained of is kept."""

    page: Any
    api: Api
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, url: str) -> Any:
        """Open a page of this server; answers of the API made in this process name no port."""
        path = "/" + url.split("/", 3)[3]
        self.page.goto(self.api.emulator.url + path)
        return self.page

    @property
    def heading(self) -> str:
        return str(self.page.get_by_role("heading", level=1).inner_text())

    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.getAttribute('role') ?? ''"))

    def widest(self) -> int:
        """By how much the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.fixture(params=["script", "no script"])
def scripted(request: pytest.FixtureRequest) -> bool:
    """Whether scripts run: everything must work without them."""
    return request.param == "script"


@pytest.fixture
def person(chromium: Any, api: Api, scripted: bool) -> Iterator[Person]:
    context = chromium.new_context(viewport=DESKTOP, java_script_enabled=scripted)
    context.set_default_timeout(10_000)
    somebody = Person(context.new_page(), api)
    context.on("request", lambda sent: somebody.asked.append(sent.url))
    somebody.page.on("pageerror", lambda error: somebody.complaints.append(str(error)))
    somebody.page.on("console", lambda said: somebody.complaints.append(said.text) if _is_bad(said) else None)
    yield somebody
    context.close()
    assert all(url.startswith(_LOOPBACK) for url in somebody.asked), somebody.asked
    assert somebody.complaints == []


def _is_bad(said: Any) -> bool:
    """An error or a warning; that a form was refused with its status is none."""
    expected = "Failed to load resource" in said.text and any(
        f"status of {status}" in said.text for status in (402, 409, 410, 422)
    )
    return said.type in {"error", "warning"} and not expected
