"""`make docs`: the parts of the documents that are told elsewhere already, written from there.

A part stands between `<!-- begin NAME -->` and `<!-- end NAME -->`. `tests/test_docs.py` fails when
one is out of date.
"""

import ast
import re
import sys
from dataclasses import fields
from pathlib import Path

import click

from autumn_mock import cli
from autumn_mock.operations.registry import load_operations, standing
from autumn_mock.settings import PROFILES, Profile
from tests import architecture

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/operations.md", "autumn_mock/domain/README.md")

PROFILE_TOPICS: dict[str, tuple[str, str, str]] = {
    # field of Profile: topic, when it is true, when it is false
    "creates_in_stripe": (
        "`create_in_stripe` left out",
        "true: a simulated `cus_…` id is made",
        "no Stripe customer until one is needed",
    ),
    "colon_in_customer_id": ("`:` in `customer_id`", "accepted", "refused"),
    "fingerprint_withholds_trial": (
        "a fingerprint that has had this plan's trial before, with any customer",
        "the trial is withheld, on attach and on automatic enabling",
        "withheld only if the plan's trial has `unique_fingerprint`, and never on automatic enabling",
    ),
    "purchases_plan_expands": ("`purchases.plan` in `expand`", "expands purchases", "has no effect alone"),
    "unknown_route_is_401": (
        "an unknown route",
        "401 `no_auth_header`",
        "404 with the usual error body",
    ),
    "free_tokens_cost_one": ("a `track_tokens` that costs nothing", "takes one credit", "takes none"),
    "batch_track_answers_202": ("`balances.batch_track` answers", "202, as `autumn-js` expects", "200"),
    "newer_invoice_list": (
        "`invoices.list`",
        "filters by `invoice_id` and `stripe_id` too, and shows the `items` of each invoice",
        "passes over these filters and shows no `items`",
    ),
}

CHAPTERS: dict[str, str] = {
    # folder of domain/: heading
    "": "Time, numbers and the books",
    "catalog": "Features and plans",
    "customers": "Customers and entities",
    "balances": "Balances: who has what, check and track",
    "controls": "Limits, alerts and top-ups",
    "billing": "Billing",
    "invoices": "Invoices",
    "rewards": "Rewards and referrals",
    "licenses": "Licences",
    "events": "Events",
    "timeline": "What happened while time passed",
    "records": "Records",
}

STATUS = {"full": "full", "partial": "partial", "not yet": "not yet: answers 501"}


def profiles() -> str:
    lines = ["| topic | `documented` (default) | `server` |", "|---|---|---|"]
    for field in fields(Profile):
        if field.name == "name":
            continue
        topic, yes, no = PROFILE_TOPICS[field.name]
        told = [yes if getattr(PROFILES[name], field.name) else no for name in ("documented", "server")]
        lines.append(f"| {topic} | {told[0]} | {told[1]} |")
    return "\n".join(lines)


def options() -> str:
    """The flags of `autumn-mock serve`, from the command itself."""
    command = cli.main.get_command(click.Context(cli.main), "serve")
    assert command is not None
    lines = ["| flag | variable | |", "|---|---|---|"]
    for option in command.params:
        if isinstance(option, click.Option) and option.help and option.envvar:
            flag = f"{option.opts[0]} {option.metavar or ''}".strip()
            lines.append(f"| `{flag}` | `{option.envvar}` | {option.help.replace('|', chr(92) + '|')} |")
    return "\n".join(lines)


def commands() -> str:
    context = click.Context(cli.main)
    lines = ["| command | |", "|---|---|"]
    for name in cli.main.list_commands(context):
        command = cli.main.get_command(context, name)
        assert command is not None
        lines.append(f"| `autumn-mock {name}` | {command.get_short_help_str(200)} |")
    return "\n".join(lines)


def operations() -> str:
    lines = ["| operation | emulated | missing |", "|---|---|---|"]
    for each in standing():
        lines.append(f"| `{each['operation']}` | {STATUS[each['status']]} | {each.get('missing', '')} |")
    return "\n".join(lines)


def counts() -> str:
    told = [each["status"] for each in standing()]
    full, partial, missing = (told.count(status) for status in STATUS)
    return (
        f"Of the {len(told)} published operations, {full} are emulated in full, {partial} in part and "
        f"{missing} not yet (they answer 501 with their name). "
        "[docs/operations.md](docs/operations.md) names each."
    )


def imports() -> str:
    lines = ["| package | may import | and of other projects |", "|---|---|---|"]
    for packages, own, others in architecture.LAYERS:
        cells = (packages, own, others)
        shown = (", ".join(name if " " in name else f"`{name}`" for name in cell) for cell in cells)
        lines.append(f"| {' | '.join(shown)} |")
    return "\n".join(lines)


def departures() -> str:
    lines = [f"- {what}: {why}." for what, why in architecture.DEPARTURES.items()]
    lines += ["", "Imports inside functions:", ""]
    lines += [f"- `{where}`: {why}." for where, why in architecture.IMPORTS_INSIDE_FUNCTIONS.items()]
    lines += ["", "Longer than the budget:", ""]
    exceptions = architecture.LONG_FILES | architecture.LONG_FUNCTIONS
    lines += [f"- `{where}`: {why}." for where, why in exceptions.items()]
    return "\n".join(lines)


def rules() -> str:
    """The modules of `domain/` by folder, each with its first sentence."""
    folder = ROOT / "autumn_mock" / "domain"
    chapters: dict[str, list[str]] = {chapter: [] for chapter in CHAPTERS.values()}
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        if not name.endswith("__init__.py"):
            inner = name.rpartition("/")[0]
            lines = chapters.setdefault(CHAPTERS.get(inner, inner.title()), [])
            lines.append(f"| [{name}]({name}) | {_first_sentence(path)} |")
    return "\n\n".join(
        f"## {chapter}\n\n| module | rule |\n|---|---|\n" + "\n".join(lines)
        for chapter, lines in chapters.items()
        if lines
    )


def _first_sentence(path: Path) -> str:
    text = " ".join((ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split())
    return re.sub(r" \(reference: [^)]*\)", "", re.split(r"(?<=\.)\s", text, maxsplit=1)[0])


PARTS = {
    "rules": rules,
    "profiles": profiles,
    "options": options,
    "commands": commands,
    "operations": operations,
    "counts": counts,
    "imports": imports,
    "departures": departures,
}


def renewed(text: str) -> str:
    """A document with its generated parts written anew."""
    load_operations()

    def part(found: re.Match[str]) -> str:
        return f"<!-- begin {found[1]} -->\n{PARTS[found[1]]()}\n<!-- end {found[1]} -->"

    return re.sub(r"<!-- begin (\w+) -->\n.*?<!-- end \1 -->", part, text, flags=re.DOTALL)


def main() -> int:
    for name in DOCUMENTS:
        path = ROOT / name
        path.write_text(renewed(path.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
