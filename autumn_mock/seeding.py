"""Fixture files: read, checked and run through the operations, so that a seed obeys the rules that
a client obeys."""

import json
from pathlib import Path
from typing import Any

from autumn_mock.world import World


class SeedError(Exception):
    """A seed can't be used; the message names file, entry, field and reason."""


Seed = tuple[str, dict[str, Any]]
"""Where it came from, and what stands in it."""


def read(path: Path) -> Seed:
    """A fixture file. Raises SeedError."""
    try:
        return str(path), json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SeedError(f"{path}: no such file") from None
    except json.JSONDecodeError as error:
        raise SeedError(f"{path}: line {error.lineno}: {error.msg}") from None


def plant_all(world: World, seeds: list[Seed]) -> None:
    """Run seeds in a world, all or nothing. Raises SeedError."""
