"""What all hosted pages share: how they are found, kept safe and written.

Invariant: a page loads nothing from another host and is framed by none; only a form of this server
changes anything.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as WsgiResponse

from autumn_mock.errors import ApiError
from autumn_mock.errors.pages import CrossSitePost, PageUnavailable
from autumn_mock.operations.billing.one_at_a_time import processing_page
from autumn_mock.running import changing
from autumn_mock.web.pages.words import WORDS
from autumn_mock.world import World

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator

_log = logging.getLogger("autumn_mock.web")
_FOLDER = Path(__file__).parent
_NEVER_LINKED = frozenset({"", "javascript", "data", "vbscript", "file"})
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self' http: https:"
)
"""`form-action` lets any site be come to by http(s), and by the scheme of an app that a page leads back to:
browsers hold redirects after a form to it, and where a success URL leads on to is the application's
business."""


def page_blueprint(emulator: "Emulator") -> Blueprint:
    """Routes that answer with pages, failures too. The style sheet lies under `/pages/`."""
    routes = Blueprint(
        "pages",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/pages",
    )
    routes.get_send_file_max_age = lambda filename: 3600  # type: ignore[method-assign]

    @routes.before_request
    def own_forms_only() -> None:
        if request.method == "POST":
            check_same_origin(emulator.settings.base_url)

    @routes.after_request
    def guarded(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        if request.endpoint != "pages.static":
            response.headers["Cache-Control"] = "no-store"
        return response

    @routes.errorhandler(ApiError)
    def refuse(error: ApiError) -> Response:
        return page("problem.html", error.status, problem=error.message)

    @routes.errorhandler(NotFound)
    def miss(error: NotFound) -> Response:
        return refuse(PageUnavailable())

    @routes.errorhandler(Exception)
    def fail(error: Exception) -> Response:
        _log.exception("%s %s failed; this is a bug of autumn-mock", request.method, request.path)
        return page("problem.html", 500, problem="autumn-mock failed; its log says why.")

    return routes


def check_same_origin(base_url: str) -> None:
    """Forms are sent by pages of this server, under the name that it was called by or its public one, or
    by no page at all. Raises CrossSitePost."""
    origin = request.headers.get("Origin")
    if origin is not None and _split(origin).netloc not in {request.host, _split(base_url).netloc}:
        raise CrossSitePost


@contextmanager
def in_world(world: World | None, *, pays: str | None = None) -> Iterator[World]:
    """The world of a page for one request: time is settled, all that is done lands or nothing. `pays` is
    the id of the page, if it is paid: its customer has no other billing operation meanwhile.

    Raises PageUnavailable if there is none, BillingLocked.
    """
    if world is None:
        raise PageUnavailable
    alone = processing_page(world, pays) if pays else nullcontext()
    with changing(world, alone):
        yield world


def page(template: str, status: int = 200, *, leads_to: str | None = None, **shown: Any) -> Response:
    """A page. `leads_to` is where its form leads on to. The environment of templates is made when the
    first one is asked for."""
    html = render_template(template, safe_link=safe_link, asset=_asset, **WORDS, **shown)
    response = make_response(html, status)
    scheme = _split(safe_link(leads_to) or "").scheme
    if scheme not in {"", "http", "https"}:
        response.headers["Content-Security-Policy"] = f"{_POLICY} {scheme}:"
    return response


def lead_to(url: str) -> WsgiResponse:
    """To an application's URL after a form; line breaks and tabs are no part of a URL, as browsers have it."""
    return redirect(re.sub(r"[\r\n\t]", "", url), 303)


def safe_link(url: str | None) -> str | None:
    """A URL that was handed to the API, if following it does no more than lead somewhere."""
    return None if _split(url or "").scheme in _NEVER_LINKED else url


def _split(url: str) -> SplitResult:
    """The parts of a URL; none of what is no URL."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def _asset(name: str) -> str:
    """The path of a static file, another one when it has changed: it is kept for an hour."""
    return f"/pages/{name}?v={(_FOLDER / 'static' / name).stat().st_mtime_ns:x}"
