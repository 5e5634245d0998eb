"""An httpx transport that hands requests to a WSGI application of this process: no socket, no port."""

from typing import Any

import httpx


class InProcessTransport(httpx.WSGITransport, httpx.AsyncBaseTransport):
    """For `httpx.Client` and `httpx.AsyncClient` alike."""

    def __init__(self, app: Any) -> None:
        super().__init__(app=app, raise_app_exceptions=True)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request = httpx.Request(
            request.method, request.url, headers=request.headers, content=await request.aread()
        )
        response = self.handle_request(request)
        content = b"".join(response.iter_bytes())
        return httpx.Response(response.status_code, headers=response.headers, content=content)

    async def __aenter__(self) -> "InProcessTransport":
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing is open."""
