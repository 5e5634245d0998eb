"""Commands that speak to a running server: `snapshot`, `advance`, `reset`."""

import json
import sys
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import click


def _of_server(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the flags that say which server and which organisation."""
    url = click.option(
        "--url", envvar="AUTUMN_MOCK_URL", default="http://127.0.0.1:8788", show_default=True,
        show_envvar=True, help="Where the server is.",
    )  # fmt: skip
    key = click.option(
        "--key", envvar=["AUTUMN_MOCK_KEY", "AUTUMN_SECRET_KEY"], required=True, show_envvar=True,
        help="A key of the organisation, as am_sk_test_acme.",
    )  # fmt: skip
    return url(key(command))


@click.command()
@click.option("--out", type=click.File("w"), default="-", help="File to write to instead of the screen.")
@_of_server
def snapshot(url: str, key: str, out: Any) -> None:
    """Print everything that an organisation has, as JSON."""
    json.dump(_call(url, key, "GET", "/_mock/state?full"), out, indent=2, ensure_ascii=False)
    out.write("\n")


@click.command()
@click.argument("how_long")
@click.option(
    "--limit", type=click.IntRange(0, 10_000), default=50, show_default=True,
    help="Show at most so much of what happened.",
)  # fmt: skip
@_of_server
def advance(url: str, key: str, how_long: str, limit: int) -> None:
    """Let time pass for an organisation ("31 days", "1 month", "1 month 2 days") and tell what happened."""
    clock = _call(url, key, "POST", "/_mock/clock", {"advance": how_long, "limit": limit})
    for entry in clock.get("timeline", ()):
        click.echo(_line(entry))
    if clock.get("truncated"):
        counts = ", ".join(f"{count} {what}" for what, count in clock["counts"].items())
        click.echo(f"and so on; altogether {counts}")
    click.echo(f"It is {clock['iso']} now.")


def _line(entry: Any) -> str:
    """`2030-02-28 12:00:00  invoice_paid  ada  20 usd  in_…`; empty facts are left out."""
    facts = [entry.get(name) for name in ("customer_id", "entity_id", "plan_id", "feature_id")]
    if "amount" in entry:
        facts.append(f"{entry['amount']} {entry['currency']}")
    facts.append(entry.get("invoice"))
    if "count" in entry:
        facts.append(f"{entry['count']}×")
    told = "  ".join(str(fact) for fact in facts if fact is not None)
    return f"{entry['iso'][:19].replace('T', ' ')}  {entry['what']:<16}  {told}".rstrip()


@click.command()
@_of_server
def reset(url: str, key: str) -> None:
    """Put an organisation back to the seed: data, clock and request log."""
    _call(url, key, "POST", "/_mock/reset")
    click.echo("Back to the seed.")


def _call(url: str, key: str, method: str, path: str, body: Any = None) -> Any:
    """The JSON answer; anything else ends the program with one line."""
    if not url.startswith(("http://", "https://")):
        raise click.BadParameter(f"{url!r} is not an http(s) URL", param_hint="--url")
    raw = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}"}
    request = Request(url.rstrip("/") + path, raw, headers, method=method)  # noqa: S310  # checked above
    try:
        with urlopen(request, timeout=60) as answer:  # noqa: S310
            return json.load(answer)
    except HTTPError as error:
        _fail(f"{url} refused: {_reason(error)}")
    except URLError as error:
        _fail(f"no server answers at {url}: {getattr(error.reason, 'strerror', None) or error.reason}")
    except (OSError, ValueError) as error:
        _fail(f"{url}{path} did not answer as autumn-mock does: {error}")


def _reason(error: HTTPError) -> str:
    try:
        return str(json.load(error)["message"])
    except (ValueError, KeyError, TypeError):
        return f"status {error.code}"


def _fail(why: str) -> None:
    click.echo(f"autumn-mock: {why}", err=True)
    sys.exit(1)
