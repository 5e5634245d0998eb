"""JSON in and out, and the error envelope: exactly `message`, `code`, `env`."""

from typing import Any

import msgspec
from flask import Response

from autumn_mock.errors import ApiError

encode = msgspec.json.Encoder(decimal_format="number").encode
_decode = msgspec.json.Decoder().decode


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
