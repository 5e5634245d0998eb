"""Numbers on the way in and out: exact decimals inside, JSON numbers at the edge.

Amounts inside are `Decimal`; what is shown is rounded to 10 decimal places, whole numbers without
a point.
"""

from decimal import ROUND_HALF_UP, Context, Decimal

ZERO = Decimal(0)
ONE = Decimal(1)
_TENTH_PLACE = Decimal("1E-10")
_WIDE = Context(prec=60)
_LARGEST_ROUNDED = 45
_LARGEST_EXACT = 2**53
"""Beyond it JSON numbers are written as floats, as JavaScript does."""
_FOURTEEN_DIGITS = Context(prec=14)


def decimal(value: int | float | Decimal) -> Decimal:
    """The decimal that a JSON number was written as (0.1 is 0.1)."""
    if isinstance(value, float):
        return Decimal(repr(value))
    return Decimal(value)


def rounded(value: Decimal) -> Decimal:
    """To 10 decimal places, halves away from zero."""
    return in_units(value, _TENTH_PLACE)


def in_units(value: Decimal, unit: Decimal, rounding: str = ROUND_HALF_UP) -> Decimal:
    """In whole units of a cent, or of whatever power of ten; numbers too large to have any stay as they
    are."""
    if value.adjusted() > _LARGEST_ROUNDED:
        return value
    return value.quantize(unit, rounding=rounding, context=_WIDE)


def number(value: Decimal) -> int | float:
    """The JSON number of an amount, rounded to 10 decimal places."""
    if value == value.to_integral_value():
        return _whole(value)
    value = rounded(value)
    whole = int(value)
    return whole if whole == value else float(value)


def _whole(value: Decimal) -> int | float:
    whole = int(value)
    return whole if -_LARGEST_EXACT <= whole <= _LARGEST_EXACT else float(value)


def significant(value: Decimal) -> int | float:
    """The JSON number of an amount, cut to 14 significant digits."""
    return exact(_FOURTEEN_DIGITS.plus(value))


def exact(value: Decimal) -> int | float:
    """The JSON number of an amount as it was given, not rounded."""
    return _whole(value) if value == value.to_integral_value() else float(value)
