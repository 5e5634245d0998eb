"""JSON in and out, and the error envelope: exactly `message`, `code`, `env`."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec
from flask import Response

from autumn_mock.domain.links import Link
from autumn_mock.errors import ApiError
from autumn_mock.settings import Settings

encode = msgspec.json.Encoder(decimal_format="number").encode
"""Encodes JSON that has no links in it."""
_decode = msgspec.json.Decoder().decode


@lru_cache(maxsize=64)
def encoder(base_url: str) -> Callable[[Any], bytes]:
    """Encodes JSON; links to pages of this server become absolute under `base_url`."""

    def known(value: Any) -> Any:
        if isinstance(value, Link):
            return value.under(base_url)
        raise NotImplementedError(f"{type(value).__name__} in a reply")

    return msgspec.json.Encoder(decimal_format="number", enc_hook=known).encode


def base_url_of(environ: dict[str, Any], settings: Settings) -> str:
    """Under which name the caller sees this server: the public one, else the one that it called (the
    guard has checked it)."""
    host = environ.get("HTTP_HOST")
    if settings.public_url is not None or not host:
        return settings.base_url
    return f"{environ['wsgi.url_scheme']}://{host}"


def read_json(raw: bytes) -> Any:
    """The JSON value of a body; malformed, empty and `null` bodies are an empty object."""
    if not raw:
        return {}
    try:
        found = _decode(raw)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return {}
    return {} if found is None else found


def envelope(error: ApiError, env: str) -> dict[str, str]:
    return {"message": error.message, "code": error.code, "env": env}


def json_response(body: bytes, status: int = 200) -> Response:
    return Response(body, status, mimetype="application/json")


def unforeseen(env: str) -> Response:
    """What a bug of this server answers; the log has its traceback."""
    body = {"message": "autumn-mock failed; its log says why", "code": "internal_error", "env": env}
    return json_response(encode(body), 500)
