"""One HTTP request with a webhook: what was answered, or why nothing was. Redirects are failures."""

from typing import IO, Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

TIMEOUT_SECONDS = 15
_ABORT = ("webhook-delivery", "abort-message")
"""The header by which a receiver asks not to be tried again."""


class Sent(NamedTuple):
    status: int | None
    error: str | None = None
    aborted: bool = False


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        return None


_open = build_opener(ProxyHandler({}), _NoRedirects).open


def send(url: str, headers: dict[str, str], body: bytes) -> Sent:
    """Post the body; never raises."""
    named = {"user-agent": "autumn-mock", **headers}
    request = Request(url, body, named, method="POST")  # noqa: S310 (webhooks.create took http(s) URLs only)
    try:
        with _open(request, timeout=TIMEOUT_SECONDS) as response:
            return Sent(response.status)
    except HTTPError as error:
        with error:
            return Sent(error.code, aborted=error.headers.get(_ABORT[0]) == _ABORT[1])
    except URLError as error:
        return Sent(None, str(error.reason))
    except (OSError, ValueError) as error:
        return Sent(None, str(error) or type(error).__name__)
