"""The Flask application: `/v1` (the API), `/_mock` (control), the hosted pages, and nothing else."""

from typing import TYPE_CHECKING

from flask import Flask, Response, request

from autumn_mock.errors import ApiError
from autumn_mock.errors.http import NoSession, RouteNotFound
from autumn_mock.operations.registry import load_operations
from autumn_mock.web import (
    control,
    control_cards,
    control_checkouts,
    control_invariants,
    control_invoices,
    control_webhooks,
    hosted_invoices,
    public_checkouts,
    rpc,
)
from autumn_mock.web.answers import encode, envelope, json_response
from autumn_mock.web.application import Application
from autumn_mock.web.guard import Guard
from autumn_mock.web.pages import routes as pages
from autumn_mock.world import SANDBOX

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


def create_app(emulator: "Emulator") -> Flask:
    """The WSGI application of an emulator."""
    load_operations()
    app = Application("autumn_mock", static_folder=None)
    app.url_map.merge_slashes = False
    settings = emulator.settings

    def v1(path: str) -> Response:
        return rpc.answer(emulator.worlds, request._get_current_object())  # type: ignore[attr-defined]

    def elsewhere(path: str = "") -> Response:
        if settings.rules.unknown_route_is_401:
            raise NoSession
        raise RouteNotFound(method=request.method, path=request.path)

    @app.errorhandler(ApiError)
    def refuse(error: ApiError) -> Response:
        return json_response(encode(envelope(error, SANDBOX)), error.status)

    app.add_url_rule("/v1/<path:path>", "v1", v1, methods=_METHODS)
    app.add_url_rule("/", "root", lambda: Response("autumn-mock", mimetype="text/plain"))
    app.register_blueprint(control.blueprint(emulator))
    app.register_blueprint(control_cards.blueprint(emulator))
    app.register_blueprint(control_checkouts.blueprint(emulator))
    app.register_blueprint(control_webhooks.blueprint(emulator))
    app.register_blueprint(control_invariants.blueprint(emulator))
    app.register_blueprint(control_invoices.blueprint(emulator))
    app.register_blueprint(hosted_invoices.blueprint(emulator))
    app.register_blueprint(public_checkouts.blueprint(emulator))
    app.register_blueprint(pages.blueprint(emulator))
    app.add_url_rule("/<path:path>", "elsewhere", elsewhere, methods=_METHODS)
    app.wsgi_app = Guard(app.wsgi_app, settings)  # type: ignore[method-assign]
    return app
