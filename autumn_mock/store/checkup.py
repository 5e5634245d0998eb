"""Whether kept records agree with each other: what one names must exist."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from autumn_mock.store.journal import WorldName
from autumn_mock.store.store import Snapshot

_NAMES: Mapping[str, Mapping[str, str]] = {
    "entities": {"customer": "customers"},
    "subscriptions": {"customer": "customers", "plan": "plans", "entity": "entities"},
    "balances": {"customer": "customers", "feature_id": "features", "subscription": "subscriptions"},
    "locks": {"customer": "customers"},
    "usage_windows": {"customer": "customers"},
    "invoices": {"customer": "customers"},
    "payment_methods": {"stripe_customer": "stripe_customers"},
}
"""Table → field → the table in which what it names must be."""


@dataclass(frozen=True, slots=True)
class Checkup:
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    """World → table → how many, empty tables left out."""
    problems: list[str] = field(default_factory=list)


def examine(worlds: Mapping[WorldName, Snapshot]) -> Checkup:
    """Count the records of each world and find names that lead nowhere."""
    found = Checkup()
    for (org, env), tables in sorted(worlds.items()):
        world = f"{org} ({env})"
        found.counts[world] = {table: len(records) for table, records in tables.items() if records}
        found.problems.extend(f"{world}: {problem}" for problem in _dangling(tables))
    return found


def _dangling(tables: Snapshot) -> Iterator[str]:
    for table, names in _NAMES.items():
        for key, record in tables.get(table, {}).items():
            for name, other in names.items():
                named: Any = getattr(record, name, None)
                if named is not None and named not in tables.get(other, {}):
                    yield f"{table} {key}: {name} {named} is not in {other}"
