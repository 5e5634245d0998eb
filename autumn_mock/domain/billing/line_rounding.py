"""Rounding the lines of an invoice and what is taken off them (reference: billing, lines and money).

Invariant: what discounts leave is rounded once for all lines together, so that a discount of 10 over three
lines takes 10 and a preview tells what is charged; and nothing more is taken off a line than it is of.
"""

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from autumn_mock.domain.catalog.pricing import in_minor_units, minor_unit
from autumn_mock.domain.currencies import OWN_CURRENCY
from autumn_mock.domain.numbers import ZERO, in_units

Amounts = tuple[Decimal, Decimal]
"""What a line is of, and what is taken off it."""


def in_whole_units(lines: Sequence[Amounts], currency: str = OWN_CURRENCY) -> list[Amounts]:
    """Each line in whole minor units, and what is taken off it in such."""
    whole = [in_minor_units(amount, currency) for amount, _ in lines]
    left = [amount - taken if taken else rounded for rounded, (amount, taken) in zip(whole, lines, strict=True)]
    shares = [
        max(ZERO, min(rounded, rounded - rest)) if taken else ZERO
        for rounded, rest, (_, taken) in zip(whole, left, lines, strict=True)
    ]
    together = sum(whole, ZERO) - in_minor_units(sum(left, ZERO), currency)
    return list(zip(whole, _apportioned(shares, whole, together, minor_unit(currency)), strict=True))


def parts_of(together: Decimal, amounts: Sequence[Decimal], currency: str = OWN_CURRENCY) -> list[Decimal]:
    """What was taken off a line, in whole units, by what took it: each has the share of its raw amount."""
    raw = sum(amounts, ZERO)
    shares = [together * amount / raw if raw else ZERO for amount in amounts]
    return _apportioned(shares, [together] * len(shares), together, minor_unit(currency))


def _apportioned(
    shares: Sequence[Decimal], most: Sequence[Decimal], together: Decimal, unit: Decimal
) -> list[Decimal]:
    """Shares in whole units that come to `together`, none above its `most`: those with the largest rests
    are rounded up."""
    found = [in_units(share, unit, ROUND_DOWN) for share in shares]
    missing = int((together - sum(found, ZERO)) / unit)
    by_rest = sorted(range(len(shares)), key=lambda index: shares[index] - found[index], reverse=True)
    with_room = [index for index in by_rest if shares[index] > ZERO and found[index] + unit <= most[index]]
    for index in with_room[: max(0, missing)]:
        found[index] += unit
    return found
