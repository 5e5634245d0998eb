"""Who calls: the key names the organisation and the environment (reference: authentication).

`am_sk_test_acme` is the secret key of organisation `acme` in the sandbox; `am_pk_…` is publishable
and may call four endpoints only.
"""

import re
from functools import lru_cache

import msgspec

from autumn_mock.errors.http import (
    EndpointNotPublic,
    InvalidAccessToken,
    InvalidCustomerToken,
    InvalidPublishableKey,
    InvalidSecretKey,
    InvalidTokenPrefix,
    NoSecretKey,
)
from autumn_mock.world import LIVE, SANDBOX

_PUBLIC = re.compile(r"GET /v1/products|POST /v1/entitled|POST /v1/check|GET /v1/customers/[^/]+")
_SECRET = re.compile(r"am_sk_(test|live)_?(.*)", re.DOTALL)
_PUBLISHABLE = re.compile(r"am_pk_(test|live)_?(.*)", re.DOTALL)


class Caller(msgspec.Struct, frozen=True):
    org: str
    env: str
    public: bool


def read_caller(authorization: str | None, method: str, path: str, allowed: tuple[str, ...]) -> Caller:
    """The caller of `method path` (with `/v1`). Raises a 401 by name."""
    caller = _read(authorization, allowed)
    if caller.public:
        if not _PUBLIC.fullmatch(f"{method} {path}"):
            raise EndpointNotPublic(path=path)
        if caller.org == "":
            raise InvalidPublishableKey
    return caller


@lru_cache(maxsize=1024)
def _read(authorization: str | None, allowed: tuple[str, ...]) -> Caller:
    scheme, _, token = (authorization or "").partition(" ")
    token = token.strip()
    if scheme != "Bearer" or not token:
        raise NoSecretKey
    if token.startswith("am_sk"):
        return _secret(token, allowed)
    if token.startswith("am_pk"):
        return _publishable(token, allowed)
    if token.startswith("am_jwt_"):
        raise InvalidCustomerToken
    if token.startswith("am_oauth_"):
        raise InvalidAccessToken
    raise InvalidTokenPrefix


def _secret(token: str, allowed: tuple[str, ...]) -> Caller:
    found = _SECRET.fullmatch(token)
    if found is None or not found[2] or (allowed and token not in allowed):
        raise InvalidSecretKey(key=token)
    return Caller(found[2], SANDBOX if found[1] == "test" else LIVE, public=False)


def _publishable(token: str, allowed: tuple[str, ...]) -> Caller:
    """An unknown publishable key is told so only where publishable keys may call at all."""
    found = _PUBLISHABLE.fullmatch(token)
    if found is None or not found[2]:
        return Caller("", SANDBOX, public=True)
    if allowed and token not in allowed and token.replace("_pk_", "_sk_", 1) not in allowed:
        return Caller("", SANDBOX, public=True)
    return Caller(found[2], SANDBOX if found[1] == "test" else LIVE, public=True)
