"""The one view of `/v1`: from a request to an answer, in the reference's order of checks.

authentication → version → rate limit → idempotency claim → route → body → the operation, inside
the lock and the transaction of its world.
"""

import logging
from typing import Any

import msgspec
from flask import Request, Response

from autumn_mock.clock import monotonic
from autumn_mock.errors import ApiError
from autumn_mock.errors.http import BodyTooLarge, NoSession, NotEmulated, RouteNotFound
from autumn_mock.operations.registry import OPERATIONS, PUBLISHED, Answer, Call, Operation
from autumn_mock.request_log import Exchange
from autumn_mock.running import run_operation
from autumn_mock.settings import Settings
from autumn_mock.versions.version import Version, read_version
from autumn_mock.web import idempotency, rate_limits
from autumn_mock.web.answers import (
    base_url_of,
    encode,
    encoder,
    envelope,
    json_response,
    read_json,
    unforeseen,
)
from autumn_mock.web.auth import read_caller
from autumn_mock.web.query import read_query
from autumn_mock.web.rest import match_rest
from autumn_mock.world import SANDBOX, World, Worlds

_log = logging.getLogger("autumn_mock.web")


class Ask(msgspec.Struct, frozen=True):
    """What the pipeline needs to know of an HTTP request."""

    method: str
    path: str
    """With `/v1`."""
    raw: bytes
    query: str
    version: Version
    base_url: str
    """Where the caller sees this server."""


def answer(worlds: Worlds, request: Request) -> Response:
    """Answer a request under `/v1`."""
    began = monotonic()
    headers, method, path = request.environ, request.method, request.path
    if headers.get("HTTP_X_CLIENT_TYPE") == "dashboard":
        return _refuse(NoSession(), SANDBOX)
    settings = worlds.settings
    try:
        caller = read_caller(headers.get("HTTP_AUTHORIZATION"), method, path, settings.keys)
    except ApiError as error:
        return _refuse(error, SANDBOX)
    world = worlds.get(caller.org, caller.env)
    raw = b""
    told: dict[str, str] = {}
    try:
        version = read_version(headers.get("HTTP_X_API_VERSION"))
        raw = _body(request, settings)
        ask = Ask(method, path, raw, headers.get("QUERY_STRING", ""), version, base_url_of(headers, settings))
        if settings.rate_limits and (over := rate_limits.count(world, ask, told)):
            return over
        key = headers.get("HTTP_IDEMPOTENCY_KEY")
        response = _claimed(world, ask, caller.public, key) if key else _run(world, ask, caller.public)
    except ApiError as error:
        response = _refuse(error, world.env)
    for name, value in told.items():
        response.headers[name] = value
    took = (monotonic() - began) * 1_000
    world.requests.add(
        Exchange(
            at=world.clock.now(),
            method=method,
            path=path if not headers.get("QUERY_STRING") else f"{path}?{headers['QUERY_STRING']}",
            version=headers.get("HTTP_X_API_VERSION") or "",
            status=response.status_code,
            took_ms=took,
            request=raw,
            response=response.get_data(),
        )
    )
    return response


def _body(request: Request, settings: Settings) -> bytes:
    """Read straight from the server where it says how much there is: Flask's way costs more."""
    length = request.environ.get("CONTENT_LENGTH") or ""
    if not length.isdigit():
        return request.get_data(cache=False)
    if int(length) > settings.max_body_bytes:
        raise BodyTooLarge(limit=settings.max_body_bytes)
    raw: bytes = request.environ["wsgi.input"].read(int(length))
    return raw


def _claimed(world: World, ask: Ask, public: bool, key: str) -> Response:
    idempotency.claim(world, key)
    try:
        response = _run(world, ask, public)
    except ApiError as error:
        response = _refuse(error, world.env)
    if not idempotency.keeps_claim(response.status_code):
        idempotency.release(world, key)
    return response


def _run(world: World, ask: Ask, public: bool) -> Response:
    try:
        found, body, call = _route(world, ask, public)
        reply = run_operation(world, found, body, call)
    except ApiError as error:
        return _refuse(error, world.env)
    except Exception:
        _log.exception("%s %s failed; this is a bug of autumn-mock", ask.method, ask.path)
        return unforeseen(world.env)
    told = encoder(ask.base_url)
    if isinstance(reply, Answer):
        return json_response(told(reply.body), reply.status)
    return json_response(told(reply))


def _route(world: World, ask: Ask, public: bool) -> tuple[Operation, Any, Call]:
    """The operation that a request means, its body, and what it may know of its call."""
    name = ask.path[4:]
    body = read_json(ask.raw)
    query = read_query(ask.query) if ask.query else {}
    call = Call(version=ask.version, public=public, raw=body, query=query, path=ask.path)
    if ask.method == "POST":
        found = OPERATIONS.get(name)
        if found is not None and " " not in name:  # `GET /customers` names a legacy form, not a path
            return found, body, call
        if name in PUBLISHED:
            raise NotEmulated(operation=name)
    matched = match_rest(ask.method, "/" + name, body, call)
    if matched is not None:
        return matched
    if world.rules.unknown_route_is_401:
        raise NoSession
    raise RouteNotFound(method=ask.method, path=ask.path)


def _refuse(error: ApiError, env: str) -> Response:
    return json_response(encode(envelope(error, env)), error.status)
