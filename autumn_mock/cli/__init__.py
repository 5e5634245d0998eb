"""The command line: `autumn-mock serve` and its companions.

Each command is a module of this package, loaded when it is called, so that `healthcheck` and the
parent process of `serve` stay light.
"""

from importlib import import_module

import click

from autumn_mock import __version__

_COMMANDS = {
    "serve": "serve",
    "seed": "seed",
    "operations": "operations",
    "healthcheck": "healthcheck",
    "snapshot": "remote",
    "advance": "remote",
    "reset": "remote",
    "doctor": "doctor",
}
"""Module of each command, in the order of the help."""


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        module = import_module(f"autumn_mock.cli.{_COMMANDS[name]}")
        command: click.Command = getattr(module, name)
        return command


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="autumn-mock")
def main() -> None:
    """A local emulator of the Autumn billing API: real rules, no account, no network.

    \b
    autumn-mock serve --seed starter     a server with a world to play in
    autumn-mock advance "1 month"        let a month pass in it
    autumn-mock operations               what is emulated, and what is not yet

    An independent project, not Autumn's.
    """
