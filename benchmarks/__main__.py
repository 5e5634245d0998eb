"""`make bench`: print how fast the emulator is, as ratios within this run."""

import argparse
import os
import platform
import sys
from collections.abc import Callable
from typing import Any

from benchmarks import beginnings, scale, speed

Lines = list[dict[str, Any]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="medians of so many (default: %(default)s)")
    parser.add_argument(
        "sections", nargs="*", help="start, fixture, speed, incumbents, scale, usage; all without one"
    )
    options = parser.parse_args()
    sections: dict[str, tuple[str, Callable[[], Lines]]] = {
        "start": ("Start", lambda: beginnings.start(2 * options.rounds + 1)),
        "fixture": ("pytest fixture", lambda: beginnings.fixture(options.rounds)),
        "speed": (
            "Requests per second, file-backed, over a bare Flask echo on the same server program",
            lambda: speed.throughput(options.seconds, options.rounds),
        ),
        "incumbents": ("Beside other emulators, 16 connections", lambda: speed.incumbents(options.seconds)),
        "scale": (
            "Median time of a request with 100 and with 100,000 customers",
            lambda: scale.growth(options.seconds, options.rounds),
        ),
        "usage": (
            "Median time of check and track with much behind a customer",
            lambda: scale.usage(options.seconds, options.rounds),
        ),
    }
    if unknown := set(options.sections) - sections.keys():
        parser.error(f"no section {', '.join(unknown)}")
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, {platform.machine()}")
    for name, (title, measure) in sections.items():
        if not options.sections or name in options.sections:
            print(f"\n{title}\n{table(measure())}", flush=True)
    return 0


def table(lines: Lines) -> str:
    """Columns wide enough, numbers to the right."""
    names = list(dict.fromkeys(name for line in lines for name in line))
    rows = [names, *([_text(line.get(name)) for name in names] for line in lines)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(names))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _text(value: Any) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


if __name__ == "__main__":
    sys.exit(main())
