"""Failures before an operation is reached: keys, versions, routes, idempotency, limits."""

from autumn_mock.errors.base import ApiError


class NoSecretKey(ApiError):
    status, code = 401, "no_secret_key"
    wording = "Secret key not found in Authorization header"


class InvalidTokenPrefix(ApiError):
    status = 401
    wording = "Invalid authorization token prefix"


class InvalidSecretKey(ApiError):
    status, code = 401, "invalid_secret_key"
    wording = "Invalid secret key: {masked}"

    def __init__(self, *, key: str) -> None:
        super().__init__(masked=key[:15] + "*" * len(key[15:]))


class InvalidPublishableKey(ApiError):
    status, code = 401, "invalid_publishable_key"
    wording = "Invalid publishable key"


class EndpointNotPublic(ApiError):
    status, code = 401, "endpoint_not_public"
    wording = "Endpoint {path} not accessible via publishable key. Please try with a secret key instead."


class InvalidCustomerToken(ApiError):
    status = 401
    wording = "Invalid or expired customer token"


class InvalidAccessToken(ApiError):
    status = 401
    wording = "Invalid or expired access token"


class NoSession(ApiError):
    """What the hosted server answers to an unknown route."""

    status, code = 401, "no_auth_header"
    wording = "Unauthorized - no session found"


class RouteNotFound(ApiError):
    status, code = 404, "not_found"
    wording = "{method} {path} is not a route of this API"


class NotEmulated(ApiError):
    status, code = 501, "not_emulated"
    wording = "{operation} is not emulated yet"


class InvalidApiVersion(ApiError):
    code = "invalid_api_version"
    wording = '"{value}" is not a valid API version'


class DuplicateIdempotencyKey(ApiError):
    status, code = 409, "duplicate_idempotency_key"
    wording = "Another request with idempotency key {key} has already been received"


class RateLimitExceeded(ApiError):
    status, code = 429, "rate_limit_exceeded"
    wording = "Rate limit exceeded."


class HostNotAllowed(ApiError):
    status, code = 403, "host_not_allowed"
    wording = (
        "The Host header names {host}, which this server does not answer to; start it with --allow-host {host}"
    )


class BodyTooLarge(ApiError):
    status, code = 413, "body_too_large"
    wording = "The body is larger than {limit} bytes"


class InvalidCursor(ApiError):
    code = "invalid_cursor"
    wording = "{reason}"
