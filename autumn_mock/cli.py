"""The command line: `autumn-mock serve` and its companions."""

import sys

import click

from autumn_mock import __version__
from autumn_mock.settings import Settings, from_env


@click.group()
@click.version_option(__version__, prog_name="autumn-mock")
def main() -> None:
    """A local emulator of the Autumn billing API."""


@main.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8788)
@click.option("--data", default=":memory:")
@click.option("--profile", default="documented")
def serve(host: str, port: int, data: str, profile: str) -> None:
    """Serve the API."""
    from autumn_mock.emulator import Emulator

    given = {**from_env(), "host": host, "port": port, "data": data, "profile": profile}
    with Emulator(Settings(**given)) as emulator:
        print(emulator.start(host, port), flush=True)
        try:
            import threading

            threading.Event().wait()
        except KeyboardInterrupt:
            sys.exit(0)
