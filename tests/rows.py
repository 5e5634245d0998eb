"""Builders of rows, for tests that need no server."""

from collections.abc import Callable
from decimal import Decimal
from itertools import count
from typing import Any

from autumn_mock.domain.periods import from_iso
from autumn_mock.domain.records import Balance, Reset, RolloverRule

START = from_iso("2026-12-01T00:00:00Z")


def monthly_row(included: int = 100, **facts: Any) -> Balance:
    """A loose monthly row made at START, full unless `balance` says otherwise."""
    facts = {"balance": Decimal(included), "reset": Reset(interval="month")} | facts
    facts.setdefault("next_reset_at", from_iso("2027-01-01T00:00:00Z"))
    return Balance(
        id="cus_ent_1",
        customer="cus_1",
        feature_id="notes",
        created_at=START,
        included=Decimal(included),
        **facts,
    )


def keeping(length: int = 1, kind: str = "month", **caps: int) -> RolloverRule:
    """A rollover rule: `max` or `max_percentage`, and how many months it lasts."""
    return RolloverRule(
        expiry_duration_type=kind,
        expiry_duration_length=length,
        **{word: Decimal(cap) for word, cap in caps.items()},
    )


def ids() -> Callable[[str], str]:
    """Makes `roll_1`, `roll_2` …"""
    numbers = count(1)
    return lambda prefix: f"{prefix}{next(numbers)}"
