"""`autumn-mock healthcheck`: whether a server answers, by exit status. For containers, so it is fast."""

import socket
import sys
from contextlib import suppress

import click

from autumn_mock.settings import Settings

_DEFAULTS = Settings()


@click.command()
@click.option("--host", envvar="AUTUMN_MOCK_HOST", default=_DEFAULTS.host, show_envvar=True, show_default=True)
@click.option(
    "--port", envvar="AUTUMN_MOCK_PORT", default=_DEFAULTS.port, show_envvar=True, show_default=True, type=int
)
@click.option("--timeout", default=2.0, show_default=True, help="Seconds to wait for the answer.")
def healthcheck(host: str, port: int, timeout: float) -> None:
    """Exit with 0 if the server answers, else with 1."""
    reached = Settings(host=host, port=port).reachable_host
    if not _is_healthy(reached, port, timeout):
        click.echo(f"autumn-mock: no healthy answer from {reached}:{port}", err=True)
        sys.exit(1)


def _is_healthy(host: str, port: int, timeout: float) -> bool:
    with suppress(OSError), socket.create_connection((host, port), timeout) as connection:
        connection.settimeout(timeout)
        connection.sendall(b"GET /_mock/health HTTP/1.0\r\nHost: localhost\r\n\r\n")
        status = connection.makefile("rb").readline().split()
        return len(status) > 1 and status[1] == b"200"
    return False
