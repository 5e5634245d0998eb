"""What browsers are told (reference: CORS): localhost and configured origins may read answers."""

import re
from functools import lru_cache

_LOCAL = re.compile(
    r"https?://(localhost|127\.0\.0\.1|\[::1\]|[a-z0-9-]+(\.[a-z0-9-]+)*\.localhost)(:\d+)?", re.I
)
_ALLOWED_HEADERS = (
    "app_env,x-sandbox-org-id,x-api-version,x-client-type,x-request-id,x-visitor-id,Authorization,"
    "Content-Type,Accept,Origin,X-API-Version,X-Requested-With,Access-Control-Request-Method,"
    "Access-Control-Request-Headers,Cache-Control,If-Match,If-None-Match,If-Modified-Since,"
    "If-Unmodified-Since,idempotency-key,Idempotency-Key,User-Agent"
)
Headers = tuple[tuple[str, str], ...]


@lru_cache(maxsize=256)
def answer_headers(origin: str | None, allowed: tuple[str, ...]) -> Headers:
    """The CORS headers of an answer to this origin."""
    headers = [
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Expose-Headers", "Content-Length"),
    ]
    if origin is not None and (_LOCAL.fullmatch(origin) or origin in allowed):
        headers.append(("Access-Control-Allow-Origin", origin))
    return (*headers, ("Vary", "Origin"))


def preflight_headers(origin: str | None, allowed: tuple[str, ...]) -> Headers:
    """The headers of the 204 that answers an OPTIONS request."""
    told = [pair for pair in answer_headers(origin, allowed) if pair[0] != "Vary"]
    return (
        *told,
        ("Access-Control-Allow-Methods", "POST,GET,PUT,DELETE,PATCH,OPTIONS"),
        ("Access-Control-Allow-Headers", _ALLOWED_HEADERS),
        ("Access-Control-Max-Age", "600"),
        ("Vary", "Origin, Access-Control-Request-Headers"),
    )
