"""Rounding the lines of an invoice and what is taken off them (reference: billing, lines and money).

Invariant: what is taken off together is rounded once, so that a discount of 10 over three lines takes
10; and nothing more is taken off a line than the line is of.
"""

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from autumn_mock.domain.catalog.pricing import in_minor_units, minor_unit
from autumn_mock.domain.currencies import OWN_CURRENCY
from autumn_mock.domain.numbers import ZERO

Amounts = tuple[Decimal, Decimal]
"""What a line is of, and what is taken off it."""


def in_whole_units(lines: Sequence[Amounts], currency: str = OWN_CURRENCY) -> list[Amounts]:
    """Each line in whole minor units. What is taken off a rounded line is the same share of it."""
    whole = [in_minor_units(amount, currency) for amount, _ in lines]
    shares = [
        rounded * taken / amount if taken else ZERO
        for rounded, (amount, taken) in zip(whole, lines, strict=True)
    ]
    before = sum(whole, ZERO)
    together = before - in_minor_units(before - sum(shares, ZERO), currency)
    return list(zip(whole, _apportioned(shares, together, minor_unit(currency)), strict=True))


def _apportioned(shares: Sequence[Decimal], together: Decimal, unit: Decimal) -> list[Decimal]:
    """Shares in whole units that come to `together`: those with the largest rests are rounded up."""
    whole = [share.quantize(unit, rounding=ROUND_DOWN) for share in shares]
    missing = int((together - sum(whole, ZERO)) / unit)
    by_rest = sorted(range(len(shares)), key=lambda index: shares[index] - whole[index], reverse=True)
    for index in by_rest[:missing]:
        whole[index] += unit
    return whole
