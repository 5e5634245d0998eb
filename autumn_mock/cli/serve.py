"""`autumn-mock serve`: flags and variables to settings, and the ready line."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from autumn_mock.settings import DURABILITIES, MEMORY, PROFILES, Settings

_DEFAULTS = Settings()
_KEY_STARTS = tuple(f"am_{kind}_{env}_" for kind in ("sk", "pk") for env in ("test", "live"))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Listed(click.types.StringParamType):
    """Text that a variable lists with commas."""

    envvar_list_splitter = ","

    def split_envvar_value(self, rv: str) -> list[str]:
        return [part.strip() for part in rv.split(",") if part.strip()]


class _Key(_Listed):
    name = "key"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not str(value).startswith(_KEY_STARTS):
            self.fail(f"{value!r} is not a key; they look like am_sk_test_acme", param, ctx)
        return str(value)


class _Instant(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic from click 8.4 on
    """Epoch milliseconds or ISO 8601 (UTC without an offset)."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value)
        try:
            at = int(text) if text.isdecimal() else _milliseconds(datetime.fromisoformat(text))
            _EPOCH + timedelta(milliseconds=at)
        except (ValueError, OverflowError):
            self.fail(f"{text!r} is neither epoch milliseconds nor ISO 8601", param, ctx)
        if at < 0:
            self.fail(f"{text!r} is before 1970", param, ctx)
        return at


def _milliseconds(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(milliseconds=1)


def _option(flag: str, help: str, **how: Any) -> Callable[[Any], Any]:
    """A flag with its variable; the default is the one of Settings."""
    field = flag[2:].replace("-", "_")
    how.setdefault("default", getattr(_DEFAULTS, field, None))
    how.setdefault("show_default", how["default"] not in (None, (), False))
    return click.option(flag, help=help, envvar=f"AUTUMN_MOCK_{field.upper()}", show_envvar=True, **how)


@click.command()
@_option("--host", "Address to listen on. 0.0.0.0 listens everywhere; say who may ask with --allow-host.")
@_option("--port", "Port to listen on; 0 takes a free one.", type=click.IntRange(0, 65535))
@_option("--data", f"File to keep data in, a TinyDB JSON file; {MEMORY} keeps nothing.", metavar="FILE")
@_option(
    "--seed",
    "What new organisations begin with: a fixture file, a folder of them, or the name of one that "
    "comes along (starter, saas_seats, ai_credits). Several are planted in order.",
    type=_Listed(), multiple=True, metavar="FILE",
)  # fmt: skip
@_option("--watch", "Pick up a changed seed file: new organisations and resets use it.", is_flag=True)
@_option(
    "--profile", "Follow the public reference, or the hosted server where the two disagree.",
    type=click.Choice(list(PROFILES)),
)  # fmt: skip
@_option(
    "--keys", "Allow only this key; repeatable. Without it every well-formed key works.",
    type=_Key(), multiple=True, metavar="KEY",
)  # fmt: skip
@_option("--now", "Start new organisations with the clock standing at this instant.", type=_Instant())
@_option(
    "--durability",
    "journal: an answered change survives the end of the process; fsync: of the machine; "
    "none: it is written on a clean stop only.",
    type=click.Choice(DURABILITIES),
)  # fmt: skip
@_option(
    "--public-url",
    "Base of the links in answers (checkout, portal); without it, the URL by which the client called.",
)
@_option("--rate-limits", "Limit requests as the hosted server does.", is_flag=True)
@_option(
    "--allow-host", "Answer requests that name this host, beside loopback; * for any. Repeatable.",
    type=_Listed(), multiple=True, metavar="HOST",
)  # fmt: skip
@_option(
    "--allow-origin", "Let pages of this origin call, beside localhost's. Repeatable.",
    type=_Listed(), multiple=True, metavar="ORIGIN",
)  # fmt: skip
@_option("--id-seed", "Make the same ids every time: a number.", type=int)
@_option("--max-body-bytes", "Refuse larger bodies.", type=click.IntRange(min=1))
@_option("--invariants", "Check the books after every request (slow; for hunting bugs).", is_flag=True)
@_option("--json", "Print one JSON line when ready: url, pid, data.", is_flag=True, default=False)
def serve(json: bool, **given: Any) -> None:
    """Serve the API until Ctrl-C.

    \b
    autumn-mock serve                                   empty, nothing kept
    autumn-mock serve --seed starter --data mine.json   a world to play in, kept
    autumn-mock serve --port 0 --json                   for scripts

    Any key of the form am_sk_test_NAME works, and each NAME is an organisation of its own.
    """
    from autumn_mock.server import CannotServe
    from autumn_mock.server import serve as run

    given = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    try:
        run(Settings(**given), _ready_as_json if json else _ready)
    except CannotServe as error:
        click.echo(f"autumn-mock: {error}", err=True)
        sys.exit(1)


def _ready_as_json(url: str, pid: int, settings: Settings) -> None:
    print(json.dumps({"url": url, "pid": pid, "data": settings.data}), flush=True)


def _ready(url: str, pid: int, settings: Settings) -> None:
    data = "nothing is kept" if settings.data == MEMORY else f"data in {settings.data}"
    seeds = f"seeded with {', '.join(settings.seed)}" if settings.seed else "no seed"
    print(
        f"autumn-mock serves {url} ({data}; {seeds}; profile {settings.profile}). "
        f"Stop it with Ctrl-C, or kill {pid}.",
        flush=True,
    )
